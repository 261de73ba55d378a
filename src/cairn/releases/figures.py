"""Released cells → the figures of one outcome: county, districts, schools, race by gender.

Of a measure they tell what the children of a group have (`Amount`) instead of who of them reached
an outcome.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from cairn.warehouse.released import ALL, Cell

NOT_ON_RECORD = "not_on_record"
"""The value of a child who has none on record; shown last, and never as a school."""

Key = tuple[str, str, str, str]
"""District, school, race and ethnicity, gender; "All" where summed over."""

NOTABLE = 0.5
"""Percentage points below which a change is not called one."""

COUNTY: Key = (ALL, ALL, ALL, ALL)


def named(outcome: str, year: str, key: Key) -> str:
    """The name of one figure, by which a page and a form mean the same."""
    return json.dumps([outcome, year, *key], ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Count:
    """Of ``n`` children, ``yes`` reached the outcome; either is None where it is withheld."""

    yes: int | None
    n: int | None

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None where withheld, or where there is nobody."""
        return self.yes / self.n if self.n and self.yes is not None else None

    @property
    def height(self) -> float | None:
        """Where it stands on a chart; None where there is nothing to draw."""
        return self.share

    @property
    def withheld(self) -> bool:
        return self.yes is None or self.n is None


@dataclass(frozen=True, slots=True)
class Amount(Count):
    """What ``n`` children have: a mean or a median, to the nearest ``unit``. ``value`` is None
    where it is withheld, and where there is nobody. Nobody of them reached anything."""

    value: Decimal | None = None
    unit: Decimal | None = None

    @property
    def height(self) -> float | None:
        return None if self.value is None else float(self.value)

    @property
    def withheld(self) -> bool:
        return self.value is None and self.n != 0


@dataclass(frozen=True, slots=True)
class Row:
    """One group of a table: ``group`` is what it lies within (a school's district), if anything."""

    group: str
    value: str
    count: Count


@dataclass(frozen=True, slots=True)
class Change:
    """From the year before to the latest, in percentage points."""

    points: float
    since: str
    better: bool | None
    """None when the change is too small to call."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything published about one outcome. Years are in order; the last is the latest.

    ``statistic`` is what is told of a measure, "mean" or "median", and empty of an outcome.
    """

    outcome: str
    years: tuple[str, ...]
    tables: Mapping[str, Mapping[Key, Count]]
    statistic: str = ""

    @property
    def latest(self) -> str:
        return self.years[-1]

    @property
    def county(self) -> Count:
        """Everyone, in the latest year."""
        return self.tables[self.latest][COUNTY]

    @property
    def trend(self) -> tuple[Row, ...]:
        """Everyone, year by year."""
        return tuple(Row("", year, self.tables[year][COUNTY]) for year in self.years)

    @property
    def districts(self) -> tuple[Row, ...]:
        """Districts of the latest year in alphabetical order."""
        return self._rows(
            ("", key[0], count)
            for key, count in self.tables[self.latest].items()
            if key[0] != ALL and key[1:] == COUNTY[1:]
        )

    @property
    def schools(self) -> tuple[Row, ...]:
        """Schools of the latest year, in alphabetical order within their district: no ranking."""
        return self._rows(
            (key[0], key[1], count)
            for key, count in self.tables[self.latest].items()
            if key[1] != ALL and key[2:] == COUNTY[2:]
        )

    @property
    def groups(self) -> Mapping[tuple[str, str], Count]:
        """The latest year by (race and ethnicity, gender), margins included."""
        found = {
            (key[2], key[3]): count
            for key, count in self.tables[self.latest].items()
            if key[:2] == COUNTY[:2]
        }
        return found if any(ALL not in pair for pair in found) else {}

    @property
    def races(self) -> frozenset[str]:
        """The groups of race and ethnicity that stand in any year, those counted as one too."""
        return frozenset(key[2] for table in self.tables.values() for key in table)

    @property
    def withheld(self) -> int:
        """How many groups have a withheld number, in any year."""
        return sum(count.withheld for table in self.tables.values() for count in table.values())

    def change(self, direction: str) -> Change | None:
        """Against the year before; ``direction`` is where better lies: "higher" or "lower"."""
        if len(self.years) == 1:
            return None
        before, now = self.trend[-2:]
        if before.count.share is None or now.count.share is None:
            return None
        points = 100 * (now.count.share - before.count.share)
        better = None if abs(points) < NOTABLE else (points > 0) == (direction == "higher")
        return Change(points, before.value, better)

    def _rows(self, found: Iterable[tuple[str, str, Count]]) -> tuple[Row, ...]:
        ordered = sorted(found, key=lambda row: (row[1] == NOT_ON_RECORD, row[0], row[1]))
        return tuple(Row(*row) for row in ordered)


def of_outcome(cells: Iterable[Cell], outcome: str, names: Mapping[str, str]) -> Figures:
    """Gathers the cells of one outcome; schools get their names.

    Each group has three cells (all, yes, no): the first counts the group, the second who reached
    the outcome. "No" follows from them and is not shown. Of a measure it has the first alone.
    """
    found: dict[str, dict[Key, dict[str, Cell]]] = {}
    statistic = ""
    for cell in cells:
        if cell.outcome == outcome:
            school = names.get(cell.school, cell.school)
            key = (cell.district, school, cell.race_ethnicity, cell.gender)
            found.setdefault(cell.school_year, {}).setdefault(key, {})[cell.result] = cell
            statistic = cell.statistic or statistic
    return Figures(
        outcome=outcome,
        years=tuple(sorted(found)),
        tables={
            year: {key: _count(some) for key, some in table.items()}
            for year, table in found.items()
        },
        statistic=statistic,
    )


def _count(cells: Mapping[str, Cell]) -> Count:
    everyone, reached = cells.get(ALL), cells.get("yes")
    if everyone and everyone.statistic:
        return Amount(None, everyone.n, _decimal(everyone.value), _decimal(everyone.rounded_to))
    return Count(reached.n if reached else None, everyone.n if everyone else None)


def _decimal(said: str | None) -> Decimal | None:
    return None if said is None else Decimal(said)
