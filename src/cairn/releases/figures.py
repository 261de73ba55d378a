"""Released cells → the figures of one outcome: county, districts, schools, race by gender."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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
    def withheld(self) -> bool:
        return self.yes is None or self.n is None


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
    """Everything published about one outcome. Years are in order; the last is the latest."""

    outcome: str
    years: tuple[str, ...]
    tables: Mapping[str, Mapping[Key, Count]]

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
    the outcome. "No" follows from them and is not shown.
    """
    numbers: dict[str, dict[Key, dict[str, int | None]]] = {}
    for cell in cells:
        if cell.outcome == outcome:
            school = names.get(cell.school, cell.school)
            key = (cell.district, school, cell.race_ethnicity, cell.gender)
            numbers.setdefault(cell.school_year, {}).setdefault(key, {})[cell.result] = cell.n
    return Figures(
        outcome=outcome,
        years=tuple(sorted(numbers)),
        tables={
            year: {key: Count(found.get("yes"), found.get(ALL)) for key, found in table.items()}
            for year, table in numbers.items()
        },
    )
