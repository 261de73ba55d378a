"""Protect a table from its own contributors: each knows its own part of every number.

First the numbers that would leave few others are withheld, for each contributor in turn,
and more with them until few others can take enough values. Then each contributor attacks, and
the attack's verdict overrides the protector's.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cairn.sdc.contributors.contributor_view import ContributorView
from cairn.sdc.contributors.residual import CellContributor
from cairn.sdc.contributors.residual_audit import audit_residual, list_disclosed_others
from cairn.sdc.protect import ProtectionFailedError, protect_tables
from cairn.sdc.suppression import (
    FIXED_UNKNOWN,
    MoveCache,
    SuppressionProgress,
    build_suppression_problem,
    choose_withheld_unknowns,
)
from cairn.sdc.tables import (
    AuditCertificate,
    CellLattice,
    Key,
    PublishedTables,
    SuppressionRule,
    TableRequest,
    build_lattice,
)

__all__ = ["protect_from_contributors"]


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
    progress: SuppressionProgress | None = None,
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
    problem = build_suppression_problem(
        lattice, request.cells.dims, request.nests, rule, {*sealed, *because}, known
    )
    plan = choose_withheld_unknowns(problem, rule, None, move_cache)
    planned_keys = {
        key
        for key, public, unknown in zip(
            lattice.keys, lattice.public, problem.unknown_of, strict=True
        )
        if public and unknown != FIXED_UNKNOWN and plan[unknown]
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
    problem = build_suppression_problem(lattice, request.cells.dims, request.nests, rule, sealed)
    hidden = {cell.key for cell in published.cells if cell.n is None}
    small = {
        key
        for key, unknown in zip(lattice.keys, problem.unknown_of, strict=True)
        if unknown != FIXED_UNKNOWN and problem.small[unknown] and key in hidden
    }
    few = (hidden & set(because)) - small
    explanation = replace(
        published.explanation,
        small=len(small),
        few_others=len(few),
        complementary=len(hidden) - len(small) - len(few),
    )
    return replace(published, explanation=explanation)
