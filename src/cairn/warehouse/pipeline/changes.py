"""Apply a file of changes to the file before: rows added, changed and deleted by their key.

The key of a row is its record ID; without one, the fields that the record type names (``key``), and
the class period of a row that is about one.
Rows with the same key are changed together: the rows that the file has of a key replace every
earlier row of that key. Of two entries for one key, the later one in the file decides. The result
is a landed file of its own, as if the sender had sent the whole file again.

The rows of a joined table may change alone, as the demographics of OneRoster do: a student who is
in one of both tables keeps the cells of the other from the file before.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.policy.engine import Permit
from cairn.policy.vocabulary import Action
from cairn.warehouse import schema
from cairn.warehouse.pipeline import landing
from cairn.warehouse.pipeline.conversion.fields import list_source_columns
from cairn.warehouse.pipeline.corrections import count_left_out, list_correction_columns
from cairn.warehouse.pipeline.memory_store import InMemoryFileStore
from cairn.warehouse.pipeline.quality import LandingResult, SheetRows
from cairn.warehouse.pipeline.reshape import ONEROSTER_MARK, prepare_sheet
from cairn.warehouse.pipeline.row_filters import RowOrigin, filter_opened_rows
from cairn.warehouse.schema import ColumnMapping, DeletionMark, RowKind, Sheet
from cairn.warehouse.store import FileRef, FileStore, WrongPermit, Zone

__all__ = ["ChangeCounts", "ChangedFile", "build_changed_file", "write_changed_file"]

_STATE_ID: Final = "state_id"
_OWN_KEY: Final = "sourcedId"
_ONEROSTER_COLUMNS: Final = frozenset({_OWN_KEY, "status", "dateLastModified"})
_USER_KEYS: Final = frozenset({"userSourcedId", "user.sourcedId"})
_ROLE: Final = "role"
_STUDENT: Final = "student"
_END: Final = "endDate"
_SEPARATOR: Final = "\x1f"
_PLACE_COLUMNS: Final = frozenset({schema.SHEET_COLUMN, schema.ROW_COLUMN})


@dataclass(frozen=True, slots=True)
class ChangeCounts:
    """What became of each row of a file of changes, and of the rows before.

    Attributes:
        key: headings of the columns by which rows were found.
        added: rows with a key that was not there.
        changed: rows that replaced earlier ones.
        unchanged: rows that say what the earlier file says already.
        deletions: rows that delete, also those that a later row of the file overrides.
        not_found: deletions of rows that the earlier file does not have.
        no_key: rows without the ID that says which row they change.
        deleted_rows: earlier rows that were deleted.
        replaced_rows: earlier rows that were replaced.
        kept_rows: earlier rows that stay.
    """

    key: tuple[str, ...]
    added: int
    changed: int
    unchanged: int
    deletions: int
    not_found: int
    no_key: int
    deleted_rows: int
    replaced_rows: int
    kept_rows: int

    @property
    def is_empty(self) -> bool:
        """Whether the earlier file does not change."""
        return not (self.added or self.replaced_rows or self.deleted_rows)


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A landed file to which changes were applied, not yet written.

    Attributes:
        table: its rows.
        landing: what was read and left out of both files; ``ref`` is the earlier file.
        counts: what became of the rows.
        local_ids: IDs of the students in the changes.
    """

    table: pa.Table
    landing: LandingResult
    counts: ChangeCounts
    local_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One row of the file of changes: its key, its place, and its cells; None to delete."""

    key: str
    order: tuple[int, int]
    index: int | None


def build_changed_file(
    store: FileStore,
    earlier: FileRef,
    sheets: Sequence[Sheet],
    mapping: ColumnMapping,
    *,
    permit: Permit,
    label: str,
    rows: RowOrigin | None = None,
) -> ChangedFile:
    """Build a landed file again with the changes of a later file.

    Args:
        store: the file store.
        earlier: the landed file that counts now.
        sheets: sheets of the file of changes.
        mapping: the column mapping of both files.
        permit: a permit to receive.
        label: what the changes are called in the report, such as "changes of 2026-11-28".
        rows: where the rows come from; required if the permit opens rows student by student.

    Returns:
        The file, which ``write_changed_file`` writes.

    Raises:
        WrongPermit: the permit is for another action.
        UnusableDelivery: the changes cannot be applied; the message says what to send instead.
    """
    if permit.action is not Action.RECEIVE:
        raise WrongPermit(f"A permit to {permit.action} does not receive changes.")
    chosen = landing.choose_sheets(sheets, mapping)
    _refuse_reshaped_layouts(chosen, mapping)
    _refuse_unknown_classes(chosen, landing.load_landing_result(store, earlier))
    before = store.read(earlier)
    _refuse_uncovered_columns(before, mapping, permit)
    chosen = [_delete_ended_rows(sheet, before) for sheet in chosen]
    chosen = [_end_other_roles(sheet, before, mapping) for sheet in chosen]
    chosen = [_leave_out_other_people(sheet, before, mapping) for sheet in chosen]
    joined = _build_joined_rows(chosen, before, mapping)
    chosen = [_complete_joined_cells(sheet, before, mapping) for sheet in chosen]
    split = {sheet.name: _split_deleted_rows(sheet, mapping) for sheet in chosen}
    _refuse_rows_without_code((remaining for remaining, _deleted in split.values()), mapping)
    memory = InMemoryFileStore()
    landed = landing.land_sheets(
        memory,
        [_take_as_whole(split[s.name][0] if s.name in split else s) for s in sheets],
        mapping,
        permit=permit,
        rows=rows,
    )
    sent = memory.read(landed.ref)
    refuse_other_columns(before, sent)
    key = _choose_key_columns(sent, mapping)
    deletions = {name: _read_deletions(deleted, mapping) for name, (_, deleted) in split.items()}
    if joined is not None:
        # Their students were chosen when the earlier file landed.
        plain = replace(mapping, sheet="", filters=(), deletes=None)
        completed = landing.land_sheets(memory, [joined], plain, permit=permit, rows=rows)
        sent = pa.concat_tables([sent, memory.read(completed.ref)], promote_options="permissive")
        landed = replace(
            landed,
            sheets=(*landed.sheets, *completed.sheets),
            left_out=landed.left_out + completed.left_out,
        )
        deletions[joined.name] = joined.table.slice(0, 0)
    changes = _ChangeSet(before, sent, key, deletions)
    if any({*sheet.header} >= _ONEROSTER_COLUMNS and _OWN_KEY not in key for sheet in chosen):
        _refuse_shared_keys(changes)
    kept = before.filter(pc.invert(changes.find_removed_rows()))
    opened, is_left_out = filter_opened_rows(
        kept, list_source_columns(kept.column_names, mapping), mapping, permit, rows
    )
    first = count_left_out(landing.load_landing_result(store, earlier), kept, is_left_out)
    names = name_new_sheets(sent, first.sheets, label)
    added = changes.get_new_rows()
    return ChangedFile(
        pa.concat_tables([opened, rename_sheets(added, names)], promote_options="permissive"),
        _merge_landings(first, landed, changes, names),
        changes.count(),
        changes.list_local_ids(mapping),
    )


def write_changed_file(
    store: FileStore,
    changed: ChangedFile,
    mapping: ColumnMapping,
    *,
    permit: Permit,
    note: Mapping[str, str] | None = None,
) -> LandingResult:
    """Write a file with its changes as a landed file of its own; the earlier one is not changed.

    The earlier file is named in the manifest and is no input: each has its own retention.

    Args:
        store: the file store.
        changed: what ``build_changed_file`` returned.
        mapping: the column mapping.
        permit: a permit to receive.
        note: texts for the manifest, by which ``FileStore.find`` finds the file.

    Returns:
        What was written.
    """
    result = changed.landing
    ref = store.write(
        Zone.LANDED,
        changed.table,
        permit=permit,
        step=landing.LANDING_STEP,
        counts={
            "rows": changed.table.num_rows,
            "added": changed.counts.added,
            "replaced": changed.counts.replaced_rows,
            "deleted": changed.counts.deleted_rows,
            "misfits": len(result.misfits),
            "left_out": result.left_out,
        },
        engine="pyarrow",
        note=landing.describe_landing(result, mapping.record) | {"changes": str(result.ref)},
        found_by=note,
    )
    return replace(result, ref=ref, rows=changed.table.num_rows)


def _refuse_shared_keys(changes: "_ChangeSet") -> None:
    """Refuse changes of rows with a key of their own that was not imported, if others are alike.

    A student has an enrollment for each class; without its own key, one of them would replace all.
    """
    if changes.has_shared_keys():
        raise landing.UnusableDelivery(
            f"Several rows of one student have the same {', '.join(changes.key)}, so it is unclear "
            f"which of them a change is about. Map “{_OWN_KEY}” to “Record ID”, if the agreement "
            "covers it, and send a whole file once; or send a full (bulk) export instead."
        )


class _ChangeSet:
    """The rows of both files by key, and what becomes of each."""

    def __init__(
        self,
        before: pa.Table,
        sent: pa.Table,
        key: tuple[str, ...],
        deletions: Mapping[str, pa.Table],
    ) -> None:
        self.before, self.sent, self.key, self.deletions = before, sent, key, deletions
        sheets = {name: index for index, name in enumerate(deletions)}
        entries = [*_list_entries(sent, key, sheets, None, is_deletion=False)]
        for name, table in deletions.items():
            entries += _list_entries(table, key, sheets, name, is_deletion=True)
        self.no_key = [entry for entry in entries if not entry.key]
        entries = [entry for entry in entries if entry.key]
        last = {e.key: e.order for e in sorted(entries, key=_get_order) if e.index is None}
        self.removals = [entry for entry in entries if entry.index is None]
        rows = [entry for entry in entries if entry.index is not None]
        self.rows = [e for e in rows if e.key not in last or e.order > last[e.key]]
        self.overridden = [e for e in rows if e.key in last and e.order < last[e.key]]
        written = {entry.key for entry in self.rows}
        self._before_keys = _compute_keys(before, key)
        known = self._list_known_keys(written | last.keys())
        self.known = known
        self.unchanged = self._find_unchanged_keys(written & known)
        self.deleted = (last.keys() - written) & known
        self.replaced = (written & known) - self.unchanged

    def has_shared_keys(self) -> bool:
        """Return whether several rows have one key, before or in the changes."""
        entries = [*self.rows, *self.removals, *self.overridden]
        sent = Counter(entry.key for entry in entries)
        earlier = Counter(self._before_keys.filter(self._find_rows(sent.keys())).to_pylist())
        return any(count > 1 for count in (*sent.values(), *earlier.values()))

    def find_removed_rows(self) -> pa.Array:
        """Return True for each earlier row that is replaced or deleted."""
        return self._find_rows(self.replaced | self.deleted)

    def get_new_rows(self) -> pa.Table:
        """Return the rows of the file of changes that were added or that replace others."""
        indexes = [e.index for e in self.rows if e.key not in self.unchanged]
        return self.sent.take(pa.array(indexes, pa.int64()))

    def count(self) -> ChangeCounts:
        """Count what became of the rows."""
        deleted, replaced = (
            pc.sum(self._find_rows(keys)).as_py() or 0 for keys in (self.deleted, self.replaced)
        )
        return ChangeCounts(
            key=self.key,
            added=sum(entry.key not in self.known for entry in self.rows),
            changed=sum(entry.key in self.replaced for entry in self.rows),
            unchanged=sum(entry.key in self.unchanged for entry in self.rows),
            deletions=len(self.removals) + len(self.overridden),
            not_found=sum(entry.key not in self.known for entry in self.removals),
            no_key=len(self.no_key),
            deleted_rows=deleted,
            replaced_rows=replaced,
            kept_rows=self.before.num_rows - deleted - replaced,
        )

    def list_local_ids(self, mapping: ColumnMapping) -> frozenset[str]:
        """List the IDs of the students in the changes."""
        tables = [self.sent, *self.deletions.values()]
        return frozenset(
            schema.repair_id(text)
            for table in tables
            for name, target in mapping.targets(table.column_names).items()
            if target.field == schema.LOCAL_ID
            for text in pc.unique(table[name]).to_pylist()
            if text
        )

    def list_notes(self, sheet: str) -> list[schema.ReadNote]:
        """Count the rows of one sheet of the file of changes that do not land, by kind."""
        order = [*self.deletions].index(sheet)
        groups = (
            (RowKind.NO_KEY, [e for e in self.no_key if e.index is not None]),
            (RowKind.UNCHANGED, [e for e in self.rows if e.key in self.unchanged]),
            (RowKind.DELETED, self.overridden),
        )
        numbers = [
            (kind, sorted(e.order[1] for e in entries if e.order[0] == order))
            for kind, entries in groups
        ]
        return [kind.count_rows(len(rows), rows) for kind, rows in numbers if rows]

    def list_removed_notes(self) -> Counter[str]:
        """Count the earlier rows of each sheet that are replaced or deleted."""
        removed = self.before[schema.SHEET_COLUMN].filter(self.find_removed_rows())
        return Counter(removed.to_pylist())

    def _find_rows(self, keys: Iterable[str]) -> pa.Array:
        listed = pa.array(sorted(keys), pa.string())
        return pc.is_in(self._before_keys, value_set=listed)

    def _list_known_keys(self, keys: Iterable[str]) -> frozenset[str]:
        found = self._before_keys.filter(self._find_rows(keys))
        return frozenset(pc.unique(found).to_pylist())

    def _find_unchanged_keys(self, keys: frozenset[str] | set[str]) -> set[str]:
        """Find the keys with the same rows in both files."""
        names = [name for name in self.before.column_names if name not in _PLACE_COLUMNS]
        is_listed = self._find_rows(keys)
        earlier = _group_cells(
            self.before.select(names).filter(is_listed),
            self._before_keys.filter(is_listed).to_pylist(),
        )
        wanted = [entry for entry in self.rows if entry.key in keys]
        indexes = pa.array([entry.index for entry in wanted], pa.int64())
        later = _group_cells(self.sent.select(names).take(indexes), [entry.key for entry in wanted])
        return {key for key, cells in later.items() if earlier.get(key) == cells}


def _get_order(entry: _Entry) -> tuple[int, int]:
    return entry.order


def _group_cells(table: pa.Table, keys: Sequence[str]) -> dict[str, Counter[tuple[str, ...]]]:
    grouped: dict[str, Counter[tuple[str, ...]]] = {}
    for key, row in zip(keys, table.to_pylist(), strict=True):
        cells = tuple((text or "").strip() for text in row.values())
        grouped.setdefault(key, Counter())[cells] += 1
    return grouped


def _list_entries(
    table: pa.Table,
    key: tuple[str, ...],
    sheets: Mapping[str, int],
    sheet: str | None,
    *,
    is_deletion: bool,
) -> Iterable[_Entry]:
    """List the rows of a table; ``sheet`` is None where a column names the sheet of each row."""
    names = table[schema.SHEET_COLUMN].to_pylist() if sheet is None else [sheet] * table.num_rows
    numbers = table[schema.ROW_COLUMN].to_pylist()
    keys = _compute_keys(table, key).to_pylist()
    for index, (name, number, text) in enumerate(zip(names, numbers, keys, strict=True)):
        yield _Entry(text or "", (sheets[name], number), None if is_deletion else index)


def _compute_keys(table: pa.Table, names: tuple[str, ...]) -> pa.Array:
    """Compute the key of each row: its texts, joined; null where the first of them is empty."""
    parts = []
    for name in names:
        column = table[name]
        combined = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        encoded = pc.fill_null(pc.utf8_trim_whitespace(combined), "").dictionary_encode()
        texts = [schema.repair_id(text) for text in encoded.dictionary.to_pylist()]
        parts.append(pa.array(texts, pa.string()).take(encoded.indices))
    joined = pc.binary_join_element_wise(*parts, _SEPARATOR)
    return pc.if_else(pc.equal(parts[0], ""), pa.scalar(None, pa.string()), joined)


def _choose_key_columns(sent: pa.Table, mapping: ColumnMapping) -> tuple[str, ...]:
    """Choose the columns by which rows are found; the ID comes first."""
    by_field = {t.field: n for n, t in list_source_columns(sent.column_names, mapping).items()}
    if schema.RECORD_ID in by_field:
        return (by_field[schema.RECORD_ID],)
    fields = list(mapping.type.key)
    if fields[0] == schema.LOCAL_ID and schema.LOCAL_ID not in by_field:
        fields[0] = _STATE_ID
    if fields[0] not in by_field:
        label = mapping.type.fields[mapping.type.key[0]].label
        raise landing.UnusableDelivery(
            f"The file has no column for “{label}”, by which the rows to change are found. Send "
            "the whole file instead."
        )
    targets = mapping.targets(sent.column_names).items()
    periods = [name for name, t in targets if t.rule == schema.CLASS_PERIOD_RULE]
    return (*(by_field[name] for name in fields if name in by_field), *periods)


def _take_as_whole(sheet: Sheet) -> Sheet:
    """Take the rows of changes as a file of their own, which is applied to the file before."""
    return replace(sheet, notes=tuple(n for n in sheet.notes if n.code != schema.CHANGES_ONLY))


def _find_deletion_mark(sheet: Sheet, mapping: ColumnMapping) -> tuple[str, DeletionMark] | None:
    mark = mapping.deletes or ONEROSTER_MARK
    headings = {schema.fold_header(heading): heading for heading in sheet.header}
    column = headings.get(schema.fold_header(mark.column))
    if column is None and mapping.deletes:
        raise landing.UnusableDelivery(
            f"The file has no column “{mark.column}”, which marks deleted rows. Send the file with "
            "this column, or the whole file."
        )
    return (column, mark) if column is not None else None


def _find_marked_rows(sheet: Sheet) -> pa.Array | pa.ChunkedArray:
    """Return for each row of OneRoster whether it is marked as deleted, or as no student's."""
    if ONEROSTER_MARK.column not in sheet.header:
        return pa.repeat(value=False, size=sheet.table.num_rows)
    return ONEROSTER_MARK.find_deleted_rows(sheet.table[ONEROSTER_MARK.column])


