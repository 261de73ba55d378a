"""Rows of a dictionary → entries by data set, with a report of everything that was put right."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Final

from cairn.dictionaries.reading import headers
from cairn.dictionaries.reading.kinds import kind_of
from cairn.dictionaries.reading.school_years import YearsHeld, years_held
from cairn.rules.dictionary import TO_PRESENT
from cairn.warehouse.read import ROW, Sheet, Unreadable, read_file

LONGEST_NAME: Final = 200
_SHOWN: Final = 20


class BadDictionary(Exception):
    """A file that is no dictionary; the message says what to send instead."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One column as its dictionary describes it; ``row`` is its row in the file."""

    row: int
    name: str
    definition: str = ""
    kind: str = ""
    kind_as_written: str = ""
    values: str = ""
    first_year: str | None = None
    last_year: str | None = None
    years_as_written: str = ""


@dataclass(frozen=True, slots=True)
class DataSet:
    """The entries of one table, file or sheet."""

    name: str
    entries: tuple[Entry, ...]


@dataclass(slots=True)
class Report:
    """What was found: counts, and the rows to look at (at most twenty of each kind)."""

    elements: int = 0
    blank_definitions: int = 0
    kinds_put_right: int = 0
    kinds_unknown: int = 0
    still_collected: int = 0
    without_years: int = 0
    years_unreadable: int = 0
    repeated: int = 0
    without_name: int = 0
    rows: dict[str, list[int]] = field(default_factory=dict)

    def note(self, kind: str, row: int) -> None:
        """One more of a kind, at a row of the file."""
        setattr(self, kind, getattr(self, kind) + 1)
        where = self.rows.setdefault(kind, [])
        if len(where) < _SHOWN:
            where.append(row)

    def counts(self) -> dict[str, int]:
        """The counts alone, for a page, a log or a machine."""
        return {key: value for key, value in asdict(self).items() if key != "rows"}


@dataclass(frozen=True, slots=True)
class Read:
    """A dictionary as it was read."""

    data_sets: tuple[DataSet, ...]
    report: Report


def read(name: str, content: bytes) -> Read:
    """Every data set that a CSV or Excel file describes. Raises `BadDictionary`."""
    try:
        sheets = read_file(name, content)
    except Unreadable as error:
        raise BadDictionary(str(error)) from error
    report = Report()
    found: dict[str, dict[str, Entry]] = {}
    for one in sheets:
        columns = headers.columns(one.header)
        if headers.NAME in columns and len(columns) > 1:
            for data_set, entry in _entries(one, columns, report):
                _keep(found.setdefault(data_set, {}), entry, report)
    if not any(found.values()):
        raise BadDictionary(
            f"{name} has no column that names the elements. Give a table with one row an element "
            "and columns such as Element name, Definition, Type and Years available."
        )
    report.elements = sum(map(len, found.values()))
    return Read(tuple(DataSet(n, tuple(e.values())) for n, e in found.items() if e), report)


def _entries(one: Sheet, columns: Mapping[str, str], report: Report) -> Iterator[tuple[str, Entry]]:
    named = {part: one.table.column(header).to_pylist() for part, header in columns.items()}
    for place, row in enumerate(one.table.column(ROW).to_pylist()):
        cells = {part: " ".join((cells[place] or "").split()) for part, cells in named.items()}
        if not any(cells.values()):
            continue
        if not cells[headers.NAME]:
            report.note("without_name", row)
            continue
        yield cells.get(headers.DATA_SET) or one.name, _entry(row, cells, report)


def _entry(row: int, cells: Mapping[str, str], report: Report) -> Entry:
    written = cells.get(headers.KIND, "")
    kind, years, as_written = kind_of(written), *_years(cells)
    _notes(report, row, cells, years, as_written)
    if kind.misspelt:
        report.note("kinds_put_right", row)
    elif written and not kind.kind:
        report.note("kinds_unknown", row)
    return Entry(
        row=row,
        name=cells[headers.NAME][:LONGEST_NAME],
        definition=cells.get(headers.DEFINITION, ""),
        kind=kind.kind,
        kind_as_written=written,
        values=cells.get(headers.VALUES, ""),
        first_year=years.first,
        last_year=years.last,
        years_as_written=as_written,
    )


def _notes(
    report: Report, row: int, cells: Mapping[str, str], years: YearsHeld, as_written: str
) -> None:
    if not cells.get(headers.DEFINITION):
        report.note("blank_definitions", row)
    if years.last == TO_PRESENT:
        report.note("still_collected", row)
    if not years.readable:
        report.note("years_unreadable", row)
    elif years.first is None:
        report.note("without_years", row)


def _years(cells: Mapping[str, str]) -> tuple[YearsHeld, str]:
    """From one column, or from a first and a last one; and the words they were written in."""
    first, last = cells.get(headers.FIRST, ""), cells.get(headers.LAST, "")
    if cells.get(headers.YEARS) or not first:
        written = cells.get(headers.YEARS, "")
        return years_held(written), written
    written = f"{first} to {last or 'present'}"
    return years_held(written), written


def _keep(entries: dict[str, Entry], entry: Entry, report: Report) -> None:
    key = entry.name.casefold()
    if key in entries:
        report.note("repeated", entry.row)
    else:
        entries[key] = entry
