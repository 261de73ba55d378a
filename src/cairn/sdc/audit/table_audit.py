"""Audit published tables: what an outsider or a participant can work out from them.

This code is separate from the protector on purpose: it sees only the published cells, derives
the equations again, and its verdict overrides the protector's. Of the people it learns only which
kinds there are, since each of them knows that much.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import astuple

from cairn.sdc.audit.attacker_knowledge import (
    AttackerKnowledge,
    CellBounds,
    CellEquation,
    ParticipantKind,
    PublishedCounts,
    derive_knowledge,
)
from cairn.sdc.audit.audit_hints import AuditHints, HintedChange
from cairn.sdc.audit.component_solver import ComponentSolver
from cairn.sdc.audit.table_shape import TableShape
from cairn.sdc.tables import AuditCertificate, FeasibilityInterval, Key, Nest, SuppressionRule

__all__ = ["KnowledgeComponent", "audit_tables", "find_disclosed_cells", "split_into_components"]


def audit_tables(
    dims: tuple[str, ...],
    counts: PublishedCounts,
    tables: Sequence[Sequence[str]],
    nests: Sequence[Nest],
    rule: SuppressionRule,
    *,
    ranges: CellBounds | None = None,
    hints: AuditHints | None = None,
    people: Collection[Key] = (),
) -> AuditCertificate:
    """Try to narrow every withheld cell, as an outsider and as each kind of participant.

    The outsider knows all that is published, the rule, and that counts are whole numbers, zero or
    more. A participant knows one record in addition.

    Args:
        dims: names of the dimensions of each key.
        counts: every published cell; None where withheld.
        tables: the dimensions of each table, as they were requested.
        nests: which dimension lies within which.
        rule: what the tables must withstand, which an outsider is assumed to know.
        ranges: for withheld cells, the least and the most that is known of them: a range that is
            published, or a number that cannot have fallen since.
        hints: where to begin and to look, as the protector says. Only what agrees exactly with
            everything that is published is believed.
        people: the finest keys with at least one person in them: each such person knows one record.
            Without it, the certificate says that no participant was considered.

    Returns:
        A certificate; it is safe only if every withheld cell is proven to keep enough whole values.

    Raises:
        InconsistentTableError: the cells are incomplete or contradict each other.
    """
    knowledge = derive_knowledge(
        TableShape(dims, counts, tables, nests), counts, rule, ranges or {}, people
    )
    numbers = range(len(knowledge.targets))
    intervals, programs = _find_intervals(knowledge, rule, hints or AuditHints(), numbers)
    return AuditCertificate(
        digest=compute_audit_digest(dims, counts, tables, nests, rule, ranges),
        ranges=tuple(intervals[number] for number in numbers),
        exposed=knowledge.exposed,
        pooled=knowledge.pooled,
        programs=programs,
        participants=len(knowledge.kinds),
        rule=rule,
    )


def find_disclosed_cells(
    keys: Collection[Key],
    shape: TableShape,
    counts: PublishedCounts,
    rule: SuppressionRule,
    *,
    ranges: CellBounds | None = None,
    hints: AuditHints | None = None,
    people: Collection[Key] = (),
) -> set[Key]:
    """Find which of some cells the attack would narrow too far, or see as small.

    A small sum counts as seen too. Quicker than auditing all cells, and without a certificate.

    Args:
        keys: the cells to examine.
        shape: of the published tables.
        counts: every published cell; None where withheld.
        rule: as for `audit_tables`.
        ranges: as for `audit_tables`.
        hints: as for `audit_tables`.
        people: as for `audit_tables`.

    Returns:
        The keys of the disclosed cells.

    Raises:
        InconsistentTableError: the cells are incomplete or contradict each other.
    """
    knowledge = derive_knowledge(shape, counts, rule, ranges or {}, people)
    targets = {number for number, key in enumerate(knowledge.targets) if key in keys}
    intervals, _ = _find_intervals(knowledge, rule, hints or AuditHints(), targets)
    narrowed = {interval.key for interval in intervals.values() if not interval.safe}
    return narrowed | {*keys} & {*knowledge.exposed, *knowledge.pooled}


def _find_intervals(
    knowledge: AttackerKnowledge, rule: SuppressionRule, hints: AuditHints, targets: Collection[int]
) -> tuple[dict[int, FeasibilityInterval], int]:
    """Find the feasibility interval of each target, by number, and count the programs solved."""
    intervals: dict[int, FeasibilityInterval] = {}
    programs = 0
    changes, through = _index_hints(knowledge, hints.changes)
    for component in split_into_components(knowledge):
        if any(unknown in targets for unknown in component[0]):
            change_numbers = sorted(
                {index for unknown in component[0] for index in through.get(unknown, ())}
            )
            component_changes = [changes[index] for index in change_numbers]
            solver = ComponentSolver(
                *component, knowledge, rule, hints.numbers, targets, component_changes
            )
            intervals |= solver.find_intervals()
            programs += solver.programs
    return intervals, programs


def _index_hints(
    knowledge: AttackerKnowledge, hinted_changes: Sequence[Mapping[Key, int]]
) -> tuple[Sequence[HintedChange], Mapping[int, list[int]]]:
    """Translate hinted changes into unknowns, and index them by the unknowns that they move."""
    number = {key: index for index, key in enumerate((*knowledge.targets, *knowledge.behind))}
    changes = [
        {number[key]: by for key, by in hint.items() if key in number} for hint in hinted_changes
    ]
    through = defaultdict[int, list[int]](list)
    for index, change in enumerate(changes):
        for unknown in change:
            through[unknown].append(index)
    return changes, through


def compute_audit_digest(
    dims: tuple[str, ...],
    counts: PublishedCounts,
    tables: Sequence[Sequence[str]],
    nests: Sequence[Nest],
    rule: SuppressionRule,
    ranges: CellBounds | None = None,
) -> str:
    """Compute the SHA-256 of the audited tables; order does not matter."""
    content: dict[str, object] = {
        "dims": dims,
        "cells": sorted([*key, count] for key, count in counts.items()),
        "tables": sorted(sorted(table) for table in tables),
        "nests": sorted([nest.child, nest.parent] for nest in nests),
        "rule": [sorted(part) if isinstance(part, frozenset) else part for part in astuple(rule)],
    }
    if ranges:
        content["ranges"] = sorted(
            [*key, str(low), str(high)] for key, (low, high) in ranges.items()
        )
    return hashlib.sha256(json.dumps(content, ensure_ascii=True).encode()).hexdigest()


KnowledgeComponent = tuple[list[int], list[CellEquation], list[ParticipantKind]]


def split_into_components(knowledge: AttackerKnowledge) -> Iterator[KnowledgeComponent]:
    """Split unknowns that no equation ties together, so that each part can be solved alone.

    Args:
        knowledge: what the attacker knows of the whole publication.

    Returns:
        For each part its unknowns, its equations, and the unknowns that each kind of participant
        knows. Parts without a withheld cell are left out.
    """
    leaders = _find_leaders(knowledge)
    components_by_leader: dict[int, KnowledgeComponent] = {}
    for unknown, root in enumerate(leaders):
        components_by_leader.setdefault(root, ([], [], []))[0].append(unknown)
    for equation in knowledge.equations:
        components_by_leader[leaders[equation.unknowns[0]]][1].append(equation)
    parts = dict.fromkeys(
        (root, frozenset(unknown for unknown in kind if leaders[unknown] == root))
        for kind in knowledge.kinds
        for root in sorted({leaders[unknown] for unknown in kind})
    )
    for root, part in parts:
        components_by_leader[root][2].append(part)
    yield from (
        component
        for component in components_by_leader.values()
        if component[0][0] < len(knowledge.targets)
    )


def _find_leaders(knowledge: AttackerKnowledge) -> list[int]:
    """Find for each unknown one that represents all that equations tie it to."""
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
