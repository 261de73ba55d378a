"""What a delivery was like: counts, reasons and row numbers, never a value.

Plain dataclasses that become JSON, for the manifest, the page and the command.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self

from cairn.warehouse.read.sheet import ReadNote

EXAMPLES: Final = 5
NOT_MAPPED: Final = "not_mapped"
NOT_COVERED: Final = "not_covered"


@dataclass(frozen=True, slots=True)
class DroppedColumn:
    """A column that was not written, by name only, and why (in words, and as a code)."""

    name: str
    reason: str
    sheet: str = ""
    code: str = NOT_MAPPED


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason, how often, and the first few source rows it happened in.

    ``kept``: the row was kept and only the cell left empty.
    """

    code: str
    message: str
    count: int
    rows: tuple[int, ...]
    kept: bool = False


@dataclass(frozen=True, slots=True)
class ColumnQuality:
    """One field: from which columns, how full, how many different values, what failed."""

    field: str
    columns: tuple[str, ...]
    filled: int
    distinct: int
    problems: tuple[Problem, ...]
    rows: int

    @property
    def filled_share(self) -> float:
        """Of all rows that came in, 0 to 1."""
        return self.filled / self.rows if self.rows else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityReport:
    """The page a steward reads after a delivery.

    ``left_out`` are rows that no child's consent opens. They are none of ``rows_in``.
    """

    record: str
    rows_in: int
    rows_kept: int
    rows_quarantined: int
    cells_blanked: int
    repeated_rows: int
    columns: tuple[ColumnQuality, ...]
    problems: tuple[Problem, ...]
    dropped: tuple[DroppedColumn, ...]
    missing: tuple[str, ...]
    notes: tuple[ReadNote, ...] = field(default_factory=tuple)
    left_out: int = 0

    def to_json(self) -> str:
        """As JSON text; ``from_json`` gives the same report back."""
        body = asdict(self)
        for column, quality in zip(body["columns"], self.columns, strict=True):
            column["filled_share"] = round(quality.filled_share, 4)
        return json.dumps(body, ensure_ascii=False)

    @classmethod
    def from_json(cls, content: str) -> Self:
        """From ``to_json``."""
        body = json.loads(content)
        body["columns"] = tuple(_column(c) for c in body["columns"])
        body["problems"] = _problems(body["problems"])
        body["dropped"] = tuple(DroppedColumn(**d) for d in body["dropped"])
        body["notes"] = notes(body["notes"])
        body["missing"] = tuple(body["missing"])
        return cls(**body)


def notes(bodies: Sequence[dict[str, Any]]) -> tuple[ReadNote, ...]:
    """Read notes from their JSON."""
    return tuple(ReadNote(**{**n, "rows": tuple(n["rows"])}) for n in bodies)


def _column(body: dict[str, Any]) -> ColumnQuality:
    body = {k: v for k, v in body.items() if k != "filled_share"}
    body["columns"] = tuple(body["columns"])
    body["problems"] = _problems(body["problems"])
    return ColumnQuality(**body)


def _problems(bodies: Sequence[dict[str, Any]]) -> tuple[Problem, ...]:
    return tuple(Problem(**{**p, "rows": tuple(p["rows"])}) for p in bodies)
