"""Attribute a student to a school, a district and groups in a year, for every outcome alike.

A student in several schools in one year counts in the one with the most days there; of equal
ones, the one entered last. Enrollment decides; without it attendance does; a student with
neither belongs to the district with the roster that names the student, and to no school. A
district goes by the name that its own records give it, else by the short name of the
organization that sent them.
"""

from typing import Final, Literal

from cairn.warehouse.measures.breakdowns import ValueRule
from cairn.warehouse.measures.periods import build_school_year

_ATTRIBUTION_TABLES_SQL: Final = """
named AS (
  SELECT source, min(district) AS district FROM (
    SELECT source, district FROM enrollment UNION ALL SELECT source, district FROM school
  ) GROUP BY source HAVING count(DISTINCT district) = 1
), stay AS (
  SELECT person, school_year, school_id, coalesce(e.district, n.district, source) AS district,
    coalesce(days_enrolled, 0) AS days, entry_date AS entered, 1 AS rank
  FROM enrollment e LEFT JOIN named n USING (source) WHERE school_id IS NOT NULL
  UNION ALL
  SELECT person, school_year, school_id, coalesce(n.district, source),
    coalesce(days_enrolled, 0), NULL, 2
  FROM attendance_total LEFT JOIN named n USING (source) WHERE school_id IS NOT NULL
  UNION ALL
  SELECT person, school_year, school_id, coalesce(n.district, source),
    count(DISTINCT date), max(date), 3
  FROM attendance LEFT JOIN named n USING (source) WHERE school_id IS NOT NULL GROUP BY ALL
), stays AS (
  SELECT person, school_year, school_id, district, rank, sum(days) AS days,
    max(entered) AS entered
  FROM stay WHERE person IS NOT NULL AND school_year IS NOT NULL GROUP BY ALL
), place AS (
  SELECT person, school_year, school_id, district FROM (
    SELECT *, row_number() OVER (PARTITION BY person, school_year
      ORDER BY rank, {order}, school_id, district) AS nth
    FROM stays
  ) WHERE nth = 1
), latest_place AS (
  SELECT person, school_id, district FROM (
    SELECT *, row_number() OVER (PARTITION BY person ORDER BY school_year DESC) AS nth FROM place
  ) WHERE nth = 1
), school_district AS (
  SELECT school_id, CASE WHEN count(DISTINCT district) = 1 THEN min(district) END AS district
  FROM (
    SELECT school_id, district FROM stays
    UNION ALL SELECT school_id, coalesce(s.district, n.district, source)
    FROM school s LEFT JOIN named n USING (source)
  ) WHERE school_id IS NOT NULL GROUP BY school_id
), roster AS (
  SELECT person, CASE WHEN count(DISTINCT source) = 1 THEN min(coalesce(n.district, source)) END
    AS district
  FROM student LEFT JOIN named n USING (source) WHERE person IS NOT NULL GROUP BY person
), race AS (
  SELECT person, race_ethnicity FROM (
    SELECT person, race_ethnicity, row_number() OVER (
      PARTITION BY person ORDER BY count(*) DESC, race_ethnicity) AS nth
    FROM student WHERE person IS NOT NULL AND race_ethnicity IS NOT NULL
    GROUP BY person, race_ethnicity
  ) WHERE nth = 1
), sex AS (
  SELECT person, gender FROM (
    SELECT person, gender, row_number() OVER (
      PARTITION BY person ORDER BY count(*) DESC, gender) AS nth
    FROM student WHERE person IS NOT NULL AND gender IS NOT NULL
    GROUP BY person, gender
  ) WHERE nth = 1
), traits AS (
  SELECT * FROM race FULL JOIN sex USING (person)
)"""
"""The tables that ``build_attribution_joins`` uses. Of several races or genders on record, the
most frequent one counts.
"""


_STAY_ORDERS: Final = {
    ValueRule.LONGEST: "days DESC, entered DESC NULLS LAST",
    ValueRule.MOST_RECENT: "entered DESC NULLS LAST, days DESC",
}
"""Which stay of a school year counts, by the rule that a definition names for the school."""


def build_attribution_tables(rule: ValueRule | None) -> str:
    """Build the tables of places and groups; of several schools in a year, one counts by a rule."""
    return _ATTRIBUTION_TABLES_SQL.format(order=_STAY_ORDERS[rule or ValueRule.LONGEST])


def build_attribution_joins(place: Literal["year", "latest"]) -> str:
    """Build the joins of place (p), school (h), roster (r), groups (t) to people counted (c)."""
    place_join = (
        "LEFT JOIN place p ON p.person = c.person "
        f"AND p.school_year = {build_school_year('c.school_year')}"
        if place == "year"
        else "LEFT JOIN latest_place p ON p.person = c.person"
    )
    return f"""{place_join}
    LEFT JOIN school_district h ON h.school_id = c.school_id
    LEFT JOIN named o ON o.source = c.source AND c.school_id IS NOT NULL
    LEFT JOIN roster r ON r.person = c.person
    LEFT JOIN traits t ON t.person = c.person"""
