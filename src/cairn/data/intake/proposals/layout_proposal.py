"""Propose how a file is read: each column and code with its reason, for a person to confirm.

A layout that a person confirmed is used again until it changes. What makes it wait for a person:
a new column, a mapped column that is gone, a column with cells that no longer fit, a new code
without a meaning, and a fifth fewer rows than the file before. Descriptions hold column
names, shapes, counts and codes, never a value of a row that could name a child.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, Self

import pyarrow as pa
from django.utils import timezone

from cairn.data.intake.delivery_parts import normalize_part_name
from cairn.data.intake.proposals.data_years import DataYears, count_prepared_years
from cairn.policy.facts import AgreementFact
from cairn.policy.vocabulary import IdentifierClass
from cairn.warehouse import schema
from cairn.warehouse.file_parts import FileParts, split_parts
from cairn.warehouse.layouts import find_layout
from cairn.warehouse.pipeline import UnusableDelivery, choose_sheets, prepare_sheet

__all__ = [
    "ConfirmedLayout",
    "LayoutProposal",
    "ProposedCode",
    "ProposedColumn",
    "find_assessment_layout",
    "propose_layout",
]

_MIN_ROWS_SHARE: Final = 0.8
_MASKED_ROWS: Final = 20
_ASSESSMENT: Final = "assessment"
_DISCIPLINE: Final = "discipline"

DAY_CELLS: Final = "Cells below the days"
"""What a page calls the columns of a sheet with a column for each day, together."""

_LABELS: Final = {
    schema.WHOLE_NAME: "Full name",
    schema.CLASS_PERIOD_RULE: "Class period of the row",
}
"""What pages call the columns that are no field of their own, by their target or rule."""

PERIOD_CELLS: Final = "Cells below the class periods"

_PERIOD_QUESTION: Final = (
    "In how many class periods must a student be absent for the day to be an absence? Cairn keeps "
    "one event for each day."
)


@dataclass(frozen=True, slots=True)
class ConfirmedLayout:
    """What a person confirmed of a layout, to notice when a later file is different.

    Attributes:
        columns: names of the columns that files had.
        absent: mapped columns that a confirmed file did not have.
        unknown_codes: field → spellings that a person left without a code.
        other_years: school year of a period → other school years of rows in its files.
    """

    columns: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    unknown_codes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    other_years: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def parse(cls, body: Mapping[str, Any]) -> Self:
        """Read what ``dump`` wrote; an empty body records nothing."""
        return cls(
            frozenset(body.get("columns", ())),
            frozenset(body.get("absent", ())),
            _parse_sets(body.get("unknown_codes", {})),
            _parse_sets(body.get("other_years", {})),
        )

    @classmethod
    def describe_file(
        cls,
        sheets: Sequence[schema.Sheet],
        mapping: schema.ColumnMapping,
        covered: frozenset[str],
        period: str,
    ) -> Self:
        """Describe the layout of a file; codes and dates only of elements that are covered."""
        try:
            chosen = choose_sheets(sheets, mapping)
        except UnusableDelivery:
            return cls()
        header = _list_lasting_columns(chosen, mapping)
        chosen = [prepare_sheet(sheet, mapping) for sheet in chosen]
        codes: dict[str, frozenset[str]] = {}
        for code in _list_codes(chosen, mapping, covered):
            if code.code is None:
                codes[code.field] = codes.get(code.field, frozenset()) | {code.spelling}
        absent = {*mapping.find_missing_columns(header), *_find_gone_questions(header, mapping)}
        data_years = count_prepared_years(chosen, mapping, covered, timezone.localdate())
        others = data_years.list_other_years(period)
        other_years = {schema.find_period_year(period): others} if others else {}
        return cls(frozenset(header), frozenset(absent), codes, other_years)

    def dump(self) -> dict[str, Any]:
        """Write the layout as plain lists and texts, for JSON."""
        return {
            "columns": sorted(self.columns),
            "absent": sorted(self.absent),
            "unknown_codes": {name: sorted(texts) for name, texts in self.unknown_codes.items()},
            "other_years": {name: sorted(years) for name, years in self.other_years.items()},
        }

    def describe_contradiction(self, data_years: DataYears, period: str) -> str:
        """Describe how the dates of a file contradict its period, unless that was confirmed.

        Args:
            data_years: the school years of the rows.
            period: the period of the file.

        Returns:
            A sentence; empty if they do not, or a person confirmed these school years before.
        """
        others = data_years.list_other_years(period)
        known = self.other_years.get(schema.find_period_year(period), frozenset())
        return "" if others and others <= known else data_years.describe_contradiction(period)

    def merge(self, other: "ConfirmedLayout") -> "ConfirmedLayout":
        """Return what one of two files may have."""
        return ConfirmedLayout(
            self.columns | other.columns,
            self.absent | other.absent,
            _merge_sets(self.unknown_codes, other.unknown_codes),
            _merge_sets(self.other_years, other.other_years),
        )


def _parse_sets(body: Mapping[str, Sequence[str]]) -> dict[str, frozenset[str]]:
    return {name: frozenset(texts) for name, texts in body.items()}


def _merge_sets(
    one: Mapping[str, frozenset[str]], other: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    none = frozenset[str]()
    return {name: one.get(name, none) | other.get(name, none) for name in {*one, *other}}


@dataclass(frozen=True, slots=True)
class ProposedColumn:
    """One column of the file.

    Attributes:
        name: its heading.
        target: the field, with its rule; empty if the column is not read.
        label: name of the data element for a person; empty if the column is not read.
        reason: why, with what the cells look like.
        covered: whether the agreement covers the data element; None if the column is not read.
        is_fixed: whether a rule of the layout reads the column, so that no choice changes it.
    """

    name: str
    target: str
    label: str
    reason: str
    covered: bool | None
    is_fixed: bool = False


@dataclass(frozen=True, slots=True)
class ProposedCode:
    """One spelling of a column of codes.

    Attributes:
        column: heading of the column.
        field: name of the field.
        spelling: the text of the cells.
        count: number of the rows.
        code: the code that it means; empty if it is left blank; None if it is unknown.
    """

    column: str
    field: str
    spelling: str
    count: int
    code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutProposal:
    """How a file would be read, and what a person must look at before it is.

    Attributes:
        mapping: the column mapping.
        columns: every column of the tables that it reads.
        codes: every spelling of the columns of codes.
        id_candidates: columns among which a person must choose the sender's own student ID; empty
            if there is no such question.
        changes: how the file differs from the layout that was confirmed.
        problems: what must be settled before the file can be read at all.
        levels: the performance levels of results for which no column says whether they meet the
            standard; the code is "yes", "no", empty for neither, or None if no one decided.
        filtered: name of each rule that leaves out rows, and the number of rows.
        unread_tables: name and number of rows of each table that is not read.
        is_known: whether it is a layout that a person confirmed before.
        rows: number of rows of the tables that it reads.
        parts: name and number of rows of each part, of a file that holds several.
        unnamed_rows: number of rows that name no part of such a file.
        extract_date: the day that a column of the file gives as that of its data, as YYYY-MM-DD;
            empty if none does.
        questions: what else a person must answer, in words.
        sent_dates: the days, as YYYY-MM-DD, that the server of an address says, by the places
            that ``list_sent_dates`` lists; empty for a file.
        class_periods: number of different class periods, where each row is about one; else 0.
        data_years: the school years in which the rows are.
    """

    mapping: schema.ColumnMapping
    columns: tuple[ProposedColumn, ...]
    codes: tuple[ProposedCode, ...]
    id_candidates: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    levels: tuple[ProposedCode, ...] = ()
    filtered: tuple[tuple[str, int], ...] = ()
    unread_tables: tuple[tuple[str, int], ...] = ()
    is_known: bool = False
    rows: int = 0
    parts: tuple[tuple[str, int], ...] = ()
    unnamed_rows: int = 0
    extract_date: str = ""
    questions: tuple[str, ...] = ()
    sent_dates: Mapping[str, str] = field(default_factory=dict)
    class_periods: int = 0
    data_years: DataYears = field(default_factory=DataYears)

    @property
    def lands_by_itself(self) -> bool:
        """Whether the file needs no person: its layout was confirmed and has not changed."""
        return self.is_known and not (self.changes or self.has_open_questions)

    @property
    def unknown_codes(self) -> tuple[ProposedCode, ...]:
        """The spellings without a code."""
        return tuple(code for code in self.codes if code.code is None)

    @property
    def has_open_questions(self) -> bool:
        """Whether a person must answer something, so that agreeing to it is not enough."""
        return bool(self.problems or self.id_candidates or self.questions)

    def compare_rows(self, earlier_rows: int) -> Self:
        """Return the proposal with a change if a fifth of the rows of the file before are gone.

        Args:
            earlier_rows: number of rows of that file, of the same data set; 0 if there is none.
        """
        if not self.is_known or self.rows >= earlier_rows * _MIN_ROWS_SHARE:
            return self
        change = f"{self.rows:,} rows, where the file before had {earlier_rows:,}."
        return replace(self, changes=(*self.changes, change))

    def compare_period(self, period: str, confirmed: ConfirmedLayout) -> Self:
        """Return the proposal with a change if the dates of the rows contradict the period.

        Args:
            period: the period of the file.
            confirmed: what a person confirmed; the same school years are not asked about again.
        """
        change = confirmed.describe_contradiction(self.data_years, period)
        return replace(self, changes=(*self.changes, change)) if self.is_known and change else self

    def to_json(self) -> dict[str, Any]:
        """Return plain facts: column names, shapes, counts and codes."""
        body = asdict(self)
        body["mapping"] = self.mapping.dump()
        body["record"] = self.mapping.record
        return body


def propose_layout(
    sheets: Sequence[schema.Sheet],
    mapping: schema.ColumnMapping,
    terms: AgreementFact,
    *,
    confirmed: ConfirmedLayout | None = None,
    chosen_id: str = "",
    asks_for_id: bool = True,
    reason: str = "",
) -> LayoutProposal:
    """Propose how a file is read.

    Args:
        sheets: sheets of the file.
        mapping: the confirmed column mapping, or a suggested one.
        terms: the agreement.
        confirmed: the layout that a person confirmed with that mapping; None for a suggestion.
        chosen_id: the column that a person named as the sender's own student ID.
        asks_for_id: whether to ask which column that is, where a suggestion leaves it open.
        reason: where a mapping comes from that is neither confirmed nor guessed.

    Returns:
        The proposal.

    Raises:
        UnusableDelivery: the file has none of the mapped columns.
    """
    # A person who chose the record type maps the columns where Cairn knows none of them.
    is_blank = not (mapping.columns or mapping.results or mapping.sheet)
    original = list(sheets) if is_blank else choose_sheets(sheets, mapping)
    if confirmed is None and not reason:
        reason = _name_shipped_layout(original, mapping)
    if not (confirmed or reason):
        mapping = _leave_out_other_people(original, mapping)
    chosen = [prepare_sheet(sheet, mapping) for sheet in original]
    is_open = asks_for_id and confirmed is None and not reason
    candidates = _ask_for_id(chosen, mapping) if is_open else ()
    if chosen_id:
        mapping, candidates = _set_local_id(mapping, chosen_id), ()
    elif candidates:
        mapping = _set_local_id(mapping, "")
    # Encodings have one layout by definition, so there is nothing to confirm.
    known = confirmed is not None or mapping.record == schema.ENCODED_RECORD_TYPE
    codes = tuple(_list_codes(chosen, mapping, terms.elements))
    changes = tuple(_find_changes(original, chosen, mapping, codes, confirmed)) if confirmed else ()
    parts = FileParts()
    if mapping.part:
        today = timezone.localdate()
        parts = split_parts(original, mapping, normalize_part_name, on=today)
    periods = schema.count_class_periods(_get_cells(chosen, mapping.class_period_column))
    others = {sheet.name for sheet in chosen} | {s for sheet in sheets for s in sheet.sources}
    return LayoutProposal(
        mapping=mapping,
        columns=tuple(_list_columns(chosen, mapping, terms, reason=reason, is_known=known)),
        codes=codes,
        id_candidates=candidates,
        changes=changes,
        problems=(
            *_find_problems(chosen, mapping),
            *_find_unknown_roles(original, mapping),
            *_find_part_problems(parts, mapping, terms),
            *(() if known else _find_period_problem(mapping, periods)),
        ),
        levels=tuple(_list_levels(chosen, mapping, terms.elements)),
        questions=(_PERIOD_QUESTION,) if mapping.lacks_period_rule else (),
        parts=tuple(parts.rows.items()),
        unnamed_rows=parts.unnamed_rows,
        filtered=tuple(
            (note.message, note.count)
            for before, sheet in zip(original, chosen, strict=True)
            for note in sheet.left_out[len(before.left_out) :]
        ),
        unread_tables=tuple(
            (sheet.name, sheet.table.num_rows) for sheet in sheets if sheet.name not in others
        ),
        is_known=known,
        rows=sum(sheet.table.num_rows for sheet in chosen),
        class_periods=periods,
        data_years=count_prepared_years(chosen, mapping, terms.elements, timezone.localdate()),
    )


def _find_period_problem(mapping: schema.ColumnMapping, periods: int) -> Iterator[str]:
    """Find whether a day is an absence from more class periods than the first file has."""
    if mapping.periods and 0 < periods < mapping.periods.absent_from:
        yield (
            f"The file has {periods} different class periods, and a day would be an absence from "
            f"{mapping.periods.absent_from} of them. Choose a number from 1 to {periods}."
        )


def mask_rows(
    sheets: Sequence[schema.Sheet], mapping: schema.ColumnMapping, covered: frozenset[str]
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Mask the first rows of a file: shapes of cells, and codes that identify no child.

    Args:
        sheets: sheets of the file.
        mapping: the column mapping.
        covered: the elements (``record.field``) that the agreement covers.

    Returns:
        The headings, and at most 20 rows.
    """
    sheet = prepare_sheet(choose_sheets(sheets, mapping)[0], mapping)
    names, columns = [], []
    targets = {**mapping.targets(sheet.header), **mapping.find_result_columns(sheet.header)}
    for name, target in targets.items():
        elements = [mapping.type.fields[f] for f in target.fields(mapping.type)]
        if not covered.issuperset(element.element for element in elements[:1]):
            continue
        names.append(name)
        columns.append(_mask_column(sheet.table[name].slice(0, _MASKED_ROWS), elements[0], mapping))
    return tuple(names), [tuple(row) for row in zip(*columns, strict=True)]


