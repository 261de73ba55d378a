"""Protect a release beside everything that is published already.

Each release may be safe alone and still disclose a small number together with another: the district
against the sum of its schools, this month against last month, two tables that withheld different
cells. So a new release is attacked together with all that was published (`published_history`), and
more is withheld until the attacker finds nothing new. A publication cannot be taken back: where
earlier releases alone disclose something, the release is stopped, and the error names the release
that it conflicts with.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cairn.sdc import tables
from cairn.sdc.contributors import CellContributor, protect_from_contributors
from cairn.sdc.differencing.published_history import HistoryCounts, PublishedHistory
from cairn.sdc.differencing.release_comparison import EarlierRelease, ReleaseRelation
from cairn.sdc.suppression import MoveCache
from cairn.sdc.tables import AuditCertificate, Key, PublishedTables, SuppressionRule, TableRequest

__all__ = ["HistoryProtection", "protect_with_history"]

MOST_PROTECTION_ROUNDS = 60
"""How often more is withheld before the protection gives up."""


@dataclass(frozen=True, slots=True)
class HistoryProtection:
    """A release that is safe together with all earlier ones.

    Args:
        published: the tables to publish, with their own certificate.
        together: the audit of it and all earlier releases at once; None where there are none.
        because: cells withheld because of an earlier release, with its name.
        relations: the relation of each earlier release to the current people, by name.
        contributors: by contributor, the audit of everyone else as it sees them in the release.
        few_others: cells withheld because a contributor would single out few others.
        hides: withheld cells that are public with their number today, with the release that
            shows it. A release that hides something is not published.
    """

    published: PublishedTables
    together: AuditCertificate | None = None
    because: Mapping[Key, str] = field(default_factory=dict)
    relations: Mapping[str, ReleaseRelation] = field(default_factory=dict)
    contributors: Mapping[str, AuditCertificate] = field(default_factory=dict)
    few_others: frozenset[Key] = frozenset()
    hides: Mapping[Key, str] = field(default_factory=dict)


def protect_with_history(
    request: TableRequest,
    rule: SuppressionRule,
    earlier: Sequence[EarlierRelease],
    contributors: Sequence[CellContributor] = (),
    *,
    sealed: Collection[Key] = frozenset(),
    progress: Callable[[int, int], None] | None = None,
) -> HistoryProtection:
    """Protect a request so that nothing more follows from it together with earlier releases.

    A number of the same people that is public today stays shown: withholding it would
    protect no child, and readers would lose it.

    Args:
        request: as for `protect_tables`.
        rule: what the tables must withstand, alone and together.
        earlier: the earlier releases, over the dimensions of the request.
        contributors: organizations that know their own part, of the release and of earlier ones
            of the same people.
        sealed: cells to withhold no matter their number.
        progress: as for `protect_tables`.

    Returns:
        The protected tables with all audits.

    Raises:
        ReleaseConflictError: the earlier releases alone disclose something, so that withholding
            more does not help.
        OtherPeopleError: a release seems to count other people.
        ProtectionFailedError: an audit objects.
    """
    if not earlier:
        protection = protect_from_contributors(
            request, rule, contributors, sealed=sealed, progress=progress
        )
        return HistoryProtection(
            protection.published, contributors=protection.audits, few_others=protection.because
        )
    history = PublishedHistory(request, rule, earlier)
    views = history.list_contributor_views(contributors)
    because: dict[Key, str] = dict(history.conflicting_cells)
    history.check_unavoidable(history.hidden)
    # Moves found in one round are not searched for again in the next.
    move_cache = MoveCache()
    for _ in range(MOST_PROTECTION_ROUNDS):
        protection = protect_from_contributors(
            request,
            rule,
            contributors,
            sealed={*sealed, *because},
            known=history.known,
            progress=progress,
            move_cache=move_cache,
        )
        counts = {cell.key: cell.n for cell in protection.published.cells}
        hinted_moves = move_cache.list_moves_by_key(history.keys)
        together = history.audit_together(counts, hinted_moves)
        follows = history.list_disclosed_cells(together)
        history.check_unavoidable(follows)
        for view in views:
            follows += history.find_disclosed_others(view, counts, hinted_moves)
        if not follows:
            # The most expensive attack comes last, on tables that are safe otherwise.
            follows = history.find_disclosed_retrospectively(counts)
        if not follows:
            published = _show_constants(protection.published, history.constants)
            return HistoryProtection(
                published,
                together,
                because,
                history.relations,
                protection.audits,
                protection.because,
                history.find_hidden_numbers(published),
            )
        because |= history.choose_more_to_withhold(follows, protection.published)
    raise history.build_conflict("the figures could not be made safe beside it")


def _show_constants(published: PublishedTables, constants: Mapping[Key, int]) -> PublishedTables:
    """Show the withheld cells with a public number; the joint audit counted them as known."""
    cells = tuple(
        tables.PublishedCell(cell.key, constants[cell.key], tables.CellStatus.PUBLISHED)
        if cell.n is None and cell.key in constants
        else cell
        for cell in published.cells
    )
    return replace(published, cells=cells)


def audit_with_history(
    request: TableRequest,
    rule: SuppressionRule,
    earlier: Sequence[EarlierRelease],
    counts: HistoryCounts,
) -> list[str]:
    """Find which earlier releases disclose more together with ``counts`` than alone.

    For a release that is protected already.

    Args:
        request: as for `protect_tables`.
        rule: what the tables must withstand.
        earlier: the earlier releases.
        counts: every published cell; None where withheld.

    Returns:
        The names of these releases, sorted; empty where nothing more follows.
    """
    history = PublishedHistory(request, rule, earlier)
    shown = {key for key, n in counts.items() if n is not None}
    names = [
        name
        for key, name in history.conflicting_cells.items()
        if key in shown and key not in history.known
    ]
    certificate = history.audit_together(counts)
    follows = [
        *history.list_disclosed_cells(certificate),
        *history.find_disclosed_retrospectively(counts),
    ]
    names += [history.name_release(key) for key in follows]
    return sorted(set(names))
