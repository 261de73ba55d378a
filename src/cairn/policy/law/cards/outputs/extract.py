"""State the rules of an extract for one approved project: prepare, review, fetch once, destroy."""

from cairn.policy.law.cards.audience_messages import build_family_messages
from cairn.policy.law.rule_card import RuleCard, RuleSource

_NOT_YET = "This extract cannot be fetched now."
_FAMILY = build_family_messages("Nothing is given out by which your child could be found.")

STATE = RuleCard(
    id="E01",
    citation="Cairn policy, extracts 1",
    statement="An extract goes from state to state in one order.",
    steward="An extract that is {state} cannot be changed in this way ({event}).",
    next_step="This is possible when the extract is {allowed}.",
    met="The extract is {state}.",
    severity=RuleSource.POLICY,
)

RECIPIENT = RuleCard(
    id="E02",
    citation="34 CFR 99.31(c)",
    statement="Records go to the person for whom they were made, known by their own sign-in.",
    steward="This extract was made for somebody else.",
    next_step="Ask for an extract of your own from the same project.",
    met="The person who fetches is the one for whom it was made.",
    withheld="This extract was made for somebody else.",
    others=_FAMILY,
)

ONCE = RuleCard(
    id="E03",
    citation="Cairn policy, extracts 2",
    statement="An extract is fetched once, so that every copy there is has one holder.",
    steward="It was fetched on {fetched}.",
    next_step="Use the copy that was fetched. If it is lost, say so to the data manager and ask "
    "for another extract: it is reviewed and marked anew.",
    met="Nobody has fetched it yet.",
    severity=RuleSource.POLICY,
    withheld="This extract was fetched already, and is fetched only once.",
)

LINK = RuleCard(
    id="E04",
    citation="Cairn policy, extracts 3",
    statement="The link to an extract works for some days only.",
    steward="The link worked until {until}.",
    next_step="Ask the data manager for a new link.",
    met="The link works until {until}.",
    severity=RuleSource.POLICY,
    withheld="The link to this extract does not work any more.",
)

DESTROY_BY = RuleCard(
    id="E05",
    citation="34 CFR 99.31(a)(6)(iii)(C)(4)",
    statement="Records for a study are destroyed by a day that is known before they are given.",
    steward="No day is known by which this extract must be destroyed: {agreement} states no "
    "period.",
    next_step="Write the period under retention in {agreement}.",
    met="It must be destroyed by {due}.",
    withheld=_NOT_YET,
    others=_FAMILY,
)

ALIKE = RuleCard(
    id="E06",
    citation="34 CFR 99.31(b)(1)",
    statement="Before rows without names are given out, it is determined that each child in them "
    "is one of many who are alike.",
    steward="The smallest group of children who are alike has {n:child|children}; {least} are "
    "needed.",
    next_step="Prepare it again, with fewer elements or more years.",
    met="The smallest group of children who are alike has {n:child|children}.",
    withheld=_NOT_YET,
    others=_FAMILY,
)

UNCHANGED = RuleCard(
    id="E07",
    citation="34 CFR 99.30(a)",
    statement="What families, tribal nations and schools have said counts on the day on which data "
    "leave.",
    steward="Since it was prepared, a family, a nation or a school has said something else about "
    "these rows, or an agreement has changed.",
    next_step="Prepare it again; it is then reviewed again.",
    met="Nothing was said since that would change who is in it.",
    withheld=_NOT_YET,
    others=build_family_messages("What you say counts from the day on which you say it."),
)

TOGETHER = RuleCard(
    id="E08",
    citation="34 CFR 99.31(b)(1)",
    statement="An extract is made safe together with every earlier one of the same project: its "
    "children have the same codes in all of them.",
    steward="Since it was prepared, the project has received {n:another extract|other extracts}.",
    next_step="Prepare it again, so that it is looked at together with {n:it|them}.",
    met="It was prepared together with everything that the project has received.",
    withheld=_NOT_YET,
    others=_FAMILY,
)

TERMS = RuleCard(
    id="E09",
    citation="34 CFR 99.33(d)",
    statement="Whoever receives records is told that they go no further, and here says yes to it.",
    steward="The recipient has not accepted the terms.",
    next_step="Read the terms and accept them.",
    met="The recipient has accepted the terms.",
    withheld="The terms of this extract have to be accepted first.",
    others=_FAMILY,
)

NOT_BY_ITS_RECIPIENT = RuleCard(
    id="E10",
    citation="Cairn policy, extracts 4",
    statement="Nobody reviews an extract that is for them.",
    steward="This person would receive the extract, so someone else must review it.",
    next_step="Ask another reviewer.",
    met="Someone other than its recipient does this.",
    severity=RuleSource.POLICY,
    withheld="This extract is for you, so someone else must review it.",
)

WITHDRAWN = RuleCard(
    id="E11",
    citation="34 CFR 99.31(d)",
    statement="An exception permits and never compels: an extract can be taken back, and what is "
    "taken back is not fetched.",
    steward="It was withdrawn.",
    next_step="Ask the data manager why, and ask for another extract if it is still needed.",
    met="Nobody has withdrawn it.",
    withheld="This extract was withdrawn.",
    others=_FAMILY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
