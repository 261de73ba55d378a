"""Find the school years of the rows of a file, to propose its period and to notice a wrong one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

import pyarrow as pa

from cairn.data.intake.facts import Submission, load_agreement_by_reference
from cairn.warehouse import schema
from cairn.warehouse.pipeline import UnusableDelivery, choose_sheets, prepare_sheet

__all__ = ["find_data_years", "settle_period"]

_START_FIELD: Final = "entry_date"
_YEAR_FIELDS: Final = ("school_year", "date", "visit_date", "service_date", _START_FIELD)
"""What says when a row was: the first of these that a file has decides."""

_HISTORY_RECORDS: Final = frozenset({"calendar", "course", "immunization"})
"""Record types with rows of earlier years in the same file, such as a transcript."""


@dataclass(frozen=True, slots=True)
class DataYears:
    """The school years in which the rows of a file are.

    Attributes:
        cells: the number of cells that say a school year, by school year; empty if none says one.
        months: the months of all dates, such as "2026-09"; empty if a cell says a school year.
        has_history: whether files of this kind usually have rows of earlier years, too, as with
            days of entry. Such rows do not contradict a period.
    """

    cells: Mapping[str, int] = field(default_factory=dict)
    months: Sequence[str] = ()
    has_history: bool = False

    @property
    def month(self) -> str:
        """The one month of all dates; empty if they are of several or say none."""
        return self.months[0] if len(self.months) == 1 else ""

    @property
    def year(self) -> str:
        """The one school year in which all rows are; empty if they are of several or say none."""
        return next(iter(self.cells)) if len(self.cells) == 1 else ""

    def choose_period(self, period: str) -> str:
        """Choose the period that the rows say.

        Args:
            period: what the period would be without the dates: a month, or a school year.

        Returns:
            The month or the school year of all rows; the given period if they are of several.
        """
        is_month = bool(schema.find_period_month(period))
        return (self.month if is_month else self.year) or period

    def list_other_years(self, period: str) -> frozenset[str]:
        """List the school years of rows that a period does not have.

        Args:
            period: the period of the file; one that says no school year contradicts nothing.

        Returns:
            The school years. Where files usually have earlier rows, these are the later ones, or
            the one year of all rows.
        """
        year = schema.find_period_year(period)
        others = {*self.cells} - {year} if year else set[str]()
        if self.has_history and not self.year:
            others = {other for other in others if other > year}
        return frozenset(others)

    def describe_contradiction(self, period: str) -> str:
        """Describe how the dates of a file contradict its period; empty if they do not.

        Args:
            period: the period of the file.

        Returns:
            A sentence with school years and counts of cells, and no value of a row.
        """
        if self.list_other_years(period):
            if self.year:
                return (
                    f"The dates in the file are of the school year {self.year}, and its period is "
                    f"{period}."
                )
            counts = ", ".join(f"{year} ({cells:,})" for year, cells in self.cells.items())
            return (
                "The dates in the file are of several school years, and its period is "
                f"{period}. Cells of each school year: {counts}."
            )
        month = schema.find_period_month(period)
        if month and self.months and month not in self.months and not self.has_history:
            first, last = self.months[0], self.months[-1]
            months = f"month {first}" if first == last else f"months {first} to {last}"
            return f"The dates in the file are of the {months}, and its period is {month}."
        return ""


def settle_period(
    submission: Submission, mapping: schema.ColumnMapping, sheets: Sequence[schema.Sheet]
) -> Submission:
    """Take the period from the dates of a file, where its sender states none.

    Args:
        submission: what the sender states; its period is the month or the school year of today.
        mapping: the column mapping.
        sheets: sheets of the file.

    Returns:
        The submission, with the one month or school year in which all rows are. It is unchanged
        where they are of several, or say none, or where only the days of entry say one.
    """
    covered = load_agreement_by_reference(submission.agreement.reference).elements
    data = find_data_years(sheets, mapping, covered, submission.on)
    if data.has_history:
        return submission
    return replace(submission, period=data.choose_period(submission.period))


def find_data_years(
    sheets: Sequence[schema.Sheet],
    mapping: schema.ColumnMapping,
    covered: frozenset[str],
    on: date,
) -> DataYears:
    """Find the school years in which the rows of a file are.

    Args:
        sheets: the sheets of the file.
        mapping: the column mapping.
        covered: the elements (``record.field``) that the agreement covers; no other is read.
        on: the day of the import.

    Returns:
        The school years; none if no column says when a row was, or the mapping does not fit.
    """
    try:
        chosen = [prepare_sheet(sheet, mapping) for sheet in choose_sheets(sheets, mapping)]
    except UnusableDelivery:
        return DataYears()
    return count_prepared_years(chosen, mapping, covered, on)


def count_prepared_years(
    sheets: Sequence[schema.Sheet],
    mapping: schema.ColumnMapping,
    covered: frozenset[str],
    on: date,
) -> DataYears:
    """Count as ``find_data_years`` does, in the tables that the mapping reads, prepared."""
    for name in _YEAR_FIELDS:
        element = mapping.type.fields.get(name)
        if element is None or element.element not in covered:
            continue
        cells: dict[str, int] = {}
        months: set[str] = set()
        for value, count in _list_values(sheets, mapping, element, on):
            year = value if isinstance(value, str) else schema.find_school_year(value)
            cells[year] = cells.get(year, 0) + count
            months.add("" if isinstance(value, str) else f"{value:%Y-%m}")
        if cells:
            has_history = name == _START_FIELD or mapping.record in _HISTORY_RECORDS
            known_months = () if "" in months else tuple(sorted(months))
            return DataYears(dict(sorted(cells.items())), known_months, has_history)
    return DataYears()


def _list_values(
    sheets: Sequence[schema.Sheet],
    mapping: schema.ColumnMapping,
    element: schema.ElementField,
    on: date,
) -> Iterator[tuple[str | date, int]]:
    """List the school years or dates of a field with their counts; unreadable cells say nothing."""
    # Headings such as 9/8 get their year from the period, so they cannot propose one.
    has_dated_headings = mapping.wide is not None and not mapping.wide.school_year
    for sheet in sheets:
        targets = {**mapping.targets(sheet.header), **mapping.find_result_columns(sheet.header)}
        for heading, target in targets.items():
            if target.field != element.name or target.rule:
                continue
            counted = sheet.table[heading].value_counts()
            texts = pa.array(counted.field("values").to_pylist(), pa.string())
            formats = mapping.date_formats.get(element.name, ())
            converted = schema.convert_column(texts, element, on=on, formats=formats)
            counts = counted.field("counts").to_pylist()
            pairs = zip(converted.values.to_pylist(), counts, strict=True)
            yield from ((value, count) for value, count in pairs if value is not None)
        if has_dated_headings and element.name == "date":
            days = (schema.parse_date_heading(heading, "") for heading in sheet.header)
            yield from ((day, 1) for day in days if day)
