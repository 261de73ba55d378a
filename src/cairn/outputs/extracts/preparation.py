"""Prepare an extract: build the mart, select years, coarsen values and seal the tables.

The work is long and runs outside any transaction. Every step writes new files, so an interrupted
run does no harm.
"""

import secrets
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from cairn.governance.dictionaries.api import load_current_dictionaries
from cairn.governance.disclosure_log.api import record_disclosure
from cairn.outputs.extracts import facts, free_text
from cairn.outputs.extracts.free_text import FreeTextResult
from cairn.outputs.releases.api import Extract, map_child_keys
from cairn.platform.accounts.api import User
from cairn.platform.storage.api import open_file_store, open_key_ring
from cairn.platform.tasks.api import Progress, StoppedError
from cairn.policy.engine import Permit
from cairn.policy.facts import (
    MINIMUM_GROUP_SIZE,
    Actor,
    DataDictionaryFact,
    DataElementFact,
    ExtractFact,
)
from cairn.policy.law import DIRECT_IDENTIFIER_FIELDS, IMPERSONAL_RECORDS, find_special_class
from cairn.policy.questions import may_prepare_extract
from cairn.policy.vocabulary import IdentifierClass
from cairn.sdc import microdata
from cairn.warehouse import exporters, schema
from cairn.warehouse.pipeline import PERSON_COLUMN, build_mart
from cairn.warehouse.store import FileRef, FileStore, ProjectCodes, Pseudonyms

DIRECT_IDENTIFIER_REASON: Final = "This element identifies a child directly."
UNREAD_TEXT_REASON: Final = "This is free text that has not been reviewed."
_BIRTH_DATE_LADDER: Final = ("age in months", "age in years", "age band")
_DATE_LADDER: Final = ("month", "school year")
_COMMON_VALUES_LADDER: Final = ("most common ones, the rest together",)

_FIELD_LADDERS: Final = {
    "birth_date": _BIRTH_DATE_LADDER,
    "death_date": ("school year",),
    "grade": ("band of grades",),
}


def choose_treatments(
    elements: Iterable[str],
    dictionaries: Iterable[DataDictionaryFact],
    tables: Mapping[str, microdata.ChildRows],
) -> dict[str, microdata.ColumnTreatment]:
    """Choose the treatment of each element from the catalog and the owners' dictionaries.

    An element that any dictionary calls more identifying than the catalog does is treated that way.
    An element that neither calls harmless counts as identifying.
    """
    described = tuple(dictionaries)
    return {
        name: _choose_treatment(
            schema.get_element(name),
            [entry for dictionary in described for entry in dictionary.find_all(name)],
            tables,
        )
        for name in elements
    }


def _choose_treatment(
    field: schema.ElementField,
    entries: list[DataElementFact],
    tables: Mapping[str, microdata.ChildRows],
) -> microdata.ColumnTreatment:
    dictionary_classes = {entry.identifier for entry in entries if entry.confirmed}
    is_direct = (
        field.identifier is IdentifierClass.DIRECT or IdentifierClass.DIRECT in dictionary_classes
    )
    if is_direct or field.name in DIRECT_IDENTIFIER_FIELDS:
        return microdata.ColumnTreatment(
            microdata.TreatmentKind.WITHHOLD, why=DIRECT_IDENTIFIER_REASON
        )
    is_indirect = (
        field.identifier is IdentifierClass.INDIRECT
        or IdentifierClass.INDIRECT in dictionary_classes
    )
    ladder = _choose_ladder(field, entries)
    if field.type is schema.FieldType.DATE and field.name not in schema.LIFE_DATE_FIELDS:
        return microdata.ColumnTreatment(
            microdata.TreatmentKind.MOVE, tuple(microdata.list_known_forms(ladder))
        )
    if is_indirect:
        return microdata.ColumnTreatment(
            microdata.TreatmentKind.COARSEN, tuple(microdata.list_known_forms(ladder))
        )
    if field.type is schema.FieldType.TEXT and microdata.is_free_text(_find_column(field, tables)):
        return microdata.ColumnTreatment(microdata.TreatmentKind.WITHHOLD, why=UNREAD_TEXT_REASON)
    special = field.special or find_special_class(field.element)
    return microdata.ColumnTreatment(microdata.TreatmentKind.KEEP, sensitive=special is not None)


