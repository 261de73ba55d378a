"""The audit: what an outsider can work out from everything published.

Separate code from the protector on purpose: it sees only what is published, finds the equations
again, and is believed over the protector.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from math import ceil, floor, inf

import numpy as np

from cairn.disclosure.certificate import Certificate, Range
from cairn.disclosure.outsider import Bounds, Counts, Equation, Knowledge, NotATableError, read
from cairn.disclosure.rule import Rule
from cairn.disclosure.shape import Shape
from cairn.disclosure.steps import REST, Step, Steps
from cairn.disclosure.table import Key, Nest
from cairn.disclosure.whole_tables import TOLERANCE, Row, Whole, WholeTables

SEED = 20110603
"""The audit is repeatable: what it draws by chance always starts here."""

BASES = 40
"""Whole tables from which short steps are taken, before cells are settled singly."""

TRIES = 8
"""Values tried per value required, where the values between two extremes have gaps."""


def attack(
    dims: tuple[str, ...],
    counts: Counts,
    tables: Sequence[Sequence[str]],
    nests: Sequence[Nest],
    rule: Rule,
    *,
    ranges: Bounds | None = None,
    start: Mapping[Key, int] | None = None,
) -> Certificate:
    """Try to narrow every withheld cell, knowing all that is published, the rule, and that
    counts are whole numbers, zero or more.

    Args:
        dims: names of the dimensions of each key.
        counts: every published cell; None where withheld.
        tables: the dimensions of each table, as they were asked for.
        nests: which dimension lies within which.
        rule: what the tables must withstand, which an outsider is assumed to know.
        ranges: for withheld cells, the least and the most that is known of them: a range that is
            published, or a number that cannot have fallen since.
        start: numbers for what is not published, of cells behind a circle of tables too, from
            which to begin instead of searching; absent means zero. They are believed only where
            they agree with everything that is published, so wrong ones cost time and no more.

    Returns:
        A certificate; ``safe`` only if every withheld cell is proven to keep enough whole values.

    Raises:
        NotATableError: the cells are incomplete or contradict each other.
    """
    knowledge = read(Shape(dims, counts, tables, nests), counts, rule, ranges or {})
    found: dict[int, Range] = {}
    programs = 0
    for unknowns, equations in components(knowledge):
        audit = _Audit(unknowns, equations, knowledge, rule, start or {})
        found |= audit.ranges()
        programs += audit.programs
    return Certificate(
        digest=digest(dims, counts, tables, nests, rule, ranges),
        ranges=tuple(found[number] for number in range(len(knowledge.targets))),
        exposed=knowledge.exposed,
        pooled=knowledge.pooled,
        programs=programs,
        rule=rule,
    )


def digest(
    dims: tuple[str, ...],
    counts: Counts,
    tables: Sequence[Sequence[str]],
    nests: Sequence[Nest],
    rule: Rule,
    ranges: Bounds | None = None,
) -> str:
    """SHA-256 of what is audited; the order of cells, tables and nests does not matter."""
    said: dict[str, object] = {
        "dims": dims,
        "cells": sorted([*key, count] for key, count in counts.items()),
        "tables": sorted(sorted(table) for table in tables),
        "nests": sorted([nest.child, nest.parent] for nest in nests),
        "rule": [sorted(part) if isinstance(part, frozenset) else part for part in astuple(rule)],
    }
    if ranges:
        said["ranges"] = sorted([*key, str(low), str(high)] for key, (low, high) in ranges.items())
    return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()


def components(knowledge: Knowledge) -> Iterator[tuple[list[int], list[Equation]]]:
    """Unknowns that no equation ties together are attacked apart."""
    leader = list(range(len(knowledge.floors)))

    def lead(unknown: int) -> int:
        while leader[unknown] != unknown:
            leader[unknown] = leader[leader[unknown]]
            unknown = leader[unknown]
        return unknown

    for equation in knowledge.equations:
        first, *others = equation.unknowns
        for other in others:
            leader[lead(other)] = lead(first)
    members: dict[int, list[int]] = {}
    for unknown in range(len(leader)):
        members.setdefault(lead(unknown), []).append(unknown)
    ties: dict[int, list[Equation]] = {root: [] for root in members}
    for equation in knowledge.equations:
        ties[lead(equation.unknowns[0])].append(equation)
    for root, unknowns in members.items():
        if unknowns[0] < len(knowledge.targets):
            yield unknowns, ties[root]


class _Audit:
    """One component: collects, for each withheld cell, values it has in some whole table."""

    def __init__(
        self,
        unknowns: list[int],
        equations: list[Equation],
        knowledge: Knowledge,
        rule: Rule,
        start: Mapping[Key, int],
    ) -> None:
        self._rule = rule
        self._keys = {
            at: (number, knowledge.targets[number])
            for at, number in enumerate(unknowns)
            if number < len(knowledge.targets)
        }
        place = {number: at for at, number in enumerate(unknowns)}
        rows: list[Row] = [
            (
                tuple(place[u] for u in equation.plus),
                tuple(place[u] for u in equation.minus),
                equation.known,
            )
            for equation in equations
        ]
        self._limits = (
            rows,
            [knowledge.floors[number] for number in unknowns],
            [knowledge.ceilings[number] for number in unknowns],
        )
        self._tables = WholeTables(*self._limits)
        keys = (*knowledge.targets, *knowledge.behind)
        self._start = np.array([start.get(keys[number], 0) for number in unknowns], np.int64)
        self._stepped = 0
        # By unknown: the values seen, each with a whole table and a step from it that has it.
        self._seen: dict[int, dict[int, tuple[Whole, Step]]] = {at: {} for at in self._keys}

    @property
    def programs(self) -> int:
        return self._tables.programs + self._stepped

    def ranges(self) -> dict[int, Range]:
        """The range of each withheld cell, by its number."""
        first = self._tables.any(self._start)
        if first is None:
            raise NotATableError("No whole table agrees with what is published.")
        self._walk(first)
        return {number: self._range(at) for at, (number, _) in self._keys.items()}

    def _note(self, whole: Whole | None) -> None:
        if whole is not None:
            for at, seen in self._seen.items():
                seen.setdefault(int(whole[at]), (whole, REST))

    def _walk(self, base: Whole) -> None:
        """Short steps from a table, each of which shows values of many cells; then from the table
        that many of them together lead to."""
        chance = np.random.default_rng(SEED)
        width = self._rule.width_small
        ways = [by for size in range(width - 1, 0, -1) for by in (size, -size)]
        taken = list[Step]()
        for _ in range(BASES):
            self._note(base)
            steps = Steps(*self._limits, base, chance)
            for at, seen in self._seen.items():
                for by in ways:
                    if len(seen) < width and int(base[at]) + by not in seen:
                        for step in steps.steps(at, by):
                            self._see(base, step)
                            taken.append(step)
            self._stepped += steps.programs
            if not steps.programs:
                return
            base = steps.together([taken[at] for at in chance.permutation(len(taken))])

    def _see(self, base: Whole, step: Step) -> None:
        for at, by in zip(step[0].tolist(), step[1].tolist(), strict=True):
            if at in self._seen:
                self._seen[at].setdefault(int(base[at]) + by, (base, step))

    def _range(self, at: int) -> Range:
        """Settle one cell: for good where wandering did not."""
        seen, key = self._seen[at], self._keys[at][1]
        required = self._rule.width_small
        if len(seen) < required:
            low, high = -self._bound(at, -1.0), self._bound(at, 1.0)
            least, most = ceil(low - TOLERANCE), high if high == inf else floor(high + TOLERANCE)
            required = self._rule.width(least)
            for value in range(least, int(min(most, least + TRIES * required)) + 1):
                if len(seen) < required and value not in seen:
                    start = _table(*seen[min(seen, key=lambda known: abs(known - value))])
                    self._note(self._tables.any_with(at, value, start))
        return Range(key, min(seen), max(seen), len(seen), required)

    def _bound(self, at: int, sign: float) -> float:
        weights = np.zeros(len(self._limits[1]))
        weights[at] = sign
        bound, found = self._tables.extreme(weights)
        self._note(found)
        return bound


def _table(base: Whole, step: Step) -> Whole:
    """The table that a step leads to."""
    table = base.copy()
    table[step[0]] += step[1]
    return table
