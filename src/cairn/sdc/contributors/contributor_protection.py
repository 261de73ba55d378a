"""Protect a table from its own contributors: each knows its own part of every number.

First the numbers that would leave few others are withheld, for each contributor in turn,
and more with them until few others can take enough values (`ContributorView`). Then each
contributor attacks, and the attack's verdict overrides the protector's.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from cairn.sdc import suppression
from cairn.sdc.contributors.residual import (
    CellContributor,
    audit_residual,
    list_disclosed_others,
    subtract_contributor,
)
from cairn.sdc.options import Sums
from cairn.sdc.protect import ProtectionFailedError, protect_tables
from cairn.sdc.suppression import MoveCache
from cairn.sdc.tables import (
    ALL,
    AuditCertificate,
    CellLattice,
    Key,
    PublishedTables,
    SuppressionRule,
    TableRequest,
    build_lattice,
)

__all__ = ["ContributorView", "protect_from_contributors"]


class ContributorView:
    """Lay the table of everyone but one contributor over the published tables.

    The contributor knows every number that is shown, and of withheld ones in which groups there
    are no others. It knows no single record of others.

    Args:
        request: the tables to publish.
        rule: what the residual table must withstand.
        contributor: the organization that subtracts.
        known: cells with a number that is public already.
        everyone: the request's cells laid out, if they are already.

    Attributes:
        has_others: whether there are any others.
        left: how many others there are, by the key of each cell.
    """

    def __init__(
        self,
        request: TableRequest,
        rule: SuppressionRule,
        contributor: CellContributor,
        known: Collection[Key] = (),
        everyone: CellLattice | None = None,
    ) -> None:
        self.name, self.request = contributor.name, request
        self.has_others = bool(subtract_contributor(request.cells, contributor).people)
        self.known = frozenset(known)
        self._rule = rule
        everyone = everyone or build_lattice(request)
        residual_counts = everyone.counts - _count_own(everyone.keys, contributor)
        lattice = replace(everyone, counts=residual_counts, kinds=())
        self._world = suppression.build_suppression_problem(
            lattice, request.cells.dims, request.nests, rule, known=self.known
        )
        self.residual = dict(zip(lattice.keys, lattice.counts.tolist(), strict=True))
        self._unknown = dict(zip(lattice.keys, self._world.unknown_of.tolist(), strict=True))
        self._public = [
            key
            for key, public in zip(lattice.keys, lattice.public.tolist(), strict=True)
            if public and self._unknown[key] != suppression.FIXED_UNKNOWN
        ]

    @property
    def cells_with_few_others(self) -> set[Key]:
        """List cells that would leave few others if they were shown."""
        return self._list_keys(self._world.small) - self.known

    @property
    def counted_cells(self) -> set[Key]:
        """List all cells that count others."""
        return set(self._public)

    def find_more_to_withhold(self, hidden: Collection[Key], move_cache: MoveCache) -> set[Key]:
        """Find what more to withhold beside ``hidden``, so that few others can take enough values.

        Moves found before (``move_cache``, by the cells of everyone) are not searched for again;
        those found here are added.

        Args:
            hidden: cells withheld so far.
            move_cache: moves found before.

        Returns:
            The keys of further cells to withhold.
        """
        pattern = suppression.SuppressionPattern(
            self._world, self._rule, self._find_withheld_unknowns(hidden), move_cache
        )
        large = self._rule.minimum + self._rule.width_small - 1
        for unknown in pattern.list_narrow_unknowns():
            if self._world.value[unknown] < large:
                pattern.widen_unknown(unknown)
        withheld = pattern.withheld
        suppression.ProblemMoves(self._world, move_cache).add_moves(
            pattern.moves, withheld | ~self._world.public
        )
        for unknown in self._list_pooled_parts(withheld):
            withheld[unknown] = True
        return self._list_keys(withheld) - set(hidden)

    def _find_withheld_unknowns(self, hidden: Collection[Key]) -> NDArray[np.bool_]:
        """Find the unknowns without a shown cell."""
        withheld = self._world.public.copy()
        for key in self._public:
            if key not in hidden:
                withheld[self._unknown[key]] = False
        return withheld

    def _list_keys(self, unknown: NDArray[np.bool_]) -> set[Key]:
        """List the published cells of these unknowns."""
        return {key for key in self._public if unknown[self._unknown[key]]}

    def _list_pooled_parts(self, withheld: NDArray[np.bool_]) -> Iterator[int]:
        """List one more part of each shown total with withheld parts that add up to few others.

        The total itself is listed where all parts are withheld.
        """
        problem = self._world
        for total, parts in problem.rows if self._rule.sums is Sums.PROTECTED else ():
            hidden = [part for part in parts if withheld[part]]
            is_known_sum = hidden and not withheld[total] and problem.public[[total, *parts]].all()
            if is_known_sum and problem.value[hidden].sum() < self._rule.minimum:
                shown = [part for part in parts if not withheld[part] and problem.value[part]]
                yield min(shown or [total], key=lambda unknown: (problem.cost[unknown], unknown))


def _count_own(keys: Sequence[Key], contributor: CellContributor) -> NDArray[np.int64]:
    """Count a contributor's own people in each of some cells."""
    number = {key: index for index, key in enumerate(keys)}
    margins = {tuple([value != ALL for value in key]) for key in keys}
    widest = [any(flags) for flags in zip(*margins, strict=True)]
    own = Counter[Key]()
    for finest, n in contributor.own.items():
        own[_sum_key(finest, widest)] += n
    counts = np.zeros(len(keys), np.int64)
    for margin in margins:
        for cell, n in own.items():
            if n:
                counts[number[_sum_key(cell, margin)]] += n
    return counts