def _choose_ladder(field: schema.ElementField, entries: list[DataElementFact]) -> tuple[str, ...]:
    """Return the owners' ladder of coarser forms if one is usable, or else the built-in one."""
    owner_ladder = tuple(dict.fromkeys(form for entry in entries for form in entry.ladder))
    if microdata.list_known_forms(owner_ladder):
        return owner_ladder
    return _FIELD_LADDERS.get(
        field.name, _DATE_LADDER if field.type is schema.FieldType.DATE else _COMMON_VALUES_LADDER
    )


def _find_column(
    field: schema.ElementField, tables: Mapping[str, microdata.ChildRows]
) -> tuple[object, ...]:
    rows = tables.get(field.record)
    return rows.columns.get(field.name, ()) if rows else ()


NO_SCHOOL_YEAR_REASON: Final = (
    "The rows cannot be limited to the approved years without a school year. Request its school "
    "year element too."
)

NO_RECORDS_REASON: Final = (
    "No data for this record type have been received under the project's agreements."
)
_MAX_SHIFT_WEEKS: Final = 26
_FIRST_MONTH_OF_SCHOOL_YEAR: Final = 7


class NothingToExtract(StoppedError):
    """Report that no child is in the extract; the message says what to look at."""


class CannotBeMadeSafe(StoppedError):
    """Report that no coarser form satisfies the anonymity rule; the message says what to change."""


@dataclass(frozen=True, slots=True)
class PreparedExtract:
    """Hold the result of preparation. `keys` are those of the texts that a person must read."""

    agreements: tuple[str, ...]
    report: dict[str, Any]
    files: Mapping[str, str]
    roster: FileRef
    texts: Mapping[str, Any]
    keys: frozenset[str]
    people: str
    beside: tuple[int, ...]
    alike: int


def build_extract_tables(
    row: Extract, *, actor: Actor, by: User, at: datetime, progress: Progress
) -> PreparedExtract:
    """Build the sealed tables of an extract.

    Args:
        row: the extract.
        actor: the user who prepares it, as policy sees them.
        by: the same user.
        at: the time.
        progress: receives the progress.
    Returns:
        The result.
    Raises:
        Refused: policy does not allow it.
        NothingToExtract: no child is in it.
        CannotBeMadeSafe: no coarser form satisfies the anonymity rule.
    """
    store, on = open_file_store(), timezone.localdate(at)
    fact = facts.load_extract_fact(row)
    linked_sources = facts.find_extract_sources(row, fact.project)
    progress.step("Checking the project's authorization")
    population = facts.load_population_facts(linked_sources, fact, store, on)
    decision = may_prepare_extract(
        fact,
        actor,
        on,
        opt_outs=population.opt_outs,
        rows=population.rows,
        nations=population.nations,
    )
    permit = decision.require()
    record_disclosure(
        decision,
        by=by,
        at=at,
        parties=[row.organization.slug],
        interest=f"prepare the extract “{row.title}” of {row.project.reference}",
    )
    fetched_extracts = facts.list_fetched_extracts(row)
    with ProjectCodes(settings.CAIRN_DATA, open_key_ring()).lock_codes(
        row.project.reference
    ) as code_book:
        pseudonyms = Pseudonyms(code_book.codes)
        marts = build_mart(
            store,
            linked_sources.refs,
            permit=permit,
            pseudonyms=pseudonyms,
            rows=linked_sources.rows,
        )
        code_book.codes = dict(pseudonyms)
        progress.step("De-identifying records")
        tables, reasons_left_out = _load_tables(store, marts, permit, _get_approved_years(row))
        shifts = microdata.DateShifts(_MAX_SHIFT_WEEKS, secrets.randbelow, code_book.weeks)
        assembled = _assemble_extract(
            row,
            fact.smallest_group,
            tables,
            shifts,
            on,
            _load_earlier_classes(store, fetched_extracts),
        )
        code_book.weeks = shifts.weeks
    progress.step("Encrypting the file")
    text_result = _treat_free_text(row, fact, assembled, tables, pseudonyms)
    sealed = free_text.add_reviewed_columns(assembled.tables, text_result.columns)
    keys_by_person = map_child_keys(linked_sources.parts, store)
    keys = {code: tuple(sorted(keys_by_person.get(item, ()))) for item, code in pseudonyms.items()}
    refs, roster = exporters.write_extract_files(
        store,
        {name: _build_typed_table(name, rows) for name, rows in sealed.items() if rows.columns},
        exporters.ExtractRoster(assembled.classes, keys),
        permit=permit,
        inputs=sorted(marts),
        note={"extract": str(row.pk)},
    )
    to_read = _seal_unread_texts(store, row, text_result, permit, sorted(marts))
    missing = {
        element: NO_RECORDS_REASON
        for element in permit.elements
        if element.partition(".")[0] not in tables
    }
    return PreparedExtract(
        agreements=permit.agreements,
        report=_build_preparation_report(
            replace(assembled, tables=sealed),
            reasons_left_out
            | {
                element: reason
                for element, reason in missing.items()
                if element not in reasons_left_out
            },
            text_result.told,
            on,
        ),
        files={name: str(ref) for name, ref in refs.items()},
        roster=roster,
        texts=to_read,
        keys=frozenset(item.key for item in text_result.texts),
        people=facts.digest_extract_population(fact, population, on),
        beside=tuple(item.pk for item in fetched_extracts),
        alike=assembled.smallest,
    )