def _mask_column(
    cells: pa.ChunkedArray, element: schema.ElementField, mapping: schema.ColumnMapping
) -> list[str]:
    texts = [cell or "" for cell in cells.to_pylist()]
    if element.type is not schema.FieldType.CODE or element.identifier is not IdentifierClass.NONE:
        return [schema.mask_text(text) for text in texts]
    own = mapping.codes.get(element.name, {})
    codes = {code.spelling: code.code for code in schema.count_codes(cells, element, own)}
    labels = {code: entry.label for code, entry in element.codes.items()}
    return [
        labels.get(codes.get(text.strip()) or "", schema.mask_text(text)) if text.strip() else ""
        for text in texts
    ]


def _list_header(sheets: Sequence[schema.Sheet]) -> list[str]:
    return list(dict.fromkeys(name for sheet in sheets for name in sheet.header))


def _list_lasting_columns(
    sheets: Sequence[schema.Sheet], mapping: schema.ColumnMapping
) -> list[str]:
    """List the columns of a file without those of single days, which differ in each file."""
    header = _list_header(sheets)
    if mapping.wide is None:
        return header
    year = mapping.wide.school_year
    return [name for name in header if schema.parse_date_heading(name, year) is None]


def _get_cells(sheets: Sequence[schema.Sheet], name: str) -> pa.ChunkedArray:
    chunks = [
        chunk for sheet in sheets if name in sheet.header for chunk in sheet.table[name].chunks
    ]
    return pa.chunked_array(chunks, pa.string())


