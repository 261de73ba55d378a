"""Build the query of an outcome: who is counted in which year, and who reached it.

A query gives ``person, school_year, school_id, source, yes``, one row per person and year. The
words of a definition become parameters; only names of the element catalogue become identifiers.

Days absent are counted in the way in which a partner reports them. A partner sends yearly
totals, or events. With events, a day without an event is a day present, so the number of days
comes from enrollment or, failing that, from the calendar of the school; a partner without
enrollment records has its whole roster enrolled on all days of the calendar. A student with
totals in a year is counted by them alone, even if another partner sent events.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from cairn.warehouse.measures.outcomes import AbsenceRule, OutcomeCondition, OutcomeDefinition
from cairn.warehouse.schema import normalize_spelling


class OutcomeQuery:
    """Collect the parameters of a query, in the order in which its text uses them."""

    def __init__(self) -> None:
        self.parameters: list[object] = []

    def add_parameter(self, value: object) -> str:
        """Add a parameter and return its placeholder in the text."""
        self.parameters.append(value)
        return f"${len(self.parameters)}"

    def all_of(self, conditions: Sequence[OutcomeCondition], table: str) -> str:
        """Write the conditions as one truth value."""
        return " AND ".join(
            ["TRUE", *(self._write_condition(condition, table) for condition in conditions)]
        )

    def _write_condition(self, condition: OutcomeCondition, table: str) -> str:
        values = ", ".join(
            self.add_parameter(normalize_spelling(value)) for value in condition.any_of
        )
        folded = (
            f"regexp_replace(lower({quote_column(table, condition.field)}), '[^a-z0-9]', '', 'g')"
        )
        return f"coalesce({folded} IN ({values}), FALSE)"


def quote_column(table: str, column: str) -> str:
    """Return a column of a table, quoted."""
    return f'"{table}"."{column}"'


def build_outcome_query(definition: OutcomeDefinition, query: OutcomeQuery, as_of: date) -> str:
    """Build the query of any definition but one of absence.

    Args:
        definition: the outcome.
        query: collects the parameters.
        as_of: day of the count, for outcomes that need time to pass.

    Returns:
        The text of the query.
    """
    if definition.numerator.record:
        return _build_followed_query(definition, query, as_of)
    denominator = definition.denominator
    year = quote_column("d", denominator.year)
    return f"""
      SELECT person, school_year, school_id, source, yes FROM (
        SELECT *, row_number() OVER (
          PARTITION BY person, school_year ORDER BY age, yes DESC, source, school_id) AS nth
        FROM (
          SELECT d.person, d.source, CAST({year} AS VARCHAR) AS school_year,
            {_write_school(definition)} AS school_id, {_write_age(definition)} AS age,
            {query.all_of(definition.numerator.where, "d")} AS yes
          FROM "{denominator.record}" AS d
          WHERE d.person IS NOT NULL AND {year} IS NOT NULL
            AND {query.all_of(denominator.where, "d")}
        )
      ) WHERE nth = 1"""  # noqa: S608 - names of the element catalogue; values are parameters


def _write_age(definition: OutcomeDefinition) -> str:
    """Sort the latest record first and those without a date last; no order if any will do."""
    denominator = definition.denominator
    if denominator.keep == "any":
        return "0"
    order = quote_column("d", denominator.order)
    return f"coalesce(date_diff('day', {order}, DATE '9999-12-31'), 9999999)"


def _write_school(definition: OutcomeDefinition) -> str:
    has_school = definition.denominator.record in RECORDS_WITH_SCHOOL
    return "d.school_id" if has_school else "CAST(NULL AS VARCHAR)"


RECORDS_WITH_SCHOOL: Final = frozenset({"graduation"})
"""Record types (other than enrollment and attendance) that hold the school themselves."""


def _build_followed_query(definition: OutcomeDefinition, query: OutcomeQuery, as_of: date) -> str:
    """Build the query of people and whether a record of another type follows theirs in time."""
    denominator, numerator = definition.denominator, definition.numerator
    year = quote_column("d", denominator.year)
    # A graduate without a date counts from the end of the cohort's school year.
    since = (
        f"coalesce({quote_column('d', numerator.since)}, "
        f"make_date(CAST(left({year}, 4) AS INTEGER) + 1, 6, 30))"
    )
    months = f"to_months(CAST({query.add_parameter(numerator.within_months)} AS INTEGER))"
    return f"""
      WITH base AS (
        SELECT d.person, {year} AS school_year, min(d.source) AS source,
          max({_write_school(definition)}) AS school_id,
          min({since}) AS since
        FROM "{denominator.record}" AS d
        WHERE d.person IS NOT NULL AND {year} IS NOT NULL AND {query.all_of(denominator.where, "d")}
        GROUP BY ALL
      ), complete AS (
        SELECT school_year FROM base GROUP BY school_year
        HAVING max(since) + {months} <= {query.add_parameter(as_of)}
      )
      SELECT person, school_year, school_id, source, EXISTS (
        SELECT 1 FROM "{numerator.record}" AS o
        WHERE o.person = base.person AND {quote_column("o", numerator.until)} > since
          AND {quote_column("o", numerator.until)} <= since + {months}
          AND {query.all_of(numerator.where, "o")}
      ) AS yes
      FROM base WHERE school_year IN (SELECT school_year FROM complete)"""  # noqa: S608


_CHRONIC_ABSENCE_SQL: Final = """
WITH totals AS (
  SELECT person, school_year, min(source) AS source, sum(days_absent) AS absent,
    sum(days_enrolled) AS days
  FROM attendance_total
  WHERE person IS NOT NULL AND days_absent IS NOT NULL AND days_enrolled IS NOT NULL
  GROUP BY person, school_year
), absences AS (
  SELECT person, school_year, count(DISTINCT date) AS absent
  FROM attendance WHERE person IS NOT NULL AND event IN ({events})
  GROUP BY person, school_year
), reporting AS (
  SELECT DISTINCT source, school_year FROM attendance WHERE school_year IS NOT NULL
), enrolled AS (
  SELECT e.person, e.school_year, min(e.source) AS source, sum(e.days_enrolled) AS days,
    arg_max(e.school_id, coalesce(e.days_enrolled, 0)) AS school_id
  FROM enrollment e JOIN reporting USING (source, school_year) WHERE e.person IS NOT NULL
  GROUP BY e.person, e.school_year
), roster AS (
  SELECT DISTINCT s.person, r.school_year, s.source
  FROM student s JOIN reporting r USING (source)
  WHERE s.person IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM enrollment e WHERE e.source = r.source AND e.school_year = r.school_year)
), attended AS (
  SELECT person, school_year, min(source) AS source,
    CASE WHEN count(DISTINCT school_id) = 1 THEN min(school_id) END AS school_id
  FROM attendance WHERE person IS NOT NULL AND school_year IS NOT NULL
  GROUP BY person, school_year
), population AS (
  SELECT person, school_year, source, days, school_id FROM enrolled
  UNION ALL SELECT person, school_year, source, NULL, NULL FROM roster
    ANTI JOIN enrolled USING (person, school_year)
), calendars AS (
  SELECT source, school_id, school_year, sum(instructional_days) AS days
  FROM calendar GROUP BY source, school_id, school_year
), whole AS (
  SELECT source, school_year, max(days) AS days FROM calendars GROUP BY source, school_year
), events AS (
  SELECT p.person, p.school_year, min(p.source) AS source,
    coalesce(max(a.absent), 0) AS absent, max(coalesce(p.days, c.days, w.days)) AS days
  FROM population p
  LEFT JOIN absences a USING (person, school_year)
  LEFT JOIN attended t USING (person, school_year)
  LEFT JOIN calendars c ON c.source = p.source AND c.school_year = p.school_year
    AND c.school_id = coalesce(p.school_id, t.school_id)
  LEFT JOIN whole w ON w.source = p.source AND w.school_year = p.school_year
  LEFT JOIN totals ON totals.person = p.person AND totals.school_year = p.school_year
  WHERE totals.person IS NULL
  GROUP BY p.person, p.school_year
), years AS (
  SELECT person, school_year, source, absent, days FROM totals
  UNION ALL SELECT person, school_year, source, absent, days FROM events
)
SELECT person, school_year, CAST(NULL AS VARCHAR) AS school_id, source,
  CAST(absent AS DECIMAL(9, 3)) >= CAST(days AS DECIMAL(9, 3)) * CAST({share} AS DECIMAL(4, 3))
    AS yes, CAST(absent AS DECIMAL(9, 3)) AS value