def _treat_free_text(
    row: Extract,
    fact: ExtractFact,
    assembled: microdata.AssembledExtract,
    tables: Mapping[str, microdata.ChildRows],
    codes: Mapping[str, str],
) -> FreeTextResult:
    """Decide what happens to the free text about the children who are in the extract."""
    text_elements = [
        treated.element for treated in assembled.done if treated.why == UNREAD_TEXT_REASON
    ]
    people = [person for person, code in codes.items() if code in assembled.classes]
    return free_text.treat_extract_texts(
        row, fact, free_text.collect_text_columns(assembled, tables, text_elements), people
    )


def _seal_unread_texts(
    store: FileStore,
    row: Extract,
    text_result: FreeTextResult,
    permit: Permit,
    inputs: list[FileRef],
) -> dict[str, Any]:
    """Seal the texts that a person must read, and count them by element."""
    if not text_result.texts:
        return {}
    note = {"extract": str(row.pk)}
    ref = exporters.write_review_texts(
        store, text_result.texts, permit=permit, inputs=inputs, note=note
    )
    return {"file": str(ref), "elements": Counter(text.element for text in text_result.texts)}


def _get_approved_years(row: Extract) -> tuple[str, str]:
    authorization = facts.load_extract_fact(row).project.authorization
    return (authorization.first_year, authorization.last_year) if authorization else ("", "")


def _load_tables(
    store: FileStore, marts: Iterable[FileRef], permit: Permit, years: tuple[str, str]
) -> tuple[dict[str, microdata.ChildRows], dict[str, str]]:
    """Return the tables of the approved years, and the elements left out with the reason."""
    tables: dict[str, microdata.ChildRows] = {}
    reasons_left_out: dict[str, str] = {}
    for ref in marts:
        name = store.manifest(ref).note["record"]
        # Anonymous rows cannot be protected student by student.
        if name in IMPERSONAL_RECORDS or schema.get_record_type(name).anonymous:
            continue
        rows = _read_rows(
            store,
            ref,
            [
                element.partition(".")[2]
                for element in sorted(permit.elements)
                if element.startswith(f"{name}.")
            ],
        )
        approved_rows = _select_approved_years(name, rows, years)
        if approved_rows is None:
            reasons_left_out |= {
                f"{name}.{column}": NO_SCHOOL_YEAR_REASON for column in rows.columns
            }
        else:
            tables[name] = approved_rows
    yearly = [rows for name, rows in tables.items() if _list_year_columns(name)]
    if yearly:
        children_present = {child for rows in yearly for child in rows.children}
        tables = {
            name: _select_rows(rows, [row_child in children_present for row_child in rows.children])
            for name, rows in tables.items()
        }
    if not any(rows.children for rows in tables.values()):
        raise NothingToExtract(
            "The extract contains no children. Check that data for its elements and years have "
            "been received under the project's agreements, and that record matching has run "
            "since then."
        )
    return tables, reasons_left_out


def _read_rows(store: FileStore, ref: FileRef, columns: Iterable[str]) -> microdata.ChildRows:
    table = store.read(ref)
    column_names = [name for name in columns if name in table.column_names]
    return microdata.ChildRows(
        tuple(table.column(PERSON_COLUMN).to_pylist()),
        {name: tuple(table.column(name).to_pylist()) for name in column_names},
    )


def _list_year_columns(record: str) -> list[str]:
    """Return the columns that assign a record's rows to a school year."""
    fields = schema.get_record_type(record).fields.values()
    years = [field.name for field in fields if field.type is schema.FieldType.SCHOOL_YEAR]
    days = [
        field.name
        for field in fields
        if field.type is schema.FieldType.DATE and field.name not in schema.LIFE_DATE_FIELDS
    ]
    return years or days


