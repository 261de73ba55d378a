"""What a reviewer sees of one question: records side by side, where they differ, and why.

Identifying fields only: nothing else about a child is in this database.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cairn.disclosures.queries import names
from cairn.intake.storehouse import key_ring
from cairn.linkage import matching
from cairn.linkage.matching import Explained
from cairn.linkage.models import Link, Question, Record, Statement
from cairn.linkage.sealing import Sealer
from cairn.linkage.statements import opened
from cairn.warehouse.linking.reading import explain_standardizing

FIELDS: Final[Mapping[str, str | Promise]] = {
    "given_name": _("First name"),
    "middle_name": _("Middle name"),
    "family_name": _("Surname"),
    "suffix": _("Suffix"),
    "preferred_name": _("Called"),
    "birth_date": _("Birth date"),
    "death_date": _("Date of death"),
    "gender": _("Sex"),
    "street": _("Address"),
    "postal_code": _("Postal code"),
    "phone": _("Phone"),
    "email": _("Email"),
    "guardian_name": _("Guardian"),
    "state_id": _("State id"),
    "local_id": _("Id at the source"),
}
_SAME, _DIFFER, _SILENT = "same", "differ", "silent"


@dataclass(frozen=True, slots=True)
class Column:
    """One record: on which side it stands, who sent it, and since when."""

    side: str
    source: str
    since: date | None


@dataclass(frozen=True, slots=True)
class Cell:
    """What one record says in one field; `odd` where another record says something else."""

    label: str
    value: str
    odd: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One field of all records. `state`: same, differ, or silent where hardly anyone says it."""

    field: str | Promise
    cells: tuple[Cell, ...]
    state: str


@dataclass(frozen=True, slots=True)
class Read:
    """How one value of a record is compared, and why otherwise than it was written."""

    record: str
    field: str | Promise
    written: str
    compared: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A question as it is laid before a reviewer."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    why: tuple[Explained, ...]
    read: tuple[Read, ...] = ()

    @property
    def sources(self) -> list[str]:
        """Who sent what is shown."""
        return sorted({column.source for column in self.columns})

    @property
    def as_of(self) -> date | None:
        """Since when the newest of these records is here."""
        return max((column.since for column in self.columns if column.since), default=None)


def sheet(question: Question) -> Sheet:
    """The records of a question side by side; what speaks most for one child, and most against."""
    rows = question.records.order_by("side", "record_id").values_list("record_id", "side")
    sealer = Sealer(key_ring())
    side_of = dict(rows)
    said, keys = _said(list(side_of), sealer)
    fitted = matching.fitted(sealer)
    sides = tuple({keys[n] for n, side in side_of.items() if side == s} for s in (0, 1))
    why = matching.explained(said, sides[0], sides[1], fitted.model) if fitted else ()
    letters = {n: "AB"[side] for n, side in side_of.items()}
    shared = fitted.model.shared if fitted else frozenset()
    return _laid_out(letters, said.to_pylist(), keys, why, shared)


def of_records(numbers: Collection[int]) -> Sheet:
    """Records side by side, without a question."""
    return _without_question(dict.fromkeys(sorted(numbers), ""))


def side_by_side(one: Collection[int], other: Collection[int]) -> Sheet:
    """The records of two people, A and B."""
    return _without_question({**dict.fromkeys(sorted(one), "A"), **dict.fromkeys(other, "B")})


def _without_question(letters: dict[int, str]) -> Sheet:
    sealer = Sealer(key_ring())
    said, keys = _said(sorted(letters), sealer)
    fitted = matching.fitted(sealer)
    shared = fitted.model.shared if fitted else frozenset()
    return _laid_out(letters, said.to_pylist(), keys, (), shared)


def _said(numbers: Sequence[int], sealer: Sealer) -> tuple[Any, dict[int, str]]:
    keys = dict(Record.objects.filter(pk__in=numbers).values_list("pk", "key"))
    return opened(numbers, sealer), keys


def _laid_out(
    letters: Mapping[int, str],
    said: Sequence[Mapping[str, Any]],
    keys: Mapping[int, str],
    why: tuple[Explained, ...],
    shared: Collection[str],
) -> Sheet:
    called, first = names(), _since(letters)
    source = dict(Record.objects.filter(pk__in=letters).values_list("pk", "source"))
    columns = tuple(
        Column(letter, called.get(source[n], source[n]), first.get(n))
        for n, letter in letters.items()
    )
    values = {
        n: {
            name: " / ".join(
                sorted({_text(row[name]) for row in said if row["record_key"] == keys[n]} - {""})
            )
            for name in FIELDS
        }
        for n in letters
    }
    lines = [
        _line(title, [values[n][name] for n in letters], columns)
        for name, title in FIELDS.items()
        if any(values[n][name] for n in letters)
    ]
    label = {keys[n]: f"{c.side} {c.source}".strip() for n, c in zip(letters, columns, strict=True)}
    read = [
        Read(label[row["record_key"]], FIELDS[one.field], one.written, one.compared, one.why)
        for row in said
        if row["record_key"] in label
        for one in explain_standardizing(row, shared)
    ]
    return Sheet(columns, tuple(lines), why, tuple(dict.fromkeys(read)))


def _line(title: str | Promise, values: Sequence[str], columns: Sequence[Column]) -> Line:
    spoken = [value.casefold() for value in values if value]
    common = max(sorted(set(spoken)), key=spoken.count)
    odd = [bool(value) and value.casefold() != common for value in values]
    state = _SILENT if len(spoken) == 1 else _DIFFER if any(odd) else _SAME
    cells = tuple(
        Cell(f"{column.side} {column.source}".strip(), value, differs)
        for column, value, differs in zip(columns, values, odd, strict=True)
    )
    return Line(title, cells, state)


def _since(numbers: Collection[int]) -> dict[int, date]:
    found: dict[int, date] = {}
    rows = Statement.objects.filter(record__in=numbers).order_by("-since")
    for record, since in rows.values_list("record_id", "since"):
        found[record] = timezone.localdate(since)
    return found


def _text(value: object) -> str:
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    return "" if value is None else str(value)


def standing_records(person: str) -> list[int]:
    """The records that are a person's today."""
    return list(
        Link.objects.filter(person=person, until__isnull=True)
        .order_by("record_id")
        .values_list("record_id", flat=True)
    )