def _sum_key(key: Key, is_open: Sequence[bool]) -> Key:
    """Return the cell that a finer one falls in."""
    return tuple([value if kept else ALL for value, kept in zip(key, is_open, strict=True)])


@dataclass(frozen=True, slots=True)
class ContributorProtection:
    """Hold tables that are safe to show to their contributors.

    Args:
        published: the tables to publish, with the certificate of the outsider's audit.
        audits: by contributor, the audit of everyone else as that contributor sees them.
        because: cells withheld because a contributor would single out few others, including small
            ones that had to be withheld anyway.
    """

    published: PublishedTables
    audits: Mapping[str, AuditCertificate] = field(default_factory=dict)
    because: frozenset[Key] = frozenset()


def protect_from_contributors(
    request: TableRequest,
    rule: SuppressionRule,
    contributors: Sequence[CellContributor] = (),
    *,
    sealed: Collection[Key] = frozenset(),
    known: Collection[Key] = frozenset(),
    progress: suppression.SuppressionProgress | None = None,
    move_cache: MoveCache | None = None,
) -> ContributorProtection:
    """Protect a request so that no organization that contributed to it can work out few others.

    Args:
        request: as for `protect_tables`.
        rule: what the table must withstand, and for each contributor the residual table.
        contributors: organizations that know their own part. One that has everyone learns nothing.
        sealed: cells to withhold no matter their number.
        known: cells with a number that is public already. What follows from them is not mended
            here.
        progress: as for `protect_tables`.
        move_cache: as for `protect_tables`.

    Returns:
        The protected tables with the audits of all contributors.

    Raises:
        ProtectionFailedError: an audit objects, that of an outsider or of a contributor.
    """
    move_cache = MoveCache() if move_cache is None else move_cache
    lattice = build_lattice(request) if contributors else None
    views = [
        view
        for view in (
            ContributorView(request, rule, contributor, known, lattice)
            for contributor in contributors
        )
        if view.has_others
    ]
    if not views or lattice is None:
        return ContributorProtection(
            protect_tables(
                request, rule, sealed=sealed, known=known, progress=progress, move_cache=move_cache
            )
        )
    planned_keys, because = _plan_suppression(
        request, lattice, rule, views, sealed, known, move_cache
    )
    while True:
        published = protect_tables(
            request,
            rule,
            sealed=planned_keys,
            known=known,
            progress=progress,
            move_cache=move_cache,
        )
        hidden = {cell.key for cell in published.cells if cell.n is None}
        hinted_moves = move_cache.list_moves_by_key(lattice.keys)
        audits = {
            view.name: audit_contributor_view(view, published, rule, hinted_moves) for view in views
        }
        more = set[Key]()
        for view in views:
            more |= _find_more_to_withhold(view, audits[view.name], hidden | more, move_cache)
        if not more:
            break
        because |= more
        planned_keys = hidden | more
    explained = _count_reasons(published, request, lattice, rule, sealed, because)
    return ContributorProtection(explained, audits, frozenset(because & hidden))


