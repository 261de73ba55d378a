"""Propose what each column of a published table is, for a person to confirm."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

from cairn.warehouse.published_tables.published_values import ValueKind, parse_published_value
from cairn.warehouse.schema import Sheet, get_record_type, normalize_spelling

__all__ = ["ColumnProposal", "ColumnRole", "find_student_columns", "propose_column_roles"]


class ColumnRole(StrEnum):
    """What a column of a published table is."""

    PLACE_ID = "place_id"
    PLACE = "place"
    PERIOD = "period"
    GROUP = "group"
    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    ESTIMATE = "estimate"
    MARGIN = "margin"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class ColumnProposal:
    """What a column seems to be, and why.

    Attributes:
        column: its heading.
        role: what it seems to be.
        reason: why, in words for the page.
    """

    column: str
    role: ColumnRole
    reason: str


_SAMPLE_ROWS: Final = 500
_MIN_NUMBERS: Final = 0.6
_PARTS_OF_ID: Final = frozenset({"state", "county", "tract", "block group"})
_ID_LENGTH: Final = re.compile(r"\d{1,15}")


def propose_column_roles(sheet: Sheet) -> tuple[ColumnProposal, ...]:
    """Propose what each column of a published table is, from headings and kinds of values.

    Args:
        sheet: the table.

    Returns:
        One proposal for each column, in the order of the file.
    """
    margins = _find_margins(sheet.header)
    columns = {column: _sample_column(sheet, column) for column in sheet.header}
    proposals = [_propose_role(column, values, margins) for column, values in columns.items()]
    return tuple(_settle_roles(proposals))


def find_student_columns(sheet: Sheet) -> tuple[str, ...]:
    """Find columns that name students, which no published table has.

    Args:
        sheet: any table.

    Returns:
        Headings of columns with a student's ID, name or birth date; empty for a table of figures.
    """
    fields = get_record_type("student").fields
    names = ("local_id", "state_id", "given_name", "family_name", "birth_date")
    spellings = {spelling for name in names for spelling in fields[name].headers}
    generic = {"name", "id", "number", "code"}
    return tuple(
        column
        for column in sheet.header
        if (key := normalize_spelling(column)) in spellings and key not in generic
    )


def _sample_column(sheet: Sheet, column: str) -> list[str]:
    return [(cell or "").strip() for cell in sheet.table[column].slice(0, _SAMPLE_ROWS).to_pylist()]


def _find_margins(header: Sequence[str]) -> Mapping[str, str]:
    """Return the margin of error of each estimate: totalpopM belongs to totalpopE."""
    names = {*header}
    return {
        column: f"{column[:-1]}M"
        for column in header
        if column.endswith("E") and f"{column[:-1]}M" in names
    }


def _propose_role(column: str, values: Sequence[str], margins: Mapping[str, str]) -> ColumnProposal:
    if column in margins:
        return ColumnProposal(column, ColumnRole.ESTIMATE, "estimate; its margin is beside it")
    if column in margins.values():
        return ColumnProposal(
            column, ColumnRole.MARGIN, "margin of error of the estimate beside it"
        )
    parsed = [parse_published_value(value) for value in values]
    figures = [v for v in parsed if v.kind in (ValueKind.EXACT, ValueKind.INTERVAL)]
    filled = sum(1 for v in parsed if v.kind is not ValueKind.MISSING)
    is_numeric = bool(filled) and len(figures) >= filled * _MIN_NUMBERS
    heading = " ".join(
        re.findall(r"[a-z]+|\d+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column).casefold())
    )
    for role, pattern in _load_headings().items():
        if pattern.fullmatch(heading) and _is_plausible(role, values, is_numeric=is_numeric):
            return ColumnProposal(column, role, "by its heading")
    if not filled:
        return ColumnProposal(column, ColumnRole.IGNORED, "no values")
    if is_numeric:
        return ColumnProposal(column, ColumnRole.ESTIMATE, "a column of figures")
    return ColumnProposal(column, ColumnRole.GROUP, "a column of words")


@cache
def _load_headings() -> Mapping[ColumnRole, re.Pattern[str]]:
    headings = tomllib.loads(files(__package__).joinpath("headings.toml").read_text("utf-8"))
    return {
        ColumnRole(role): re.compile("|".join(spellings)) for role, spellings in headings.items()
    }


def _is_plausible(role: ColumnRole, values: Sequence[str], *, is_numeric: bool) -> bool:
    """Return whether the values of a column fit a role that its heading suggests."""
    filled = [value for value in values if value]
    if role is ColumnRole.PLACE_ID:
        return all(
            _ID_LENGTH.fullmatch(v)
            for v in filled
            if parse_published_value(v).kind is not ValueKind.MISSING
        )
    if role is ColumnRole.PLACE:
        return not is_numeric
    if role in (ColumnRole.GROUP, ColumnRole.PERIOD):
        return True
    return is_numeric


def _settle_roles(proposals: Sequence[ColumnProposal]) -> list[ColumnProposal]:
    """Keep one column where only one can be, and numerators only of a single rate."""
    rates = sum(
        1 for p in proposals if p.role is ColumnRole.ESTIMATE and p.reason == "by its heading"
    )
    settled: list[ColumnProposal] = []
    seen: dict[ColumnRole, str] = {}
    ordered = sorted(proposals, key=_prefer_column)
    for proposal in ordered:
        role, reason = proposal.role, proposal.reason
        if role in seen and (
            role in (ColumnRole.PLACE, ColumnRole.PERIOD)
            or (role is ColumnRole.PLACE_ID and not _is_part_of_id(proposal, seen[role]))
        ):
            word = role.value.replace("_", " ")
            role, reason = ColumnRole.IGNORED, f"“{seen[role]}” has the {word} already"
        elif role in (ColumnRole.NUMERATOR, ColumnRole.DENOMINATOR) and (
            rates != 1 or role in seen
        ):
            role, reason = ColumnRole.ESTIMATE, "a column of figures"
        seen.setdefault(role, proposal.column)
        settled.append(ColumnProposal(proposal.column, role, reason))
    order = {p.column: i for i, p in enumerate(proposals)}
    return _free_counts(sorted(settled, key=lambda p: order[p.column]))


def _free_counts(proposals: Sequence[ColumnProposal]) -> list[ColumnProposal]:
    """Make counts figures of their own where several columns have figures."""
    counts = (ColumnRole.NUMERATOR, ColumnRole.DENOMINATOR)
    if sum(1 for p in proposals if p.role is ColumnRole.ESTIMATE) <= 1:
        return [*proposals]
    return [
        ColumnProposal(p.column, ColumnRole.ESTIMATE, "a column of figures")
        if p.role in counts
        else p
        for p in proposals
    ]


def _is_part_of_id(proposal: ColumnProposal, first: str) -> bool:
    """Return whether two columns are parts of one code, as the Census Bureau's files have it."""
    return {proposal.column.casefold(), first.casefold()} <= _PARTS_OF_ID


def _prefer_column(proposal: ColumnProposal) -> bool:
    """Sort columns of school years before others that have a period."""
    return "school" not in proposal.column.casefold()
