"""Find which families' statements go with a disclosure of records (34 CFR 99.21(c)(2))."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Final

from cairn.policy.facts import FamilyStatementFact
from cairn.policy.vocabulary import Level

__all__ = ["are_statements_sent", "find_statements_to_send"]

_LEVELS_WITHOUT_STUDENTS: Final = frozenset({Level.POPULATION, Level.PROGRAM, Level.DE_IDENTIFIED})


def are_statements_sent(level: Level) -> bool:
    """Tell whether families' statements go with data of this level.

    The duty is about a disclosure of the record (34 CFR 99.21(c)(2)). De-identified records and
    figures disclose no personally identifiable information (34 CFR 99.31(b)). A statement is free
    text that can name the student, so it would undo that.

    Args:
        level: how close the data are to one student.
    Returns:
        True if the data identify students.
    """
    return level not in _LEVELS_WITHOUT_STUDENTS


def find_statements_to_send(
    statements: Iterable[FamilyStatementFact],
    people: Collection[str],
    elements: Collection[str] | None,
    level: Level,
    on: date,
) -> tuple[FamilyStatementFact, ...]:
    """Find the statements that must go with a disclosure, because it has the contested part.

    Args:
        statements: statements on record.
        people: ids of the students in the disclosure.
        elements: elements (``record.field``) in the disclosure; ``None`` if they are not known,
            which counts as all.
        level: how close the data are to one student.
        on: day of the disclosure.
    Returns:
        The statements, in their order.
    """
    if not are_statements_sent(level):
        return ()
    records = None if elements is None else {element.partition(".")[0] for element in elements}
    return tuple(
        statement
        for statement in statements
        if statement.person in people
        and statement.placed_on <= on
        and (records is None or _is_contested(statement, records))
    )


def _is_contested(statement: FamilyStatementFact, records: Collection[str]) -> bool:
    """Tell whether some of these record types are contested; an unknown part is in any."""
    return bool(records) and (not statement.records or not statement.records.isdisjoint(records))
