"""Read the renewal of a series of releases: what it waits for, and the tasks it leads to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.data.intake.api import Delivery
from cairn.governance.agreements.api import Agreement, load_agreement_facts
from cairn.outputs.releases import facts, labels
from cairn.outputs.releases.models import Release, ReleaseRenewal
from cairn.outputs.releases.queries import sources
from cairn.outputs.releases.queries.releases import filter_visible_releases
from cairn.platform.inbox.api import InboxTask
from cairn.policy.checks import find_next_term_end, find_term_end, list_ended_terms
from cairn.policy.facts import Actor, ReleaseRenewalFact
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action, PartyRole, Purpose, ReleaseState, RenewalCadence, Role

__all__ = ["list_renewal_tasks"]

_FINISHED = frozenset({ReleaseState.PUBLISHED, ReleaseState.CORRECTED, ReleaseState.WITHDRAWN})
_TO_SUBMIT = (ReleaseState.DRAFT.value, ReleaseState.CHECKED.value)


@dataclass(frozen=True, slots=True)
class RenewalState:
    """Hold what a renewal has come to on a day.

    Attributes:
        renewal: the renewal.
        releases: every release of the series, oldest first.
        since: the first day on which a term may have ended that no release of the series is about.
        on: the day.
    """

    renewal: ReleaseRenewal
    releases: tuple[Release, ...]
    since: date
    on: date

    @property
    def last(self) -> Release | None:
        """The release that was published last and is public still; None if there is none."""
        published = [row for row in self.releases if row.state == ReleaseState.PUBLISHED]
        return max(published, key=lambda row: (row.published_at, row.pk), default=None)

    @property
    def open_draft(self) -> Release | None:
        """The release of the series that people still work on; None if there is none."""
        return next((row for row in self.releases if row.state not in _FINISHED), None)

    @property
    def ended_terms(self) -> tuple[str, ...]:
        """The terms that ended since, without figures of their own."""
        return list_ended_terms(self._cadence, self.since, self.on)

    @property
    def next_end(self) -> date:
        """The last day of the first term without figures of its own."""
        return find_next_term_end(self._cadence, self.since)

    @property
    def is_due(self) -> bool:
        """Report whether a release is to be drafted, once newer data have arrived."""
        has_room = self.last is not None and self.open_draft is None
        return self.renewal.is_running and has_room and bool(self.ended_terms)

    @property
    def _cadence(self) -> RenewalCadence:
        return RenewalCadence(self.renewal.cadence)


def load_renewal_state(renewal: ReleaseRenewal, on: date) -> RenewalState:
    """Load what a renewal has come to.

    Args:
        renewal: the renewal.
        on: the day.
    Returns:
        The state.
    """
    rows = Release.objects.filter(renewal=renewal).select_related("organization", "audience")
    releases = tuple(rows.order_by("created_at", "pk"))
    drafted = [find_term_end(row.renewed_term) for row in releases if row.renewed_term]
    # The first release of the series is about what had ended on the day that it counts.
    first = next((row.as_of for row in releases if row.as_of), timezone.localdate(renewal.asked_at))
    since = max(drafted) + timedelta(days=1) if drafted else first
    return RenewalState(renewal, releases, since, on)


def load_renewal_fact(state: RenewalState) -> ReleaseRenewalFact:
    """Load the fact by which policy decides whether a renewal goes on.

    Args:
        state: what the renewal has come to.
    Returns:
        The fact.
    """
    newest = state.last or state.releases[-1]
    if newest.audience is not None:
        partners = frozenset({newest.audience.slug})
    else:
        lineage = facts.load_lineage(newest.agreements)
        partners = frozenset(
            slug for terms in lineage for slug in terms.list_organizations(PartyRole.PROVIDER)
        )
    agreements = tuple(
        terms
        for terms in load_agreement_facts(Agreement.objects.order_by("reference"), state.on)
        if partners & {party.organization for party in terms.parties}
    )
    was_withdrawn = all(row.withdrawn_at for row in state.releases) or any(
        row.published_at and row.withdrawn_at and row.withdrawn_at >= state.renewal.asked_at
        for row in state.releases
    )
    return ReleaseRenewalFact(str(state.renewal.pk), partners, agreements, was_withdrawn)


def has_newer_data(release: Release, term: str) -> bool:
    """Report whether matched data arrived after a term and after the check of a release.

    Only the records count that say who reached an outcome, or who is counted.

    Args:
        release: the release that was published last.
        term: the term that has ended.
    Returns:
        True if there are such data.
    """
    definitions = sources.get_outcome_definitions(release.outcomes)
    records = {record for definition in definitions for record in definition.deciding_records}
    found = sources.find_outcome_sources(
        release.outcomes, Purpose(release.purpose), pilot=release.pilot
    )
    deliveries = {part.delivery for part in found.parts if part.record in records}
    next_day = find_term_end(term) + timedelta(days=1)
    after_term = timezone.make_aware(datetime.combine(next_day, time.min))
    since = max(after_term, release.checked_at or after_term)
    return Delivery.objects.filter(pk__in=deliveries, received_at__gte=since).exists()


def list_renewal_tasks(actor: Actor, on: date) -> list[InboxTask]:
    """List drafts that renewals made, and renewals that may not draft, for data managers.

    The person who requested a renewal is the author of its drafts and sees these too.

    Args:
        actor: the user.
        on: the day of the decision.
    Returns:
        At most one task of each kind; an email has a title, the term and a link, and no figure.
    """
    if not may_open_page(Action.VIEW_RELEASE, actor, on=on).allowed:
        return []
    managed = actor.list_organizations(on, Role.DATA_MANAGER)
    rows = filter_visible_releases(actor, on).filter(renewal__isnull=False)
    drafts = [
        row
        for row in rows.filter(state__in=_TO_SUBMIT).exclude(renewed_term="")
        if row.organization.slug in managed or str(row.author_id) == actor.id
    ]
    refused = [
        row
        for row in rows.exclude(renewal__refused_term="").filter(renewal__ended_at=None)
        if row.organization.slug in managed
    ]
    return [*_build_draft_tasks(drafts), *_build_refusal_tasks(refused)]


def _build_draft_tasks(drafts: list[Release]) -> Iterator[InboxTask]:
    if not drafts:
        return
    lines = [
        _("The figures for %(readers)s for the %(term)s are drafted: review them.")
        % {
            "readers": row.audience.name if row.audience else _("the public"),
            "term": labels.label_term(row.renewed_term),
        }
        for row in drafts
    ]
    title = ngettext(
        "draft of a release that renews itself", "drafts of releases that renew themselves",
        len(drafts),
    )  # fmt: skip
    address = reverse("releases:detail", args=[drafts[0].pk])
    yield InboxTask(
        len(drafts),
        title,
        address if len(drafts) == 1 else reverse("releases:list"),
        " ".join(lines),
        minutes=20,
        keys=tuple(f"release.renewed:{row.pk}" for row in drafts),
        mail_detail="\n".join(lines),
    )


def _build_refusal_tasks(rows: list[Release]) -> Iterator[InboxTask]:
    # A series has one entry, which leads to its newest release.
    newest = {row.renewal_id: row for row in sorted(rows, key=lambda row: row.pk)}
    if not newest:
        return
    refused = list(newest.values())
    title = ngettext(
        "release that cannot renew itself", "releases that cannot renew themselves", len(refused)
    )
    address = reverse("releases:detail", args=[refused[0].pk])
    renewals = [row.renewal for row in refused if row.renewal]
    yield InboxTask(
        len(refused),
        title,
        address if len(refused) == 1 else reverse("releases:list"),
        renewals[0].refused_why if len(renewals) == 1 else "",
        minutes=10,
        keys=tuple(f"release.renewal_refused:{one.pk}:{one.refused_term}" for one in renewals),
    )
