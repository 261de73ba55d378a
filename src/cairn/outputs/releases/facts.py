"""Turn rows of releases into the frozen facts that policy decides about."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, partial
from typing import Any, Final

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from cairn.governance.agreements.api import Agreement, load_agreement_facts
from cairn.governance.partners.api import Organization, load_organization_facts
from cairn.outputs.releases import labels
from cairn.outputs.releases import merged_groups as releases_merged_groups
from cairn.outputs.releases.catalogue import IndicatorCatalogue, load_indicator_catalogue
from cairn.outputs.releases.json_fields import StoredConflict, YearCertificate
from cairn.outputs.releases.models import NationWord, Release, SendBack
from cairn.outputs.releases.protection.counts import PublishedSnapshot
from cairn.platform.actions.api import open_request_cache, watch_value
from cairn.platform.notifications.api import find_notice_deliveries
from cairn.policy.checks import (
    can_be_subtracted,
    find_overlap_conflict,
    find_preview_due_date,
    find_version_conflict,
)
from cairn.policy.facts import (
    NO_EARLIER_RELEASES,
    AgreementFact,
    CategoryMergeFact,
    CountedIndicatorFact,
    DifferencingConflict,
    DifferencingConflictKind,
    EarlierReleaseFact,
    NationDecisionFact,
    OrganizationFact,
    OutcomeYear,
    ReleaseAudience,
    ReleaseComparison,
    ReleaseFact,
    ReleaseNarrative,
    ReviewFact,
    SendBackFact,
)
from cairn.policy.vocabulary import (
    Attacker,
    NationAnswer,
    OrganizationKind,
    OwnerAnswer,
    PartyRole,
    Purpose,
    ReleaseState,
    ReviewVerdict,
)
from cairn.sdc.options import ReleaseMethod
from cairn.warehouse.exporters import read_release_figures
from cairn.warehouse.measures import get_cohort_date, get_counted_outcome
from cairn.warehouse.store import FileRef, FileStore, NoSuchFile

__all__ = ["ReleaseFactLoader", "find_tribal_nations", "load_lineage", "load_release_fact"]


_RELATED_ROWS: Final = (
    "reviews",
    Prefetch("send_backs", SendBack.objects.select_related("organization")),
    Prefetch("nation_words", NationWord.objects.select_related("nation", "said_by")),
)


FirstNotices = Mapping[tuple[str, int | None], datetime]
"""When the first notice of a task reached an organization, by the task's key and its id."""