def _get_element(
    mapping: schema.ColumnMapping, target: schema.ColumnTarget
) -> schema.ElementField | None:
    """Return the field of a target; None for a whole name."""
    return None if target.field == schema.WHOLE_NAME else mapping.type.fields[target.field]


def _explain_cells(
    sheets: Sequence[schema.Sheet],
    name: str,
    mapping: schema.ColumnMapping,
    target: schema.ColumnTarget,
) -> str:
    return schema.explain_mismatch(
        _get_cells(sheets, name),
        _get_element(mapping, target),
        name,
        rule=target.rule,
        codes=mapping.codes.get(target.field),
        formats=mapping.date_formats.get(target.field, ()),
    )


def _explain_derived(name: str, mapping: schema.ColumnMapping) -> str:
    """Say from which columns another one is made; empty for a column of the file."""
    made = mapping.derived.get(name)
    return f"made from {', '.join(f'“{source}”' for source in made.sources)}" if made else ""


def _list_columns(
    sheets: Sequence[schema.Sheet],
    mapping: schema.ColumnMapping,
    terms: AgreementFact,
    *,
    reason: str,
    is_known: bool,
) -> Iterator[ProposedColumn]:
    header = _list_header(sheets)
    targets = mapping.targets(header)
    headings: dict[str, list[str]] = {}
    for name, field_name in schema.list_heading_matches(header, mapping.type):
        headings.setdefault(name, []).append(field_name)
    read_by_rules = {*mapping.list_read_columns(header)} - targets.keys()
    sources = {schema.fold_header(n): s for n, s in mapping.list_result_sources().items()}
    results = mapping.find_result_columns(header)
    can_change = _can_change_results(mapping)
    one_result, _subject = schema.propose_one_result(header) if mapping.constants else ({}, "")
    joined = {name for name in mapping.derived if name in mapping.find_result_columns([name])}
    others = schema.list_side_by_side_records(header, mapping.record)
    survey_reasons = schema.explain_survey_columns(sheets, mapping)
    for name in [name for name in header if not (can_change and name in joined)]:
        looks = schema.summarize_column(_get_cells(sheets, name)).description
        explained = survey_reasons.get(name, "")
        if name in read_by_rules:
            group, text = sources.get(schema.fold_header(name), ("", ""))
            result = schema.ColumnTarget.parse(text) if can_change and text else results.get(name)
            column = _describe_rule(name, result, mapping, terms, explained)
            if can_change and column.target:
                text = f"the record “{group}” of each row; {looks}"
                column = replace(column, is_fixed=False, reason=text)
            yield column
            continue
        if name not in targets:
            yield ProposedColumn(
                name,
                "",
                "",
                _explain_unread(sheets, name, mapping, headings, looks, others.get(name, "")),
                None,
            )
            continue
        target = targets[name]
        fields = [mapping.type.fields[f] for f in target.fields(mapping.type)]
        source = reason or (
            "as confirmed before"
            if is_known
            else "known heading"
            if target.field in headings.get(name, ()) or target.rule
            else explained
            or _explain_derived(name, mapping)
            or ("known words in the heading" if name in one_result else "chosen by a person")
        )
        needed = fields[:1] if target.field == schema.WHOLE_NAME else fields
        yield ProposedColumn(
            name,
            f"{target.field}:{target.rule}" if target.rule else target.field,
            _LABELS.get(target.rule) or _LABELS.get(target.field) or fields[0].label,
            f"{source}; {looks}{_describe_known_codes(sheets, name, mapping, target)}"
            f"{_warn_of_lost_zeros(target, looks)}",
            terms.elements.issuperset(entry.element for entry in needed),
        )


