"""Examine what follows from a release together with everything published before."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from math import inf

from cairn.sdc import audit
from cairn.sdc.contributors import (
    CellContributor,
    ContributorView,
    audit_residual,
    list_disclosed_others,
)
from cairn.sdc.differencing import release_comparison
from cairn.sdc.differencing.candidates import SuppressionCandidates
from cairn.sdc.differencing.release_comparison import EarlierRelease, ReleaseRelation
from cairn.sdc.differencing.retrospective_attack import RetrospectiveAttack
from cairn.sdc.options import Zeros
from cairn.sdc.tables import (
    ALL,
    RESULT,
    AuditCertificate,
    Key,
    PublishedTables,
    SuppressionRule,
    TableRequest,
    build_lattice,
)

__all__ = ["ReleaseConflictError"]

HistoryCounts = Mapping[Key, int | None]
WOULD_FOLLOW = "a number that is withheld would follow"

LET_EMPTY_ADVICE = (
    " Its empty groups, which are always shown, give it away: it may be enough to allow empty "
    "groups to be withheld in this release."
)


class ReleaseConflictError(ValueError):
    """Report that earlier releases make this one impossible; the message says what to do.

    Args:
        message: for the reviewer.
        releases: names of the earlier releases.
    """

    def __init__(self, message: str, releases: Sequence[str]) -> None:
        super().__init__(message)
        self.releases = tuple(releases)


class PublishedHistory:
    """Hold all earlier releases, laid over the cells of a request.

    Attributes:
        keys: the cells of the request, in order.

    Args:
        request: the tables to publish.
        rule: what the tables must withstand, alone and together.
        earlier: the earlier releases, over the dimensions of the request.
    """

    def __init__(
        self, request: TableRequest, rule: SuppressionRule, earlier: Sequence[EarlierRelease]
    ) -> None:
        dims = request.cells.dims
        self._request, self._rule, self._dims = request, rule, dims
        self.keys = build_lattice(request).keys
        own = [release_comparison.list_tables(dims, release.counts) for release in earlier]
        all_tables = dict.fromkeys(
            [*request.tables, *(table for release_tables in own for table in release_tables)]
        )
        self._all = replace(request, tables=tuple(all_tables))
        self._lattice = build_lattice(self._all)
        public = {
            tuple(value != ALL for value in key)
            for key, shown in zip(self._lattice.keys, self._lattice.public, strict=True)
            if shown
        }
        self._placed = [
            release_comparison.place_release(
                release, self._lattice, public & _list_margin_flags(release.counts)
            )
            for release in earlier
        ]
        self._same = [placed for placed in self._placed if placed.relation is ReleaseRelation.SAME]
        self._shown = {
            key: n for placed in self._same for key, n in placed.counts.items() if n is not None
        }
        self._nearby = SuppressionCandidates(self._lattice)
        self._shape = audit.TableShape(dims, self._lattice.keys, self._all.tables, request.nests)
        self._true = dict(zip(self._lattice.keys, self._lattice.counts.tolist(), strict=True))
        self._hindsight = RetrospectiveAttack(
            self._placed, dims, request.nests, rule, self._true, request.cells.people
        )
        self._alone: dict[str, set[Key]] = {}
        self._new: dict[Key, bool] = {}

    @property
    def relations(self) -> dict[str, ReleaseRelation]:
        """Return the relation of each earlier release to the current people, by name."""
        return {release.name: release.relation for release in self._placed}

    @property
    def known(self) -> set[Key]:
        """List cells of the same people with a published number."""
        return set(self._shown)

    @property
    def constants(self) -> dict[Key, int]:
        """Return the numbers of the same people that are public now, and so stay shown."""
        return {
            key: n
            for placed in self._same
            if placed.is_public
            for key, n in placed.counts.items()
            if n is not None
        }

    def find_hidden_numbers(self, published: PublishedTables) -> dict[Key, str]:
        """Find withheld cells that a release which is public now shows with their number."""
        withheld = {cell.key for cell in published.cells if cell.n is None}
        return {
            key: placed.name
            for placed in self._placed
            if placed.is_public
            for key in withheld & placed.counts.keys()
            if placed.counts[key] is not None
        }

    @property
    def hidden(self) -> list[Key]:
        """List cells of the same people with a number that was withheld each time."""
        all_keys = dict.fromkeys(key for release in self._same for key in release.counts)
        return [key for key in all_keys if key not in self._shown]

    @property
    def conflicting_cells(self) -> dict[Key, str]:
        """Find cells that must not be shown because of one earlier release alone, with its name.

        Raises:
            ReleaseConflictError: everyone was counted, and a few more or fewer are counted now.
        """
        cells: dict[Key, str] = {}
        for release in self._placed:
            if release.relation is ReleaseRelation.SAME:
                hidden = {key: n for key, n in release.counts.items() if n is None}
                cells |= dict.fromkeys(hidden.keys() - self._shown.keys(), release.name)
                continue
            small_changes = release_comparison.find_small_changes(
                release, self._lattice, self._dims, self._rule.minimum
            )
            if change_of_total := small_changes.get((ALL,) * len(self._dims)):
                raise ReleaseConflictError(
                    f"{release.name} counted everyone, and {change_of_total} fewer or more are "
                    f"counted now: "
                    "a group so small that its members would show in every figure that changed. "
                    f"Publish again when at least {self._rule.minimum} have come or left, or "
                    "publish the figures of the earlier date.",
                    [release.name],
                )
            cells |= dict.fromkeys(small_changes, release.name)
        return cells

    def audit_together(
        self, counts: HistoryCounts, hinted_changes: Sequence[Mapping[Key, int]] = ()
    ) -> AuditCertificate:
        """Audit a release together with all that is published of the same people.

        The attacker also knows what other releases counted then, and gets hints
        (``hinted_changes``) where other feasible tables may be.
        """
        merged = self._merge_published(counts)
        return audit.audit_tables(
            self._dims,
            merged,
            self._all.tables,
            self._all.nests,
            self._rule,
            ranges=self._find_bounds(merged),
            hints=audit.AuditHints(self._true, hinted_changes),
            people=self._request.cells.people,
        )

    def list_disclosed_cells(self, certificate: AuditCertificate) -> list[Key]:
        """List cells that follow from everything together but not from the past alone."""
        narrowed = [interval.key for interval in certificate.narrowed]
        return self._list_newly_disclosed([*narrowed, *certificate.exposed, *certificate.pooled])

    def check_unavoidable(self, keys: Collection[Key]) -> None:
        """Stop where one of these cells would be disclosed no matter what else is withheld.

        It would follow from the past together with only the empty groups that are always shown.

        Raises:
            ReleaseConflictError: naming the releases beside the first such cell.
        """
        if not keys:
            return
        unavoidable = self._find_disclosed_by_empty(keys, self._rule)
        disclosed = [key for key in keys if key in unavoidable]
        # One is enough, and auditing the past for one cell is quicker than for all.
        for key in self._list_newly_disclosed(disclosed[:1]) or self._list_newly_disclosed(
            disclosed
        ):
            raise self.build_conflict(
                WOULD_FOLLOW, key, LET_EMPTY_ADVICE if self._can_cover_with_empty(keys) else ""
            )

    def _find_disclosed_by_empty(self, keys: Collection[Key], rule: SuppressionRule) -> set[Key]:
        """Find which cells follow from the past and the empty groups that a rule always shows."""
        shown_zeros = {
            key: 0
            for key, n in self._true.items()
            if not n and audit.find_cell_floor(self._shape, key, rule)
        }
        merged = self._merge_published(shown_zeros)
        return audit.find_disclosed_cells(
            keys,
            self._shape,
            merged,
            rule,
            ranges=self._find_bounds(merged),
            hints=audit.AuditHints(self._true),
            people=self._request.cells.people,
        )

    def _can_cover_with_empty(self, keys: Collection[Key]) -> bool:
        """Tell whether cells stay open where empty groups may be withheld.

        False where a group that was withheld is known to have members by the policy of that
        release.
        """
        covering = replace(self._rule, zeros=Zeros.COVER)
        has_same_floors = all(
            audit.find_cell_floor(self._shape, hidden, covering)
            == audit.find_cell_floor(self._shape, hidden, self._rule)
            for hidden in self.hidden
        )
        return has_same_floors and not self._list_newly_disclosed(
            sorted(self._find_disclosed_by_empty(keys, covering))
        )

    def list_contributor_views(
        self, contributors: Sequence[CellContributor]
    ) -> list[ContributorView]:
        """List the view of each contributor that is not alone, beside all earlier releases."""
        views = [
            ContributorView(self._all, self._rule, contributor, self.known, self._lattice)
            for contributor in contributors
        ]
        return [view for view in views if view.has_others]

    def find_disclosed_others(
        self,
        view: ContributorView,
        counts: HistoryCounts,
        hinted_changes: Sequence[Mapping[Key, int]],
    ) -> list[Key]:
        """Find cells in which a contributor singles out few others by everything together.

        Cells that it singles out by the past alone are left out.
        """
        merged = self._merge_published(counts)
        bounds = self._find_bounds(merged)
        keys = list_disclosed_others(
            self._audit_residual(view, merged, self._all.tables, bounds, hinted_changes)
        )
        if keys and view.name not in self._alone:
            counts, alone = self._collect_same_people()
            certificate = (
                self._audit_residual(view, self._complete_margins(counts, alone), alone)
                if counts
                else None
            )
            self._alone[view.name] = (
                set(list_disclosed_others(certificate)) if certificate else set()
            )
        return [key for key in keys if key not in self._alone[view.name]]

    def find_disclosed_retrospectively(self, counts: HistoryCounts) -> list[Key]:
        """Find cells that follow from this release and earlier releases of other people."""
        return self._hindsight.find_disclosed_cells(
            self._merge_published(counts), self._all.tables, self._collect_same_people()[0]
        )

    def choose_more_to_withhold(
        self, follows: Sequence[Key], published: PublishedTables
    ) -> dict[Key, str]:
        """Choose further cells to withhold.

        Each disclosed cell that is shown now, or else the cheapest near it.
        """
        shown = {
            cell.key: cell.n for cell in published.cells if cell.n and cell.key not in self._shown
        }
        chosen: dict[Key, str] = {}
        merged = self._merge_published({cell.key: cell.n for cell in published.cells})
        for key in follows:
            near = key if key in shown else self._nearby.find_cheapest_cell(key, shown, merged)
            if near is None:
                raise self.build_conflict(WOULD_FOLLOW, key)
            chosen[near] = self.name_release(key)
        return chosen

    def name_release(self, key: Key) -> str:
        """Name the release that discloses most near a cell, for a message."""
        for release in self._placed:
            if release.counts.get(key, 0) is None:
                return release.name
        naming = [release.name for release in self._placed if key in release.counts]
        return naming[0] if naming else self._placed[0].name

    def build_conflict(
        self, why: str, key: Key | None = None, more: str = ""
    ) -> ReleaseConflictError:
        """Build the error that names the releases beside a cell."""
        names = self._name_releases_near(key) if key else [self._placed[0].name]
        return ReleaseConflictError(
            f"Together with {' and '.join(names)}, {why}. What is out cannot be taken back: ask "
            f"for fewer or coarser tables, or for the same tables as then.{more}",
            names,
        )

    def _name_releases_near(self, key: Key) -> list[str]:
        """Name the releases that publish something in an equation with a cell.

        Where none does, the one that discloses most near it.
        """
        tied = self._nearby.list_tied_cells(key)
        names = [release.name for release in self._placed if not tied.isdisjoint(release.counts)]
        return names or [self.name_release(key)]

    def _merge_published(self, counts: HistoryCounts) -> dict[Key, int | None]:
        keys = (
            key
            for key, public in zip(self._lattice.keys, self._lattice.public, strict=True)
            if public
        )
        return {key: self._shown.get(key, counts.get(key)) for key in keys}

    def _find_bounds(self, merged: HistoryCounts) -> dict[Key, tuple[float, float]]:
        """Bound the cells withheld now by the counts of other releases."""
        bounds: dict[Key, tuple[float, float]] = {}
        for release in self._placed:
            if release.relation not in (ReleaseRelation.GREW, ReleaseRelation.SHRANK):
                continue
            for key, earlier in release.counts.items():
                if earlier is not None and key in merged and merged[key] is None:
                    low, high = bounds.get(key, (0, inf))
                    grew = release.relation is ReleaseRelation.GREW
                    bounds[key] = (max(low, earlier), high) if grew else (low, min(high, earlier))
        return bounds

    def _collect_same_people(self) -> tuple[HistoryCounts, tuple[tuple[str, ...], ...]]:
        """Collect the published cells of the same people, and the tables that they make up."""
        keys = dict.fromkeys(key for release in self._same for key in release.counts)
        return {key: self._shown.get(key) for key in keys}, release_comparison.list_tables(
            self._dims, keys
        )

    def _complete_margins(
        self, counts: HistoryCounts, alone: tuple[tuple[str, ...], ...]
    ) -> HistoryCounts:
        """Add the results to groups that were published as numbers of people only."""
        if RESULT not in self._dims:
            return counts
        lattice = build_lattice(replace(self._all, tables=alone))
        cells = zip(lattice.keys, lattice.public, strict=True)
        return {key: counts.get(key) for key, public in cells if public}

    def _list_newly_disclosed(self, keys: Sequence[Key]) -> list[Key]:
        """List which of some cells do not follow from the past alone."""
        unasked = [key for key in keys if key not in self._new]
        if unasked:
            alone = self._find_disclosed_alone(unasked)
            self._new |= {key: key not in alone for key in unasked}
        return [key for key in keys if self._new[key]]

    def _find_disclosed_alone(self, keys: Collection[Key]) -> set[Key]:
        counts, alone = self._collect_same_people()
        if not counts:
            return set()
        lattice = build_lattice(replace(self._all, tables=alone))
        counts = self._complete_margins(counts, alone)
        return audit.find_disclosed_cells(
            keys,
            audit.TableShape(self._dims, counts, alone, self._all.nests),
            counts,
            self._rule,
            hints=audit.AuditHints(dict(zip(lattice.keys, lattice.counts.tolist(), strict=True))),
            people=self._request.cells.people,
        )

    def _audit_residual(
        self,
        view: ContributorView,
        counts: HistoryCounts,
        published_tables: Sequence[Sequence[str]],
        bounds: audit.CellBounds | None = None,
        hinted_changes: Sequence[Mapping[Key, int]] = (),
    ) -> AuditCertificate:
        """Audit what a contributor works out about others.

        The smallest and largest numbers counted at other times are reduced by its own current
        part, because its part at those times is not known.
        """
        own = {key: n - view.residual[key] for key, n in self._true.items()}
        less = {
            key: (max(low - own[key], 0), high - own[key])
            for key, (low, high) in (bounds or {}).items()
        }
        return audit_residual(
            self._dims,
            counts,
            view.residual,
            published_tables,
            self._all.nests,
            self._rule,
            ranges=less,
            hinted_changes=hinted_changes,
        )


def _list_margin_flags(keys: Collection[Key]) -> set[tuple[bool, ...]]:
    return {tuple(value != ALL for value in key) for key in keys}
