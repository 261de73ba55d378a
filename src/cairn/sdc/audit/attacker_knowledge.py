"""State what an attacker knows: equations and bounds derived from the published tables.

The equations are derived again from the published keys, downward from the grand total.

A *participant* also knows one record, as a rule their own: that there is a person in each cell that
counts it. A participant can write down no more than that. Remove that person from all cells that
count them: the remaining tables are again whole tables of whole people, and the participant knows
as little about these as an outsider. (Where the tables form no circle, any whole tables that agree
on what they share belong to some people; where they do, the table behind them is written down too,
with the participant in one of its cells.) So a participant gains something only where a cell with
them in it could be empty as far as an outsider knows. A withheld group under a rule that always
shows empty groups could not be: there both know the same. An outcome always could, and any group of
three dimensions where empty groups may cover.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from cairn.sdc.audit.table_shape import (
    TableShape,
    find_hidden_cells,
    list_open_positions,
    project_key,
)
from cairn.sdc.options import Sums, Zeros
from cairn.sdc.tables import ALL, MOST_DIMS_OF_SHOWN_ZERO, Key, SuppressionRule

__all__ = [
    "AttackerKnowledge",
    "CellBounds",
    "CellEquation",
    "InconsistentTableError",
    "ParticipantKind",
    "PublishedCounts",
    "derive_knowledge",
    "find_cell_floor",
]

PublishedCounts = Mapping[Key, int | None]

CellBounds = Mapping[Key, tuple[float, float]]
"""The smallest and largest possible number of withheld cells, as published; both are
included.
"""

ParticipantKind = frozenset[int]
"""Unknowns that a person's record counts in, and that could be zero for all an outsider knows."""

UNBOUNDED = (0, inf)
"""The bounds of a withheld cell that is published without a range."""


class InconsistentTableError(ValueError):
    """Report that what was published is incomplete or contradicts itself, so it proves nothing."""


@dataclass(frozen=True, slots=True)
class CellEquation:
    """State that the unknowns in ``plus``, less those in ``minus``, come to ``known``."""

    plus: tuple[int, ...]
    minus: tuple[int, ...]
    known: int

    @property
    def unknowns(self) -> tuple[int, ...]:
        """List all unknowns that the equation ties together."""
        return (*self.plus, *self.minus)


@dataclass(frozen=True, slots=True)
class AttackerKnowledge:
    """Hold what an outsider knows, and what participants know in addition.

    Args:
        targets: the withheld cells; unknown number i is ``targets[i]``.
        behind: further unknowns: cells of the table behind a circle of tables.
        floors: the least each unknown can be.
        ceilings: the most; infinite where nothing bounds it.
        equations: all equations between unknowns.
        exposed: cells shown although the rule calls them small.
        pooled: shown totals with withheld parts that add up to a number that the rule calls small.
        kinds: for each kind of person there is, the unknowns that a participant of that kind knows
            to be above their floor. Kinds that know no more than an outsider are left out.
    """

    targets: tuple[Key, ...]
    behind: tuple[Key, ...]
    floors: tuple[int, ...]
    ceilings: tuple[float, ...]
    equations: tuple[CellEquation, ...]
    exposed: tuple[Key, ...]
    pooled: tuple[Key, ...]
    kinds: tuple[ParticipantKind, ...]


def derive_knowledge(
    shape: TableShape,
    counts: PublishedCounts,
    rule: SuppressionRule,
    bounds: CellBounds,
    people: Collection[Key] = (),
) -> AttackerKnowledge:
    """Derive everything an outsider can write down, and what each kind of participant adds.

    Args:
        shape: of the published tables.
        counts: every published cell; None where withheld.
        rule: the rule that the outsider is assumed to know.
        bounds: for withheld cells, the smallest and largest number that is known to be possible.
        people: the finest keys with at least one person in them.

    Returns:
        The unknowns with their bounds and equations.

    Raises:
        InconsistentTableError: a cell is missing, belongs to no table, or shown numbers do not
            add up.
    """
    targets = tuple(key for key, count in counts.items() if count is None)
    number = {key: index for index, key in enumerate(targets)}
    sums = {
        (total, hidden_number): _build_equation(total, parts, counts, number)
        for total, hidden_number, parts in _list_divisions(shape, counts)
    }
    hidden_by_cell = find_hidden_cells(shape, counts)
    behind = tuple(dict.fromkeys(cell for cells in hidden_by_cell.values() for cell in cells))
    hidden_number = {cell: index for index, cell in enumerate(behind, len(targets))}
    circle_equations = [
        CellEquation(
            tuple(hidden_number[cell] for cell in cells),
            (number[key],) if key in number else (),
            counts[key] or 0,
        )
        for key, cells in hidden_by_cell.items()
    ]
    floors = (
        *(
            max(find_cell_floor(shape, key, rule), int(bounds.get(key, UNBOUNDED)[0]))
            for key in targets
        ),
        *[0] * len(behind),
    )
    return AttackerKnowledge(
        targets=targets,
        behind=behind,
        floors=floors,
        ceilings=(*(bounds.get(key, UNBOUNDED)[1] for key in targets), *[inf] * len(behind)),
        equations=tuple(
            equation for equation in (*sums.values(), *circle_equations) if equation.unknowns
        ),
        exposed=tuple(key for key in counts if _is_exposed(shape, key, counts, rule)),
        pooled=tuple(
            total for (total, _), equation in sums.items() if _is_pooled_small(equation, rule)
        ),
        kinds=_list_participant_kinds(shape, counts, {**number, **hidden_number}, people, floors),
    )