def _warn_of_lost_zeros(target: schema.ColumnTarget, looks: str) -> str:
    is_id = target.field in (schema.LOCAL_ID, "state_id")
    varies = re.match(r"\d+ to \d+ digits", looks)
    return "; a spreadsheet may have removed leading zeros" if is_id and varies else ""


def _name_shipped_layout(sheets: Sequence[schema.Sheet], mapping: schema.ColumnMapping) -> str:
    """Name the layout that Cairn ships, if the mapping is its mapping; it says what each ID is."""
    layout = find_layout(sheets[0].header)
    if layout is None or layout.mapping != replace(
        mapping, sheet=layout.mapping.sheet, part="", date_source=None
    ):
        return ""
    return f"known layout: {layout.title}, {layout.mark.label}"


def find_assessment_layout(header: Sequence[str], mapping: schema.ColumnMapping) -> str:
    """Find the shipped layout from which a mapping has the name of its assessment.

    Args:
        header: headings of the file.
        mapping: the column mapping.

    Returns:
        The title of the layout; empty if the name comes from elsewhere, or there is none.
    """
    named, layout = mapping.constants.get(_ASSESSMENT), find_layout(header)
    is_source = named and layout and layout.mapping.constants.get(_ASSESSMENT) == named
    return layout.title if layout and is_source else ""


