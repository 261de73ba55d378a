"""Turn the rows of a dictionary file into entries by data set, and report every correction."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Final

from cairn.governance.dictionaries.reader import cell_values
from cairn.governance.dictionaries.reader.cell_values import (
    SchoolYearSpan,
    parse_column_type,
    parse_school_year_span,
)
from cairn.policy.facts import STILL_COLLECTED
from cairn.warehouse.readers import FileReader, read_file
from cairn.warehouse.schema import ROW_COLUMN, Sheet, UnreadableFile

MAX_ELEMENT_NAME_LENGTH: Final = 200
_MAX_REPORTED_ROWS: Final = 20
MAX_GROUP_LENGTH: Final = 400

_TEMPLATE_HINT: Final = re.compile(
    r"<.*>|\[.*\]|\{.*\}|(?:e\.g\.|(?:for )?example:|(?:insert|enter) (?:the|your|name)\b).*"
    r"|\.{2,}|_{2,}|x{3,}|tbd",
    re.IGNORECASE,
)


class BadDictionary(Exception):
    """A file that is not a dictionary; the message says what to send instead."""


@dataclass(frozen=True, slots=True)
class DictionaryEntry:
    """One column as its dictionary describes it; ``row`` is its row in the file.

    ``group`` is what its dictionary says of the agency, program and category of the column; several
    columns may have one name in different groups.
    """

    row: int
    name: str
    definition: str = ""
    kind: str = ""
    kind_as_written: str = ""
    values: str = ""
    first_year: str | None = None
    last_year: str | None = None
    years_as_written: str = ""
    group: str = ""

    @property
    def identity(self) -> tuple[str, str]:
        """Return the group and the name, by which an element differs from all others."""
        return self.group.casefold(), self.name.casefold()


@dataclass(frozen=True, slots=True)
class DictionaryDataSet:
    """The entries of one table, file or sheet."""

    name: str
    entries: tuple[DictionaryEntry, ...]


@dataclass(slots=True)
class DictionaryReport:
    """The result of reading a file: counts, and the rows to look at (at most twenty of each
    kind).

    ``empty_sheets`` counts the sheets with the columns of a dictionary and no data element.
    """

    elements: int = 0
    blank_definitions: int = 0
    kinds_put_right: int = 0
    kinds_unknown: int = 0
    still_collected: int = 0
    without_years: int = 0
    years_unreadable: int = 0
    repeated: int = 0
    without_name: int = 0
    empty_sheets: int = 0
    rows: dict[str, list[int]] = field(default_factory=dict)

    def count_case(self, kind: str, row: int) -> None:
        """Count one more case of a kind, at a row of the file."""
        setattr(self, kind, getattr(self, kind) + 1)
        kind_rows = self.rows.setdefault(kind, [])
        if len(kind_rows) < _MAX_REPORTED_ROWS:
            kind_rows.append(row)

    def counts(self) -> dict[str, int]:
        """Return the counts alone, for a page, a log or a program."""
        return {key: value for key, value in asdict(self).items() if key != "rows"}


@dataclass(frozen=True, slots=True)
class DictionaryFile:
    """The content of a dictionary file."""

    data_sets: tuple[DictionaryDataSet, ...]
    report: DictionaryReport


def read_dictionary_file(
    name: str, content: bytes, *, reader: FileReader = read_file
) -> DictionaryFile:
    """Read every data set that a CSV or Excel file describes.

    Args:
        name: the file's name.
        content: the file's bytes.
        reader: how to read the file; for an upload, `read_file_in_child_process`.

    Returns:
        The data sets and the report.

    Raises:
        BadDictionary: no sheet has a column that names the elements, the file is an empty
            template, or it cannot be read.
    """
    try:
        sheets = reader(name, content)
    except UnreadableFile as error:
        raise BadDictionary(str(error)) from error
    report = DictionaryReport()
    entries_by_data_set: dict[str, dict[tuple[str, str], DictionaryEntry]] = {}
    for sheet in sheets:
        columns = cell_values.find_dictionary_columns(sheet.header)
        if cell_values.NAME_COLUMN in columns and len(columns) > 1:
            sheet_entries = list(_read_entries(sheet, columns, report))
            report.empty_sheets += not sheet_entries
            for data_set, entry in sheet_entries:
                _add_entry(entries_by_data_set.setdefault(data_set, {}), entry, report)
    if report.empty_sheets and not any(entries_by_data_set.values()):
        raise BadDictionary(
            f"{name} is an empty template: it has the columns of a data dictionary, but no row "
            "names a data element. Fill in one row per data element, and upload it again."
        )
    if not any(entries_by_data_set.values()):
        raise BadDictionary(
            f"{name} has no column with the names of data elements. Upload one row per "
            "data element and columns such as Element name, Definition, Type and Years available."
        )
    report.elements = sum(map(len, entries_by_data_set.values()))
    return DictionaryFile(
        tuple(
            DictionaryDataSet(data_set_name, tuple(data_set_entries.values()))
            for data_set_name, data_set_entries in entries_by_data_set.items()
            if data_set_entries
        ),
        report,
    )


def _read_entries(
    sheet: Sheet, columns: Mapping[str, str], report: DictionaryReport
) -> Iterator[tuple[str, DictionaryEntry]]:
    cells_by_part = {
        part: sheet.table.column(header).to_pylist() for part, header in columns.items()
    }
    for index, row in enumerate(sheet.table.column(ROW_COLUMN).to_pylist()):
        cells = {
            part: " ".join((cells[index] or "").split()) for part, cells in cells_by_part.items()
        }
        if not any(cells.values()) or _is_template_hint(cells[cell_values.NAME_COLUMN]):
            continue
        if not cells[cell_values.NAME_COLUMN]:
            report.count_case("without_name", row)
            continue
        yield cells.get(cell_values.DATA_SET_COLUMN) or sheet.name, _build_entry(row, cells, report)


def _is_template_hint(name: str) -> bool:
    """Report whether a template says here what to enter, such as "<name of the element>"."""
    return bool(_TEMPLATE_HINT.fullmatch(name))


def _build_entry(row: int, cells: Mapping[str, str], report: DictionaryReport) -> DictionaryEntry:
    written = cells.get(cell_values.TYPE_COLUMN, "")
    kind, years, as_written = parse_column_type(written), *_read_year_cells(cells)
    _report_oddities(report, row, cells, years, as_written)
    if kind.misspelt:
        report.count_case("kinds_put_right", row)
    elif written and not kind.kind:
        report.count_case("kinds_unknown", row)
    return DictionaryEntry(
        row=row,
        name=cells[cell_values.NAME_COLUMN][:MAX_ELEMENT_NAME_LENGTH],
        definition=cells.get(cell_values.DEFINITION_COLUMN, ""),
        kind=kind.kind,
        kind_as_written=written,
        values=cells.get(cell_values.VALUES_COLUMN, ""),
        first_year=years.first,
        last_year=years.last,
        years_as_written=as_written,
        group=_join_groups(cells)[:MAX_GROUP_LENGTH],
    )


def _join_groups(cells: Mapping[str, str]) -> str:
    groups = (cells.get(column, "") for column in cell_values.GROUP_COLUMNS)
    return " · ".join(dict.fromkeys(group for group in groups if group))


def _report_oddities(
    report: DictionaryReport,
    row: int,
    cells: Mapping[str, str],
    years: SchoolYearSpan,
    as_written: str,
) -> None:
    if not cells.get(cell_values.DEFINITION_COLUMN):
        report.count_case("blank_definitions", row)
    if years.last == STILL_COLLECTED:
        report.count_case("still_collected", row)
    if not years.readable:
        report.count_case("years_unreadable", row)
    elif years.first is None:
        report.count_case("without_years", row)


def _read_year_cells(cells: Mapping[str, str]) -> tuple[SchoolYearSpan, str]:
    """Read the years from one column, or from a first and a last column, with the original
    words.
    """
    first, last = (
        cells.get(cell_values.FIRST_YEAR_COLUMN, ""),
        cells.get(cell_values.LAST_YEAR_COLUMN, ""),
    )
    if cells.get(cell_values.YEARS_COLUMN) or not first:
        written = cells.get(cell_values.YEARS_COLUMN, "")
        return parse_school_year_span(written), written
    written = f"{first} to {last or 'present'}"
    return parse_school_year_span(written), written


def _add_entry(
    entries: dict[tuple[str, str], DictionaryEntry],
    entry: DictionaryEntry,
    report: DictionaryReport,
) -> None:
    if entry.identity in entries:
        report.count_case("repeated", entry.row)
    else:
        entries[entry.identity] = entry