def audit_contributor_view(
    view: ContributorView,
    published: PublishedTables,
    rule: SuppressionRule,
    hinted_changes: Sequence[Mapping[Key, int]],
) -> AuditCertificate:
    """Audit what a contributor works out about all others.

    The audit gets hints (``hinted_changes``) where other feasible tables may be, and believes none
    that it has not checked.
    """
    return audit_residual(
        published.dims,
        {cell.key: cell.n for cell in published.cells},
        view.residual,
        view.request.tables,
        view.request.nests,
        rule,
        hinted_changes=hinted_changes,
    )


def _plan_suppression(
    request: TableRequest,
    lattice: CellLattice,
    rule: SuppressionRule,
    views: Sequence[ContributorView],
    sealed: Collection[Key],
    known: Collection[Key],
    move_cache: MoveCache,
) -> tuple[set[Key], set[Key]]:
    """Choose what to withhold, and what of it because of contributors, before any audit."""
    because = set[Key]().union(*(view.cells_with_few_others for view in views))
    problem = suppression.build_suppression_problem(
        lattice, request.cells.dims, request.nests, rule, {*sealed, *because}, known
    )
    plan = suppression.choose_withheld_unknowns(problem, rule, None, move_cache)
    planned_keys = {
        key
        for key, public, unknown in zip(
            lattice.keys, lattice.public, problem.unknown_of, strict=True
        )
        if public and unknown != suppression.FIXED_UNKNOWN and plan[unknown]
    }
    for view in views:
        because |= view.find_more_to_withhold(planned_keys | because, move_cache)
    return planned_keys | because, because


def _find_more_to_withhold(
    view: ContributorView,
    certificate: AuditCertificate,
    hidden: Collection[Key],
    move_cache: MoveCache,
) -> set[Key]:
    """Find what more to withhold where the audit objects.

    What follows from numbers that are public already is left out.
    """
    if not set(list_disclosed_others(certificate)) - view.known:
        return set()
    # The audit is right: if the protector finds nothing to do, all others are withheld.
    more = view.find_more_to_withhold(hidden, move_cache) or view.counted_cells - set(hidden)
    if not more:
        raise ProtectionFailedError(certificate)
    return more


def _count_reasons(
    published: PublishedTables,
    request: TableRequest,
    lattice: CellLattice,
    rule: SuppressionRule,
    sealed: Collection[Key],
    because: Collection[Key],
) -> PublishedTables:
    """Count the cells that are withheld to protect others separately."""
    problem = suppression.build_suppression_problem(
        lattice, request.cells.dims, request.nests, rule, sealed
    )
    hidden = {cell.key for cell in published.cells if cell.n is None}
    small = {
        key
        for key, unknown in zip(lattice.keys, problem.unknown_of, strict=True)
        if unknown != suppression.FIXED_UNKNOWN and problem.small[unknown] and key in hidden
    }
    few = (hidden & set(because)) - small
    explanation = replace(
        published.explanation,
        small=len(small),
        few_others=len(few),
        complementary=len(hidden) - len(small) - len(few),
    )
    return replace(published, explanation=explanation)