class ReleaseFactLoader:
    """Load the facts that the policy questions of one page share; each row is read once.

    Use one loader for one answer only. After a change, create a new one. The loaders of a page that
    only reads share what they read.
    """

    def __init__(self) -> None:
        self._agreements: dict[str, AgreementFact] = open_request_cache("agreements of releases")
        self._organizations: dict[str, OrganizationFact] = open_request_cache("data owners")
        self._releases: dict[int, ReleaseFact] = open_request_cache("releases")
        self._send_backs: dict[int, list[SendBack]] = open_request_cache("send-backs")
        self._shared = open_request_cache("shared by releases")

    def load_releases(self, rows: Iterable[Release]) -> tuple[ReleaseFact, ...]:
        """Return the facts of several releases; what they share is read at once."""
        requested = tuple(rows)
        new_keys = {row.pk for row in requested} - set(self._releases)
        if not new_keys:
            return tuple(self._releases[row.pk] for row in requested)
        # Not the caller's rows: those would keep these beside them after the next change.
        found = Release.objects.filter(pk__in=new_keys).prefetch_related(*_RELATED_ROWS)
        related = {row.pk: row for row in found}
        self.load_agreements({name for row in requested for name in row.agreements})
        self._load_owners(self._agreements.values())
        notices = _load_first_notices(
            send_back for row in related.values() for send_back in row.send_backs.all()
        )
        for row in requested:
            if row.pk in new_keys:
                self._releases[row.pk] = self._build_release(row, related[row.pk], notices)
        return tuple(self._releases[row.pk] for row in requested)

    @property
    def nations(self) -> tuple[Organization, ...]:
        """The tribal nations on record, ordered by name."""
        if "nations" not in self._shared:
            self._shared["nations"] = tuple(find_tribal_nations())
        nations: tuple[Organization, ...] = self._shared["nations"]
        return nations

    @cached_property
    def _catalogue(self) -> IndicatorCatalogue:
        return load_indicator_catalogue()

    @property
    def _once_published(self) -> list[Release]:
        if "published" not in self._shared:
            self._shared["published"] = list(_select_once_published())
        published: list[Release] = self._shared["published"]
        return published

    def load_release(self, row: Release) -> ReleaseFact:
        """Return the fact of a release, with the reviews and send-backs of its current round."""
        if row.pk not in self._releases:
            self.load_releases([row])
        return self._releases[row.pk]

    def list_send_backs(self, row: Release) -> list[SendBack]:
        """List the owners asked in the current round of a release, with their answers."""
        self.load_release(row)
        return self._send_backs[row.pk]

    def _build_release(self, row: Release, related: Release, notices: FirstNotices) -> ReleaseFact:
        agreements = self.load_agreements(row.agreements)
        nations = frozenset(nation.slug for nation in self.nations)
        owners = self._load_owners(agreements)
        asked = [entry for entry in related.send_backs.all() if entry.round == row.round]
        for entry in asked:
            entry.release = row
        self._send_backs[row.pk] = asked
        send_backs = tuple(_build_send_back_fact(entry, agreements, notices) for entry in asked)
        overlap = (
            build_overlap_fact(row, self._catalogue, self._once_published)
            if row.certificate or row.meets
            else NO_EARLIER_RELEASES
        )
        return _build_release_fact(row, related, agreements, owners, nations, send_backs, overlap)

    def load_agreements(self, references: Iterable[str]) -> tuple[AgreementFact, ...]:
        """Return the agreements under which the data of a release came, by reference."""
        wanted_references = set(references)
        if new_references := wanted_references - set(self._agreements):
            rows = Agreement.objects.filter(reference__in=new_references)
            self._agreements |= {terms.reference: terms for terms in load_agreement_facts(rows)}
        return tuple(
            self._agreements[reference]
            for reference in sorted(wanted_references)
            if reference in self._agreements
        )

    def _load_owners(self, agreements: Iterable[AgreementFact]) -> tuple[OrganizationFact, ...]:
        """Return the organizations that provide data under these agreements."""
        slugs = {
            slug for terms in agreements for slug in terms.list_organizations(PartyRole.PROVIDER)
        }
        if new_slugs := slugs - set(self._organizations):
            rows = Organization.objects.filter(slug__in=new_slugs)
            self._organizations |= {fact.slug: fact for fact in load_organization_facts(rows)}
        loaded = self._organizations
        return tuple(loaded[slug] for slug in sorted(slugs) if slug in loaded)


def load_lineage(references: Iterable[str]) -> tuple[AgreementFact, ...]:
    """Load the agreements under which data came.

    Args:
        references: references of the agreements.
    Returns:
        The agreement facts with the text in force, ordered by reference; unknown references are
        left out.
    """
    return ReleaseFactLoader().load_agreements(references)


def load_release_fact(row: Release) -> ReleaseFact:
    """Load the fact of one release for a single policy question.

    Args:
        row: the release.
    Returns:
        The fact, with the reviews and send-backs of the current round.
    """
    return ReleaseFactLoader().load_release(row)


@dataclass(frozen=True, slots=True)
class PreviewClock:
    """The review period of one owner.

    Attributes:
        delivered_on: day on which the first notice reached a person of the owner; None while none
            did, so that the period has not begun.
        due_on: last day to answer; counted from the day of sending while no notice was delivered.
    """

    delivered_on: date | None
    due_on: date


def _load_first_notices(send_backs: Iterable[SendBack]) -> FirstNotices:
    """Load when the first notice of each preview reached a person of an organization."""
    keys = {build_task_key("answer", row.release_id, row.round) for row in send_backs}
    return _find_first_notices(tuple(sorted(keys))) if keys else {}