def _describe_rule(
    name: str,
    result: schema.ColumnTarget | None,
    mapping: schema.ColumnMapping,
    terms: AgreementFact,
    explained: str,
) -> ProposedColumn:
    """Describe a column that is read by a rule: one of several results a row, or a source."""
    if result is None:
        reason = (
            explained or "read by a rule of the layout, to make another column or to choose rows"
        )
        return ProposedColumn(name, "", "", reason, None, is_fixed=True)
    element = mapping.type.fields[result.field]
    reason = explained or "one of several results in each row; each becomes a row of its own"
    is_covered = element.element in terms.elements
    return ProposedColumn(name, result.field, element.label, reason, is_covered, is_fixed=True)


def _can_change_results(mapping: schema.ColumnMapping) -> bool:
    """Return whether a page may change the groups of result columns: Cairn made them here."""
    columns = {name: target for name, (_group, target) in mapping.list_result_sources().items()}
    grouped = schema.group_columns(mapping.record, {**mapping.columns, **columns})
    return bool(grouped.results) and grouped.results == mapping.results


def _list_levels(
    sheets: Sequence[schema.Sheet], mapping: schema.ColumnMapping, covered: frozenset[str]
) -> Iterator[ProposedCode]:
    """List the performance levels for which a person can decide whether they meet the standard."""
    fields, header = mapping.type.fields, _list_header(sheets)
    targets = {**mapping.targets(header), **mapping.find_result_columns(header)}
    columns = [name for name, target in targets.items() if target.field == schema.LEVEL_FIELD]
    decides = {schema.LEVEL_FIELD, schema.MET_FIELD}
    is_answered = any(target.field == schema.MET_FIELD for target in targets.values())
    if is_answered or not (columns and decides <= fields.keys()):
        return
    if not covered.issuperset(fields[name].element for name in decides):
        return
    chunks = [chunk for name in columns for chunk in _get_cells(sheets, name).chunks]
    known = {schema.normalize_spelling(name): met for name, met in mapping.levels.items()}
    cells = pa.chunked_array(chunks, pa.string())
    for spelling, count in schema.count_levels(cells):
        met = known.get(schema.normalize_spelling(spelling))
        yield ProposedCode(", ".join(columns), schema.LEVEL_FIELD, spelling, count, met)