def _delete_ended_rows(sheet: Sheet, before: pa.Table) -> Sheet:
    """Mark the rows that end on the day of their deletion, where no end is imported."""
    mark = ONEROSTER_MARK
    if not sheet.ended_rows or _END in before.column_names:
        return sheet
    is_ended = pc.is_in(
        sheet.table[schema.ROW_COLUMN], value_set=pa.array(sheet.ended_rows, pa.int64())
    )
    table = sheet.table.set_column(
        sheet.header.index(mark.column),
        mark.column,
        pc.if_else(is_ended, mark.values[0], sheet.table[mark.column]),
    )
    notes = tuple(note for note in sheet.notes if note.code != schema.ENDED_ROWS)
    return replace(sheet, table=table, notes=notes, ended_rows=())


def _end_other_roles(sheet: Sheet, before: pa.Table, mapping: ColumnMapping) -> Sheet:
    """End the enrollments of OneRoster that are no longer a student's, by their role.

    Such a row keeps what the earlier file says of it, and ends on the day of its change; without
    a known day, or where ends are not imported, it is deleted. The enrollments of other people,
    which the earlier file does not have, are left out.
    """
    header = {*sheet.header}
    if not (header >= {*_ONEROSTER_COLUMNS, _ROLE, _END} and header & _USER_KEYS):
        return sheet
    table, is_other = sheet.table, pc.invert(_find_students(sheet.table))
    key = _choose_key_columns(before, mapping)
    positions = pa.nulls(table.num_rows, pa.int32())
    if key == (_OWN_KEY,) or {*key} & _USER_KEYS:
        earlier = pc.drop_null(_compute_keys(before, key))
        positions = _find_positions(_compute_keys(table, key), earlier)
    is_ended = pc.and_(is_other, positions.is_valid())
    ended, others = (pc.sum(rows).as_py() or 0 for rows in (is_ended, is_other))
    if not others:
        return sheet
    day = pc.utf8_slice_codeunits(pc.fill_null(table["dateLastModified"], ""), 0, 10)
    has_day = pc.match_substring_regex(day, r"^\d{4}-\d{2}-\d{2}$")
    is_deleted = pc.and_not(is_ended, has_day) if _END in before.column_names else is_ended
    sent_end = pc.if_else(pc.equal(pc.fill_null(table[_END], ""), ""), day, table[_END])
    cells = {name: before[name].take(positions) for name in before.column_names if name in header}
    cells |= {
        _END: pc.coalesce(_find_filled(cells.get(_END, table[_END])), sent_end),
        _ROLE: pa.repeat(_STUDENT, table.num_rows),
        ONEROSTER_MARK.column: pc.if_else(is_deleted, ONEROSTER_MARK.values[0], ""),
    }
    for name, column in cells.items():
        index = table.column_names.index(name)
        table = table.set_column(index, name, pc.if_else(is_ended, column, table[name]))
    table = table.filter(pc.or_(pc.invert(is_other), is_ended))
    message = "Enrollments whose role is not that of a student any more. They end with that change."
    notes = (schema.ReadNote("ended_roles", message, ended),) if ended else ()
    unread = others - ended
    left_out = (RowKind.OTHER_PEOPLE.count_rows(unread),) if unread else ()
    return replace(
        sheet, table=table, notes=(*sheet.notes, *notes), left_out=(*sheet.left_out, *left_out)
    )


