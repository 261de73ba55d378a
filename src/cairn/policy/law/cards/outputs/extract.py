"""State the rules of an extract for one approved project: prepare, review, download once, destroy.

Free text in it is de-identified, reviewed by a person and then unchanged. Its records are coded for
research (34 CFR 99.31(b)(2)).
"""

from cairn.policy.law.cards.card_builders import build_criterion_card
from cairn.policy.law.rule_card import NOT_COVERED, RuleCard, RuleSource, build_family_messages

_NOT_YET = "You cannot download this extract now."
_FAMILY = build_family_messages("We do not give out anything that could identify your child.")

STATE = RuleCard(
    id="E01",
    citation="Cairn policy, extracts 1",
    statement="An extract moves through its steps in a set order.",
    steward="You cannot take this step now. The status of the extract is '{state}'.",
    next_step="You can take this step when the status is one of these: {allowed}.",
    met="The status of the extract is '{state}'.",
    severity=RuleSource.POLICY,
)

RECIPIENT = RuleCard(
    id="E02",
    citation="34 CFR 99.31(c)",
    statement="Only the person for whom an extract was made may download it, after signing in.",
    steward="This extract was made for a different person.",
    next_step="Request your own extract from the same project.",
    met="The person downloading the extract is its recipient.",
    withheld="This extract was made for a different person.",
    others=_FAMILY,
)

ONCE = RuleCard(
    id="E03",
    citation="Cairn policy, extracts 2",
    statement="An extract can be downloaded only once, so that each copy has one holder.",
    steward="This extract was downloaded on {fetched}.",
    next_step=(
        "Use the downloaded copy. If you lost it, report this to the data manager and "
        "request another extract, which will be reviewed and marked again."
    ),
    met="The extract has not been downloaded yet.",
    severity=RuleSource.POLICY,
    withheld="This extract has already been downloaded. It can be downloaded only once.",
)

LINK = RuleCard(
    id="E04",
    citation="Cairn policy, extracts 3",
    statement="The download link of an extract expires after a few days.",
    steward="The download link expired on {until}.",
    next_step="Ask the data manager for a new link.",
    met="The download link is valid through {until}.",
    severity=RuleSource.POLICY,
    withheld="The download link of this extract has expired.",
)

DESTROY_BY = RuleCard(
    id="E05",
    citation="34 CFR 99.31(a)(6)(iii)(C)(4)",
    statement=(
        "Before records for a study are provided, the date by which they must be destroyed "
        "must be known."
    ),
    steward="This extract has no destruction date: {agreement} does not state a retention period.",
    next_step="Enter the retention period in {agreement}.",
    met="The extract must be destroyed by {due}.",
    withheld=_NOT_YET,
    others=_FAMILY,
)

ALIKE = RuleCard(
    id="E06",
    citation="34 CFR 99.31(b)(1)",
    statement=(
        "Before de-identified records are provided, it must be determined that each child "
        "shares the same identifying values with enough other children."
    ),
    steward=(
        "The smallest group of indistinguishable children has {n:child|children}. At least "
        "{least} are required."
    ),
    next_step="Prepare the extract again, with fewer elements or more years.",
    met="The smallest group of indistinguishable children has {n:child|children}.",
    withheld=_NOT_YET,
    others=_FAMILY,
)

UNCHANGED = RuleCard(
    id="E07",
    citation="34 CFR 99.30(a)",
    statement=(
        "The choices of families, Tribal nations and schools must be current on the day an "
        "extract is downloaded."
    ),
    steward=(
        "Since this extract was prepared, a family, Tribal nation or school changed its "
        "choice about these records, or an agreement changed."
    ),
    next_step="Prepare the extract again. It will then be reviewed again.",
    met="No choice that affects this extract has changed since it was prepared.",
    withheld=_NOT_YET,
    others=build_family_messages("Your choice counts from the day you make it."),
)

TOGETHER = RuleCard(
    id="E08",
    citation="34 CFR 99.31(b)(1)",
    statement=(
        "An extract must be checked together with all earlier extracts of the same project, "
        "because its children have the same codes in all of them."
    ),
    steward=(
        "Since this extract was prepared, the project received {n:another extract|other extracts}."
    ),
    next_step="Prepare it again, so that Cairn checks it together with {n:it|them}.",
    met="The extract was checked together with all earlier extracts of the project.",
    withheld=_NOT_YET,
    others=_FAMILY,
)

TERMS = RuleCard(
    id="E09",
    citation="34 CFR 99.33(d)",
    statement=(
        "Each recipient must be informed that records may not be redisclosed, and must "
        "accept these terms."
    ),
    steward="The recipient has not accepted the terms of use.",
    next_step="Read and accept the terms of use.",
    met="The recipient has accepted the terms of use.",
    withheld="You must accept the terms of use of this extract first.",
    others=_FAMILY,
)

NOT_BY_ITS_RECIPIENT = RuleCard(
    id="E10",
    citation="Cairn policy, extracts 4",
    statement="The recipient of an extract may not review it.",
    steward="This person is the recipient of the extract, so another person must review it.",
    next_step="Ask another reviewer.",
    met="The reviewer is not the recipient.",
    severity=RuleSource.POLICY,
    withheld="This extract is for you, so another person must review it.",
)

WITHDRAWN = RuleCard(
    id="E11",
    citation="34 CFR 99.31(d)",
    statement=(
        "FERPA's exceptions permit disclosure but do not require it. An extract may be "
        "withdrawn, and then cannot be downloaded."
    ),
    steward="This extract was withdrawn.",
    next_step=(
        "Ask the data manager for the reason. If you still need the data, request another extract."
    ),
    met="The extract has not been withdrawn.",
    withheld="This extract was withdrawn.",
    others=_FAMILY,
)


