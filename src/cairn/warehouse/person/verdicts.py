"""What people decided: two records are *always* or *never* the same child, whatever comes later."""

from collections.abc import Hashable, Iterable
from typing import TypeVar

from cairn.warehouse.person.joining import joined

Record = TypeVar("Record", bound=Hashable)


class Contradiction(Exception):
    """Decisions that cannot both hold: always the same by a chain, and never the same."""


def agree(always: Iterable[tuple[Record, Record]], never: Iterable[tuple[Record, Record]]) -> None:
    """Raises ``Contradiction`` where two who are never one child are always one, by any chain."""
    certain, apart = list(always), list(never)
    body = joined({record for two in [*certain, *apart] for record in two}, certain)
    if any(body[one] == body[other] for one, other in apart):
        raise Contradiction("One decision says always, another never the same child.")
