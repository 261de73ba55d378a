"""State the rules of a use of children's data: for the request, its elements and each child."""

from cairn.policy.law.rule_card import (
    NOT_COVERED,
    SOME_LEFT_OUT,
    RuleCard,
    RuleSource,
    build_family_messages,
)

__all__ = ["KEPT_BACK_UNSAID"]

_FAMILY = build_family_messages("This use of data was not requested in the agreed way.")


def _build_request_card(
    number: int, statement: str, steward: str, next_step: str, met: str
) -> RuleCard:
    """Build a card of policy about the request as a whole."""
    return RuleCard(
        id=f"X{number:02}",
        citation=f"Cairn policy, data use {number}",
        statement=statement,
        steward=steward,
        next_step=next_step,
        met=met,
        severity=RuleSource.POLICY,
        others=_FAMILY,
    )


def _build_element_card(
    number: int, statement: str, steward: str, next_step: str, met: str
) -> RuleCard:
    """Build a card of policy about one element; other audiences learn only that it is not
    covered.
    """
    return RuleCard(
        id=f"X{number:02}",
        citation=f"Cairn policy, data use {number}",
        statement=statement,
        steward=steward,
        next_step=next_step,
        met=met,
        severity=RuleSource.POLICY,
        withheld=NOT_COVERED,
        others=_FAMILY,
    )


def _build_child_use_card(
    number: int, statement: str, steward: str, next_step: str, family: str
) -> RuleCard:
    """Build a card of policy about some of the children; recipients get one sentence for all
    cards.
    """
    return RuleCard(
        id=f"X{number:02}",
        citation=f"Cairn policy, data use {number}",
        statement=statement,
        steward=steward,
        next_step=next_step,
        severity=RuleSource.POLICY,
        withheld=SOME_LEFT_OUT,
        others=build_family_messages(family),
    )


NOT_A_USE = _build_request_card(
    1,
    (
        "The kinds of use of children's data are: view, list, export, deliver, refer, match, "
        "aggregate, release and publish."
    ),
    "Cairn does not know this kind of use: '{action}'.",
    "Choose one of: {uses}.",
    "Cairn knows this kind of use: '{action}'.",
)

ACTING_FOR = _build_request_card(
    2,
    "A person may act only for an organization where they have an active role.",
    "This person has no active role at {organization} on {on}.",
    ("Choose an organization where this person has a role, or add a role at {organization}."),
    "This person acts for {organization}.",
)

RECEIVER_KNOWN = _build_request_card(
    3,
    "The type of organization that would receive the data must be on record.",
    "{organization} is not on record.",
    "Register {organization} first.",
    "{organization} is on record.",
)

NOTHING_OVERDUE = _build_request_card(
    4,
    "An organization with overdue data destruction may not receive more data.",
    "{organization} has overdue data destruction, or this was not checked ({overdue}).",
    "Destroy the data that are due, certify the destruction, and ask again.",
    "{organization} has no overdue data destruction.",
)

SOMEBODY = _build_request_card(
    5,
    "A request to use records must list the children.",
    "The request does not list any children.",
    "List the children by person ID, or choose the children on the recipient's roster.",
    "The request lists the children.",
)

ATTESTED = _build_request_card(
    6,
    ("If an agreement's text is said to meet a legal requirement, the clause must be cited."),
    (
        "{agreement}: someone attested that the text meets the requirements of its legal "
        "basis, but no clause is cited."
    ),
    (
        "Ask the data owner's counsel to cite the clause, or to explain in writing why the "
        "requirement is met."
    ),
    "{agreement} meets the requirements of its legal basis in {clause}.",
)

ANSWERED = _build_request_card(
    7,
    ("Where the law requires a person's judgment, a named person must decide and give a reason."),
    "No one has decided about {about}.",
    "Ask a named person of the data owner to decide and give a reason.",
    "{by} ({organization}) decided about {about} on {on}. Reason: {reason}",
)

EMERGENCY = _build_request_card(
    8,
    ("A disclosure in an emergency requires a written statement of the emergency by an agency."),
    "No emergency on record lists {organization} among those who need the information.",
    (
        "Ask the district to record the threat, who needs the information, and which "
        "children it concerns."
    ),
    "The emergency record lists {organization} among those who need the information.",
)

PARENT_ALONE = _build_request_card(
    9,
    "A family may see the records of its own child only.",
    "A family may ask about one child only: its own.",
    "Open that child's family page.",
    "The family is asking about its own child.",
)

POPULATION_IN_WORDS = _build_request_card(
    10,
    (
        "An agreement must define which children it covers in terms that can be checked for "
        "each child."
    ),
    (
        "{agreement} describes the children it covers in words only ({said}), so Cairn "
        "cannot check each child. Make sure that no other children's records are included."
    ),
    "Amend the agreement to add the [children] table.",
    "{agreement} defines which children it covers.",
)

NOT_HELD = _build_element_card(
    20,
    "Each data element must be in the data dictionary of its provider.",
    "{element} is not in a data dictionary of {providers}.",
    "Import the provider's data dictionary, or leave out {element}.",
    "{element} is in a data dictionary of {providers}.",
)

NOT_THOSE_YEARS = _build_element_card(
    21,
    "An element may be used only for school years in which its provider has it.",
    "No data dictionary of {providers} shows {element} for {first} to {last}.",
    "Choose school years in the data dictionary, or ask the provider which years it has.",
    "{element} is available for {first} to {last}.",
)

TOO_CLOSE = _build_element_card(
    22,
    "An element that identifies a child may be used only for student-level data.",
    (
        "{element} identifies a child, or no one has confirmed that it does not. The "
        "requested level is {level}."
    ),
    "Use a less detailed form, or request student-level data if the agreement allows it.",
    "{element} may be used at the level {level}.",
)