FROM years WHERE days > 0
"""


def build_absence_query(absence: AbsenceRule, query: OutcomeQuery) -> str:
    """Build the query of an absence outcome, with the days absent as the extra column ``value``.

    A student's absences are distinct days; exactly the share counts as chronic; a student
    without days is not counted.
    """
    events = ", ".join(query.add_parameter(event) for event in absence.events)
    return _CHRONIC_ABSENCE_SQL.format(
        events=events, share=query.add_parameter(str(absence.at_least))
    )


_PROGRAM_DAYS_SQL: Final = """
WITH program_days AS (
  SELECT person, min(source) AS source, count(DISTINCT date) AS days,
    {year} AS school_year
  FROM session_attendance
  WHERE person IS NOT NULL AND date IS NOT NULL
    AND coalesce(present = 'yes', hours > 0, TRUE)
  GROUP BY person, school_year
)
"""
"""A mark decides; a tracker may write the length of the session beside an absence. Without a mark
hours decide, and a row with neither is a line of a sign-in sheet: the child was there."""

_SCHOOL_YEAR_OF_DATE_SQL: Final = (
    "printf('%d-%02d', year(date - INTERVAL 6 MONTH), (year(date - INTERVAL 6 MONTH) + 1) % 100)"
)
"""The school year of a day, July to June, as in `cairn.warehouse.schema.school_years`."""


def build_program_query(definition: OutcomeDefinition, query: OutcomeQuery, as_of: date) -> str:
    """Build the query of an outcome of attendance in programs.

    A day in two programs is one day. Only school years that have ended are counted, and where the
    definition counts enrolled students, only those in which a program sent attendance.

    Args:
        definition: the outcome, with ``program_days``.
        query: collects the parameters.
        as_of: day of the count.

    Returns:
        The text of the query.
    """
    assert definition.program_days  # noqa: S101 - for mypy; the caller asked
    reached = f"days >= {query.add_parameter(definition.program_days.at_least)}"
    program_days = _PROGRAM_DAYS_SQL.format(year=_SCHOOL_YEAR_OF_DATE_SQL)
    school = "CAST(NULL AS VARCHAR) AS school_id"
    has_ended = (
        "make_date(CAST(left(school_year, 4) AS INTEGER) + 1, 6, 30) < "
        f"{query.add_parameter(as_of)}"
    )
    if definition.denominator.record == "session_attendance":
        return f"""{program_days}
          SELECT person, school_year, {school}, source, {reached} AS yes FROM program_days
          WHERE {has_ended}"""  # noqa: S608
    return f"""{program_days}, enrolled AS (
        SELECT person, school_year, min(source) AS source
        FROM enrollment WHERE person IS NOT NULL GROUP BY person, school_year
      )
      SELECT person, school_year, {school}, enrolled.source, coalesce({reached}, FALSE) AS yes
      FROM enrolled LEFT JOIN program_days USING (person, school_year)
      WHERE school_year IN (SELECT school_year FROM program_days) AND {has_ended}"""  # noqa: S608
