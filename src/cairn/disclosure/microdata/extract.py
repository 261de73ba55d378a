"""Rows about children → rows that may be handed to one project, and what that cost.

The unit is the child, not the row: all rows of a child, in every table, are one profile, and each
child's profile is shared by at least k children. Pure: columns in, columns out.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias

import numpy as np

from cairn.disclosure.microdata.anonymity import AnonymityRule, Coarsened, coarsen
from cairn.disclosure.microdata.forms import Form, Plain
from cairn.disclosure.microdata.ladder import Codes, Ladder, UnfitLadderError, climb
from cairn.disclosure.microdata.rare import Rare, rare
from cairn.disclosure.microdata.risk import Risk, risk
from cairn.disclosure.microdata.shift import Shifts

Step: TypeAlias = tuple[str, Form | None]
AS_IT_IS: Final = "as it is"
_ANCHOR: Final = 0.1
"""A day that more than one child in ten shares may be known to everybody (the first day of
school): moved with the rest, it would give away by how much."""


class How(StrEnum):
    """How a column is treated."""

    KEEP = "keep"
    COARSEN = "coarsen"
    MOVE = "move"
    WITHHOLD = "withhold"


@dataclass(frozen=True, slots=True)
class Treatment:
    """What is to be done with one column: ``forms`` its coarser forms, finest first; ``why`` it is
    withheld. With ``sensitive`` its values stay diverse among children who are alike."""

    how: How
    forms: tuple[tuple[str, Form], ...] = ()
    why: str = ""
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """One table: the child of each row, and the columns; every column has as many rows."""

    children: tuple[str, ...]
    columns: Mapping[str, tuple[Plain, ...]]


@dataclass(frozen=True, slots=True)
class Done:
    """What was done to one element. ``form`` is the name of the coarser form, of `AS_IT_IS`, or
    empty where the element is not in the extract; ``why`` says why not."""

    element: str
    how: How
    form: str = AS_IT_IS
    why: str = ""


@dataclass(frozen=True, slots=True)
class Assembled:
    """An extract, and what its reviewer must know.

    ``tables`` hold what leaves. ``left_out`` counts the children who would have made everybody
    coarser. ``classes`` is each child's class among those alike, by the child; ``rare`` the sets of
    elements that single out fewer than k children before anything was coarsened.
    """

    tables: Mapping[str, Rows]
    done: tuple[Done, ...]
    children: int
    left_out: int
    lost: float
    smallest: int
    risk: Risk
    rare: tuple[Rare, ...]
    classes: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


def assemble(
    tables: Mapping[str, Rows],
    treatments: Mapping[str, Treatment],
    rule: AnonymityRule,
    shifts: Shifts,
    on: date,
    earlier: Mapping[str, Sequence[int]] = MappingProxyType({}),
) -> Assembled:
    """The extract with the least loss that meets the rule.

    Args:
        tables: the rows by record type; elements are named ``record.column``.
        treatments: what to do with each element; one that is not named is withheld.
        rule: with how many children each child must be alike, and how diverse these are.
        shifts: draws or knows each child's shift of dates.
        on: the day on which ages are counted.
        earlier: of each child, its class in each extract that the recipient has already.

    Raises:
        CannotBeAnonymousError: no coarser form meets the rule.
    """
    treated = {e: _treatment(e, treatments, tables) for e in _elements(tables)}
    children = sorted({one for rows in tables.values() for one in rows.children})
    profiles = _Profiles(tables, treated, children)
    ladders, used = _ladders(tables, treated, profiles, on)
    sensitive = [
        climb(e, [profiles.of(e)]).rungs[0]
        for e, t in treated.items()
        if t.sensitive and t.how is How.KEEP
    ]
    everybody = climb("", [[0] * len(children)])
    found = coarsen(ladders or [everybody], rule, sensitive, _known(children, earlier))
    kept = {one for one, stays in zip(children, found.kept, strict=True) if stays}
    done = tuple(_done(e, t, found, used) for e, t in treated.items())
    out = {
        name: _out(name, rows, kept, found, treated, used, shifts, on)
        for name, rows in tables.items()
    }
    inside = found.classes[found.kept]
    return Assembled(
        tables=out,
        done=done,
        children=len(kept),
        left_out=len(children) - len(kept),
        lost=found.lost,
        smallest=int(np.bincount(inside)[np.unique(inside)].min()) if len(inside) else 0,
        risk=risk(inside, found.classes),
        rare=rare(ladders, rule.k),
        classes={c: int(k) for c, k in zip(children, found.classes, strict=True) if c in kept},
    )


def _elements(tables: Mapping[str, Rows]) -> list[str]:
    return [f"{name}.{column}" for name, rows in tables.items() for column in rows.columns]


def _values(tables: Mapping[str, Rows], element: str) -> tuple[Plain, ...]:
    record, _, column = element.partition(".")
    return tables[record].columns[column]


def _treatment(
    element: str, treatments: Mapping[str, Treatment], tables: Mapping[str, Rows]
) -> Treatment:
    """As asked for; but a day that gives the shift away is made coarser instead of moved."""
    asked = treatments.get(element, Treatment(How.WITHHOLD, why="Nobody said what to do with it."))
    if asked.how is not How.MOVE:
        return asked
    record = element.partition(".")[0]
    days: dict[Plain, set[str]] = defaultdict(set)
    for child, day in zip(tables[record].children, _values(tables, element), strict=True):
        if day is not None:
            days[day].add(child)
    everybody = len(set(tables[record].children))
    shared = max(map(len, days.values()), default=0)
    if shared > max(1, _ANCHOR * everybody):
        return Treatment(How.COARSEN, asked.forms, why="Many children share one day.")
    return asked


class _Profiles:
    """What each child has in one column, over all of its rows.

    A child's rows stand in an order that the values of the coarsened columns alone decide, the same
    in every column of a table: children alike column by column are alike row by row.
    """

    def __init__(
        self,
        tables: Mapping[str, Rows],
        treated: Mapping[str, Treatment],
        children: Sequence[str],
    ) -> None:
        self._tables, self._children = tables, children
        self._places = {
            name: _places(rows, [c for c in rows.columns if _coarsened(treated, name, c)])
            for name, rows in tables.items()
        }

    def of(self, element: str, column: Sequence[Plain] | None = None) -> list[tuple[Plain, ...]]:
        """By the element as it is, or by ``column`` in its place."""
        places = self._places[element.partition(".")[0]]
        values = _values(self._tables, element) if column is None else column
        return [tuple(values[at] for at in places.get(one, ())) for one in self._children]


def _coarsened(treated: Mapping[str, Treatment], record: str, column: str) -> bool:
    return treated[f"{record}.{column}"].how is How.COARSEN


def _places(rows: Rows, by: Sequence[str]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = defaultdict(list)
    for at, child in enumerate(rows.children):
        places[child].append(at)
    columns = [rows.columns[name] for name in by]
    for mine in places.values():
        if len(mine) > 1:
            mine.sort(key=lambda at: [str(column[at]) for column in columns])
    return places


def _ladders(
    tables: Mapping[str, Rows], treated: Mapping[str, Treatment], profiles: _Profiles, on: date
) -> tuple[list[Ladder], dict[str, list[Step]]]:
    """A ladder for each column that is made coarser, and the forms on its rungs. A form that tells
    children apart whom a finer one joined is passed over."""
    ladders, used = [], {}
    for element, treatment in treated.items():
        if treatment.how is not How.COARSEN:
            continue
        ladder = climb(element, [profiles.of(element)])
        steps: list[Step] = [(AS_IT_IS, None)]
        for name, form in treatment.forms:
            column = profiles.of(element, form(_values(tables, element), on))
            try:
                ladder = Ladder(element, (*ladder.rungs, *climb(element, [column]).rungs))
            except UnfitLadderError:
                continue
            steps.append((name, form))
        ladders.append(ladder)
        used[element] = steps
    return ladders, used


def _known(children: Sequence[str], earlier: Mapping[str, Sequence[int]]) -> Codes | None:
    """What the recipient has of each child already: whoever was in none is a class too."""
    if not earlier:
        return None
    return climb("earlier", [[tuple(earlier.get(child, ())) for child in children]]).rungs[0]


def _done(
    element: str,
    treatment: Treatment,
    found: Coarsened,
    used: Mapping[str, Sequence[Step]],
) -> Done:
    if treatment.how is How.WITHHOLD:
        return Done(element, How.WITHHOLD, "", treatment.why)
    if treatment.how is not How.COARSEN:
        return Done(element, treatment.how)
    rung = found.rungs[element]
    if rung >= len(used[element]):
        return Done(element, How.COARSEN, "", "Even its coarsest form would single children out.")
    return Done(element, How.COARSEN, used[element][rung][0], treatment.why)


def _out(
    name: str,
    rows: Rows,
    kept: set[str],
    found: Coarsened,
    treated: Mapping[str, Treatment],
    used: Mapping[str, Sequence[Step]],
    shifts: Shifts,
    on: date,
) -> Rows:
    """One table as it leaves: the children who stay, the columns that stay, each in its form."""
    stays = [child in kept for child in rows.children]
    columns: dict[str, tuple[Plain, ...]] = {}
    for column, values in rows.columns.items():
        element, changed = f"{name}.{column}", None
        treatment = treated[element]
        if treatment.how is How.KEEP:
            changed = list(values)
        elif treatment.how is How.MOVE:
            days = [v if isinstance(v, date) else None for v in values]
            changed = list(shifts.moved(rows.children, days))
        elif treatment.how is How.COARSEN and found.rungs[element] < len(used[element]):
            form = used[element][found.rungs[element]][1]
            changed = list(values) if form is None else form(values, on)
        if changed is not None:
            columns[column] = tuple(v for v, stay in zip(changed, stays, strict=True) if stay)
    return Rows(tuple(c for c, stay in zip(rows.children, stays, strict=True) if stay), columns)
