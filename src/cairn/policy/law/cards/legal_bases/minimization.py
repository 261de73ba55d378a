"""State the data-minimization questions about a data request, asked before it is sent."""

from cairn.policy.law.rule_card import RuleCard, RuleSource

_LEAVE_OUT = "Leave out {element}, or name the question it serves."


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
    "Each data element in a request must serve a written question.",
    "{element} does not serve a question in this request.",
    _LEAVE_OUT,
)

UNBOUNDED = _build_minimization_card(
    "M02",
    "A request must state its first and last school year.",
    "The request does not state its first and last school year.",
    "Enter the first and last school year that the questions need.",
)

MANY_YEARS = _build_minimization_card(
    "M03",
    "A request may cover only the years that its questions need.",
    "The request covers {n:school year|school years}.",
    "State which question needs this many years, or request at most {most}.",
)

MOST_OF_DICTIONARY = _build_minimization_card(
    "M04",
    "A request should include only part of a data set, not most of it.",
    "The request includes {n} of the {all:element|elements} in {data_set}.",
    "Start from the questions, and keep only the elements that each question needs.",
)

EVERYTHING = _build_minimization_card(
    "M05",
    "A request must name each data element. 'All' is not a name.",
    "'{element}' is not a data element.",
    "Name each data element that a question needs.",
)

NOT_HELD = _build_minimization_card(
    "M06",
    "A request should ask only for data that the provider already collects.",
    (
        "{element} is not in a data dictionary on record. Requesting it would be new data "
        "collection."
    ),
    "Ask the provider for its data dictionary, or choose an element it already has.",
)

NOT_THOSE_YEARS = _build_minimization_card(
    "M07",
    "A request may include only years in which the provider collected the element.",
    "{element} is not available for all of {first} to {last}.",
    "Request fewer years, or leave out {element}.",
)

YEARS_UNKNOWN = _build_minimization_card(
    "M08",
    "The years for which a provider has an element must be known.",
    "The data dictionary does not state the years for {element}.",
    "Ask the provider, and enter the years in the data dictionary.",
)

COARSER = _build_minimization_card(
    "M09",
    "A request should use the least detailed form that answers the question.",
    "{element} is available as {coarser}.",
    "Request {coarser}, or state which question needs the more detailed form.",
)

IDENTIFIES = _build_minimization_card(
    "M10",
    "Data about populations, programs or systems may not include identifiers.",
    "{element} identifies a child, and the request is not for student-level data.",
    "Leave out {element}. Counts do not need it.",
)

UNCLASSIFIED = _build_minimization_card(
    "M11",
    "An element without a confirmed class is treated as identifying.",
    "The class of {element} is not confirmed, so it is treated as identifying.",
    "Ask the provider's data steward to confirm its class in the data dictionary.",
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