def _explain_unread(
    sheets: Sequence[schema.Sheet],
    name: str,
    mapping: schema.ColumnMapping,
    headings: Mapping[str, Sequence[str]],
    looks: str,
    other: str,
) -> str:
    """Explain why a column is not read: its cells are not what its heading says, or it is new."""
    if mapping.wide and schema.parse_date_heading(name, mapping.wide.school_year):
        return "a day; each filled cell becomes a row"
    for field_name in headings.get(name, ()):
        if problem := _explain_cells(sheets, name, mapping, schema.ColumnTarget(field_name)):
            label = mapping.type.fields[field_name].label_in_sentence
            return f"the heading suggests {label}, but the cells are {problem}"
    if other:
        title = schema.get_record_type(other).title
        return (
            f"not read: it belongs to “{title}”. Upload the file once more as that record type, "
            "with another data set name"
        )
    return f"not read; {looks}"


def _describe_known_codes(
    sheets: Sequence[schema.Sheet],
    name: str,
    mapping: schema.ColumnMapping,
    target: schema.ColumnTarget,
) -> str:
    element = _get_element(mapping, target)
    if element is None or element.type is not schema.FieldType.CODE or target.rule:
        return ""
    own = mapping.codes.get(element.name, {})
    codes = schema.count_codes(_get_cells(sheets, name), element, own)
    rows = sum(code.count for code in codes)
    if not rows:
        return ""
    known = sum(code.count for code in codes if code.code is not None)
    return f"; {100 * known // rows}% of the rows have a known code"