AGREED_LEVEL = _build_element_card(
    23,
    "Data may not be used at a more detailed level than the agreement allows.",
    "{agreement} does not allow {element} at the level {level}.",
    "Request the level {agreed}, or amend the agreement.",
    "{agreement} allows {element} at the level {level}.",
)

AGREED_YEARS = _build_element_card(
    24,
    "Data may be used only for the school years that the agreement covers.",
    "{agreement} does not cover {element} for {first} to {last}.",
    "Choose school years that {agreement} covers, or amend the agreement.",
    "{agreement} covers {element} for {first} to {last}.",
)

CHILD_UNKNOWN = _build_child_use_card(
    30,
    "Records may be used only for children who are on record.",
    "{n} of the children are not on record, or one ID has conflicting records.",
    "Check the IDs, or leave out these children.",
    "We have no record of this child.",
)

NOT_ENROLLED = _build_child_use_card(
    31,
    "Only an organization that serves a child may disclose that child's records.",
    "{n:child is|children are} not on the roster of any provider of {element}.",
    "Request only children of {providers}.",
    "Your child is not on the list of any organization that would share this.",
)

OPT_OUTS_UNKNOWN = _build_child_use_card(
    32,
    "Opt-outs must be checked before a child's data are used.",
    "Opt-outs were not checked for {n:child|children}.",
    "Check the opt-outs, then ask again.",
    "We have not checked whether you opted out, so your child is left out.",
)

NATION = _build_child_use_card(
    33,
    "Data about children of a Tribal nation may be used only with that nation's approval.",
    ("{n:child belongs|children belong} to a Tribal nation that has not approved this project."),
    "Ask the nation for approval, or leave out these children.",
    "Your Tribal nation has not approved this use.",
)

KEPT_BACK = _build_child_use_card(
    34,
    "A school may withhold a data element for a child, for any reason.",
    "The school withholds {element} for {n:child|children}.",
    "Leave out {element}, or leave out these children.",
    "The school does not share this for your child.",
)

NO_OCCASION = _build_child_use_card(
    35,
    "An exception for a specific event covers only the children involved in that event.",
    "No {occasion} to {organization} is on record for {n:child|children}.",
    "Record the event and its date, or leave out these children.",
    "Nothing on record shows that this is needed for your child.",
)

NATIONS_UNKNOWN = _build_child_use_card(
    36,
    ("A child's Tribal nations must be on record, so that it is clear whose approval is needed."),
    "Tribal affiliation, or that there is none, is not on record for {n:child|children}.",
    (
        "Ask the school to record which children belong to which Tribal nation, or that it "
        "has no such records."
    ),
    ("Your school has not said whether a Tribal nation must approve, so your child is left out."),
)

KEPT_BACK_UNKNOWN = _build_child_use_card(
    37,
    "Withheld elements must be on record before a child's data are used.",
    "Withheld elements, or that there are none, are not on record for {n:child|children}.",
    (
        "Ask the school to record for which children it withholds elements, or that it "
        "withholds none."
    ),
    ("Your school has not said what it keeps private for your child, so your child is left out."),
)

KEPT_BACK_UNSAID = _build_element_card(
    38,
    (
        "Addresses and family contact information are imported only after the school has "
        "recorded for which children it withholds them, if any."
    ),
    ("{element} was not imported: {school} has not recorded what it withholds for its children."),
    (
        "{school}'s data steward records it on the Consents page, under Withheld data. Then submit "
        "the file again."
    ),
    "{school} has recorded for which children it withholds {element}.",
)

KEPT_BACK_OPEN = _build_child_use_card(
    39,
    (
        "Until a school has recorded what it withholds for its children, addresses are not "
        "imported and the children's data are not used."
    ),
    (
        "{elements} of {school}'s children were not imported: the school has not recorded "
        "what it withholds for them."
    ),
    "{school}'s data steward records it on the Consents page, under Withheld data.",
    "Your school has not said what it keeps private for its children.",
)

NATIONS_OPEN = _build_child_use_card(
    40,
    (
        "Until a school has recorded its children's Tribal nations, the children's data are "
        "not used."
    ),
    ("{school}'s children are left out: the school has not recorded their Tribal nations, if any."),
    "{school}'s data steward records it on the Consents page, under Withheld data.",
    "Your school has not said whether a Tribal nation must approve.",
)

NOT_MEANT = _build_child_use_card(
    41,
    "Data may be used only for the children whom the agreement covers.",
    ("{agreement} covers only certain children ({whose}). {n:child is|children are} not covered."),
    "Leave out these children, or amend the agreement.",
    "The agreement does not cover your child.",
)

MEANT_UNKNOWN = _build_child_use_card(
    42,
    ("A child's records may be used only if it is known that the agreement covers the child."),
    (
        "{agreement} covers only certain children ({whose}). For {n:child|children} it is "
        "not known whether they are covered: {asked}."
    ),
    (
        "Submit a roster with this information (enrollments, with grade and school), or "
        "record what is missing."
    ),
    "We do not know whether the agreement covers your child.",
)


ONE_ANSWER = RuleCard(
    id="LK1",
    citation="Cairn policy, linkage 1",
    statement=(
        "If two reviewers judge a possible match, they must be two different people, and "
        "neither may see the other's answer first."
    ),
    steward=(
        "You have already reviewed this possible match. Another person must give the second answer."
    ),
    next_step="Leave it to another reviewer, or withdraw your answer.",
    met="You have not reviewed this possible match yet.",
    severity=RuleSource.POLICY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
