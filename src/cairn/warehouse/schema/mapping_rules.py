"""Define the rules of a column mapping that change rows: derive, filter, unpivot, decide "met".

Each rule is plain text in the mapping's TOML, so that a page can edit it. README.md of the
warehouse describes the format.
"""

from collections import abc
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from itertools import product
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

__all__ = [
    "LAST_MODIFIED",
    "CutScore",
    "DateSource",
    "DeletionMark",
    "DerivedColumn",
    "PeriodRule",
    "ResultGroup",
    "RowFilter",
]

NAME_DATE_ORDERS = ("year-month-day", "month-day-year")
LAST_MODIFIED = "Last-Modified"


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Keep or drop rows by the text of one column; case and spaces around it are ignored.

    Attributes:
        name: name of the rule, as the report counts it.
        column: heading of the column.
        keep: a row stays only with one of these texts; empty to keep all but ``drop``.
        drop: a row with one of these texts is left out.
    """

    name: str
    column: str
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()

    def find_problems(self) -> Iterator[str]:
        """Yield the problems of the rule."""
        if bool(self.keep) == bool(self.drop):
            yield f"The filter “{self.name}” needs “keep” or “drop”, not both."

    def to_table(self) -> dict[str, Any]:
        """Return the rule as a TOML table."""
        lists = {"keep": [*self.keep], "drop": [*self.drop]}
        return {"name": self.name, "column": self.column, **lists}


@dataclass(frozen=True, slots=True)
class DeletionMark:
    """How the sender marks a row that was deleted; case and spaces around the text are ignored.

    Attributes:
        column: heading of the column with the mark.
        values: the texts that mean "deleted", such as OneRoster's "tobedeleted".
    """

    column: str
    values: tuple[str, ...]

    def find_problems(self) -> Iterator[str]:
        """Yield the problems of the rule."""
        if not self.column.strip() or not any(text.strip() for text in self.values):
            yield "[deletes] needs a “column” and the “values” that mark a deleted row."

    def find_deleted_rows(self, column: pa.ChunkedArray) -> pa.Array:
        """Return True for each row that is marked as deleted.

        Args:
            column: the texts of the column.

        Returns:
            One value for each row.
        """
        marks = pa.array([text.strip().lower() for text in self.values], pa.string())
        texts = pc.utf8_lower(pc.fill_null(pc.utf8_trim_whitespace(_combine(column)), ""))
        return pc.is_in(texts, value_set=marks)

    def to_table(self) -> dict[str, Any]:
        """Return the rule as a TOML table."""
        return {"column": self.column, "values": [*self.values]}


@dataclass(frozen=True, slots=True)
class DateSource:
    """Where a file of this layout says which day its data describe.

    Attributes:
        file_name: the order of the date in the name of the file, such as "year-month-day" for
            ``roster_2026-11-30.csv`` and ``roster20261130.csv``; empty if the name does not say.
        column: heading of the column with the day, the same in each row; empty if none has it.
        header: "Last-Modified", the HTTP header in which a server says when records that are read
            from an address changed (RFC 9110, section 8.8.2); empty if no server says it.
    """

    file_name: str = ""
    column: str = ""
    header: str = ""

    def find_problems(self) -> Iterator[str]:
        """Yield the problems of the rule."""
        if sum(map(bool, (self.file_name, self.column.strip(), self.header))) != 1:
            yield "[date_source] needs one of “file_name”, “column” and “header”."
        elif self.header and self.header != LAST_MODIFIED:
            yield f"[date_source] header: write {LAST_MODIFIED}."
        elif self.file_name and self.file_name not in NAME_DATE_ORDERS:
            yield f"[date_source] file_name: write {' or '.join(NAME_DATE_ORDERS)}."

    def to_table(self) -> dict[str, Any]:
        """Return the rule as a TOML table."""
        places = {"file_name": self.file_name, "column": self.column, "header": self.header}
        return {name: text or None for name, text in places.items()}


@dataclass(frozen=True, slots=True)
class DerivedColumn:
    """Make a column from others: join their texts, strip signs, take a part, pad with zeros.

    The steps come in this order; a step that is left out changes nothing.

    Attributes:
        sources: headings of the columns that are read.
        join: text between the texts of several columns; empty cells are skipped.
        strip: signs that are removed from both ends, such as "_".
        pattern: regular expression (RE2) with one group in parentheses, which is the text that
            is kept; a cell in which it is not found is empty.
        pad: width to which leading zeros are added; 0 for none. Spreadsheets remove them.
    """

    sources: tuple[str, ...]
    join: str = " "
    strip: str = ""
    pattern: str = ""
    pad: int = 0

    def find_problems(self, name: str) -> Iterator[str]:
        """Yield the problems of the rule."""
        if not self.sources:
            yield f"[derived] “{name}”: name the columns to read in “from”."
        try:
            if self.pattern:
                _extract_group(pa.array([""], pa.string()), self.pattern)
        except pa.ArrowInvalid:
            yield (
                f"[derived] “{name}”: the pattern must be a regular expression with one group in "
                "parentheses."
            )

    def compute(self, columns: Sequence[pa.ChunkedArray | pa.Array]) -> pa.Array:
        """Compute the column.

        Args:
            columns: the texts of the source columns (``Array[str]``), in their order.

        Returns:
            The texts; empty where there is none.
        """
        texts = [pc.fill_null(pc.utf8_trim_whitespace(_combine(c)), "") for c in columns]
        text = texts[0]
        for other in texts[1:]:
            both = pc.and_(pc.not_equal(text, ""), pc.not_equal(other, ""))
            joined = pc.binary_join_element_wise(text, other, self.join)
            text = pc.if_else(both, joined, pc.binary_join_element_wise(text, other, ""))
        if self.strip:
            text = pc.utf8_trim(text, characters=self.strip)
        if self.pattern:
            text = pc.utf8_trim_whitespace(_extract_group(text, self.pattern))
        if self.pad:
            padded = pc.utf8_lpad(text, width=self.pad, padding="0")
            text = pc.if_else(pc.equal(text, ""), text, padded)
        return text

    def to_table(self) -> dict[str, Any]:
        """Return the rule as a TOML table."""
        table: dict[str, Any] = {"from": [*self.sources]}
        if self.join != " ":
            table["join"] = self.join
        table |= {"strip": self.strip or None, "pattern": self.pattern or None}
        return table | {"pad": self.pad or None}


@dataclass(frozen=True, slots=True)
class PeriodRule:
    """How the class periods of a day, columns or rows of a file, become one attendance event.

    Attributes:
        absent_from: in how many periods a student must be absent for the day to be an absence; a
            student who is absent in fewer attended part of the day.
    """

    absent_from: int

    def find_problems(self) -> Iterator[str]:
        """Yield the problems of the rule."""
        if type(self.absent_from) is not int or self.absent_from < 1:
            yield "[periods] absent_from: write a number of class periods, 1 or more."

    def to_table(self) -> dict[str, Any]:
        """Return the rule as a TOML table."""
        return {"absent_from": self.absent_from}


@dataclass(frozen=True, slots=True)
class ResultGroup:
    """Columns of a row that are one result: the row becomes one row for each such group.

    Attributes:
        columns: heading → ``field`` or ``field:rule``; a heading may hold placeholders.
        constants: field → value of this result; a value may hold placeholders.
        each: placeholder → its texts. The group counts once for each combination of them, so
            ``{season} Score`` with three seasons is three groups.
        needs: headings among ``columns``; at least one must have a value; empty for any of them.
            A date alone is no result, for example.
        required: fields without which the result is set aside, although another row may lack them:
            a dose with “Refused” instead of its date was not given.
        name: name of the result within its row, with placeholders; empty to make it of the
            constants.
    """

    columns: abc.Mapping[str, str]
    constants: abc.Mapping[str, str] = dataclass_field(default_factory=dict)
    each: abc.Mapping[str, tuple[str, ...]] = dataclass_field(default_factory=dict)
    needs: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    name: str = ""

    def expand(self) -> Iterator["ResultGroup"]:
        """Yield the group once for each combination of its placeholders, filled in and named.

        The name distinguishes the results of a row: its own, else the texts of the placeholders
        and constants, else the columns.
        """
        for texts in product(*self.each.values()):
            filled = dict(zip(self.each, texts, strict=True))
            columns = {_fill_in(name, filled): target for name, target in self.columns.items()}
            constants = {name: _fill_in(value, filled) for name, value in self.constants.items()}
            parts = dict.fromkeys([*constants.values(), *texts])
            needs = tuple(_fill_in(name, filled) for name in self.needs)
            name = _fill_in(self.name, filled) or " ".join(parts) or " ".join(columns)
            yield ResultGroup(columns, constants, needs=needs, required=self.required, name=name)

    def to_table(self) -> dict[str, Any]:
        """Return the group as a TOML table."""
        return {
            "name": self.name or None,
            "columns": self.columns,
            "needs": [*self.needs],
            "required": [*self.required],
            "constants": self.constants,
            "each": {name: [*texts] for name, texts in self.each.items()},
        }


@dataclass(frozen=True, slots=True)
class CutScore:
    """The lowest score that meets the standard, for the results that ``where`` describes.

    Attributes:
        at_least: the lowest score.
        field: the field that is compared, such as "score" or "percentile".
        where: field → texts, one of them is that of the result; empty for every result.
        source: where the number was published.
    """

    at_least: float
    field: str = "score"
    where: abc.Mapping[str, tuple[str, ...]] = dataclass_field(default_factory=dict)
    source: str = ""

    def to_table(self) -> dict[str, Any]:
        """Return the rule as a TOML table."""
        where = {name: [*texts] for name, texts in self.where.items()}
        at_least = int(self.at_least) if float(self.at_least).is_integer() else self.at_least
        return {"at_least": at_least, "field": self.field, "source": self.source, "where": where}


def parse_row_filter(table: Mapping[str, Any]) -> RowFilter:
    """Read a row filter from its TOML table; TypeError if an entry is unknown or missing."""
    lists = {name: _to_texts(table[name]) for name in ("keep", "drop") if name in table}
    return RowFilter(**{**table, **lists})


def parse_deletion_mark(table: Mapping[str, Any]) -> DeletionMark:
    """Read a deletion mark from its TOML table; TypeError if an entry is unknown or missing."""
    return DeletionMark(**{**table, "values": _to_texts(table["values"])})


def parse_derived_column(table: Mapping[str, Any]) -> DerivedColumn:
    """Read a derived column from its TOML table; TypeError if an entry is unknown."""
    entries = {name: value for name, value in table.items() if name != "from"}
    return DerivedColumn(_to_texts(table.get("from", ())), **entries)


def parse_result_group(table: Mapping[str, Any]) -> ResultGroup:
    """Read a result group from its TOML table; TypeError if an entry is unknown or missing."""
    each = {name: _to_texts(texts) for name, texts in table.get("each", {}).items()}
    constants = {name: str(value) for name, value in table.get("constants", {}).items()}
    lists = {key: _to_texts(table.get(key, ())) for key in ("needs", "required")}
    return ResultGroup(**{**table, "each": each, "constants": constants, **lists})


def parse_cut_score(table: Mapping[str, Any]) -> CutScore:
    """Read a cut score from its TOML table; TypeError if an entry is unknown or missing."""
    where = {name: _to_texts(texts) for name, texts in table.get("where", {}).items()}
    return CutScore(**{**table, "where": where})


def _to_texts(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list | tuple) else (value,)
    return tuple(str(text) for text in values)


def _fill_in(text: str, filled: Mapping[str, str]) -> str:
    for name, value in filled.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _extract_group(column: pa.Array, pattern: str) -> pa.Array:
    """Return the text of the first group of the pattern in each cell; empty if it is not found."""
    is_found = pc.match_substring_regex(column, pattern)
    text = pc.replace_substring_regex(
        column, pattern=f"(?s)^.*?(?:{pattern}).*$", replacement=r"\1"
    )
    return pc.if_else(is_found, text, pa.scalar("", pa.string()))


def _combine(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