def _list_codes(
    sheets: Sequence[schema.Sheet], mapping: schema.ColumnMapping, covered: frozenset[str]
) -> Iterator[ProposedCode]:
    """List the spellings of columns of codes; nothing of a column that is not covered is kept."""
    header = _list_header(sheets)
    targets = {**mapping.targets(header), **mapping.find_result_columns(header)}
    periods = [name for name, t in targets.items() if t.rule == schema.PERIOD_RULE]
    for name, target in targets.items():
        element = _get_element(mapping, target)
        if element is None or element.type is not schema.FieldType.CODE or target.rule:
            continue
        if element.element not in covered:
            continue
        yield from _count_proposed_codes(name, _get_cells(sheets, name), mapping, element)
    if periods and (element := _get_element(mapping, targets[periods[0]])):
        chunks = [chunk for name in periods for chunk in _get_cells(sheets, name).chunks]
        if element.element in covered:
            cells = pa.chunked_array(chunks, pa.string())
            yield from _count_proposed_codes(PERIOD_CELLS, cells, mapping, element)
    if mapping.wide is not None:
        element = _get_element(mapping, schema.ColumnTarget.parse(mapping.wide.value))
        if element and element.type is schema.FieldType.CODE and element.element in covered:
            yield from _count_proposed_codes(
                DAY_CELLS, _join_day_cells(sheets, mapping), mapping, element
            )


def _count_proposed_codes(
    name: str, cells: pa.ChunkedArray, mapping: schema.ColumnMapping, element: schema.ElementField
) -> Iterator[ProposedCode]:
    own = mapping.codes.get(element.name, {})
    for code in schema.count_codes(cells, element, own):
        yield ProposedCode(name, element.name, code.spelling, code.count, code.code)


def _join_day_cells(
    sheets: Sequence[schema.Sheet], mapping: schema.ColumnMapping
) -> pa.ChunkedArray:
    lasting = {*_list_lasting_columns(sheets, mapping)}
    days = [name for name in _list_header(sheets) if name not in lasting]
    chunks = [chunk for name in days for chunk in _get_cells(sheets, name).chunks]
    return pa.chunked_array(chunks, pa.string())


def _find_changes(
    original: Sequence[schema.Sheet],
    sheets: Sequence[schema.Sheet],
    mapping: schema.ColumnMapping,
    codes: Sequence[ProposedCode],
    confirmed: ConfirmedLayout,
) -> Iterator[str]:
    if not confirmed.columns:
        return  # A mapping from before layouts were recorded: the file is recorded as it lands.
    header = _list_lasting_columns(original, mapping)
    if new := [name for name in header if name not in confirmed.columns]:
        yield f"New columns: {', '.join(new)}."
    missing = [*mapping.find_missing_columns(header), *_find_gone_questions(header, mapping)]
    if gone := [name for name in dict.fromkeys(missing) if name not in confirmed.absent]:
        yield f"Columns that are gone: {', '.join(gone)}."
    for name, target in mapping.targets(_list_header(sheets)).items():
        if problem := _explain_cells(sheets, name, mapping, target):
            yield f"The column “{name}” no longer fits: its cells are {problem}."
    for name in schema.find_opened_questions(original, mapping):
        yield f"The question “{name}” has answers in the respondents' own words now."
    for name in schema.find_new_consent(original, mapping):
        yield f"The question “{name}” has a new answer that gives consent."
    known = confirmed.unknown_codes
    new_codes = [c for c in codes if c.code is None and c.spelling not in known.get(c.field, ())]
    for name in dict.fromkeys(code.column for code in new_codes):
        spellings = ", ".join(code.spelling for code in new_codes if code.column == name)
        yield f"New codes in the column “{name}”: {spellings}."