@watch_value
def _find_first_notices(keys: tuple[str, ...]) -> FirstNotices:
    first: dict[tuple[str, int | None], datetime] = {}
    for key, organization, delivered_at in find_notice_deliveries(keys).values_list(
        "key", "user__affiliations__organization", "delivered_at"
    ):
        first.setdefault((key, organization), delivered_at)
    return first


def load_preview_clock(
    send_back: SendBack,
    agreements: tuple[AgreementFact, ...] | None = None,
    notices: FirstNotices | None = None,
) -> PreviewClock:
    """Load the review period of one owner, which begins when a notice is delivered.

    Args:
        send_back: the preview.
        agreements: the agreements of the release; None loads them.
        notices: the first notices of this and other previews; None loads them.
    Returns:
        The clock.
    """
    owner = send_back.organization
    key = build_task_key("answer", send_back.release_id, send_back.round)
    first = (_load_first_notices([send_back]) if notices is None else notices).get((key, owner.pk))
    if first is None:
        return PreviewClock(None, send_back.due_on)
    day = max(timezone.localdate(first), send_back.sent_on)
    if day == send_back.sent_on:
        return PreviewClock(day, send_back.due_on)
    if agreements is None:
        agreements = load_release_fact(send_back.release).agreements
    due_on = find_preview_due_date(agreements, owner.slug, day)
    return PreviewClock(day, max(send_back.due_on, due_on))


def _build_send_back_fact(
    send_back: SendBack, agreements: tuple[AgreementFact, ...], notices: FirstNotices
) -> SendBackFact:
    clock = load_preview_clock(send_back, agreements, notices)
    return SendBackFact(
        organization=send_back.organization.slug,
        sent_on=send_back.sent_on,
        due_on=clock.due_on,
        answer=OwnerAnswer(send_back.answer) if send_back.answer else None,
        was_notified=clock.delivered_on is not None,
    )


def build_task_key(step: str, release_id: int, round_number: int) -> str:
    """Build the key of a task about a release.

    Args:
        step: the next step, such as "answer" for the answer to a preview.
        release_id: id of the release.
        round_number: its round.
    Returns:
        The key, the same for as long as the task waits.
    """
    return f"release.{step}:{release_id}:{round_number}"


def _build_release_fact(
    row: Release,
    related: Release,
    agreements: tuple[AgreementFact, ...],
    owners: tuple[OrganizationFact, ...],
    nations: frozenset[str],
    send_backs: tuple[SendBackFact, ...],
    overlap: ReleaseComparison,
) -> ReleaseFact:
    return ReleaseFact(
        id=str(row.pk),
        state=ReleaseState(row.state),
        author=str(row.author_id),
        organization=row.organization.slug,
        purpose=Purpose(row.purpose),
        agreements=agreements,
        reviews=tuple(
            ReviewFact(
                str(review.reviewer_id),
                ReviewVerdict(review.verdict),
                timezone.localdate(review.at),
            )
            for review in related.reviews.all()
            if review.round == row.round
        ),
        send_backs=send_backs,
        safe=row.safe,
        asked_to_try=find_attackers_tried(row),
        has_story=bool(row.story.strip()),
        providers=owners,
        reported_on=row.reported_on,
        pilot=row.pilot,
        telling=ReleaseNarrative(
            title=row.title,
            story=row.story,
            together=tuple(merged_groups["why"] for merged_groups in row.merged),
            missing=tuple(labels.label_race(code) for code in row.missing_groups),
            answers=row.framing,
        ),
        nations=frozenset(row.nations),
        words=_build_nation_decisions(related.nation_words.all()),
        asked=nations,
        beside=overlap,
        audience=build_audience_fact(
            row.audience,
            # The check raises the minimum to that of the strictest agreement.
            row.minimum_cell if row.certificate else row.audience_minimum,
            row.method,
            row.outcomes,
            find_cohort_date(row),
            row.certificate,
        ),
    )


