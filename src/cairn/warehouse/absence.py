"""Days absent of days enrolled, per student and school year, whichever way partners report it.

A partner sends yearly totals, or events. With events, a day without an event is a day present, so
the number of days comes from enrollment or, failing that, from the calendar of the school; a
partner without enrollment records has its whole roster enrolled on all days of the calendar. A
student with totals in a year is counted by them alone, even if another partner sent events.
"""

from typing import Final

from cairn.warehouse.outcomes import Absence
from cairn.warehouse.population import Query

_CHRONIC: Final = """
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


def counted(absence: Absence, query: Query) -> str:
    """The query of an absence outcome, with the columns of ``population.counted`` and, as
    ``value``, the days absent.

    A student's absences are distinct days; exactly the share counts; no days, not counted.
    """
    events = ", ".join(query.value(event) for event in absence.events)
    return _CHRONIC.format(events=events, share=query.value(str(absence.at_least)))
