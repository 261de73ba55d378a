"""State the rules of one use of data about children: of the request itself, and of each child."""

from cairn.policy.law.rule_card import (
    NOT_COVERED,
    SOME_LEFT_OUT,
    RuleCard,
    RuleSource,
    build_family_messages,
)

__all__ = ["KEPT_BACK_UNSAID"]

_FAMILY = build_family_messages("This use was not asked for in the way that is agreed.")


def _build_request_card(
    number: int, statement: str, steward: str, next_step: str, met: str
) -> RuleCard:
    """Build a card of policy about the request as a whole."""
    return RuleCard(
        id=f"X{number:02}",
        citation=f"Cairn policy, uses {number}",
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
        citation=f"Cairn policy, uses {number}",
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
        citation=f"Cairn policy, uses {number}",
        statement=statement,
        steward=steward,
        next_step=next_step,
        severity=RuleSource.POLICY,
        withheld=SOME_LEFT_OUT,
        others=build_family_messages(family),
    )


NOT_A_USE = _build_request_card(
    1,
    "A use of data about children is to view, list, export, deliver, refer, match, aggregate, "
    "release or publish.",
    "'{action}' is no use of data about children.",
    "Ask for one of: {uses}.",
    "'{action}' is a use of data about children.",
)

ACTING_FOR = _build_request_card(
    2,
    "A person acts for an organization of which they are a member on that day.",
    "This person has no role in {organization} that is live on {on}.",
    "Act for an organization where this person has a role, or give them one there.",
    "This person acts for {organization}.",
)

RECEIVER_KNOWN = _build_request_card(
    3,
    "It is on record what kind of organization would have the data.",
    "Nothing is on record about {organization}.",
    "Register {organization} first.",
    "{organization} is on record.",
)

NOTHING_OVERDUE = _build_request_card(
    4,
    "Whoever has not destroyed what it had to receives nothing more.",
    "{organization} owes destructions that are overdue, or nobody looked ({overdue}).",
    "Destroy what is due and certify it, then ask again.",
    "{organization} owes no destruction that is overdue.",
)

SOMEBODY = _build_request_card(
    5,
    "A use of records names the children it is about.",
    "No child was named.",
    "Name the children, by their ids.",
    "The request names the children it is about.",
)

ATTESTED = _build_request_card(
    6,
    "What the text of an agreement is said to show stands in a clause that can be found.",
    "{agreement}: the criteria of its basis are attested, and no clause is named.",
    "Have the data owner's counsel find the clause, or answer for it with a reason.",
    "{agreement}: the criteria of its basis stand in {clause}.",
)

ANSWERED = _build_request_card(
    7,
    "What the law leaves to a person was answered by one, by name and with a reason.",
    "Nobody has answered for {about}.",
    "Have a named person of the data owner answer, with a reason.",
    "{by} ({organization}) answered for {about} on {on}: {reason}",
)

EMERGENCY = _build_request_card(
    8,
    "An emergency use is for an emergency that an agency has put in words.",
    "No emergency on record names {organization} as one that has to know.",
    "Have the district write what the threat is, who must know and which children it concerns.",
    "{organization} has to know.",
)

PARENT_ALONE = _build_request_card(
    9,
    "A family sees its own child and no other.",
    "A family asks about one child, its own.",
    "Open the family page of that child.",
    "A family asks about its own child.",
)

POPULATION_IN_WORDS = _build_request_card(
    10,
    "An agreement says whose records it is about in terms that can be held up to each child.",
    "{agreement} does not say in terms whose records it is about ({said}), so no child was held up "
    "to it. See to it that nobody else's are among them.",
    "Add the table [children] to the agreement, by amendment.",
    "{agreement} says in terms whose records it is about.",
)

NOT_HELD = _build_element_card(
    20,
    "An element that is used stands in a dictionary of one that provides it.",
    "{element} is in no dictionary of {providers}.",
    "Put the provider's dictionary on record, or leave {element} out.",
    "{element} is in a dictionary of {providers}.",
)

NOT_THOSE_YEARS = _build_element_card(
    21,
    "An element is used for the school years in which its provider has it.",
    "No dictionary of {providers} says that {element} is there from {first} to {last}.",
    "Name the years that the dictionary holds, or have the provider say which they are.",
    "{element} is there from {first} to {last}.",
)

TOO_CLOSE = _build_element_card(
    22,
    "What identifies a child by itself is used only where the data are about single children.",
    "{element} identifies a child, or nobody has said that it does not, and the level is {level}.",
    "Use a coarser form, or ask at the level of single children where that is agreed.",
    "{element} fits the level {level}.",
)

AGREED_LEVEL = _build_element_card(
    23,
    "Data are used no closer to one child than the agreement says.",
    "{agreement} does not allow {element} at the level {level}.",
    "Ask at the level {agreed}, or amend the agreement.",
    "{agreement} allows {element} at the level {level}.",
)

AGREED_YEARS = _build_element_card(
    24,
    "Data are used for the school years that the agreement names.",
    "{agreement} does not allow {element} from {first} to {last}.",
    "Name school years that {agreement} covers, or amend it.",
    "{agreement} allows {element} from {first} to {last}.",
)