def build_audience_fact(
    audience: Organization | None,
    minimum: int | None,
    method: str,
    outcomes: Iterable[str],
    cohort_on: date | None = None,
    certificate: Sequence[YearCertificate] = (),
) -> ReleaseAudience | None:
    """Return the fact of the one partner that a release is for; None for a public release.

    Args:
        audience: the partner.
        minimum: the smallest group that is shown, in children.
        method: how outcomes are protected (`ReleaseMethod`).
        outcomes: ids of the indicators that it counts.
        cohort_on: the day of its fixed cohort; None if the children of each period count.
        certificate: the result of its check; empty before.
    Returns:
        The fact.
    """
    if audience is None:
        return None
    catalogue = load_indicator_catalogue()
    return ReleaseAudience(
        organization=audience.slug,
        minimum=minimum or 0,
        in_ranges=method == ReleaseMethod.BANDS.value
        and all(name in catalogue and catalogue[name].has_share for name in outcomes),
        was_tested=bool(certificate)
        and all(audience.slug in part.get("insiders", ()) for part in certificate),
        cohort_on=cohort_on,
    )


def find_cohort_date(row: Release) -> date | None:
    """Find the day on which the counted children of a release's programs were enrolled.

    All of its programs have the same day, which is a part of their dimensions.

    Args:
        row: the release.
    Returns:
        The day; None if the children of each period count.
    """
    days = (get_cohort_date(dimension) for table in row.tables for dimension in table)
    return next(filter(None, days), None)


def find_attackers_tried(row: Release) -> frozenset[Attacker]:
    """Return the attackers that audited every table of a release.

    Old certificates did not record the attackers, and not every attacker was asked then; so for
    these the result is empty.
    """
    return frozenset(
        attacker
        for attacker in Attacker
        if row.certificate
        and all(attacker.value in part.get("tried_by", ()) for part in row.certificate)
    )


def build_merge_fact(row: Release, chosen_groups: Iterable[str], why: str) -> CategoryMergeFact:
    """Return the fact of groups that a user asks to merge, next to those merged already."""
    return CategoryMergeFact(
        chosen=frozenset(chosen_groups),
        why=why,
        groups=frozenset(
            labels.NAMED_RACE_CODES if releases_merged_groups.has_race_breakdown(row.tables) else ()
        ),
        already=tuple(frozenset(merged_groups["values"]) for merged_groups in row.merged),
    )


def find_tribal_nations() -> QuerySet[Organization]:
    """Return the tribal nations on record.

    Returns:
        The organizations, ordered by name.
    """
    return Organization.objects.filter(kind=OrganizationKind.TRIBAL_NATION.value).order_by("name")


def load_nation_decisions(row: Release) -> tuple[NationDecisionFact, ...]:
    """Return the decisions of tribal nations on a release, oldest first."""
    return _build_nation_decisions(row.nation_words.select_related("nation", "said_by"))


def _build_nation_decisions(rows: Iterable[NationWord]) -> tuple[NationDecisionFact, ...]:
    return tuple(
        NationDecisionFact(
            nation=decision.nation.slug,
            answer=NationAnswer(decision.answer),
            by=decision.said_by.name,
            on=timezone.localdate(decision.said_at),
            condition=decision.condition,
        )
        for decision in rows
    )


def _select_once_published() -> QuerySet[Release]:
    """Select what was ever published, the newest first."""
    rows = Release.objects.filter(published_at__isnull=False).select_related("audience")
    return rows.order_by("-published_at")


def find_earlier_releases(
    release: Release, catalogue: IndicatorCatalogue, published: Iterable[Release] | None = None
) -> list[Release]:
    """Return the releases published earlier about the people that these outcomes count.

    So are those about almost the same people, by another definition. Withdrawn ones are included:
    a reader who kept a copy can still compare. So are those for one partner, who knows the public
    figures and its own.

    Args:
        release: the release.
        catalogue: all definitions of indicators.
        published: all releases that were ever published, the newest first; None loads them.
    Returns:
        The releases, the newest first.
    """
    rows: Iterable[Release] = (
        _select_once_published().filter(pilot=release.pilot).exclude(pk=release.pk)
        if published is None
        else (row for row in published if row.pilot == release.pilot and row.pk != release.pk)
    )
    related = {
        people
        for outcome in release.outcomes
        for people in _list_related_people(outcome, catalogue)
    }
    return [
        row
        for row in rows
        if related & {name for outcome in row.outcomes for name in _name_own_people(outcome)}
    ]


