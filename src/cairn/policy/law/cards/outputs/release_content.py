"""State how figures are described and merged: people first, no ranking, no group as the norm.

The author wrote the text: the page for changing it shows the author every rule in full. Merging
groups lets more be shown, but a merged group hides its members.
"""

from cairn.policy.law.rule_card import RuleCard, RuleSource

__all__ = ["MISSING_GROUPS"]

NO_RANKING = RuleCard(
    id="P21",
    citation="Cairn policy, telling 1",
    statement="Where an agreement says so, no partner, school or program is ranked in words, "
    "charts or tables.",
    steward="The text says “{words}”, and {agreement} lets nobody be ranked.",
    next_step="Say what happened at each place, without best and worst.",
    met="No words rank anybody.",
    severity=RuleSource.POLICY,
    withheld="The text ranks somebody, and an agreement behind the data lets nobody be ranked.",
)

PEOPLE_FIRST = RuleCard(
    id="P22",
    citation="Cairn policy, telling 2",
    statement="Words name people before what happened to them.",
    steward="The text says “{words}”.",
    next_step="Say “{instead}”, or say why these words are the right ones.",
    met="The author says why the text says “{words}”.",
    severity=RuleSource.POLICY,
    withheld="The text labels people. The page for its words says which label, and what is better.",
)

MEASURED_BY = RuleCard(
    id="P23",
    citation="Cairn policy, telling 3",
    statement="No group is the measure of the others unless somebody chose that and says why.",
    steward="The text measures groups by another one: “{words}”.",
    next_step="Compare each group with everyone or with a target, or say why this group is chosen.",
    met="The author says why groups are measured by another one.",
    severity=RuleSource.POLICY,
    withheld="The text measures groups by another one.",
)

SYSTEM_BESIDE_GAP = RuleCard(
    id="P24",
    citation="Cairn policy, telling 4",
    statement="A gap between groups stands beside something that the system did or did not do.",
    steward="The text speaks of a gap (“{words}”) and of nothing that schools, programs or "
    "communities do.",
    next_step="Name what is behind it, such as rules, staffing, courses, places or transport, or "
    "say why not.",
    met="The author says why no part of the system is named beside the gap.",
    severity=RuleSource.POLICY,
    withheld="The text speaks of a gap and of nothing that schools, programs or communities do.",
)

MISSING_GROUPS = RuleCard(
    id="P25",
    citation="Cairn policy, telling 5",
    statement="A group of which nothing is shown is named, with the reason.",
    steward="The tables show nothing of {groups}.",
    next_step="Say why: nobody counted, nobody lives here, or nobody asked.",
    met="The author says why nothing is shown of some groups.",
    severity=RuleSource.POLICY,
    withheld="The tables show nothing of some groups.",
)


ONE_GROUP = RuleCard(
    id="P40",
    citation="Cairn policy, telling 6",
    statement="A merged group is made of two to five whole groups of one breakdown. It is called "
    "by all of them and by no word that hides who they are, such as “other”.",
    steward="These groups cannot be counted as one: {because}.",
    next_step="Choose two or more groups that the tables tell apart. One that is counted together "
    "with others already comes with all of them.",
    met="These groups may be counted as one.",
    severity=RuleSource.POLICY,
    withheld="These groups cannot be counted as one.",
)

PEOPLE_ASKED = RuleCard(
    id="P41",
    citation="Cairn policy, telling 7",
    statement="Why groups are counted as one, and which of the people concerned were asked, is "
    "said to reviewers and owners.",
    steward="Nothing is said of why these groups are counted as one, and whom you asked.",
    next_step="Say in a sentence why these groups may stand together, and who of them was asked.",
    met="It is said why these groups are counted as one.",
    severity=RuleSource.POLICY,
    withheld="Nothing is said of why these groups are counted as one.",
)

CATEGORY_MERGING_CARDS = (ONE_GROUP, PEOPLE_ASKED)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
