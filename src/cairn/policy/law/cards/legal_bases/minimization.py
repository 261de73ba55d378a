"""State the data-minimization challenges to a request for elements, made before it is sent."""

from cairn.policy.law.rule_card import RuleCard, RuleSource

_LEAVE_OUT = "Leave {element} out, or name the question that it answers."


def _build_minimization_card(number: str, statement: str, steward: str, next_step: str) -> RuleCard:
    """Build a card of this partnership's own policy: data are requested question by question."""
    return RuleCard(
        id=number,
        citation=f"Cairn policy, minimization {number.removeprefix('M').lstrip('0')}",
        statement=statement,
        steward=steward,
        next_step=next_step,
        severity=RuleSource.PRACTICE,
    )


NO_QUESTION = _build_minimization_card(
    "M01",
    "Every element asked for answers a question that is written down.",
    "{element} answers no question of this request.",
    _LEAVE_OUT,
)

UNBOUNDED = _build_minimization_card(
    "M02",
    "A request says from which school year to which.",
    "The request does not say from which school year to which.",
    "Name the first and the last school year that the questions need.",
)

MANY_YEARS = _build_minimization_card(
    "M03",
    "A request covers the years that its questions need and no longer history.",
    "The request covers {n:school year|school years}.",
    "Say which question needs so many years, or ask for at most {most}.",
)

MOST_OF_DICTIONARY = _build_minimization_card(
    "M04",
    "A request takes a part of a data set, not most of it.",
    "The request takes {n} of the {all:element|elements} of {data_set}.",
    "Start from the questions and keep only the elements that each of them needs.",
)

EVERYTHING = _build_minimization_card(
    "M05",
    "A request names each element; 'all' names none.",
    "'{element}' does not name an element.",
    "Name each element that a question needs.",
)

NOT_HELD = _build_minimization_card(
    "M06",
    "A request asks for what the provider already collects.",
    "No dictionary on record holds {element}: asking for it is new collection.",
    "Ask the provider for its dictionary, or use an element that it holds.",
)

NOT_THOSE_YEARS = _build_minimization_card(
    "M07",
    "A request asks for years in which the provider collected the element.",
    "{element} is not held for all of {first} to {last}.",
    "Narrow the years, or leave {element} out.",
)

YEARS_UNKNOWN = _build_minimization_card(
    "M08",
    "A request knows for which years the provider holds an element.",
    "The dictionary does not say for which years {element} is held.",
    "Ask the provider, and write the years into the dictionary.",
)

COARSER = _build_minimization_card(
    "M09",
    "The coarsest form of a fact that still answers the question is enough.",
    "{element} can be given as {coarser}.",
    "Ask for {coarser}, or say which question needs the finer form.",
)

IDENTIFIES = _build_minimization_card(
    "M10",
    "Data about populations, programs or systems need no child's identity.",
    "{element} identifies a child, and the request is not at the level of individuals.",
    "Leave {element} out; figures are counted without it.",
)

UNCLASSIFIED = _build_minimization_card(
    "M11",
    "What nobody has classified counts as identifying.",
    "Nobody has confirmed how {element} identifies, so it counts as identifying.",
    "Have the provider's steward confirm its class in the dictionary.",
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