def _list_participant_kinds(
    shape: TableShape,
    counts: PublishedCounts,
    number: Mapping[Key, int],
    people: Collection[Key],
    floors: Sequence[int],
) -> tuple[ParticipantKind, ...]:
    """List what each kind of participant knows not to be zero.

    The finest cells of each table are enough, and where tables form a circle those of the table
    behind it: all others that count the participant are sums of these.
    """
    unpublished = [list_open_positions(key) for key in number if key not in counts][:1]
    kinds = set[ParticipantKind]()
    for key in people:
        cells = [project_key(key, table) for table in shape.tables]
        if any(counts.get(cell, 0) == 0 for cell in cells):
            raise InconsistentTableError(
                "Somebody is in a cell that is missing or shown to be empty."
            )
        cells += [project_key(key, positions) for positions in unpublished]
        counted = [number[cell] for cell in cells if cell in number]
        kinds.add(frozenset(index for index in counted if not floors[index]))
    return tuple(sorted((kind for kind in kinds if kind), key=sorted))


def _list_divisions(
    shape: TableShape, counts: PublishedCounts
) -> Iterator[tuple[Key, int, list[Key]]]:
    """List each cell with the published cells into which it divides along one dimension.

    Before that, check that every cell of every margin is present, and no other.
    """
    if (ALL,) * shape.size not in counts:
        raise InconsistentTableError("The grand total is missing.")
    for total in counts:
        positions = list_open_positions(total)
        if not shape.is_margin(positions):
            raise InconsistentTableError("A cell belongs to no margin of the tables.")
        for position in set(range(shape.size)) - positions:
            if shape.is_margin(positions | {position}):
                parts = shape.split_cell(total, position)
                if any(part not in counts for part in parts):
                    raise InconsistentTableError("A cell of a published margin is missing.")
                yield total, position, parts


def _build_equation(
    total: Key, parts: list[Key], counts: PublishedCounts, number: Mapping[Key, int]
) -> CellEquation:
    equation = CellEquation(
        plus=tuple(number[part] for part in parts if part in number),
        minus=(number[total],) if total in number else (),
        known=(counts[total] or 0) - sum(counts[part] or 0 for part in parts),
    )
    if equation.known and not equation.unknowns:
        raise InconsistentTableError("Shown cells do not add up to their total.")
    return equation


def _is_pooled_small(equation: CellEquation, rule: SuppressionRule) -> bool:
    """Decide whether withheld cells are together a small group of known size."""
    is_known = bool(equation.plus) and not equation.minus
    return is_known and rule.sums is Sums.PROTECTED and equation.known < rule.minimum


def find_cell_floor(shape: TableShape, key: Key, rule: SuppressionRule) -> int:
    """Find the smallest number that a withheld cell can hold, as an outsider reasons.

    A withheld group has at least one member where an empty group would have been shown. A withheld
    outcome within a group can be zero.

    Args:
        shape: dimensions and tables of the publication.
        key: the withheld cell.
        rule: what the tables must withstand; its policy on zeros is public.

    Returns:
        0 or 1.
    """
    if shape.find_group(key) != key:
        return 0
    return int(
        rule.zeros is Zeros.SHOWN or shape.count_crossed_values(key) <= MOST_DIMS_OF_SHOWN_ZERO
    )


def _is_exposed(
    shape: TableShape, key: Key, counts: PublishedCounts, rule: SuppressionRule
) -> bool:
    count = counts[key]
    if count is None or count >= rule.minimum:
        return False
    return count > 0 or (counts[shape.find_group(key)] != 0 and not rule.unnamed & set(key))
