"""State how releases describe and merge groups: person-first language, no ranking.

The author wrote the text: the page for changing it shows the author every rule in full. Merging
groups lets more be shown, but a merged group hides its members.
"""

from cairn.policy.law.rule_card import RuleCard, RuleSource

__all__ = ["MISSING_GROUPS"]

NO_RANKING = RuleCard(
    id="P21",
    citation="Cairn policy, release text 1",
    statement=(
        "If an agreement prohibits rankings, text, charts and tables may not rank partners, "
        "schools or programs."
    ),
    steward="The text says “{words}”, but {agreement} does not allow rankings.",
    next_step="Describe what happened at each place, without best and worst.",
    met="The text does not rank anyone.",
    severity=RuleSource.POLICY,
    withheld="The text contains a ranking, which an agreement for these data does not allow.",
)

PEOPLE_FIRST = RuleCard(
    id="P22",
    citation="Cairn policy, release text 2",
    statement="Text should use person-first language.",
    steward="The text says “{words}”.",
    next_step="Say “{instead}”, or explain why these words are the right ones.",
    met="The author explains why the text says “{words}”.",
    severity=RuleSource.POLICY,
    withheld=(
        "The text labels people. The page about its wording shows the label and suggests "
        "better words."
    ),
)

MEASURED_BY = RuleCard(
    id="P23",
    citation="Cairn policy, release text 3",
    statement=(
        "No group should be the standard for other groups, unless the author chooses this "
        "and explains why."
    ),
    steward="The text uses one group as the standard for others: “{words}”.",
    next_step=(
        "Compare each group with everyone or with a target, or explain why you chose this group."
    ),
    met="The author explains why one group is the standard for others.",
    severity=RuleSource.POLICY,
    withheld="The text uses one group as the standard for others.",
)

SYSTEM_BESIDE_GAP = RuleCard(
    id="P24",
    citation="Cairn policy, release text 4",
    statement=(
        "Text about a gap between groups should also name what schools, programs or "
        "communities do or did not do."
    ),
    steward=(
        "The text mentions a gap (“{words}”) but nothing that schools, programs or communities do."
    ),
    next_step=(
        "Name the factors behind the gap, such as rules, staffing, courses, enrollment slots "
        "or transportation, or explain why not."
    ),
    met="The author explains why the text names no such factors.",
    severity=RuleSource.POLICY,
    withheld="The text mentions a gap but nothing that schools, programs or communities do.",
)

MISSING_GROUPS = RuleCard(
    id="P25",
    citation="Cairn policy, release text 5",
    statement="If no data are shown for a group, the text must name the group and the reason.",
    steward="The tables show no data for {groups}.",
    next_step="Give the reason: not counted, no such people here, or not asked.",
    met="The author explains why no data are shown for some groups.",
    severity=RuleSource.POLICY,
    withheld="The tables show no data for some groups.",
)


ONE_GROUP = RuleCard(
    id="P40",
    citation="Cairn policy, release text 6",
    statement=(
        "A merged group consists of two to five whole groups of one breakdown. Its name "
        "lists all of them. A name such as “other” that hides them is not allowed."
    ),
    steward="These groups cannot be merged: {because}.",
    next_step=(
        "Choose two or more groups that the tables show separately. A group that is already "
        "merged brings all its groups with it."
    ),
    met="These groups may be merged.",
    severity=RuleSource.POLICY,
    withheld="These groups cannot be merged.",
)

PEOPLE_ASKED = RuleCard(
    id="P41",
    citation="Cairn policy, release text 7",
    statement=(
        "Reviewers and data owners must be able to read why groups are merged, and which of "
        "the people concerned were asked."
    ),
    steward="The release does not state why these groups are merged and who was asked.",
    next_step=(
        "Explain in one sentence why these groups can be merged, and who in these groups was asked."
    ),
    met="The release states why these groups are merged.",
    severity=RuleSource.POLICY,
    withheld="The release does not state why these groups are merged.",
)

CATEGORY_MERGING_CARDS = (ONE_GROUP, PEOPLE_ASKED)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
