"""Build the SQL that gives each child's value of a breakdown.

For each dimension there is a table of values, joined to the people counted (`c`): its columns
`person` and `school_year` name the child and the period. Values of a definition become parameters.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from cairn.warehouse.measures import breakdowns
from cairn.warehouse.measures.computed_records import load_counted_records
from cairn.warehouse.measures.condition_sql import QueryParameters
from cairn.warehouse.measures.periods import PeriodKind, build_period_bounds, build_school_year
from cairn.warehouse.pipeline import FILE_YEAR_COLUMN
from cairn.warehouse.schema import find_school_year

__all__ = ["BreakdownQuery"]

_ATTRIBUTED_COLUMNS: Final = {
    "district": "coalesce(p.district, h.district, o.district, r.district)",
    "school": "coalesce(p.school_id, c.school_id)",
    "race_ethnicity": "t.race_ethnicity",
    "gender": "t.gender",
}
"""Place and groups, from the tables of `school_attribution`."""

_ROSTER_RULES: Final = frozenset(
    {
        breakdowns.BreakdownRule.ZIP,
        breakdowns.BreakdownRule.RECORDED,
        breakdowns.BreakdownRule.LISTED,
        breakdowns.BreakdownRule.AGE,
    }
)
"""Rules by which the value that most rows of the person give counts."""


_ROSTER: Final = "student"

_ROSTER_ORDERS: Final = {
    breakdowns.ValueRule.MOST_COMMON: "count(*) DESC",
    breakdowns.ValueRule.MOST_RECENT: "max(year) DESC NULLS LAST, count(*) DESC",
    breakdowns.ValueRule.BY_YEAR: "count(*) DESC",
    breakdowns.ValueRule.LONGEST: "count(DISTINCT year) DESC, max(year) DESC NULLS LAST",
    breakdowns.ValueRule.EVER: "value = 'yes' DESC",
}
"""Which value of the rosters comes first, by rule; of equal ones the first by its name."""


_YEARLY_RULES: Final = frozenset(
    {breakdowns.BreakdownRule.LATEST_IN_YEAR, breakdowns.BreakdownRule.DOSAGE}
)
"""Rules with a value in each school year."""

_PROGRAM_HOURS: Final = "program_attendance_year"
"""The computed record with a child's hours in all programs."""

_ZIP_DIGITS: Final = "regexp_extract(trim({column}), '^([0-9]{{5}})(-?[0-9]{{4}})?$', 1)"

_FEWEST_IN_AREA: Final = 10
"""Children who must give the same name of an area for a ZIP code."""


def _build_first_on_record(*columns: str) -> str:
    return f"coalesce({', '.join(columns)})" if len(columns) > 1 else columns[0]


def _build_same_text(text: str) -> str:
    """Build a text without case, spaces and signs, as partners' spellings are compared."""
    return rf"lower(regexp_replace({text}, '[^\p{{L}}\p{{N}}]', '', 'g'))"


