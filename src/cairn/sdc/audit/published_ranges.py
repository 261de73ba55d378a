"""Compute ranges for withheld cells: what any patient reader could work out anyway.

The range of a withheld cell is taken only from the published cells: the smallest
and the largest number that agree with it (the feasibility interval), widened to round ends. So it
discloses nothing new, and above all not whether the cell is small or only covers a small one.
"""

from collections.abc import Mapping, Sequence
from math import ceil, floor, inf

import numpy as np

from cairn.sdc.audit.attacker_knowledge import (
    InconsistentTableError,
    PublishedCounts,
    derive_knowledge,
)
from cairn.sdc.audit.feasible_tables import TOLERANCE, FeasibleTableSearch
from cairn.sdc.audit.table_audit import audit_tables, split_into_components
from cairn.sdc.audit.table_shape import TableShape
from cairn.sdc.tables import AuditCertificate, Key, Nest, SuppressionRule, TableRequest

__all__ = ["audit_published_ranges", "compute_published_ranges"]

ValueRange = tuple[int, int]
"""The least and the most."""


def compute_published_ranges(
    dims: tuple[str, ...],
    counts: PublishedCounts,
    tables: Sequence[Sequence[str]],
    nests: Sequence[Nest],
    rule: SuppressionRule,
) -> dict[Key, ValueRange]:
    """Compute the range of each withheld cell; a cell without an upper bound has none.

    Args:
        dims: names of the dimensions of each key.
        counts: every published cell; None where withheld.
        tables: the dimensions of each table, as they were requested.
        nests: which dimension lies within which.
        rule: what an outsider is assumed to know.

    Returns:
        The least and the most by key, widened to multiples of the minimum.

    Raises:
        InconsistentTableError: the cells are incomplete or contradict each other.
    """
    knowledge = derive_knowledge(TableShape(dims, counts, tables, nests), counts, rule, {})
    ranges_by_key = dict[Key, ValueRange]()
    for unknowns, equations, _ in split_into_components(knowledge):
        index_of = {number: index for index, number in enumerate(unknowns)}
        search = FeasibleTableSearch(
            [
                (
                    tuple(index_of[u] for u in equation.plus),
                    tuple(index_of[u] for u in equation.minus),
                    equation.known,
                )
                for equation in equations
            ],
            [knowledge.floors[number] for number in unknowns],
        )
        for number in unknowns:
            if number < len(knowledge.targets):
                span = _compute_range(search, index_of[number], len(unknowns), rule)
                if span:
                    ranges_by_key[knowledge.targets[number]] = span
    return ranges_by_key


def audit_published_ranges(
    request: TableRequest,
    rule: SuppressionRule,
    counts: PublishedCounts,
    ranges_by_key: Mapping[Key, ValueRange],
) -> AuditCertificate:
    """Audit tables against attackers, outsiders and participants, who also read the ranges.

    Args:
        request: the tables.
        rule: what they must withstand.
        counts: every published cell; None where withheld.
        ranges_by_key: the published ranges.

    Returns:
        The certificate.
    """
    return audit_tables(
        request.cells.dims,
        counts,
        request.tables,
        request.nests,
        rule,
        ranges=ranges_by_key,
        people=request.cells.people,
    )


def _compute_range(
    search: FeasibleTableSearch, index: int, size: int, rule: SuppressionRule
) -> ValueRange | None:
    weights = np.zeros(size)
    weights[index] = 1.0
    most, _ = search.find_extreme(weights)
    least, _ = search.find_extreme(-weights)
    if np.isnan(most):
        raise InconsistentTableError("No whole table agrees with what is published.")
    if most == inf:
        return None
    return round_range_outward(ceil(-least - TOLERANCE), floor(most + TOLERANCE), rule.minimum)


def round_range_outward(low: int, high: int, minimum: int) -> ValueRange:
    """Widen a range to round ends: ``1-9``, ``0-9``, ``10-29`` for a minimum of 10."""
    least = low // minimum * minimum or min(low, 1)
    return least, high // minimum * minimum + minimum - 1