CHILD_UNKNOWN = _build_child_use_card(
    30,
    "Nothing is used of a child about whom nothing is on record.",
    "Nothing is on record about {n} of the children, or more than one thing under one id.",
    "Check the ids, or leave these children out.",
    "Nothing is on record about this child.",
)

NOT_ENROLLED = _build_child_use_card(
    31,
    "Records are disclosed by the organization whose child it is.",
    "{n:child is|children are} on no roster of a provider of {element}.",
    "Ask only for children of {providers}.",
    "Your child is on no roster of those who would give this.",
)

OPT_OUTS_UNKNOWN = _build_child_use_card(
    32,
    "Nobody's data are used until it is known what the family declined.",
    "For {n:child|children} nobody looked whether the family opted out.",
    "Read the opt-outs before asking.",
    "Nobody has looked what you declined, so your child is left out.",
)

NATION = _build_child_use_card(
    33,
    "Data about a tribal nation's children are used with that nation's approval.",
    "{n:child belongs|children belong} to a nation that has not approved this project.",
    "Ask the nation for its approval, or leave these children out.",
    "Your nation has not approved this use.",
)

KEPT_BACK = _build_child_use_card(
    34,
    "The school may keep an element back for one child, whatever the reason.",
    "{element} is kept back for {n:child|children}.",
    "Leave {element} out, or ask without these children.",
    "The school keeps this back for your child.",
)

NO_OCCASION = _build_child_use_card(
    35,
    "An exception for one occasion covers the children whom that occasion concerns.",
    "No {occasion} to {organization} is on record for {n:child|children}.",
    "Record what happened, with its date, or leave these children out.",
    "Nothing is on record for which this would be needed.",
)

NATIONS_UNKNOWN = _build_child_use_card(
    36,
    "Until it is known to which tribal nations a child belongs, it is not known whose approval is "
    "needed.",
    "For {n:child|children} nobody has said to which tribal nations they belong, if any.",
    "Have the school say which of its children are of which nation, or that it holds no such "
    "record.",
    "Your school has not said whether a tribal nation has a say, so your child is left out.",
)

KEPT_BACK_UNKNOWN = _build_child_use_card(
    37,
    "Until it is known which elements are kept back for a child, none is used.",
    "For {n:child|children} nobody has said which elements are kept back, if any.",
    "Have the school say for which of its children it keeps something back, or that it is for "
    "none.",
    "Your school has not said what it keeps back for your child, so your child is left out.",
)

KEPT_BACK_UNSAID = _build_element_card(
    38,
    "Where children live and how their families are reached come in once their school has said "
    "for which children it keeps them back, if for any.",
    "{element} stays out: {school} has not said what it keeps back for its children.",
    "{school}'s steward says it, on the page “Nations, and what is kept back” or with: "
    "cairn consent state withheld listed --from {organization} (no_record, where nothing is kept "
    "back). Then send the file again.",
    "{school} has said for which of its children it keeps {element} back.",
)

KEPT_BACK_OPEN = _build_child_use_card(
    39,
    "Until a school has said for which children it keeps something back, where they live stays "
    "out, and nothing of them is used.",
    "{elements} of {school}'s children stay out: it has not said what it keeps back for them.",
    "{school}'s steward says it, on the page “Nations, and what is kept back” or with: "
    "cairn consent state withheld listed --from {organization} (no_record, where nothing is kept "
    "back).",
    "Your school has not said what it keeps back for its children.",
)

NATIONS_OPEN = _build_child_use_card(
    40,
    "Until a school has said to which tribal nations its children belong, nothing of them is used.",
    "{school}'s children are left out: it has not said to which tribal nations they belong, if to "
    "any.",
    "{school}'s steward says it, on the page “Nations, and what is kept back” or with: "
    "cairn consent state nations listed --from {organization} (no_record, where its records hold "
    "none).",
    "Your school has not said whether a tribal nation has a say.",
)

NOT_MEANT = _build_child_use_card(
    41,
    "Data are used of those children alone whom the agreement is about.",
    "{agreement} is about other children ({whose}): {n:child is|children are} not among them.",
    "Leave these children out, or amend the agreement.",
    "What was agreed is about other children than yours.",
)

MEANT_UNKNOWN = _build_child_use_card(
    42,
    "Until it is known that a child is one of those whom an agreement is about, nothing of the "
    "child is used.",
    "{agreement} is about some children ({whose}), and of {n:child|children} it is not known "
    "whether they are meant: {asked}.",
    "Deliver the roster that says it (enrollments, with grade and school), or put what is missing "
    "on record.",
    "It is not known whether your child is one of those whom the agreement is about.",
)


ONE_ANSWER = RuleCard(
    id="LK1",
    citation="Cairn policy, linkage 1",
    statement="Where two reviewers judge one question, they are two people, and neither sees the "
    "other's answer first.",
    steward="You have answered this question; a second answer must be somebody else's.",
    next_step="Leave it to another reviewer, or take your answer back.",
    met="You have not answered this question yet.",
    severity=RuleSource.POLICY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
