"""Build the query of an indicator: who is counted in which period, and who reached it.

A query gives ``person, school_year, school_id, source, yes``, one row per person and period; a
measure's query has also ``value``. The words of a definition become parameters; only names of the
element catalogue become identifiers.
"""

from datetime import date

from cairn.warehouse.measures.computed_records import CountedRecord
from cairn.warehouse.measures.condition_sql import (
    ConditionCompiler,
    QueryParameters,
    quote_column,
)
from cairn.warehouse.measures.conditions import Condition
from cairn.warehouse.measures.indicators import FollowUp, IndicatorDefinition
from cairn.warehouse.measures.periods import PeriodBounds, build_period_bounds, build_period_label

__all__ = ["build_indicator_query"]


def build_indicator_query(
    definition: IndicatorDefinition, parameters: QueryParameters, as_of: date
) -> str:
    """Build the query of an indicator.

    Args:
        definition: the definition.
        parameters: collects the values of the query.
        as_of: day of the count, for periods that must have ended and outcomes that need time.

    Returns:
        The text of the query.
    """
    own, other = definition.denominator_record, definition.numerator_record
    computed = {record.name: record for record in (own, other) if record and record.sql}
    tables = "".join(f'"{name}" AS ({record.sql}), ' for name, record in computed.items())
    builder = _QueryBuilder(definition, parameters, as_of)
    if other is None:
        people = builder.build_own_rows(own)
    elif follow_up := definition.numerator.follow_up:
        people = builder.build_followed_rows(own, other, follow_up)
    else:
        people = builder.build_rows_beside(own, other)
    if not definition.ended_periods_only:
        return f"WITH {tables}people AS ({people}) SELECT * FROM people"  # noqa: S608
    end = build_period_bounds(definition.period, "school_year").end
    return f"""WITH {tables}people AS ({people})
      SELECT * FROM people WHERE {end} < {parameters.add_parameter(as_of)}"""  # noqa: S608


class _QueryBuilder:
    """Build the people of one definition.

    In the text, `d` is a row of the denominator and `o` one of another record.
    """

    def __init__(
        self, definition: IndicatorDefinition, parameters: QueryParameters, as_of: date
    ) -> None:
        self._definition = definition
        self._denominator = definition.denominator
        self._numerator = definition.numerator
        self._parameters = parameters
        self._as_of = as_of

    def build_own_rows(self, own: CountedRecord) -> str:
        """Build the query in which the denominator's own rows say who reached the indicator."""
        label = self._write_label(own, "d", self._denominator.dated_by)
        measure = self._definition.measure
        value = ""
        if measure:
            amount = quote_column("d", measure.element.partition(".")[2])
            value = f", CAST({amount} AS DECIMAL(9, 3)) AS value"
        reached = self._compile(own, "d", label, self._numerator.where)
        counted = self._compile(own, "d", label, self._denominator.where)
        return f"""
          SELECT * EXCLUDE (latest, nth) FROM (
            SELECT *, row_number() OVER (
              PARTITION BY person, school_year
              ORDER BY latest DESC NULLS LAST, yes DESC, source, school_id) AS nth
            FROM (
              SELECT d.person, d.source, {label} AS school_year,
                {self._write_school()} AS school_id,
                {self._write_latest()} AS latest, {reached} AS yes{value}
              FROM "{own.name}" AS d
              WHERE d.person IS NOT NULL AND {label} IS NOT NULL AND {counted}
            )
          ) WHERE nth = 1"""  # noqa: S608 - names of the catalogue; values are parameters

    def build_followed_rows(
        self, own: CountedRecord, other: CountedRecord, follow_up: FollowUp
    ) -> str:
        """Build the query of people and whether a row of another record follows theirs in time.

        A row without a day counts from the end of its period.
        """
        label = self._write_label(own, "d", self._denominator.dated_by)
        end = build_period_bounds(self._definition.period, label).end
        since = f"coalesce({quote_column('d', follow_up.since)}, {end})" if follow_up.since else end
        until = quote_column("o", follow_up.until)
        months = (
            f"to_months(CAST({self._parameters.add_parameter(follow_up.within_months)} AS INTEGER))"
        )
        counted = self._compile(own, "d", label, self._denominator.where)
        reached = self._compile(other, "o", "base.school_year", self._numerator.where)
        return f"""
          SELECT base.person, base.school_year, base.school_id, base.source, EXISTS (
            SELECT 1 FROM "{other.name}" AS o
            WHERE o.person = base.person AND {until} > since AND {until} <= since + {months}
              AND {reached}
          ) AS yes
          FROM (
            SELECT d.person, {label} AS school_year, min(d.source) AS source,
              max({self._write_school()}) AS school_id, min({since}) AS since,
              max(min({since})) OVER (PARTITION BY {label}) AS latest
            FROM "{own.name}" AS d
            WHERE d.person IS NOT NULL AND {label} IS NOT NULL AND {counted}
            GROUP BY d.person, {label}
          ) AS base
          WHERE latest + {months} <= {self._parameters.add_parameter(self._as_of)}"""  # noqa: S608

    def build_rows_beside(self, own: CountedRecord, other: CountedRecord) -> str:
        """Build the query of people and whether another record has a row in the same period."""
        label = self._write_label(own, "d", self._denominator.dated_by)
        other_label = self._write_label(other, "o", self._numerator.dated_by)
        counted = self._compile(own, "d", label, self._denominator.where)
        reached = self._compile(other, "o", other_label, self._numerator.where)
        return f"""
          SELECT person, school_year, school_id, source, EXISTS (
            SELECT 1 FROM "{other.name}" AS o
            WHERE o.person = base.person AND {other_label} = base.school_year AND {reached}
          ) AS yes
          FROM (
            SELECT d.person, {label} AS school_year, min(d.source) AS source,
              max({self._write_school()}) AS school_id
            FROM "{own.name}" AS d
            WHERE d.person IS NOT NULL AND {label} IS NOT NULL AND {counted}
            GROUP BY d.person, {label}
          ) AS base
          WHERE school_year IN (
            SELECT {other_label} FROM "{other.name}" AS o WHERE o.person IS NOT NULL)"""  # noqa: S608

    def _write_label(self, record: CountedRecord, table: str, dated_by: str) -> str:
        element = record.fields[dated_by]
        return build_period_label(self._definition.period, element, quote_column(table, dated_by))

    def _compile(self, record: CountedRecord, table: str, label: str, condition: Condition) -> str:
        bounds: PeriodBounds = build_period_bounds(self._definition.period, label)
        compiler = ConditionCompiler(record.fields, table, bounds, self._parameters)
        return compiler.compile_condition(condition)

    def _write_school(self) -> str:
        is_own = self._denominator.school == "record"
        return "d.school_id" if is_own else "CAST(NULL AS VARCHAR)"

    def _write_latest(self) -> str:
        """Write the element by which the latest row counts; no order if any row will do."""
        latest_by = self._denominator.latest_by
        return quote_column("d", latest_by) if latest_by else "0"