_TEXT_FAMILY = build_family_messages(
    "Written comments are shared only after a person removes names from them."
)

NO_RESEARCHER = RuleCard(
    id="E12",
    citation="34 CFR 99.31(b)(1)",
    statement=(
        "Free text must be reviewed before it is de-identified. The reviewer may not request "
        "the extract, receive it or work on its project."
    ),
    steward=(
        "This person requested the extract, is its recipient or works on its project, so "
        "another person must review its free text."
    ),
    next_step="Ask another data manager of the partnership.",
    met="The reviewer does not take part in the project.",
    withheld="You take part in this project, so another person must review its free text.",
    others=_TEXT_FAMILY,
)

FREE_TEXT = RuleCard(
    id="E13",
    citation="Cairn policy, extracts 5",
    statement="A person may open free text only if it must be reviewed for an extract.",
    steward="{element} has no free text to review for this extract.",
    next_step="Prepare the extract, and check whether the element contains free text.",
    met="The free text in {element} is ready for review.",
    severity=RuleSource.POLICY,
    others=_TEXT_FAMILY,
)

READ = RuleCard(
    id="E14",
    citation="34 CFR 99.31(b)(1)",
    statement=(
        "Free text may go into an extract only after a person has reviewed each different "
        "text. Software cannot determine that a text identifies no one."
    ),
    steward="{element}: {n:text|texts} of {of} are not reviewed.",
    next_step=(
        "Review the remaining texts and prepare the extract again, or prepare it without "
        "this element."
    ),
    met="{element}: a person has reviewed every text.",
    withheld=_NOT_YET,
    others=_TEXT_FAMILY,
)

BY_ANOTHER = RuleCard(
    id="E15",
    citation="34 CFR 99.31(b)(1)",
    statement="A review of free text does not count if the reviewer later joined the project.",
    steward="{element}: a person who takes part in the project reviewed its texts.",
    next_step="Have another person review the texts, and prepare the extract again.",
    met="{element}: no one who takes part in the project reviewed its texts.",
    withheld=_NOT_YET,
    others=_TEXT_FAMILY,
)

AS_READ = RuleCard(
    id="E16",
    citation="34 CFR 99.31(b)(1)",
    statement="A text may be shared only in the form that its reviewer approved.",
    steward="{element}: a review decision about its texts changed after the extract was prepared.",
    next_step="Prepare the extract again. It will then be reviewed again.",
    met="{element}: the texts are as reviewed.",
    withheld=_NOT_YET,
    others=_TEXT_FAMILY,
)

SAFE_HARBOR = RuleCard(
    id="E17",
    citation="45 CFR 164.514(b)(2)(i)",
    statement=(
        "A text about a person's health may not contain the identifiers that HIPAA lists: "
        "names, dates, places smaller than a state, numbers, addresses or links of the "
        "person or their relatives, employers or household members. Cairn applies this to a "
        "school's health records too."
    ),
    steward=(
        "{element} is about health, and the approved texts contain {n:passage|passages} that "
        "may be a date, number, address or link."
    ),
    next_step="Mask these passages or withhold the texts. Then prepare the extract again.",
    met=(
        "{element} is about health, and no date, number, address or link was detected in the "
        "approved texts."
    ),
    withheld=_NOT_YET,
    others=_TEXT_FAMILY,
)


DETERMINATION = build_criterion_card(
    "R23.1",
    "34 CFR 99.31(b)(1)",
    (
        "De-identified records may be released only after a determination that no one can be "
        "identified from them, alone or with other information."
    ),
    "no clause or record states who determined that no one can be identified, and how.",
)

DETERMINED = RuleCard(
    id="R23.2",
    citation="34 CFR 99.31(b)(1)",
    statement=(
        "The determination that no one can be identified must cover all earlier releases of "
        "overlapping data."
    ),
    steward=(
        "No determination on record says that these figures identify no one beside the earlier "
        "releases: {earlier}."
    ),
    next_step=(
        "Start a release of these figures. Cairn audits it together with the earlier releases, and "
        "two reviewers record the determination."
    ),
    met="The determination covers the earlier releases.",
    others=_FAMILY,
)

NOBODY_NAMED = RuleCard(
    id="R23.3",
    citation="34 CFR 99.31(b)(1)",
    statement="De-identified records may not contain identifiers.",
    steward=(
        "{element} identifies a person and may not be in a de-identified record ({agreement})."
    ),
    next_step="Leave out {element}, or use another legal basis.",
    met="{element} does not identify a person by itself.",
    withheld=NOT_COVERED,
    others=_FAMILY,
)

METHOD_KEPT = RuleCard(
    id="R24",
    citation="34 CFR 99.31(b)(2)(i)",
    statement="Recipients may not learn how a record code is made and assigned.",
    steward="{agreement}: no clause keeps the method of making record codes confidential.",
    next_step="Enter the clause under code_method_kept, or do not provide a record code.",
    met="{agreement}: {said}",
    others=_FAMILY,
)

RESEARCH_ONLY = RuleCard(
    id="R24.1",
    citation="34 CFR 99.31(b)(2)(ii)",
    statement="A record code may be used only to match records for education research.",
    steward="'{purpose}' is not education research, so the records may not have a record code.",
    next_step="Provide the table without a record code.",
    met="The record code is for education research.",
    others=_FAMILY,
)

RANDOM = RuleCard(
    id="R24.2",
    citation="34 CFR 99.31(b)(2)(iii)",
    statement=(
        "A record code must be random. It may not be based on a Social Security number or "
        "other personal information."
    ),
    steward="{element} is based on personal information ({how}).",
    next_step="Replace it with a random code.",
    met="{element} is a random code.",
    others=_FAMILY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
