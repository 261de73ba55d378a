"""Describe how one partner's file becomes a record type: which column is which field.

A mapping is saved for each organization and feed, as TOML that a person can read and edit.
"""

import hashlib
import tomllib
from collections import abc
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from cairn.warehouse.schema.clock_times import TIME_IN_RULE, TIME_OUT_RULE, find_pairing_problems
from cairn.warehouse.schema.elements import (
    ElementField,
    FieldType,
    RecordType,
    UnknownElement,
    get_record_type,
    normalize_spelling,
)
from cairn.warehouse.schema.failures import Failure
from cairn.warehouse.schema.fixed_width import FixedWidthColumn, parse_fixed_width
from cairn.warehouse.schema.mapping_rules import (
    CutScore,
    DateSource,
    DeletionMark,
    DerivedColumn,
    PeriodRule,
    ResultGroup,
    RowFilter,
    parse_cut_score,
    parse_deletion_mark,
    parse_derived_column,
    parse_result_group,
    parse_row_filter,
)
from cairn.warehouse.schema.school_years import parse_school_year
from cairn.warehouse.schema.toml_format import format_toml

__all__ = [
    "ABSENT_CODES",
    "ADDED_MINUTES_RULE",
    "CLASS_PERIOD_RULE",
    "LEVEL_FIELD",
    "MET_FIELD",
    "MINUTES_RULE",
    "PERIOD_RULE",
    "WHOLE_NAME",
    "ColumnMapping",
    "ColumnTarget",
    "MappingProblem",
    "UnknownHeadings",
    "WideLayout",
    "fold_header",
    "has_mapping_rule",
]

WHOLE_NAME: Final = "name"
"""The pseudo-field of a column that holds a whole name."""

NAME_ORDERS: Final = ("last_first", "first_last")
NAME_FIELDS: Final = ("given_name", "middle_name", "family_name", "suffix")
MINUTES_RULE: Final = "minutes"
ADDED_MINUTES_RULE: Final = "added_minutes"
"""The rule of a column with the minutes beyond the whole hours of another column."""
PERIOD_RULE: Final = "period"
"""The rule of a column with the attendance code of one class period of a day."""
CLASS_PERIOD_RULE: Final = "class_period"
"""The rule of a column that says which class period of its day a row is about."""
_JOINT_RULES: Final = frozenset({TIME_IN_RULE, TIME_OUT_RULE, PERIOD_RULE})
MET_FIELD: Final = "met"
SCHOOL_ID: Final = "school_id"
LEVEL_FIELD: Final = "performance_level"

ABSENT_CODES: Final = frozenset({"absent_excused", "absent_unexcused", "suspended"})
"""The attendance events of a student who is not there."""


class MappingProblem(Exception):
    """A mapping that cannot be used. The message names the entry and says what to change."""


class UnknownHeadings(MappingProblem):
    """No heading of a file is known, so that no mapping can be suggested."""