def _find_students(table: pa.Table) -> pa.ChunkedArray:
    return pc.equal(pc.utf8_lower(pc.fill_null(table[_ROLE], "")), _STUDENT)


def _find_filled(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the cells, null where they are empty."""
    return pc.if_else(pc.equal(pc.fill_null(cells, ""), ""), pa.scalar(None, pa.string()), cells)


def _leave_out_other_people(sheet: Sheet, before: pa.Table, mapping: ColumnMapping) -> Sheet:
    """Leave out changes of people who are no students, and were none in the file before.

    A student whose role changed is known by the key of OneRoster only: the number of an employee
    may be that of another student.
    """
    if sheet.joined is None or _ROLE not in sheet.header:
        return sheet
    is_other = pc.and_not(_find_marked_rows(sheet), _find_students(sheet.table))
    key, own_key = _choose_key_columns(before, mapping), sheet.joined.header[0]
    if key == (own_key,):
        was_student = _find_positions(
            _compute_keys(sheet.table, key), pc.drop_null(_compute_keys(before, key))
        ).is_valid()
        is_other = pc.and_not(is_other, was_student)
    numbers = sheet.table[schema.ROW_COLUMN].filter(is_other).to_pylist()
    if not numbers:
        return sheet
    note = RowKind.OTHER_PEOPLE.count_rows(len(numbers))
    table = sheet.table.filter(pc.invert(is_other))
    return replace(sheet, table=table, left_out=(*sheet.left_out, note))


def _split_deleted_rows(sheet: Sheet, mapping: ColumnMapping) -> tuple[Sheet, Sheet]:
    """Split a sheet into the rows that are added or changed, and those that delete."""
    found = _find_deletion_mark(sheet, mapping)
    if found is None:
        return sheet, replace(sheet, table=sheet.table.slice(0, 0))
    column, mark = found
    is_deleted = mark.find_deleted_rows(sheet.table[column])
    if sheet.joined is not None:
        is_deleted = pc.or_(is_deleted, _find_marked_rows(sheet))
    deleted = sheet.table.filter(is_deleted)
    numbers = deleted[schema.ROW_COLUMN].to_pylist()
    notes = (RowKind.DELETED.count_rows(len(numbers), numbers),) if numbers else ()
    remaining = replace(
        sheet,
        table=sheet.table.filter(pc.invert(is_deleted)),
        left_out=(*sheet.left_out, *notes),
    )
    return remaining, replace(sheet, table=deleted)


def _read_deletions(sheet: Sheet, mapping: ColumnMapping) -> pa.Table:
    # A row that deletes a class period needs no code.
    columns = {n: t for n, t in mapping.columns.items() if n != mapping.class_period_column}
    plain = replace(mapping, deletes=None, filters=(), columns=columns)
    return prepare_sheet(replace(sheet, joined=None), plain).table


def _refuse_reshaped_layouts(sheets: Sequence[Sheet], mapping: ColumnMapping) -> None:
    """Refuse a layout in which a row of the file is not one row that was landed."""
    if mapping.wide or mapping.results or mapping.fill_down:
        raise landing.UnusableDelivery(
            "Changes cannot be applied to this layout, in which one line of the file becomes "
            "several rows or continues the line above. Send the whole file instead."
        )
    if mapping.list_joint_columns():
        raise landing.UnusableDelivery(
            "Changes cannot be applied to this layout, in which a row without a time or a code of "
            "a class period is left out: it could not take back what an earlier file says. Send "
            "the whole file instead."
        )
    if any(sheet.sources and sheet.joined is None for sheet in sheets):
        raise landing.UnusableDelivery(
            "Changes cannot be applied to an archive with tables that belong together: a change of "
            "one table alone would leave the others behind. Send a full (bulk) export instead. "
            "Changes of OneRoster can be sent where the manifest says “delta” for users, "
            "demographics and enrollments."
        )
    for sheet in sheets:
        if names := mapping.list_read_columns(sheet.incomplete):
            raise landing.UnusableDelivery(
                f"The archive has only changes of the tables with {', '.join(names)}, so rows of "
                f"“{sheet.name}” would lose them. Send the other tables (roles, classes, "
                "academicSessions, orgs) with all rows beside the changes of users, demographics "
                "and enrollments, or a full (bulk) export."
            )


def _refuse_unknown_classes(sheets: Sequence[Sheet], first: LandingResult) -> None:
    """Refuse enrollments of any class, where the file before had those of homerooms only."""
    codes = {note.code for sheet in first.sheets for note in sheet.left_out}
    headers = [{*s.header} - {*s.incomplete} for s in sheets if "classSourcedId" in s.header]
    if RowKind.OTHER_CLASSES in codes and any("classType" not in header for header in headers):
        raise landing.UnusableDelivery(
            "The file before had other classes than homerooms, whose enrollments were left out, "
            "and the archive does not say which classes are homerooms. Send classes.csv with all "
            "rows beside the changes, or a full (bulk) export."
        )


def _refuse_rows_without_code(sheets: Iterable[Sheet], mapping: ColumnMapping) -> None:
    """Refuse rows of class periods without a code: a row that is left out changes nothing."""
    for sheet, name in product(sheets, mapping.list_class_period_codes()):
        headings = {schema.fold_header(heading): heading for heading in sheet.header}
        code = headings.get(schema.fold_header(name))
        if code and pc.all(schema.find_filled_cells(sheet.table[code])).as_py() is False:
            raise landing.UnusableDelivery(
                "Changes cannot be applied to rows of class periods without a code: they could not "
                "take back what an earlier file says. Write a code in each row, mark the rows to "
                "delete, or send the whole file instead."
            )


def _complete_joined_cells(sheet: Sheet, before: pa.Table, mapping: ColumnMapping) -> Sheet:
    """Give rows that lack a row of the joined table its cells from the file before."""
    if sheet.joined is None:
        return sheet
    key, table = _choose_key_columns(before, mapping), sheet.table
    own_key = sheet.joined.header[0]
    if not {*key, own_key} <= {*sheet.header}:
        return sheet
    is_sent = _find_texts(table[own_key], sheet.joined.table[own_key])
    positions = _find_positions(_compute_keys(table, key), _compute_keys(before, key))
    header = list(sheet.header)
    for name in _list_joined_columns(sheet.joined, before):
        if name not in header:
            table = table.add_column(len(header), name, pa.nulls(table.num_rows, pa.string()))
            header.append(name)
        cells = pc.if_else(is_sent, table[name], before[name].take(positions))
        table = table.set_column(header.index(name), name, cells)
    notes = tuple(note for note in sheet.notes if note.code != "unmatched_demographics")
    return replace(sheet, header=tuple(header), table=table, notes=notes)


def _build_joined_rows(
    sheets: Sequence[Sheet], before: pa.Table, mapping: ColumnMapping
) -> Sheet | None:
    """Build the rows of students who are only in the joined table; None if there are none.

    Raises:
        UnusableDelivery: nothing says which students they are.
    """
    for sheet in sheets:
        if sheet.joined is None:
            continue
        own_key, name = sheet.joined.header[0], sheet.joined.name
        rows = sheet.joined.table
        rows = rows.filter(pc.invert(_find_texts(rows[own_key], sheet.table[own_key])))
        if not rows.num_rows:
            continue
        if _choose_key_columns(before, mapping) != (own_key,):
            raise landing.UnusableDelivery(
                f"The changes of “{name}” name students by “{own_key}”, by which the rows of the "
                "earlier file cannot be found. Send the whole file instead."
            )
        return _take_joined_rows(replace(sheet.joined, table=rows), before, own_key)
    return None


def _take_joined_rows(joined: Sheet, before: pa.Table, key: str) -> Sheet:
    """Take the earlier rows of these students, with the cells of the joined table."""
    keys = _compute_keys(joined.table, (key,))
    positions = _find_positions(keys, _compute_keys(before, (key,)))
    is_known = pc.is_valid(positions)
    rows, table = joined.table.filter(is_known), before.take(positions.filter(is_known))
    for name in _list_joined_columns(joined, before):
        table = table.set_column(table.column_names.index(name), name, rows[name])
    header = [name for name in table.column_names if name not in _PLACE_COLUMNS]
    table = table.select(header).append_column(schema.ROW_COLUMN, rows[schema.ROW_COLUMN])
    unknown = joined.table.num_rows - table.num_rows
    left_out = (RowKind.OTHER_PEOPLE.count_rows(unknown),) if unknown else ()
    return Sheet(joined.name, tuple(header), table, left_out=left_out)


def _find_texts(column: pa.ChunkedArray, texts: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.is_in(column, value_set=texts.combine_chunks(), skip_nulls=True)


def _find_positions(keys: pa.Array, earlier_keys: pa.Array) -> pa.Array:
    return pc.index_in(keys, value_set=earlier_keys, skip_nulls=True)


def _list_joined_columns(joined: Sheet, before: pa.Table) -> list[str]:
    """List the columns of the joined table that the earlier file has, without its key."""
    return [name for name in joined.header[1:] if name in before.column_names]


def _refuse_uncovered_columns(before: pa.Table, mapping: ColumnMapping, permit: Permit) -> None:
    covered = list_correction_columns(before.column_names, mapping, permit.elements)
    uncovered = sorted(list_source_columns(before.column_names, mapping).keys() - {*covered})
    if uncovered:
        raise landing.UnusableDelivery(
            f"The agreement no longer covers these columns: {', '.join(uncovered)}. Send the whole "
            "file, so that they are left out."
        )


def refuse_other_columns(before: pa.Table, sent: pa.Table) -> None:
    """Refuse changes with other columns: a cell that is not sent must not become empty."""
    missing = [name for name in before.column_names if name not in sent.column_names]
    added = [name for name in sent.column_names if name not in before.column_names]
    if missing or added:
        parts = [f"Missing: {', '.join(missing)}." if missing else ""]
        parts += [f"Not in the earlier file: {', '.join(added)}." if added else ""]
        raise landing.UnusableDelivery(
            "The columns are not those of the file that would be changed. "
            f"{' '.join(filter(None, parts))} Send the changes with the same columns, or the whole "
            "file."
        )


def name_new_sheets(sent: pa.Table, earlier: Iterable[SheetRows], label: str) -> dict[str, str]:
    """Name the sheets of added rows so that none has the name of an earlier one."""
    taken = {sheet.sheet for sheet in earlier}
    names: dict[str, str] = {}
    for name in pc.unique(sent[schema.SHEET_COLUMN]).to_pylist():
        names[name] = _find_free_name(f"{name} ({label})", taken)
        taken.add(names[name])
    return names


def _find_free_name(name: str, taken: set[str]) -> str:
    candidate, number = name, 1
    while candidate in taken:
        number += 1
        candidate = f"{name} {number}"
    return candidate


def rename_sheets(table: pa.Table, names: Mapping[str, str]) -> pa.Table:
    """Give the rows of each sheet its new name."""
    texts = [names[name] for name in table[schema.SHEET_COLUMN].to_pylist()]
    index = table.column_names.index(schema.SHEET_COLUMN)
    return table.set_column(index, schema.SHEET_COLUMN, pa.array(texts, pa.string()))


def _merge_landings(
    first: LandingResult, later: LandingResult, changes: _ChangeSet, names: Mapping[str, str]
) -> LandingResult:
    """Merge what was read of both files: every row of each is counted once."""
    removed = changes.list_removed_notes()
    earlier = tuple(_subtract_rows(sheet, removed[sheet.sheet]) for sheet in first.sheets)
    added = tuple(
        _subtract_changes(sheet, changes, names.get(sheet.sheet, sheet.sheet))
        for sheet in later.sheets
    )
    return replace(
        first,
        dropped=tuple(dict.fromkeys((*first.dropped, *later.dropped))),
        notes=tuple(dict.fromkeys((*first.notes, *later.notes))),
        misfits=(*first.misfits, *later.misfits),
        left_out=first.left_out + later.left_out,
        sheets=(*earlier, *added),
    )


def _subtract_rows(sheet: SheetRows, count: int) -> SheetRows:
    if not count:
        return sheet
    notes = {note.code: note for note in sheet.left_out}
    code = RowKind.CHANGED_LATER.value
    total = count + (notes[code].count if code in notes else 0)
    others = tuple(note for note in sheet.left_out if note.code != code)
    return replace(
        sheet,
        kept=sheet.kept - count,
        left_out=(*others, RowKind.CHANGED_LATER.count_rows(total)),
    )


def _subtract_changes(sheet: SheetRows, changes: _ChangeSet, name: str) -> SheetRows:
    if sheet.sheet not in changes.deletions:
        return replace(sheet, sheet=name)
    notes = changes.list_notes(sheet.sheet)
    return replace(
        sheet,
        sheet=name,
        kept=sheet.kept - sum(note.count for note in notes),
        left_out=(*sheet.left_out, *notes),
    )
