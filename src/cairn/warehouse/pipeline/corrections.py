"""Correct single cells of a landed file: what a person may correct, and what they sent back.

A correction file has the rows with problems, and each row has a key: the version of the delivery
and the row's position in the landed file. Only cells with a problem can change. So a spreadsheet
that rewrites other cells, such as an ID that loses its leading zeros, changes nothing.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.policy.engine import Permit
from cairn.policy.vocabulary import Action
from cairn.warehouse import schema
from cairn.warehouse.pipeline import landing, quarantine
from cairn.warehouse.pipeline.conversion.fields import list_source_columns
from cairn.warehouse.pipeline.quality import LandingResult, SheetRows
from cairn.warehouse.pipeline.row_filters import RowOrigin, filter_opened_rows
from cairn.warehouse.schema import ColumnMapping, Failure, Sheet
from cairn.warehouse.store import FileRef, FileStore, WrongPermit, Zone

__all__ = [
    "CORRECTION_HEADINGS",
    "MAX_CORRECTION_ROWS",
    "CellProblem",
    "CorrectedFile",
    "CorrectionMismatch",
    "CorrectionTable",
    "Corrections",
    "RowToCorrect",
    "build_corrected_file",
    "list_correction_columns",
    "list_problem_places",
    "list_rows_to_correct",
    "read_corrections",
    "write_corrected_file",
]

CORRECTION_HEADINGS: Final = ("Cairn key", "Cairn sheet", "Cairn row", "Problems")
"""The columns of a correction file before those of the sender."""

MAX_CORRECTION_ROWS: Final = 10_000
"""The most rows of one correction file: more are not corrected by hand."""

_KEY: Final = re.compile(r"(\d{1,12}-[0-9a-f]{16})-(\d{1,12})")
_PLACE_COLUMNS: Final = frozenset({schema.HEADING_COLUMN, schema.RESULT_COLUMN})
_WHOLE_ROW: Final = frozenset({Failure.SHARED_ID.value, Failure.REPEATED_ID.value})
"""Problems of a row with others, which another cell than the one named may cause."""


class CorrectionMismatch(Exception):
    """A file that does not correct this version; the message says what to do.

    ``versions`` are the versions that the file is of.
    """

    def __init__(self, message: str, versions: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.versions = frozenset(versions)


@dataclass(frozen=True, slots=True)
class CellProblem:
    """One problem of a row.

    Attributes:
        columns: headings of its cells; empty for a problem of the whole row.
        code: the reason as a code.
        message: the problem and its remedy, never a value.
        kept: whether the row was accepted and only the cell left blank.
    """

    columns: tuple[str, ...]
    code: str
    message: str
    kept: bool

    def is_about_row(self) -> bool:
        """Return whether any cell of the row may be its cause."""
        return not self.columns or self.code in _WHOLE_ROW


@dataclass(frozen=True, slots=True)
class RowToCorrect:
    """A row with problems.

    Attributes:
        position: its position in the landed file; None for a row that was set aside unread.
        sheet: the table of the sender's file that it is in.
        row: its number there.
        cells: its text by heading.
        problems: its problems.
    """

    position: int | None
    sheet: str
    row: int
    cells: Mapping[str, str]
    problems: tuple[CellProblem, ...]

    @property
    def part(self) -> str:
        """The cell or result that it was made of, where a row of the file became several."""
        return _name_part(self.cells)

    def list_open_columns(self, columns: Sequence[str]) -> frozenset[str]:
        """List the columns in which its cells may be corrected."""
        if any(problem.is_about_row() for problem in self.problems):
            return frozenset(columns) - _PLACE_COLUMNS
        named = {name for problem in self.problems for name in problem.columns}
        return frozenset(named & frozenset(columns) - _PLACE_COLUMNS)


@dataclass(frozen=True, slots=True)
class CorrectionTable:
    """The rows with problems of one version of a delivery.

    Attributes:
        version: the version, the first part of each row's key.
        columns: headings of the sender's columns.
        rows: the rows, in the order of the file.
        omitted: rows with problems beyond ``MAX_CORRECTION_ROWS``.
    """

    version: str
    columns: tuple[str, ...]
    rows: tuple[RowToCorrect, ...]
    omitted: int = 0

    @property
    def header(self) -> tuple[str, ...]:
        """The headings of the correction file."""
        return (*CORRECTION_HEADINGS, *self.columns)

    def get_row_key(self, row: RowToCorrect) -> str:
        """Return the key of a row; empty for one that cannot be corrected here."""
        return "" if row.position is None else f"{self.version}-{row.position}"


@dataclass(frozen=True, slots=True)
class Corrections:
    """What a person sent back.

    Attributes:
        cells: new text by position in the landed file and heading.
        rows: rows of the file.
        unchanged: rows without a change.
        refused: rows that do not belong to this version, or that occur twice.
        ignored: changed cells without a reported problem, by heading; they are not used.
    """

    cells: Mapping[tuple[int, str], str]
    rows: int
    unchanged: int
    refused: int
    ignored: Mapping[str, int] = field(default_factory=dict)

    @property
    def positions(self) -> frozenset[int]:
        """The positions of the rows that change."""
        return frozenset(position for position, _ in self.cells)

    def count_by_column(self) -> dict[str, int]:
        """Count the corrected cells of each column."""
        return dict(Counter(column for _, column in self.cells))

    def serialize(self) -> bytes:
        """Write the changes in a fixed order: equal bytes are equal corrections."""
        return json.dumps(sorted([*place, text] for place, text in self.cells.items())).encode()


@dataclass(frozen=True, slots=True)
class CorrectedFile:
    """A landed file with corrected cells, not yet written.

    Attributes:
        table: its rows.
        landing: the record of the file before; ``ref`` is that file.
        changed: the changed rows alone, as they would land.
    """

    table: pa.Table
    landing: LandingResult
    changed: pa.Table


def list_correction_columns(
    header: Sequence[str], mapping: ColumnMapping, elements: frozenset[str]
) -> tuple[str, ...]:
    """List the columns of a landed file that a correction file shows.

    Args:
        header: columns of the landed file.
        mapping: the column mapping.
        elements: the elements that the agreement covers now.

    Returns:
        The covered ones that the mapping reads, in the order of the file.
    """
    targets = list_source_columns(header, mapping)
    covered = {
        name
        for name, target in targets.items()
        if all(
            mapping.type.fields[part].element in elements or part in ("middle_name", "suffix")
            for part in target.fields(mapping.type)
        )
    }
    return tuple(name for name in header if name in covered | _PLACE_COLUMNS)


def list_rows_to_correct(
    landed: pa.Table,
    quarantined: pa.Table,
    *,
    version: str,
    columns: Sequence[str],
    limit: int | None = MAX_CORRECTION_ROWS,
) -> CorrectionTable:
    """List the rows with problems, each with its cells.

    Args:
        landed: the landed file.
        quarantined: its problems, as conforming it wrote them.
        version: the version of the delivery.
        columns: what ``list_correction_columns`` returned, and columns to fill in, which the
            landed file does not have.
        limit: the most rows; None for all of them.

    Returns:
        The rows.
    """
    for name in columns:
        if name not in landed.column_names:
            landed = landed.append_column(name, pa.nulls(landed.num_rows, pa.string()))
    problems = _group_problems(quarantined, frozenset(landed.column_names))
    has_problem = pc.is_in(
        landed[schema.ROW_COLUMN],
        value_set=pa.array(sorted({place[1] for place in problems}), pa.int64()),
    )
    positions = pc.indices_nonzero(has_problem)
    names = [schema.SHEET_COLUMN, schema.ROW_COLUMN, *columns]
    rows: list[RowToCorrect] = []
    for position, cells in zip(
        positions.to_pylist(), landed.select(names).take(positions).to_pylist(), strict=True
    ):
        sheet, row = cells.pop(schema.SHEET_COLUMN), cells.pop(schema.ROW_COLUMN)
        part = _name_part(cells)
        found = [*problems.get((sheet, row, ""), ())]
        found += problems.get((sheet, row, part), ()) if part else ()
        if found:
            texts = {name: text or "" for name, text in cells.items()}
            rows.append(RowToCorrect(position, sheet, row, texts, tuple(found)))
    unread = [
        RowToCorrect(None, "", row, {}, tuple(found))
        for (sheet, row, _part), found in problems.items()
        if sheet is None
    ]
    rows += sorted(unread, key=lambda entry: entry.row)
    shown = rows if limit is None else rows[:limit]
    return CorrectionTable(version, tuple(columns), tuple(shown), len(rows) - len(shown))


def _group_problems(
    quarantined: pa.Table, header: frozenset[str]
) -> dict[tuple[str | None, int, str], list[CellProblem]]:
    """Group the problems by sheet, row, and the cell or result that a row was made of."""
    grouped: dict[tuple[str | None, int, str], list[CellProblem]] = {}
    for line in quarantined.to_pylist():
        place = (
            line[quarantine.SOURCE_SHEET_COLUMN],
            line[quarantine.SOURCE_ROW_COLUMN],
            line.get(quarantine.SOURCE_PART_COLUMN) or "",
        )
        names = line["column"] or ""
        columns = (names,) if names in header else tuple(filter(None, names.split(", ")))
        problem = CellProblem(columns, line["code"], line["message"], line["kept"])
        grouped.setdefault(place, []).append(problem)
    return grouped


def list_problem_places(quarantined: pa.Table) -> frozenset[tuple[str | None, int, str]]:
    """List the places with a problem: sheet, row, and the cell or result of the row.

    Args:
        quarantined: the problems, as conforming a file wrote them.

    Returns:
        The places.
    """
    names = (
        quarantine.SOURCE_SHEET_COLUMN,
        quarantine.SOURCE_ROW_COLUMN,
        quarantine.SOURCE_PART_COLUMN,
    )
    lines = quarantined.select(names).to_pylist()
    return frozenset((line[names[0]], line[names[1]], line[names[2]] or "") for line in lines)


def _name_part(cells: Mapping[str, Any]) -> str:
    return quarantine.join_part_names(
        cells.get(schema.HEADING_COLUMN), cells.get(schema.RESULT_COLUMN)
    )


def read_corrections(sheets: Sequence[Sheet], expected: CorrectionTable) -> Corrections:
    """Read a correction file that came back.

    Args:
        sheets: sheets of the file.
        expected: every row with a problem of the version that it corrects.

    Returns:
        The changed cells, and counts of everything else.

    Raises:
        CorrectionMismatch: the file is no correction file, its columns were changed, or no row of
            it is of this version.
    """
    sheet = _find_correction_sheet(sheets, expected)
    by_position = {row.position: row for row in expected.rows if row.position is not None}
    lines = [_parse_row(line, expected) for line in sheet.table.to_pylist()]
    parsed = [entry for entry in lines if entry is not None]
    versions = {version for version, _, _ in parsed if version}
    if parsed and expected.version not in versions:
        raise CorrectionMismatch(
            "No row of this file belongs to this version of the data submission. Download its "
            "correction file again, and correct that one.",
            versions,
        )
    times = Counter(position for version, position, _ in parsed if version == expected.version)
    cells: dict[tuple[int, str], str] = {}
    ignored: Counter[str] = Counter()
    unchanged = refused = len(sheet.misfits)
    unchanged = 0
    for version, position, line in parsed:
        row = by_position.get(position)
        is_own = version == expected.version and row is not None and times[position] == 1
        if not is_own or row is None or not _is_same_place(row, line):
            refused += 1
            continue
        changed = _find_changed_cells(row, line, expected.columns)
        open_columns = row.list_open_columns(expected.columns)
        used = {name: text for name, text in changed.items() if name in open_columns}
        ignored.update(changed.keys() - used.keys())
        unchanged += not used
        cells |= {(position, name): text for name, text in used.items()}
    return Corrections(cells, len(parsed) + len(sheet.misfits), unchanged, refused, dict(ignored))


def _find_correction_sheet(sheets: Sequence[Sheet], expected: CorrectionTable) -> Sheet:
    """Find the sheet with the rows; refuse it if its columns are not those that were sent."""
    key = CORRECTION_HEADINGS[0]
    sheet = next((sheet for sheet in sheets if key in sheet.header), None)
    if sheet is None:
        raise CorrectionMismatch(
            f"This is not a correction file of Cairn: it has no column “{key}”. Download the "
            "correction file of this data submission. A whole file is uploaded under Upload a file."
        )
    if sheet.header == expected.header:
        return sheet
    missing = [name for name in expected.header if name not in sheet.header]
    added = [name for name in sheet.header if name not in expected.header]
    if missing or added:
        parts = [f"Missing: {', '.join(missing)}." if missing else ""]
        parts += [f"Added or renamed: {', '.join(added)}." if added else ""]
        problem = " ".join(filter(None, parts))
    else:
        problem = "Their order was changed."
    keys = (str(line[key] or "") for line in sheet.table.to_pylist())
    versions = {match[1] for text in keys if (match := _KEY.fullmatch(text.strip()))}
    raise CorrectionMismatch(
        f"The columns of the correction file were changed. {problem} Nothing was imported. "
        "Download the file again, and change only cells.",
        versions - {expected.version},
    )


def _parse_row(
    line: Mapping[str, Any], expected: CorrectionTable
) -> tuple[str, int, Mapping[str, Any]] | None:
    """Return the version and position of a row; None for an empty row."""
    match = _KEY.fullmatch(str(line[CORRECTION_HEADINGS[0]] or "").strip())
    if match is not None:
        return match[1], int(match[2]), line
    is_empty = not any((line[name] or "").strip() for name in expected.columns)
    return None if is_empty else ("", -1, line)


def _is_same_place(row: RowToCorrect, line: Mapping[str, Any]) -> bool:
    """Return whether key, place and cells still belong together, also after sorting columns."""
    places = {
        CORRECTION_HEADINGS[1]: row.sheet,
        CORRECTION_HEADINGS[2]: str(row.row),
        **{name: row.cells[name] for name in _PLACE_COLUMNS & row.cells.keys()},
    }
    return all(_is_same_text(line[name] or "", text) for name, text in places.items())


def _find_changed_cells(
    row: RowToCorrect, line: Mapping[str, Any], columns: Sequence[str]
) -> dict[str, str]:
    changed = {}
    for name in columns:
        text = (line[name] or "").strip()
        if not _is_same_text(text, row.cells[name]):
            changed[name] = _restore_text(text)
    return changed


def _is_same_text(text: str, earlier: str) -> bool:
    return earlier.strip() in (text.strip(), _restore_text(text.strip()))


def _restore_text(text: str) -> str:
    """Take away the apostrophe with which a CSV file keeps a text from running as a formula."""
    return text[1:] if text.startswith("'") and text[1:2] in ("=", "+", "-", "@") else text


def build_corrected_file(
    store: FileStore,
    ref: FileRef,
    corrections: Corrections,
    mapping: ColumnMapping,
    *,
    permit: Permit,
    rows: RowOrigin | None = None,
) -> CorrectedFile:
    """Build a landed file again with corrected cells; everything else of it stays.

    Args:
        store: the file store.
        ref: the landed file.
        corrections: the changed cells.
        mapping: the column mapping.
        permit: a permit to receive.
        rows: where the rows come from; required if the permit opens rows student by student.

    Returns:
        The file, which ``write_corrected_file`` writes.

    Raises:
        WrongPermit: the permit is for another action.
        UnusableDelivery: the file has a column that the agreement does not cover now.
    """
    if permit.action is not Action.RECEIVE:
        raise WrongPermit(f"A permit to {permit.action} does not receive a correction.")
    table = correct_cells(store.read(ref), corrections, mapping, permit)
    targets = list_source_columns(table.column_names, mapping)
    is_changed = pc.is_in(
        pa.array(range(table.num_rows), pa.int64()),
        value_set=pa.array(sorted(corrections.positions), pa.int64()),
    )
    opened, is_left_out = filter_opened_rows(table, targets, mapping, permit, rows)
    still_in = is_changed.filter(pc.invert(is_left_out))
    return CorrectedFile(
        opened,
        count_left_out(landing.load_landing_result(store, ref), table, is_left_out),
        opened.filter(still_in),
    )


def correct_cells(
    table: pa.Table, corrections: Corrections, mapping: ColumnMapping, permit: Permit
) -> pa.Table:
    """Write the corrected cells into landed rows; a cell of a column that is not there is none.

    Args:
        table: the rows.
        corrections: the changed cells.
        mapping: the column mapping.
        permit: a permit to receive.

    Returns:
        The rows.

    Raises:
        UnusableDelivery: the file has a column that the agreement does not cover now.
    """
    targets = list_source_columns(table.column_names, mapping)
    covered = list_correction_columns(table.column_names, mapping, permit.elements)
    if uncovered := sorted(targets.keys() - set(covered)):
        raise landing.UnusableDelivery(
            f"The agreement no longer covers these columns: {', '.join(uncovered)}. Upload the "
            "whole file again, so that they are left out."
        )
    for column in corrections.count_by_column().keys() & {*table.column_names}:
        texts = table[column].to_pylist()
        for (position, name), text in corrections.cells.items():
            if name == column:
                texts[position] = landing.remove_uncovered_parts(
                    text, targets[column], mapping, permit
                )
        index = table.column_names.index(column)
        table = table.set_column(index, table.field(index), pa.array(texts, pa.string()))
    return table


def count_left_out(result: LandingResult, table: pa.Table, left_out: pa.Array) -> LandingResult:
    """Count the rows that no student opens any more."""
    count = pc.sum(left_out).as_py() or 0
    if not count:
        return result
    names = Counter(table[schema.SHEET_COLUMN].filter(left_out).to_pylist())
    return replace(
        result,
        rows=result.rows - count,
        left_out=result.left_out + count,
        sheets=tuple(_move_rows(result.sheets, names)),
    )


def _move_rows(sheets: Iterable[SheetRows], names: Mapping[str, int]) -> Iterator[SheetRows]:
    for sheet in sheets:
        count = names.get(sheet.sheet, 0)
        yield replace(sheet, kept=sheet.kept - count, not_opened=sheet.not_opened + count)


def write_corrected_file(
    store: FileStore,
    corrected: CorrectedFile,
    mapping: ColumnMapping,
    *,
    permit: Permit,
    note: Mapping[str, str] | None = None,
) -> LandingResult:
    """Write a corrected file as a landed file of its own; the earlier one is not changed.

    The earlier file is named in the manifest and is no input: each has its own retention.

    Args:
        store: the file store.
        corrected: what ``build_corrected_file`` returned.
        mapping: the column mapping.
        permit: a permit to receive.
        note: texts for the manifest, by which ``FileStore.find`` finds the file.

    Returns:
        What was written.
    """
    result = corrected.landing
    ref = store.write(
        Zone.LANDED,
        corrected.table,
        permit=permit,
        step=landing.LANDING_STEP,
        counts={
            "rows": corrected.table.num_rows,
            "corrected": corrected.changed.num_rows,
            "misfits": len(result.misfits),
            "left_out": result.left_out,
        },
        engine="pyarrow",
        note=landing.describe_landing(result, mapping.record) | {"corrects": str(result.ref)},
        found_by=note,
    )
    return replace(result, ref=ref, rows=corrected.table.num_rows)