def load_published_snapshots(
    releases: list[Release], store: FileStore, release: Release
) -> list[PublishedSnapshot]:
    """Return earlier releases as an attacker has them: their tables and every published number.

    Only the figures that the readers of a new release see today must stay: those of the public, or
    of the same partner. What a correction replaces is attacked with, and may be hidden.

    Args:
        releases: the earlier releases.
        store: the file store.
        release: the new release.
    Returns:
        The earlier releases, in the same order.
    """
    return [
        PublishedSnapshot(
            find_release_name(row),
            row.tables,
            read_release_figures(store, FileRef.parse(row.released)).cells,
            row.state == ReleaseState.PUBLISHED.value
            and row.pk != release.corrects_id
            and row.audience_id == release.audience_id,
            partial(_load_counted_rows, row, store),
        )
        for row in releases
    ]


def _load_counted_rows(
    release: Release, store: FileStore, outcome: str
) -> Sequence[Mapping[str, Any]]:
    """Load the counts from which a release was made; empty if they were destroyed."""
    try:
        rows: list[dict[str, Any]] = store.read(FileRef.parse(release.counted[outcome])).to_pylist()
    except (KeyError, NoSuchFile):
        return ()
    return rows


def build_overlap_fact(
    release: Release, catalogue: IndicatorCatalogue, published: Iterable[Release]
) -> ReleaseComparison:
    """Return the fact about overlapping releases of a release that was checked."""
    earlier = find_earlier_releases(release, catalogue, published)
    return ReleaseComparison(
        counts=frozenset(
            (people, part["school_year"])
            for part in release.certificate
            for people in _list_related_people(part["outcome"], catalogue)
        ),
        out=build_published_facts(earlier),
        attacked=_list_releases_compared(release, earlier),
        met=tuple(_load_conflicts(release, catalogue)),
    )


def _list_releases_compared(release: Release, earlier: list[Release]) -> frozenset[str] | None:
    """List the releases that the check used and that have the same place on the public page still.

    The check keeps public numbers shown. If a release was withdrawn or corrected since, the check
    must run again, or a withdrawn number would be published again.
    """
    if release.attacked is None:
        return None
    return frozenset(
        str(row.pk)
        for row in earlier
        if row.pk in release.attacked and not _has_left_public_page(row, release.checked_at)
    )


def _has_left_public_page(row: Release, since: datetime | None) -> bool:
    """Return whether a published release was withdrawn or corrected since a time."""
    left_at = [row.withdrawn_at]
    if row.state == ReleaseState.CORRECTED.value:
        left_at += row.corrections.values_list("published_at", flat=True)
    return any(at and since and at > since for at in left_at)


def build_published_facts(releases: Iterable[Release]) -> tuple[EarlierReleaseFact, ...]:
    """Return the facts of published releases: what they count, and which measures they show."""
    return tuple(
        EarlierReleaseFact(
            str(release.pk),
            find_release_name(release),
            _list_counted_years(release),
            _list_measured_years(release),
        )
        for release in releases
    )


def serialize_conflict(conflict: DifferencingConflict) -> StoredConflict:
    """Return a conflict with earlier releases in the form that a release stores."""
    return StoredConflict(
        outcome=conflict.outcome,
        school_year=conflict.school_year,
        how=conflict.how.value,
        releases=list(conflict.releases),
        leave_out=list(conflict.leave_out),
        works=list(conflict.works),
    )


def _load_conflicts(
    release: Release, catalogue: IndicatorCatalogue
) -> Iterator[DifferencingConflict]:
    for conflict in release.meets:
        title = catalogue[conflict["outcome"]].title["en"]
        yield DifferencingConflict(
            title,
            conflict["school_year"],
            DifferencingConflictKind(conflict["how"]),
            tuple(conflict["releases"]),
            tuple(map(labels.label_table, conflict.get("leave_out", ()))),
            tuple(map(labels.label_table, conflict.get("works", ()))),
        )