@dataclass(frozen=True, slots=True)
class ColumnTarget:
    """Where a column goes: a field, and the rule by which its text becomes that field."""

    field: str
    rule: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse ``field`` or ``field:rule``."""
        name, _, rule = text.partition(":")
        return cls(name.strip(), rule.strip())

    def fields(self, record: RecordType) -> tuple[str, ...]:
        """Return the fields that this column feeds; a whole name feeds several."""
        if self.field == WHOLE_NAME:
            return tuple(f for f in NAME_FIELDS if f in record.fields)
        return (self.field,)


@dataclass(frozen=True, slots=True)
class WideLayout:
    """A sheet with a column for each day: the heading goes to ``field``, the cell to ``value``.

    ``school_year`` ("2025-26") gives the year to headings that leave it out, such as 9/8.
    """

    value: str
    field: str = "date"
    school_year: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """Map the columns of a feed to fields of one record type; checked when it is made.

    README.md describes the file format.

    Attributes:
        record: name of the record type.
        columns: heading → ``field`` or ``field:rule``.
        sheet: name of the sheet, with wildcards; None for the sheets with most of the columns.
        skip_rows: number of lines above the header; None to find it.
        fill_down: headings of columns in which an empty cell takes the value above.
        constants: field → value for every row.
        codes: field → spelling → code; "" leaves the cell empty.
        date_formats: field → formats for ``strptime``; a field without an entry is read by
            evidence.
        wide: layout of a sheet with a column for each day; None for any other.
        derived: heading → how a column is made from others; ``columns`` may name it like any
            column of the file, and it replaces one of the same name.
        filters: rules by which rows are left out, each counted by its name.
        results: groups of columns that are one result each; every row becomes one row for each
            group in which it has a value.
        levels: performance level → "yes" or "no", whether it meets the standard; "" for neither.
        cut_scores: lowest scores that meet the standard, for results without a level; the first
            that fits a result decides.
        fixed_width: the layout of a file of fixed width; empty for any other file.
        deletes: how a row is marked that the sender deleted; None if no column says so.
        part: heading of the column that says to which part of the period, such as a site, each row
            belongs; empty if a file is one part.
        date_source: where a file says which day its data describe; None if the sender states it
            with each file, or it is unknown.
        periods: how the class periods of a day become one event; None if no column is a period, or
            no person has decided it yet.

    Raises:
        MappingProblem: an entry cannot be used.
    """

    record: str
    columns: abc.Mapping[str, str]
    sheet: str | None = None
    skip_rows: int | None = None
    fill_down: tuple[str, ...] = ()
    constants: abc.Mapping[str, str] = field(default_factory=dict)
    codes: abc.Mapping[str, abc.Mapping[str, str]] = field(default_factory=dict)
    date_formats: abc.Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wide: WideLayout | None = None
    derived: abc.Mapping[str, DerivedColumn] = field(default_factory=dict)
    filters: tuple[RowFilter, ...] = ()
    results: tuple[ResultGroup, ...] = ()
    levels: abc.Mapping[str, str] = field(default_factory=dict)
    cut_scores: tuple[CutScore, ...] = ()
    fixed_width: tuple[FixedWidthColumn, ...] = ()
    deletes: DeletionMark | None = None
    part: str = ""
    date_source: DateSource | None = None
    periods: PeriodRule | None = None

    def __post_init__(self) -> None:
        for problem in _find_problems(self):
            raise MappingProblem(problem)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a mapping from TOML."""
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise MappingProblem(f"The mapping is not valid TOML: {error}.") from error
        return cls.from_table(data)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Load a mapping from a TOML file."""
        return cls.parse(path.read_text("utf-8"))

    @classmethod
    def from_table(cls, data: dict[str, Any]) -> Self:
        """Make a mapping from its TOML table."""
        if unknown_entries := sorted(data.keys() - cls.__dataclass_fields__.keys()):
            raise MappingProblem(f"The column mapping has an unknown entry “{unknown_entries[0]}”.")
        if missing_entries := sorted({"record", "columns"} - data.keys()):
            raise MappingProblem(f"The column mapping is missing “{missing_entries[0]}”.")
        data["constants"] = {k: str(v) for k, v in data.get("constants", {}).items()}
        data["fill_down"] = tuple(data.get("fill_down", ()))
        data["date_formats"] = {k: _to_tuple(v) for k, v in data.get("date_formats", {}).items()}
        try:
            data["wide"] = WideLayout(**data["wide"]) if "wide" in data else None
        except TypeError as error:
            raise MappingProblem("[wide] takes “value”, “field” and “school_year” only.") from error
        for name, parse_rule in _RULE_PARSERS.items():
            try:
                if name in data:
                    data[name] = parse_rule(data[name])
            except ValueError as error:
                raise MappingProblem(f"[{name}] cannot be used: {error}") from error
            except (TypeError, AttributeError, KeyError) as error:
                raise MappingProblem(
                    f"[{name}] has an entry that Cairn does not know, or lacks one. See the "
                    "description of the column mapping."
                ) from error
        return cls(**data)

    def dump(self) -> str:
        """Write the mapping as TOML; ``parse`` returns the same mapping."""
        wide = {k: v for k, v in asdict(self.wide).items() if v} if self.wide else {}
        text = format_toml(
            {
                "record": self.record,
                "sheet": self.sheet,
                "skip_rows": self.skip_rows,
                "part": self.part or None,
                "fill_down": list(self.fill_down),
                "columns": self.columns,
                "constants": self.constants,
                "codes": self.codes,
                "date_formats": {k: list(v) for k, v in self.date_formats.items()},
                "wide": wide,
                "derived": {name: rule.to_table() for name, rule in self.derived.items()},
                "filters": [rule.to_table() for rule in self.filters],
                "results": [group.to_table() for group in self.results],
                "levels": self.levels,
                "cut_scores": [rule.to_table() for rule in self.cut_scores],
                "fixed_width": [asdict(column) for column in self.fixed_width],
                "deletes": self.deletes.to_table() if self.deletes else {},
                "date_source": self.date_source.to_table() if self.date_source else {},
                "periods": self.periods.to_table() if self.periods else {},
            }
        )
        return text if self.columns else f"{text}\n[columns]\n"

    @property
    def digest(self) -> str:
        """The sha256 (hex) of the mapping; the same file under another mapping is made again."""
        return hashlib.sha256(self.dump().encode()).hexdigest()

    @property
    def type(self) -> RecordType:
        """The record type of its rows."""
        return get_record_type(self.record)

    def targets(self, header: abc.Iterable[str]) -> dict[str, ColumnTarget]:
        """Return the mapped columns among these, with their targets.

        Case and repeated spaces are ignored.
        """
        targets_by_header = {fold_header(c): ColumnTarget.parse(t) for c, t in self.columns.items()}
        return {
            h: targets_by_header[fold_header(h)]
            for h in header
            if fold_header(h) in targets_by_header
        }

    def find_missing_columns(self, header: abc.Iterable[str]) -> list[str]:
        """Return the columns that the mapping reads for every row and that are not among these.

        Columns of results are missing only if the file has none of them: a file with the fall
        results alone is complete.
        """
        present = {fold_header(h) for h in header}
        missing = [c for c in self._list_source_headings() if fold_header(c) not in present]
        if self.results and not self.find_result_columns(present):
            missing += self.list_results()[0].columns
        return missing

    def list_present_columns(self, header: abc.Iterable[str]) -> dict[str, str]:
        """Return the entries of ``columns`` that a file with this header feeds."""
        missing = set(self.find_missing_columns(header))
        return {
            name: target
            for name, target in self.columns.items()
            if not missing & {*(self.derived[name].sources if name in self.derived else (name,))}
        }

    def list_read_columns(self, header: abc.Iterable[str]) -> list[str]:
        """Return the columns among these that the mapping reads, results and filters included."""
        names = list(header)
        headings = [*self._list_source_headings(), *([self.part] if self.part else [])]
        sources = {fold_header(heading) for heading in headings}
        results = self.find_result_columns(names)
        return [name for name in names if name in results or fold_header(name) in sources]

    def measure_fit(self, header: abc.Iterable[str]) -> float:
        """Return the share of the columns that the mapping reads for every row that are here.

        All groups of results together count as one column, which is here if any of them is.
        """
        names = list(header)
        expected = len(self._list_source_headings()) + bool(self.results)
        missing = len(self.find_missing_columns(names))
        if self.results and not self.find_result_columns(names):
            missing -= len(self.list_results()[0].columns) - 1
        return 1 - missing / expected if expected else 0.0

    def list_results(self) -> list[ResultGroup]:
        """Return every group of results, once for each combination of its placeholders."""
        return [expanded for group in self.results for expanded in group.expand()]

    def find_result_columns(self, header: abc.Iterable[str]) -> dict[str, ColumnTarget]:
        """Return the columns of results among these, with their targets."""
        targets = {
            fold_header(heading): ColumnTarget.parse(target)
            for group in self.list_results()
            for heading, target in group.columns.items()
        }
        return {h: targets[fold_header(h)] for h in header if fold_header(h) in targets}

    def list_result_targets(self) -> dict[str, ColumnTarget]:
        """Return the columns of the unpivoted table that results feed, with their targets.

        Such a column is named for its target in parentheses, such as "(score)".
        """
        texts = [text for group in self.results for text in group.columns.values()]
        texts += [name for group in self.results for name in group.constants]
        return {f"({text})": ColumnTarget.parse(text) for text in texts}

    def list_result_sources(self) -> dict[str, tuple[str, str]]:
        """Return the columns that feed results: heading → name of the result, target."""
        return {
            source: (group.name, target)
            for group in self.list_results()
            for name, target in group.columns.items()
            for source in (self.derived[name].sources if name in self.derived else (name,))
        }

    def list_joint_columns(self) -> dict[str, str]:
        """Return the columns that make one value together, with their rules: times, periods."""
        targets = {name: ColumnTarget.parse(text) for name, text in self.columns.items()}
        return {name: t.rule for name, t in targets.items() if t.rule in _JOINT_RULES}

    @property
    def class_period_column(self) -> str:
        """The column that says which class period each row is about; empty if none does."""
        targets = {name: ColumnTarget.parse(text) for name, text in self.columns.items()}
        return next((name for name, t in targets.items() if t.rule == CLASS_PERIOD_RULE), "")

    def list_class_period_codes(self) -> list[str]:
        """List the column with the code of each row, where each row is about a class period."""
        targets = {name: ColumnTarget.parse(text) for name, text in self.columns.items()}
        event = targets.get(self.class_period_column)
        return [n for n, t in targets.items() if event and t == ColumnTarget(event.field)]

    @property
    def has_class_periods(self) -> bool:
        """Whether columns or rows are class periods of a day, which become one event."""
        is_column = PERIOD_RULE in self.list_joint_columns().values()
        return is_column or bool(self.class_period_column)

    @property
    def lacks_period_rule(self) -> bool:
        """Whether columns or rows are class periods, and no rule makes one event of them."""
        return self.periods is None and self.has_class_periods

    def list_essential_fields(self) -> frozenset[str]:
        """Return the fields without which a result of a row is set aside."""
        return frozenset(name for group in self.results for name in group.required)

    def list_target_fields(self) -> frozenset[str]:
        """Return the fields that any column, result or constant feeds, or that are computed."""
        targets = [ColumnTarget.parse(text) for text in self.columns.values()]
        targets += self.list_result_targets().values()
        if self.wide:
            targets += [ColumnTarget(self.wide.field), ColumnTarget.parse(self.wide.value)]
        fields = {name for target in targets for name in target.fields(self.type)}
        computed = {MET_FIELD} if self.levels or self.cut_scores else set()
        return frozenset(fields | {*self.constants} | computed)

    def _list_source_headings(self) -> list[str]:
        """Return the headings that must be in the file: derived columns by their sources."""
        headings = [name for name in self.columns if name not in self.derived]
        headings += [source for rule in self.derived.values() for source in rule.sources]
        return list(dict.fromkeys([*headings, *(rule.column for rule in self.filters)]))


_RULE_PARSERS: Final[Mapping[str, abc.Callable[[Any], Any]]] = {
    "derived": lambda tables: {name: parse_derived_column(t) for name, t in tables.items()},
    "filters": lambda tables: tuple(parse_row_filter(table) for table in tables),
    "results": lambda tables: tuple(parse_result_group(table) for table in tables),
    "levels": lambda levels: {name: str(met) for name, met in levels.items()},
    "cut_scores": lambda tables: tuple(parse_cut_score(table) for table in tables),
    "fixed_width": parse_fixed_width,
    "deletes": parse_deletion_mark,
    "date_source": lambda table: DateSource(**table),
    "periods": lambda table: PeriodRule(**table),
}


def fold_header(header: str) -> str:
    """Fold a heading as mappings compare it: letter case and repeated spaces are ignored.

    Args:
        header: the heading.

    Returns:
        The folded heading.
    """
    return " ".join(header.casefold().split())


def _to_tuple(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _find_problems(mapping: ColumnMapping) -> abc.Iterator[str]:
    try:
        record = mapping.type
    except UnknownElement as error:
        yield str(error)
        return
    targets = {c: ColumnTarget.parse(t) for c, t in mapping.columns.items()}
    if mapping.wide:
        targets["[wide] field"] = ColumnTarget(mapping.wide.field)
        targets["[wide] value"] = ColumnTarget.parse(mapping.wide.value)
    for column, target in targets.items():
        yield from _find_target_problems(record, column, target)
    year = mapping.wide.school_year if mapping.wide else ""
    if year and isinstance(parse_school_year(year), Failure):
        yield f"[wide] school_year: {Failure.NOT_A_SCHOOL_YEAR.message}"
    yield from _find_repeated_fields(record, targets)
    yield from _find_part_problem(mapping, record)
    yield from _find_rule_problems(mapping, record, targets)
    for name in (*mapping.constants, *mapping.codes, *mapping.date_formats):
        if name not in record.fields:
            yield _describe_unknown_field(record, name)
    for name, spellings in mapping.codes.items():
        for code in spellings.values():
            field_codes = record.fields[name].codes
            is_text = record.fields[name].type is FieldType.TEXT
            if code not in field_codes and code != "" and not is_text:
                allowed = ", ".join(record.fields[name].codes) or "none"
                yield f"{name} has no code “{code}”. Its codes are: {allowed}."


def _find_part_problem(mapping: ColumnMapping, record: RecordType) -> abc.Iterator[str]:
    """Yield a problem of a part column.

    The names of students are no parts. The class periods of a student and day stay together, so
    only schools are parts of such a file, and no classes or teachers.
    """
    targets = mapping.targets([mapping.part]).values() if mapping.part else ()
    if any({*target.fields(record)} & {*record.person} for target in targets):
        yield f"part: “{mapping.part}” says who a student is, so it names no part of the file."
    is_school = any(target.fields(record) == (SCHOOL_ID,) for target in targets)
    if mapping.part and mapping.class_period_column and not is_school:
        yield (
            f"part: a file with a row for each class period is split by the school ID only. By "
            f"“{mapping.part}”, the periods of one day could be in several parts."
        )


def _find_class_period_problems(
    mapping: ColumnMapping, targets: abc.Mapping[str, ColumnTarget]
) -> abc.Iterator[str]:
    """Yield the problems of a column that says which class period each row is about."""
    columns = [name for name, target in targets.items() if target.rule == CLASS_PERIOD_RULE]
    for name in columns[1:]:
        yield f"“{columns[0]}” and “{name}” both say the class period of a row. Choose one."
    for name in columns[:1]:
        event = targets[name].field
        if not any(t.field == event and not t.rule for t in targets.values()):
            yield f"“{name}” is the class period of a row: choose a column with its code too."
        if mapping.results:
            yield f"“{name}” is the class period of a row, and [[results]] make several of a row."


def _find_rule_problems(
    mapping: ColumnMapping, record: RecordType, targets: abc.Mapping[str, ColumnTarget]
) -> abc.Iterator[str]:
    """Yield the problems of the rules that change rows."""
    for name, rule in mapping.derived.items():
        yield from rule.find_problems(name)
    for row_filter in mapping.filters:
        yield from row_filter.find_problems()
    yield from mapping.deletes.find_problems() if mapping.deletes else ()
    yield from mapping.date_source.find_problems() if mapping.date_source else ()
    yield from mapping.periods.find_problems() if mapping.periods else ()
    count = [*mapping.list_joint_columns().values()].count(PERIOD_RULE)
    if mapping.periods and 0 < count < mapping.periods.absent_from:
        yield f"[periods] absent_from: write 1 to {count}, the number of columns of class periods."
    yield from _find_class_period_problems(mapping, targets)
    yield from find_pairing_problems(mapping.list_joint_columns())
    if mapping.results and mapping.wide:
        yield "A mapping has [[results]] or [wide], not both."
    row_fields = {name for target in targets.values() for name in target.fields(record)}
    for group in mapping.results:
        yield from _find_result_problems(record, group, row_fields | {*mapping.constants})
    names = [group.name for group in mapping.list_results()]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"[[results]]: two results have the name “{name}”. Give them different constants."
    used_rules: dict[str, str] = {}
    for target in mapping.list_result_targets().values():
        if used_rules.setdefault(target.field, target.rule) != target.rule:
            yield f"[[results]]: {target.field} has two rules. Use one rule for all results."
    if mapping.levels or mapping.cut_scores:
        yield from _find_met_problems(mapping, record)


def _find_result_problems(
    record: RecordType, group: ResultGroup, row_fields: abc.Set[str]
) -> abc.Iterator[str]:
    targets = {column: ColumnTarget.parse(text) for column, text in group.columns.items()}
    for column, target in targets.items():
        if target.field == WHOLE_NAME or target.field in record.person:
            yield f"“{column}”: a result cannot hold the child's own {target.field}."
            return
        yield from _find_target_problems(record, column, target)
    yield from _find_repeated_fields(record, targets)
    for name in group.constants.keys() - record.fields.keys():
        yield _describe_unknown_field(record, name)
    fed = {target.field for target in targets.values()}
    for name in sorted({*group.required} - fed):
        yield f"[[results]]: {name} is required, but no column of the result has it."
    for heading in group.needs:
        if heading not in group.columns:
            yield f"[[results]]: “{heading}” is needed, but it is none of the columns."
    fields = [*(target.field for target in targets.values()), *group.constants]
    for name in sorted({n for n in fields if n in row_fields or fields.count(n) > 1}):
        yield f"[[results]]: {name} is mapped twice. Leave one of the two out."


def _find_met_problems(mapping: ColumnMapping, record: RecordType) -> abc.Iterator[str]:
    if MET_FIELD not in record.fields:
        yield f"A {record.name} has no field “{MET_FIELD}”, which levels and cut scores decide."
    for level, met in mapping.levels.items():
        if met not in ("yes", "no", ""):
            yield f"[levels] “{level}”: write yes, no or an empty text."
    for cut in mapping.cut_scores:
        for name in (cut.field, *cut.where):
            if name not in record.fields:
                yield _describe_unknown_field(record, name)
            elif name == cut.field and not _has_numbers(record.fields[name]):
                yield f"[[cut_scores]]: {name} is not a number."


def _has_numbers(element: ElementField) -> bool:
    """Return whether a cut score can be about the field; some levels are numbers, such as 4.5."""
    return element.type in _NUMBER_TYPES or element.name == LEVEL_FIELD


_NUMBER_TYPES: Final = (FieldType.DECIMAL, FieldType.INTEGER)


def _find_target_problems(
    record: RecordType, column: str, target: ColumnTarget
) -> abc.Iterator[str]:
    if target.field == WHOLE_NAME:
        if not {"given_name", "family_name"} <= record.fields.keys():
            yield f"“{column}”: the record type {record.name} holds no names."
        elif target.rule not in NAME_ORDERS:
            yield f"“{column}”: write name:last_first or name:first_last."
    elif target.field not in record.fields:
        yield _describe_unknown_field(record, target.field)
    elif target.rule and not has_mapping_rule(record.fields[target.field], target.rule):
        yield f"“{column}”: the field {target.field} has no rule “{target.rule}”."


def has_mapping_rule(element: ElementField, rule: str) -> bool:
    """Return whether a field can be read by a rule.

    Args:
        element: the field.
        rule: name of the rule, such as "minutes".

    Returns:
        Whether a column may have it.
    """
    if element.unit == "hours":
        return rule in (MINUTES_RULE, ADDED_MINUTES_RULE, TIME_IN_RULE, TIME_OUT_RULE)
    if rule in (PERIOD_RULE, CLASS_PERIOD_RULE):
        return element.codes.keys() >= ABSENT_CODES
    return element.type is FieldType.CODE and rule in element.flags


def _find_repeated_fields(
    record: RecordType, targets: abc.Mapping[str, ColumnTarget]
) -> abc.Iterator[str]:
    by_field: dict[str, str] = {}
    whole = {target.field for target in targets.values() if not target.rule}
    added = {c: t.field for c, t in targets.items() if t.rule == ADDED_MINUTES_RULE}
    for column, name in added.items():
        if name not in whole:
            yield f"“{column}”: no column has the hours to which its minutes are added."
        if [*added.values()].count(name) > 1:
            yield f"Two columns have minutes to add to “{record.fields[name].label}”."
    for column, target in targets.items():
        if column in added or target.rule == CLASS_PERIOD_RULE:
            continue
        if target.field in record.fields and record.fields[target.field].flags and target.rule:
            continue
        for name in target.fields(record):
            earlier = targets[by_field[name]] if name in by_field else None
            if earlier and {earlier.rule, target.rule} <= _JOINT_RULES:
                continue
            if earlier:
                label = record.fields[name].label
                yield (
                    f"“{by_field[name]}” and “{column}” both map to “{label}”. Leave one of them "
                    "out."
                )
            by_field[name] = column


def _describe_unknown_field(record: RecordType, name: str) -> str:
    similar = [
        f for f in record.fields if normalize_spelling(f)[:3] == normalize_spelling(name)[:3]
    ] or record.fields
    return f"A {record.name} has no field “{name}”. Did you mean: {', '.join(similar)}?"