def _select_approved_years(
    record: str, rows: microdata.ChildRows, years: tuple[str, str]
) -> microdata.ChildRows | None:
    """Return the rows of the approved years; None if no usable column gives the year."""
    columns = _list_year_columns(record)
    if not columns:
        return rows
    year_column = next((name for name in columns if name in rows.columns), None)
    if year_column is None:
        return None
    first, last = years
    keep_flags = [
        year is not None and first <= year <= last
        for year in map(_format_school_year, rows.columns[year_column])
    ]
    return _select_rows(rows, keep_flags)


def _format_school_year(value: object) -> str | None:
    if isinstance(value, date):
        first_year = value.year - (value.month < _FIRST_MONTH_OF_SCHOOL_YEAR)
        return f"{first_year}-{(first_year + 1) % 100:02}"
    return None if value is None else str(value)


def _select_rows(rows: microdata.ChildRows, keep_flags: Collection[bool]) -> microdata.ChildRows:
    def kept(column: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(value for value, stay in zip(column, keep_flags, strict=True) if stay)

    return microdata.ChildRows(
        kept(rows.children), {name: kept(values) for name, values in rows.columns.items()}
    )


def _load_earlier_classes(store: FileStore, earlier: Iterable[Extract]) -> dict[str, list[int]]:
    """Return each child's equivalence class in every extract that the project has fetched.

    -1 means that the child was not in that extract.
    """
    classes_by_child: dict[str, list[int]] = defaultdict(list)
    for index, extract in enumerate(earlier):
        for child, number in exporters.read_extract_roster(
            store, FileRef.parse(extract.roster)
        ).classes.items():
            classes = classes_by_child[child]
            classes += [-1] * (index - len(classes)) + [number]
    return classes_by_child


def _assemble_extract(
    row: Extract,
    least: int,
    tables: Mapping[str, microdata.ChildRows],
    shifts: microdata.DateShifts,
    on: date,
    earlier: Mapping[str, list[int]],
) -> microdata.AssembledExtract:
    rule = microdata.AnonymityRule(k=max(row.k, least, MINIMUM_GROUP_SIZE), l=row.diverse)
    elements = [f"{name}.{column}" for name, rows in tables.items() for column in rows.columns]
    owners = sorted(facts.load_extract_fact(row).owners)
    treatments_by_element = choose_treatments(elements, load_current_dictionaries(*owners), tables)
    try:
        return microdata.assemble_extract(tables, treatments_by_element, rule, shifts, on, earlier)
    except microdata.CannotBeAnonymousError as error:
        raise CannotBeMadeSafe(str(error)) from None


def _build_typed_table(record: str, rows: microdata.ChildRows) -> exporters.ExtractTable:
    fields = schema.get_record_type(record).fields
    kinds = {
        name: exporters.infer_column_kind(values, codes=fields[name].codes)
        for name, values in rows.columns.items()
    }
    columns = {exporters.EXTRACT_PERSON_COLUMN: rows.children, **rows.columns}
    return exporters.ExtractTable(
        columns,
        {exporters.EXTRACT_PERSON_COLUMN: exporters.infer_column_kind(["-"], codes={}), **kinds},
    )


def _build_preparation_report(
    assembled: microdata.AssembledExtract,
    reasons_left_out: Mapping[str, str],
    text_notes: Mapping[str, Mapping[str, Any]],
    on: date,
) -> dict[str, Any]:
    """Build the report for reviewer and recipient: element names and counts, never a value."""
    treated_elements = [
        {
            "element": treated.element,
            "how": treated.how.value,
            "form": treated.form,
            "why": treated.why,
            **text_notes.get(treated.element, {}),
        }
        for treated in assembled.done
    ]
    omitted_elements = [
        {"element": element, "how": "withhold", "form": "", "why": why}
        for element, why in reasons_left_out.items()
    ]
    risk = assembled.risk
    return {
        "on": on.isoformat(),
        "elements": sorted(
            [*treated_elements, *omitted_elements], key=lambda entry: entry["element"]
        ),
        "rows": {
            name: len(rows.children) for name, rows in assembled.tables.items() if rows.columns
        },
        "children": assembled.children,
        "left_out": assembled.left_out,
        "lost": round(assembled.lost, 4),
        "smallest": assembled.smallest,
        "risk": {
            "prosecutor": round(risk.prosecutor, 4),
            "average": round(risk.prosecutor_average, 4),
            "journalist": round(risk.journalist, 4),
            "marketer": round(risk.marketer, 4),
        },
        "rare": [
            {
                "elements": list(entry.elements),
                "combinations": entry.combinations,
                "children": len(entry.rows),
            }
            for entry in assembled.rare
        ],
        "as_it_is": microdata.UNCHANGED_FORM,
    }
