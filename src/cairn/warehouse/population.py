"""A definition of an outcome as a query: who is counted in which year, and who is a yes.

The query gives ``person, school_year, school_id, source, yes``, one row per person and year. The
words of a definition become parameters; only names of the element catalogue become identifiers.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from cairn.warehouse.elements import key
from cairn.warehouse.outcomes import Condition, OutcomeDefinition


class Query:
    """Text of a query and its parameters, put together in the order in which they are read."""

    def __init__(self) -> None:
        self.parameters: list[object] = []

    def value(self, value: object) -> str:
        """The place of a value in the text."""
        self.parameters.append(value)
        return f"${len(self.parameters)}"

    def all_of(self, conditions: Sequence[Condition], table: str) -> str:
        """The conditions as one truth value."""
        return " AND ".join(["TRUE", *(self._one(c, table) for c in conditions)])

    def _one(self, condition: Condition, table: str) -> str:
        values = ", ".join(self.value(key(v)) for v in condition.any_of)
        folded = f"regexp_replace(lower({name(table, condition.field)}), '[^a-z0-9]', '', 'g')"
        return f"coalesce({folded} IN ({values}), FALSE)"


def name(table: str, column: str) -> str:
    """A column of a table, quoted."""
    return f'"{table}"."{column}"'


def counted(definition: OutcomeDefinition, query: Query, as_of: date) -> str:
    """The query for any definition but one of absence. ``as_of``: the day on which it is counted,
    for outcomes that need time to pass."""
    if definition.numerator.record:
        return _followed(definition, query, as_of)
    below = definition.denominator
    year = name("d", below.year)
    return f"""
      SELECT person, school_year, school_id, source, yes FROM (
        SELECT *, row_number() OVER (
          PARTITION BY person, school_year ORDER BY age, yes DESC, source, school_id) AS nth
        FROM (
          SELECT d.person, d.source, CAST({year} AS VARCHAR) AS school_year,
            {_school(definition)} AS school_id, {_age(definition)} AS age,
            {query.all_of(definition.numerator.where, "d")} AS yes
          FROM "{below.record}" AS d
          WHERE d.person IS NOT NULL AND {year} IS NOT NULL
            AND {query.all_of(below.where, "d")}
        )
      ) WHERE nth = 1"""  # noqa: S608 - names of the element catalogue; values are parameters


def _age(definition: OutcomeDefinition) -> str:
    """Sorts the latest record first and one without a date last; all alike where any will do."""
    below = definition.denominator
    if below.keep == "any":
        return "0"
    return f"coalesce(date_diff('day', {name('d', below.order)}, DATE '9999-12-31'), 9999999)"


def _school(definition: OutcomeDefinition) -> str:
    has = definition.denominator.record in HAVE_SCHOOL
    return "d.school_id" if has else "CAST(NULL AS VARCHAR)"


HAVE_SCHOOL: Final = frozenset({"graduation"})
"""Record types (beside enrollment and attendance) that say the school themselves."""


def _followed(definition: OutcomeDefinition, query: Query, as_of: date) -> str:
    """People, and whether a record of another type follows theirs in time."""
    below, above = definition.denominator, definition.numerator
    year = name("d", below.year)
    # A graduate without a date counts from the end of the cohort's school year.
    since = (
        f"coalesce({name('d', above.since)}, "
        f"make_date(CAST(left({year}, 4) AS INTEGER) + 1, 6, 30))"
    )
    months = f"to_months(CAST({query.value(above.within_months)} AS INTEGER))"
    return f"""
      WITH base AS (
        SELECT d.person, {year} AS school_year, min(d.source) AS source,
          max({_school(definition)}) AS school_id,
          min({since}) AS since
        FROM "{below.record}" AS d
        WHERE d.person IS NOT NULL AND {year} IS NOT NULL AND {query.all_of(below.where, "d")}
        GROUP BY ALL
      ), complete AS (
        SELECT school_year FROM base GROUP BY school_year
        HAVING max(since) + {months} <= {query.value(as_of)}
      )
      SELECT person, school_year, school_id, source, EXISTS (
        SELECT 1 FROM "{above.record}" AS o
        WHERE o.person = base.person AND {name("o", above.until)} > since
          AND {name("o", above.until)} <= since + {months}
          AND {query.all_of(above.where, "o")}
      ) AS yes
      FROM base WHERE school_year IN (SELECT school_year FROM complete)"""  # noqa: S608
