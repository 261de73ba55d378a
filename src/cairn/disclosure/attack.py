"""The audit: what an outsider, or a participant, can work out from everything published.

Separate code from the protector on purpose: it sees only what is published, finds the equations
again, and is believed over the protector. Of the people it is told only of which kinds there are
any, since each of them knows so much himself.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import astuple

from cairn.disclosure.certificate import Certificate, Range
from cairn.disclosure.component import Component
from cairn.disclosure.handed import Change, Start
from cairn.disclosure.outsider import (
    Bounds,
    Counts,
    Equation,
    Kind,
    Knowledge,
    read,
)
from cairn.disclosure.rule import Rule
from cairn.disclosure.shape import Shape
from cairn.disclosure.table import Key, Nest


def attack(
    dims: tuple[str, ...],
    counts: Counts,
    tables: Sequence[Sequence[str]],
    nests: Sequence[Nest],
    rule: Rule,
    *,
    ranges: Bounds | None = None,
    start: Start | None = None,
    people: Collection[Key] = (),
) -> Certificate:
    """Try to narrow every withheld cell, knowing all that is published, the rule, and that
    counts are whole numbers, zero or more; then the same knowing one record besides.

    Args:
        dims: names of the dimensions of each key.
        counts: every published cell; None where withheld.
        tables: the dimensions of each table, as they were asked for.
        nests: which dimension lies within which.
        rule: what the tables must withstand, which an outsider is assumed to know.
        ranges: for withheld cells, the least and the most that is known of them: a range that is
            published, or a number that cannot have fallen since.
        start: where to begin and to look, as whoever made the tables says. Only what agrees with
            everything that is published, exactly, is believed.
        people: the finest keys with somebody in them: each such person knows one record. None
            given, and the certificate says that no participant was thought of.

    Returns:
        A certificate; ``safe`` only if every withheld cell is proven to keep enough whole values.

    Raises:
        NotATableError: the cells are incomplete or contradict each other.
    """
    knowledge = read(Shape(dims, counts, tables, nests), counts, rule, ranges or {}, people)
    numbers = range(len(knowledge.targets))
    found, programs = _ranges(knowledge, rule, start or Start(), numbers)
    return Certificate(
        digest=digest(dims, counts, tables, nests, rule, ranges),
        ranges=tuple(found[number] for number in numbers),
        exposed=knowledge.exposed,
        pooled=knowledge.pooled,
        programs=programs,
        participants=len(knowledge.kinds),
        rule=rule,
    )


def told_of(
    keys: Collection[Key],
    shape: Shape,
    counts: Counts,
    rule: Rule,
    *,
    ranges: Bounds | None = None,
    start: Start | None = None,
    people: Collection[Key] = (),
) -> set[Key]:
    """Of these cells, those that the attack would narrow too far, and those that it would see as
    small or as a small sum. Quicker than all cells, and no certificate.

    Args:
        keys: the cells asked about.
        shape: of what is published.
        counts: and all else as for `attack`, errors too.
    """
    knowledge = read(shape, counts, rule, ranges or {}, people)
    asked = {number for number, key in enumerate(knowledge.targets) if key in keys}
    found, _ = _ranges(knowledge, rule, start or Start(), asked)
    narrowed = {one.key for one in found.values() if not one.safe}
    return narrowed | {*keys} & {*knowledge.exposed, *knowledge.pooled}


def _ranges(
    knowledge: Knowledge, rule: Rule, start: Start, targets: Collection[int]
) -> tuple[dict[int, Range], int]:
    """The range of each target, by its number, and how many programs that took."""
    found: dict[int, Range] = {}
    programs = 0
    changes, through = _changes(knowledge, start.ways)
    for lot in components(knowledge):
        if any(unknown in targets for unknown in lot[0]):
            handed = sorted({at for unknown in lot[0] for at in through.get(unknown, ())})
            there = [changes[at] for at in handed]
            component = Component(*lot, knowledge, rule, start.numbers, targets, there)
            found |= component.ranges()
            programs += component.programs
    return found, programs


def _changes(
    knowledge: Knowledge, ways: Sequence[Mapping[Key, int]]
) -> tuple[Sequence[Change], Mapping[int, list[int]]]:
    """What is said to lead to other tables, by unknowns; and which of it moves each of them."""
    number = {key: at for at, key in enumerate((*knowledge.targets, *knowledge.behind))}
    changes = [{number[key]: by for key, by in way.items() if key in number} for way in ways]
    through = defaultdict[int, list[int]](list)
    for at, change in enumerate(changes):
        for unknown in change:
            through[unknown].append(at)
    return changes, through


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


Lot = tuple[list[int], list[Equation], list[Kind]]


def components(knowledge: Knowledge) -> Iterator[Lot]:
    """Unknowns that no equation ties together are attacked apart, each lot with what participants
    know of it. Those with nothing withheld among them are left out."""
    lead = _tied(knowledge)
    lots: dict[int, Lot] = {}
    for unknown, root in enumerate(lead):
        lots.setdefault(root, ([], [], []))[0].append(unknown)
    for equation in knowledge.equations:
        lots[lead[equation.unknowns[0]]][1].append(equation)
    parts = dict.fromkeys(
        (root, frozenset(unknown for unknown in kind if lead[unknown] == root))
        for kind in knowledge.kinds
        for root in sorted({lead[unknown] for unknown in kind})
    )
    for root, part in parts:
        lots[root][2].append(part)
    yield from (lot for lot in lots.values() if lot[0][0] < len(knowledge.targets))


def _tied(knowledge: Knowledge) -> list[int]:
    """For each unknown, one that stands for all that equations tie it to."""
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
    return [lead(unknown) for unknown in range(len(leader))]