def find_release_name(release: Release) -> str:
    """Return the title of a release with the day of its publication, for readers.

    The title of a release to one partner is left out: authors and owners of others read the name.
    """
    published_day = timezone.localdate(release.published_at) if release.published_at else ""
    if release.audience_id is not None:
        return f"release {release.pk}, which is for one partner ({published_day})"
    return f"“{release.title}” ({published_day})"


def _list_counted_years(release: Release) -> frozenset[OutcomeYear]:
    """Return the people that a release counts, with the year."""
    return frozenset(
        (name, part["school_year"])
        for part in release.certificate
        for name in _name_own_people(part["outcome"])
    )


def _list_measured_years(release: Release) -> frozenset[OutcomeYear]:
    return frozenset(
        (part["outcome"], part["school_year"])
        for part in release.certificate
        if "statistic" in part
    )


def _name_counted_people(outcome: str) -> str:
    """Name the people that an outcome counts: those of a measure's outcome, or of any version."""
    return get_counted_outcome(outcome).partition("-v")[0]


def _name_own_people(outcome: str) -> set[str]:
    """Name the people that an outcome counts, and the outcome itself where others name them."""
    return {_name_counted_people(outcome), outcome.partition("-v")[0]}


def _list_related_people(outcome: str, catalogue: IndicatorCatalogue) -> set[str]:
    """List the people that an outcome counts, and those of definitions about almost the same."""
    if outcome not in catalogue:
        return {_name_counted_people(outcome)}
    fact = catalogue.build_fact(outcome)
    others = (name for name in catalogue if can_be_subtracted(fact, catalogue.build_fact(name)))
    return {_name_counted_people(outcome), *(other.partition("-v")[0] for other in others)}


def build_indicator_facts(
    release: Release, catalogue: IndicatorCatalogue
) -> tuple[CountedIndicatorFact, ...]:
    """Build the facts of the definitions that a release counts."""
    corrected = release.corrects.outcomes if release.corrects else ()
    return tuple(catalogue.build_fact(name, corrected=corrected) for name in release.outcomes)


def find_version_conflicts(
    years_by_outcome: Mapping[str, Iterable[str]],
    earlier_releases: Iterable[Release],
    catalogue: IndicatorCatalogue,
) -> list[DifferencingConflict]:
    """Find years for which figures about almost the same people are published or counted beside."""
    indicators = {name: catalogue.build_fact(name) for name in years_by_outcome}
    published = [
        (
            find_release_name(release),
            [
                (catalogue.build_fact(part["outcome"]), part["school_year"])
                for part in release.certificate
                if part["outcome"] in catalogue
            ],
        )
        for release in earlier_releases
    ]
    own = [
        (
            f"“{indicator.title}” of this release",
            [(indicator, year) for year in years_by_outcome[name]],
        )
        for name, indicator in indicators.items()
    ]
    conflicts = (
        find_version_conflict(indicators[name], year, (*published, *own))
        for name, years in years_by_outcome.items()
        for year in sorted(years)
    )
    return [conflict for conflict in conflicts if conflict]


def find_overlap_conflicts(
    years_by_outcome: Mapping[str, Iterable[str]],
    dimensions: Collection[str],
    snapshots: Iterable[PublishedSnapshot],
) -> list[DifferencingConflict]:
    """Find years that were published by breakdowns that overlap with those of a release."""
    published = [
        (
            snapshot.name,
            {dimension for table in snapshot.tables for dimension in table},
            {(get_counted_outcome(cell.outcome), cell.school_year) for cell in snapshot.cells},
        )
        for snapshot in snapshots
    ]
    conflicts = (
        find_overlap_conflict(
            name,
            year,
            dimensions,
            [
                (release, earlier)
                for release, earlier, counted in published
                if (get_counted_outcome(name), year) in counted
            ],
        )
        for name, years in years_by_outcome.items()
        for year in sorted(years)
    )
    return [conflict for conflict in conflicts if conflict]