def _find_gone_questions(header: Sequence[str], mapping: schema.ColumnMapping) -> list[str]:
    """List the questions of a survey that a file lacks; other files may lack some results."""
    if mapping.record not in schema.SURVEY_RECORDS:
        return []
    present = {schema.fold_header(name) for name in header}
    derived = {schema.fold_header(name) for name in mapping.derived}
    headings = dict.fromkeys(name for group in mapping.list_results() for name in group.columns)
    return [n for n in headings if schema.fold_header(n) not in present | derived]


def _leave_out_other_people(
    sheets: Sequence[schema.Sheet], mapping: schema.ColumnMapping
) -> schema.ColumnMapping:
    """Add a filter where a column says that some rows are about people who are not students."""
    if not mapping.type.subject or mapping.filters:
        return mapping
    rules: dict[str, schema.RowFilter] = {}
    for sheet in sheets:
        column, others = schema.count_other_people(sheet.header, sheet.table)
        if others:
            rules[column] = schema.RowFilter(
                "people who are not students", column, keep=schema.STUDENT_ROLES
            )
        column, _has_unknown = schema.find_incident_role_column(sheet.header, sheet.table)
        if column and mapping.record == _DISCIPLINE:
            rules[column] = schema.RowFilter(
                "people who are not the offender", column, keep=schema.OFFENDER_ROLES
            )
    return replace(mapping, filters=tuple(rules.values()))


def _find_problems(sheets: Sequence[schema.Sheet], mapping: schema.ColumnMapping) -> Iterator[str]:
    if not mapping.type.subject:
        return
    for sheet in sheets:  # prepared: what the filters leave out is gone
        column, others = schema.count_other_people(sheet.header, sheet.table)
        if others:
            yield (
                f"{others:,} of {sheet.table.num_rows:,} rows are about people who are not "
                f"students, as the column “{column}” says. Remove these rows from the file."
            )


def _find_unknown_roles(
    sheets: Sequence[schema.Sheet], mapping: schema.ColumnMapping
) -> Iterator[str]:
    """Say that a role in incidents is unknown: a victim would be recorded as the offender."""
    filtered = {rule.column for rule in mapping.filters}
    for sheet in sheets:
        column, has_unknown = schema.find_incident_role_column(sheet.header, sheet.table)
        if has_unknown and column in filtered:
            yield (
                f"The column “{column}” has roles in incidents that Cairn does not know. Write "
                "offender, victim or witness, or leave only the rows of offenders in the file."
            )


def _find_part_problems(
    parts: FileParts, mapping: schema.ColumnMapping, terms: AgreementFact
) -> Iterator[str]:
    """Say why a file cannot be split; a column that is not covered names no parts either."""
    if parts.problem:
        yield parts.problem
    for target in mapping.targets([mapping.part]).values():
        element = mapping.type.fields[target.field]
        if element.element not in terms.elements:
            yield (
                f"The agreement does not cover {element.label_in_sentence}, so the column "
                f"“{mapping.part}” cannot name the parts of the file."
            )


def _ask_for_id(sheets: Sequence[schema.Sheet], mapping: schema.ColumnMapping) -> tuple[str, ...]:
    """List the columns that may be the sender's own student ID, if the file does not say."""
    if "local_id" not in mapping.type.fields or mapping.record in schema.SURVEY_RECORDS:
        return ()  # IDs of responses are no candidates; a survey's student ID is asked for in words
    state_ids = {name for name, target in mapping.columns.items() if target == "state_id"}
    found: dict[str, None] = {}
    for sheet in sheets:
        found |= dict.fromkeys(schema.list_id_candidates(sheet.header, sheet.table))
    # A vendor fills either column with the ID that a district sent, so both are asked about.
    candidates = tuple(
        name for name in found if mapping.record == _ASSESSMENT or name not in state_ids
    )
    return candidates if len(candidates) > 1 else ()


def _set_local_id(mapping: schema.ColumnMapping, column: str) -> schema.ColumnMapping:
    """Return the mapping with this column as the student ID, or with none."""
    columns = {name: t for name, t in mapping.columns.items() if t != "local_id"}
    if column:
        columns[column] = "local_id"
    return replace(mapping, columns=columns)