class BreakdownQuery:
    """Build the tables, joins and columns of the dimensions of one count.

    Args:
        dims: the dimensions, in order.
        period: the kind of period that is counted.
        parameters: collects the values of the query.
        value_rules: the rules that the definition names, by breakdown.
    """

    def __init__(
        self,
        dims: Sequence[str],
        period: PeriodKind,
        parameters: QueryParameters,
        value_rules: Mapping[str, str],
    ) -> None:
        self._parameters = parameters
        self._rules = {dim: breakdowns.get_value_rule(dim, value_rules) for dim in dims}
        self._bounds = build_period_bounds(period, "c.school_year")
        self._year_end = f"right({build_school_year('c.school_year')}, 2)"
        self._names = {dim: f"b{index}" for index, dim in enumerate(dims)}
        tables = {
            dim: self._build_table(breakdowns.get_breakdown(dim), self._rules[dim]) for dim in dims
        }
        self._tables = {dim: sql for dim, sql in tables.items() if sql}

    def build_tables(self) -> str:
        """Build the tables of values, each after a comma."""
        return "".join(f", {self._names[dim]} AS ({sql})" for dim, sql in self._tables.items())

    def build_joins(self) -> str:
        """Build the joins of the tables of values to the people counted."""
        return " ".join(self._build_join(dim) for dim in self._tables)

    def build_column(self, dim: str) -> str:
        """Build the value of a dimension; it is NULL for a child with none on record."""
        breakdown, name = breakdowns.get_breakdown(dim), self._names[dim]
        match breakdown.rule:
            case breakdowns.BreakdownRule.PLACE | breakdowns.BreakdownRule.GROUP:
                return f"{name}.value" if dim in self._tables else _ATTRIBUTED_COLUMNS[dim]
            case breakdowns.BreakdownRule.AGE:
                return self._build_age(breakdown, f"{name}.value")
            case breakdowns.BreakdownRule.SERVED:
                touches = self._build_touching_row(breakdown, self._rules[dim])
                return (
                    f"CASE WHEN {touches} THEN 'yes' WHEN {name}.person IS NOT NULL THEN 'no' END"
                )
            case breakdowns.BreakdownRule.DOSAGE:
                return self._build_dosage(breakdown, name)
            case breakdowns.BreakdownRule.MEMBER | breakdowns.BreakdownRule.EPISODE:
                condition = self._build_program_condition(breakdown, dim)
                day = breakdowns.get_cohort_date(dim)
                counts = (
                    self._build_touching_row(breakdown, self._rules[dim], condition)
                    if day is None
                    else self._build_row_on_day(breakdown, day, condition)
                )
                return f"CASE WHEN {counts} THEN 'yes' ELSE 'no' END"
            case _:
                return f"{name}.value"

    def _build_table(
        self, breakdown: breakdowns.Breakdown, rule: breakdowns.ValueRule | None
    ) -> str:
        """Build the table of values of a breakdown; empty if it needs none."""
        is_named_group = (
            breakdown.rule is breakdowns.BreakdownRule.GROUP
            and rule is not breakdowns.ValueRule.MOST_COMMON
        )
        if breakdown.rule in _ROSTER_RULES or is_named_group:
            record = breakdown.record or _ROSTER
            value = self._build_roster_value(breakdown)
            key = "person, ends" if rule is breakdowns.ValueRule.BY_YEAR else "person"
            order = _ROSTER_ORDERS[rule or breakdowns.ValueRule.MOST_COMMON]
            return f"""
              SELECT {key}, value FROM (
                SELECT {key}, value, row_number() OVER (
                  PARTITION BY {key} ORDER BY {order}, value) AS nth
                FROM (
                  SELECT person, {value} AS value, {FILE_YEAR_COLUMN} AS year,
                    right({FILE_YEAR_COLUMN}, 2) AS ends FROM "{record}")
                WHERE person IS NOT NULL AND value IS NOT NULL GROUP BY {key}, value
              ) WHERE nth = 1"""  # noqa: S608 - names of the catalogue; values are parameters
        if breakdown.rule is breakdowns.BreakdownRule.AREA:
            return self._build_area_table(breakdown)
        if breakdown.rule is breakdowns.BreakdownRule.DOSAGE:
            hours = load_counted_records()[_PROGRAM_HOURS].sql
            return f"SELECT person, right(school_year, 2) AS ends, hours AS value FROM ({hours})"  # noqa: S608
        if breakdown.rule is breakdowns.BreakdownRule.LATEST_IN_YEAR:
            days = (
                "coalesce(days_enrolled, 0) DESC, " if rule is breakdowns.ValueRule.LONGEST else ""
            )
            return f"""
              SELECT person, ends, value FROM (
                SELECT person, ends, value, row_number() OVER (PARTITION BY person, ends
                    ORDER BY {days}entry_date DESC NULLS LAST, value) AS nth
                FROM (
                  SELECT person, right(school_year, 2) AS ends, "{breakdown.field}" AS value,
                    sum(days_enrolled) AS days_enrolled, max(entry_date) AS entry_date
                  FROM "{breakdown.record}"
                  WHERE person IS NOT NULL AND "{breakdown.field}" IS NOT NULL GROUP BY ALL)
              ) WHERE nth = 1"""  # noqa: S608 - names of the catalogue
        if breakdown.rule is breakdowns.BreakdownRule.SERVED:
            # Who is on the roster of a source that sends such rows, and has none, has the answer.
            return f"""
              SELECT DISTINCT person FROM student
              WHERE person IS NOT NULL AND source IN (
                SELECT source FROM "{breakdown.record}")"""  # noqa: S608 - a name of the catalogue
        return ""

    def _build_area_table(self, breakdown: breakdowns.Breakdown) -> str:
        """Build the area of each child: the name that most children with its ZIP code have.

        A name that few children give is not one of a ZIP code, so what a single record says is
        never the name of a group.
        """
        zip_code = f"nullif({_ZIP_DIGITS.format(column='postal_code')}, '')"
        same = _build_same_text(f'"{breakdown.field}"')
        return f"""
          SELECT h.person, spelled.value FROM (
            SELECT person, zip FROM (
              SELECT person, zip, row_number() OVER (
                PARTITION BY person ORDER BY count(*) DESC, zip) AS nth
              FROM (SELECT person, {zip_code} AS zip FROM "{breakdown.record}")
              WHERE person IS NOT NULL AND zip IS NOT NULL GROUP BY person, zip
            ) WHERE nth = 1) AS h
          JOIN (
            SELECT zip, same FROM (
              SELECT zip, same, row_number() OVER (
                PARTITION BY zip ORDER BY count(DISTINCT person) DESC, same) AS nth
              FROM (SELECT person, {zip_code} AS zip, {same} AS same FROM "{breakdown.record}")
              WHERE person IS NOT NULL AND zip IS NOT NULL AND same <> ''
              GROUP BY zip, same HAVING count(DISTINCT person) >= {_FEWEST_IN_AREA}
            ) WHERE nth = 1) AS a ON a.zip = h.zip
          JOIN (
            SELECT same, value FROM (
              SELECT same, value, row_number() OVER (
                PARTITION BY same ORDER BY count(*) DESC, value) AS nth
              FROM (
                SELECT {same} AS same, trim("{breakdown.field}") AS value
                FROM "{breakdown.record}" WHERE person IS NOT NULL)
              WHERE same <> '' GROUP BY same, value
            ) WHERE nth = 1) AS spelled ON spelled.same = a.same"""  # noqa: S608 - names of the catalogue

    def _build_program_condition(self, breakdown: breakdowns.Breakdown, dim: str) -> str:
        """Build the condition that a row is of the dimension's program; empty if it names none."""
        name = breakdowns.get_member_name(dim)
        if not name:
            return ""
        program = self._parameters.add_parameter(name)
        return f" AND {_build_same_text(f'w.{breakdown.field}')} = {_build_same_text(program)}"

    def _build_dosage(self, breakdown: breakdowns.Breakdown, name: str) -> str:
        """Build the band of hours; a child in a program without hours on record has none."""
        none, *bands = breakdown.values
        cases = " ".join(
            f"WHEN {name}.value >= {band.least} THEN {self._parameters.add_parameter(band.code)}"
            for band in reversed(bands)
        )
        in_program = self._build_touching_row(breakdowns.load_breakdowns()["program"], None)
        without = self._parameters.add_parameter(none.code)
        is_unknown = f"{name}.person IS NOT NULL OR {in_program}"
        return f"CASE {cases} WHEN {is_unknown} THEN NULL ELSE {without} END"

    def _build_roster_value(self, breakdown: breakdowns.Breakdown) -> str:
        column = f'"{breakdown.field or breakdown.id}"'
        if breakdown.rule is breakdowns.BreakdownRule.ZIP:
            return f"nullif({_ZIP_DIGITS.format(column=column)}, '')"
        if breakdown.rule is breakdowns.BreakdownRule.LISTED:
            return self._build_listed_value(breakdown, column)
        return column

    def _build_listed_value(self, breakdown: breakdowns.Breakdown, column: str) -> str:
        """Build the code of a text in a list; the last value of the list is for any other text."""
        *listed, other = breakdown.values
        text = _build_same_text(column)
        cases = " ".join(
            f"WHEN {text} IN ({self._list_spellings(value.code, *value.spellings)})"
            f" THEN {self._parameters.add_parameter(value.code)}"
            for value in listed
        )
        fallback = self._parameters.add_parameter(other.code)
        return f"CASE WHEN coalesce({text}, '') = '' THEN NULL {cases} ELSE {fallback} END"

    def _list_spellings(self, *spellings: str) -> str:
        return ", ".join(
            _build_same_text(self._parameters.add_parameter(spelling)) for spelling in spellings
        )

    def _build_age(self, breakdown: breakdowns.Breakdown, born: str) -> str:
        if breakdown.day is None:
            raise ValueError(f"The breakdown {breakdown.id} has no day on which age counts.")
        month, day = breakdown.day.month, breakdown.day.day
        counted_on = f"make_date(CAST(left(c.school_year, 4) AS INTEGER), {month}, {day})"
        age = f"date_sub('year', {born}, {counted_on})"
        bands = " ".join(
            f"WHEN {age} >= {value.least} THEN {self._parameters.add_parameter(value.code)}"
            for value in reversed(breakdown.values)
        )
        return f"CASE {bands} END"

    def _build_touching_row(
        self,
        breakdown: breakdowns.Breakdown,
        rule: breakdowns.ValueRule | None,
        condition: str = "",
    ) -> str:
        """Build whether the person has a row that touches the period, or a time before its end.

        A row without a first day counts from its last one, and the other way around.
        """
        first = _build_first_on_record(*(f"w.{field}" for field in breakdown.first_days))
        open_end = [self._bounds.end] if breakdown.rule is breakdowns.BreakdownRule.EPISODE else []
        last = _build_first_on_record(*(f"w.{field}" for field in breakdown.last_days), *open_end)
        is_ever = rule is breakdowns.ValueRule.EVER
        since = "" if is_ever else f" AND {last} >= {self._bounds.start}"
        touches = f"{first} <= {self._bounds.end}{since}"
        if breakdown.year:
            in_year = f"right(w.{breakdown.year}, 2) = {self._year_end}"
            touches = f"w.{breakdown.field} IS NOT NULL AND ({in_year} OR {touches})"
        return f"""EXISTS (
          SELECT 1 FROM "{breakdown.record}" AS w WHERE w.person = c.person{condition}
          AND {touches})"""  # noqa: S608

    def _build_row_on_day(self, breakdown: breakdowns.Breakdown, day: date, condition: str) -> str:
        """Build whether the person has a row that lasts on a day, whichever period is counted.

        A row without a last day goes on until the end of the school year of its first day, and one
        without a first day begins with the school year of its last day.
        """
        on_day = f"CAST({self._parameters.add_parameter(day)} AS DATE)"
        school_year = f"CAST({self._parameters.add_parameter(find_school_year(day))} AS VARCHAR)"
        year = build_period_bounds(PeriodKind.SCHOOL_YEAR, school_year)
        first, last = (f"w.{days[0]}" for days in (breakdown.first_days, breakdown.last_days))
        return f"""EXISTS (
          SELECT 1 FROM "{breakdown.record}" AS w WHERE w.person = c.person{condition}
          AND coalesce({first}, {year.start}) <= {on_day}
          AND coalesce({last}, {year.end}) >= {on_day}
          AND ({last} IS NOT NULL OR {first} >= {year.start})
          AND ({first} IS NOT NULL OR {last} <= {year.end}))"""  # noqa: S608 - names of the catalogue

    def _build_join(self, dim: str) -> str:
        name, rule = self._names[dim], breakdowns.get_breakdown(dim).rule
        is_yearly = rule in _YEARLY_RULES or (
            self._rules[dim] is breakdowns.ValueRule.BY_YEAR
            and rule is not breakdowns.BreakdownRule.SERVED
        )
        in_year = f" AND {name}.ends = {self._year_end}" if is_yearly else ""
        return f"LEFT JOIN {name} ON {name}.person = c.person{in_year}"
