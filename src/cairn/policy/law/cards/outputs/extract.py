"""State the rules of an extract for one approved project: prepare, review, fetch once, destroy.

Free text in it is de-identified, reviewed by a person and then unchanged. Its records are coded for
research (34 CFR 99.31(b)(2)).
"""

from cairn.policy.law.cards.card_builders import build_criterion_card
from cairn.policy.law.rule_card import NOT_COVERED, RuleCard, RuleSource, build_family_messages

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


_TEXT_FAMILY = build_family_messages(
    "What people wrote is given out only after somebody has taken out what names."
)

NO_RESEARCHER = RuleCard(
    id="E12",
    citation="34 CFR 99.31(b)(1)",
    statement="Free text is read before it is de-identified, so nobody reads it who asks for the "
    "extract, receives it or works with its project.",
    steward="This person asks for the extract, receives it or works with its project, so someone "
    "else must read its free text.",
    next_step="Ask another data manager of the partnership.",
    met="Someone who has no part in the project reads it.",
    withheld="You have a part in this project, so someone else must read its free text.",
    others=_TEXT_FAMILY,
)

FREE_TEXT = RuleCard(
    id="E13",
    citation="Cairn policy, extracts 5",
    statement="A text is opened only where somebody has to read it for an extract.",
    steward="No text in {element} waits to be read for this extract.",
    next_step="Prepare the extract, and look whether the element holds free text.",
    met="What people wrote in {element} waits to be read.",
    severity=RuleSource.POLICY,
    others=_TEXT_FAMILY,
)

READ = RuleCard(
    id="E14",
    citation="34 CFR 99.31(b)(1)",
    statement="Free text goes into an extract once a person has read each different text and said "
    "whether it stays: no machine determines that nobody can be found by it.",
    steward="{element}: {n:text|texts} of {of} are not read.",
    next_step="Read the rest and prepare the extract again, or prepare it without.",
    met="{element}: a person has read every text.",
    withheld=_NOT_YET,
    others=_TEXT_FAMILY,
)

BY_ANOTHER = RuleCard(
    id="E15",
    citation="34 CFR 99.31(b)(1)",
    statement="What was read by somebody who has a part in the project by now was not read by "
    "another.",
    steward="{element}: somebody who has a part in the project has read its texts.",
    next_step="Let someone else read them, and prepare the extract again.",
    met="{element}: nobody who has a part in the project has read its texts.",
    withheld=_NOT_YET,
    others=_TEXT_FAMILY,
)

AS_READ = RuleCard(
    id="E16",
    citation="34 CFR 99.31(b)(1)",
    statement="A text leaves as the person who read it has left it, and not otherwise.",
    steward="{element}: since the extract was prepared, something else was decided of its texts.",
    next_step="Prepare it again; it is then reviewed again.",
    met="{element}: the texts are as they were read.",
    withheld=_NOT_YET,
    others=_TEXT_FAMILY,
)

SAFE_HARBOR = RuleCard(
    id="E17",
    citation="45 CFR 164.514(b)(2)(i)",
    statement="A text about somebody's health holds none of the identifiers that HIPAA lists: no "
    "name, date, place smaller than a state, number, address or link of the person, their "
    "relatives, employers or household. Cairn asks it of a school's health records too.",
    steward="{element} is about health, and the texts that stay hold {n:place|places} in the "
    "shape of a date, a number, an address or a link.",
    next_step="Mask these places or withhold the texts, and prepare the extract again.",
    met="{element} is about health, and the aid sees no date, number, address or link in the texts "
    "that stay.",
    withheld=_NOT_YET,
    others=_TEXT_FAMILY,
)


DETERMINATION = build_criterion_card(
    "R23.1",
    "34 CFR 99.31(b)(1)",
    "De-identified records are given out after a determination that nobody can be identified, "
    "alone or with other information.",
    "no clause or record says who determined that nobody can be identified, and how.",
)

DETERMINED = RuleCard(
    id="R23.2",
    citation="34 CFR 99.31(b)(1)",
    statement="The determination that nobody can be identified looks at all earlier releases of "
    "overlapping data.",
    steward="No determination is recorded that covers the earlier release {earlier}.",
    next_step="Check this release together with the earlier ones, and record the determination.",
    met="The determination covers the earlier releases.",
    others=_FAMILY,
)

NOBODY_NAMED = RuleCard(
    id="R23.3",
    citation="34 CFR 99.31(b)(1)",
    statement="De-identified records hold nothing by which a person is found.",
    steward="{element} names a person, so it is in no de-identified record ({agreement}).",
    next_step="Leave {element} out, or use another basis.",
    met="{element} names nobody by itself.",
    withheld=NOT_COVERED,
    others=_FAMILY,
)

METHOD_KEPT = RuleCard(
    id="R24",
    citation="34 CFR 99.31(b)(2)(i)",
    statement="How a record code is made and assigned is told to no recipient.",
    steward="{agreement}: no clause keeps from the recipient how the record code is made.",
    next_step="Write the clause under code_method_kept, or give no record code.",
    met="{agreement}: {said}",
    others=_FAMILY,
)

RESEARCH_ONLY = RuleCard(
    id="R24.1",
    citation="34 CFR 99.31(b)(2)(ii)",
    statement="A record code serves to match records for education research and nothing else.",
    steward="'{purpose}' is not education research, so no record code may be attached.",
    next_step="Give the table without a record code.",
    met="The record code serves education research.",
    others=_FAMILY,
)

RANDOM = RuleCard(
    id="R24.2",
    citation="34 CFR 99.31(b)(2)(iii)",
    statement="A record code is random; it is not made from a Social Security number or other "
    "personal information.",
    steward="{element} is made from personal information ({how}).",
    next_step="Replace it with a random code.",
    met="{element} is a random code.",
    others=_FAMILY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
