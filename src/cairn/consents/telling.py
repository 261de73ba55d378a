"""A list of children whose families decline or changed their mind, with who said it."""

import re
from datetime import date
from typing import Final

from cairn.consents.answering import Signature
from cairn.consents.paper import relation

_BETWEEN: Final = re.compile(r"[,;\t]+")
_PARTS: Final = 3


class Untold(ValueError):
    """A line of the list cannot be read; the message says which, and repeats no id."""


def said_by(text: str, on: date) -> dict[str, Signature | None]:
    """Child's id → who said it, or ``None`` where the line is the id alone.

    A line is ids with commas between, or one id with who said it: ``id | name | relation``. Raises
    `Untold`.
    """
    found: dict[str, Signature | None] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if "|" in line:
            local_id, signature = _told(line, number, on)
            found[local_id] = signature
        else:
            found |= {part.strip(): None for part in _BETWEEN.split(line) if part.strip()}
    return found


def _told(line: str, number: int, on: date) -> tuple[str, Signature]:
    parts = [part.strip() for part in line.split("|")]
    known = relation(parts[-1]) if len(parts) == _PARTS and all(parts) else None
    if known is None:
        raise Untold(
            f"Line {number}: write id | name | relation, such as S-1 | Rosa Alba | parent."
        )
    return parts[0], Signature(parts[1], known, on, "")
