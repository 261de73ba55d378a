"""Find the reports of published tables that agreements promise to partners."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from cairn.data.intake import api as intake_api
from cairn.governance.agreements import api as agreements_api
from cairn.governance.partners import api as partners_api
from cairn.outputs.releases.catalogue import load_indicator_catalogue
from cairn.outputs.releases.models import GiveBack, Release
from cairn.outputs.releases.queries.releases import list_published_releases
from cairn.platform.inbox.api import InboxTask
from cairn.platform.storage.api import open_file_store
from cairn.policy import checks, facts, questions, vocabulary
from cairn.policy.engine import Decision
from cairn.warehouse.store import FileRef, FileStore, NoSuchFile

__all__ = ["PromisedReport", "list_partner_report_tasks", "load_promised_reports"]

_NOT_ACCEPTED = (
    vocabulary.DeliveryState.HELD,
    vocabulary.DeliveryState.REFUSED,
    vocabulary.DeliveryState.WITHDRAWN,
)
_ReportKey = tuple[str, str]
"""Reference of an agreement, and slug of a partner."""


@dataclass(frozen=True, slots=True)
class PromisedReport:
    """Hold one report of published tables that an agreement promises to one partner.

    Attributes:
        fact: what policy is asked about it.
        term: the term of the agreement.
        organization: the partner.
        delivery: the partner's newest submission that a published release counts; None if there
            is none.
        releases: the published releases that count its submissions, newest first.
        outcomes: ID of each such release, with each of its outcomes that reads its submissions.
        given: the reports that it got, newest first.
        is_promised: False if the agreement no longer promises the partner such a report.
    """

    fact: facts.PromisedReportFact
    term: facts.GiveBackTerm
    organization: partners_api.Organization
    delivery: intake_api.Delivery | None
    releases: tuple[Release, ...]
    outcomes: frozenset[tuple[int, str]]
    given: tuple[GiveBack, ...]
    is_promised: bool

    @property
    def reference(self) -> str:
        """Return the reference of the agreement."""
        return self.fact.agreement.reference

    @property
    def address(self) -> str:
        """Return the URL of the report's page."""
        return reverse("figures:report", args=(self.reference, self.organization.slug))

    def decide_delivery(self, on: date) -> Decision:
        """Ask policy whether the report may be delivered; each refusal names a missing part."""
        return questions.may_deliver_promised_report(self.fact, on)

    def is_due(self, on: date) -> bool:
        """Report whether a report is due for which the partner got none yet."""
        return self.is_promised and checks.is_partner_report_due(
            self.term, self.fact.agreement, self.fact.received, on, self.fact.given
        )

    def find_next_day(self, on: date) -> date | None:
        """Find the day by which the next report is due; None if none is."""
        return checks.find_next_partner_report_date(
            self.term, self.fact.agreement, self.fact.received, on, self.fact.given
        )

    def list_unopened(self, actor: facts.Actor, on: date) -> list[GiveBack]:
        """List the delivered reports that no steward of the partner opened, for such a steward."""
        if self.organization.slug not in actor.list_organizations(on, vocabulary.Role.STEWARD):
            return []
        return [row for row in self.given if row.given_by_id is None and row.opened_at is None]


def load_promised_reports(on: date, reference: str = "") -> list[PromisedReport]:
    """Load the reports of published tables that agreements promise.

    A report that can no longer be delivered is among them if the partner got it once, also if the
    agreement does not promise it any more. A pilot gives no figures, so it is left out.

    Args:
        on: the day of the decision.
        reference: the agreement; empty for all.

    Returns:
        The reports, in the order of agreements and partners.
    """
    rows = agreements_api.Agreement.objects.order_by("reference")
    given = _load_given_reports(reference)
    promises = [
        (terms, term, slug)
        for terms in agreements_api.load_agreement_facts(
            rows.filter(reference=reference) if reference else rows, on
        )
        for term, slug in _list_terms(terms, given)
    ]
    if not promises:
        return []
    references = {terms.reference for terms, _term, _slug in promises}
    slugs = {slug for _terms, _term, slug in promises}
    partners = {row.slug: row for row in partners_api.Organization.objects.filter(slug__in=slugs)}
    deliveries = _load_deliveries(references)
    counted = _find_counting_outcomes(row for group in deliveries.values() for row in group)
    stewards = _load_stewards(slugs, on)
    reports = []
    for terms, term, slug in promises:
        sent = deliveries[terms.reference, slug]
        rows_given = tuple(
            row
            for row in given[terms.reference, slug]
            if checks.is_report_of_term(
                term, terms, slug, row.what, is_by_cairn=row.given_by_id is None
            )
        )
        covered_until = max((row.delivery.received_at for row in rows_given), default=None)
        since_last = [row for row in sent if not covered_until or row.received_at > covered_until]
        sent_and_counted = [row for row in sent if counted[row.pk]]
        fact = facts.PromisedReportFact(
            organization=slug,
            agreement=terms,
            what=term.what,
            received=_get_day(since_last[-1]) if since_last else None,
            counted=tuple(_get_day(row) for row in sent_and_counted),
            given=rows_given[0].given_on if rows_given else None,
            has_reader=False,
            has_new_figures=any(counted[row.pk] for row in since_last),
        )
        is_in_force = questions.decide_agreement_in_force(terms, on).allowed
        if slug in partners and (is_in_force or rows_given):
            has_reader = any(
                questions.may_view_promised_report(fact, actor, on).allowed
                for actor in stewards[slug]
            )
            counting = {release.pk: release for row in sent for release, _id in counted[row.pk]}
            reports.append(
                PromisedReport(
                    replace(fact, has_reader=has_reader),
                    term,
                    partners[slug],
                    sent_and_counted[-1] if sent_and_counted else None,
                    tuple(counting[key] for key in sorted(counting, reverse=True)),
                    frozenset(
                        (release.pk, outcome)
                        for row in sent
                        for release, outcome in counted[row.pk]
                    ),
                    rows_given,
                    is_promised=term in terms.giveback and not terms.pilot,
                )
            )
    return reports


def _get_day(row: intake_api.Delivery) -> date:
    return timezone.localdate(row.received_at)


def _load_deliveries(references: Iterable[str]) -> Mapping[_ReportKey, list[intake_api.Delivery]]:
    """Load the submissions of real data by agreement and sender, the oldest first."""
    rows = (
        intake_api.Delivery.objects.filter(agreement_reference__in=references, synthetic="")
        .exclude(state__in=_NOT_ACCEPTED)
        .select_related("organization")
        .order_by("received_at", "pk")
    )
    grouped: dict[_ReportKey, list[intake_api.Delivery]] = defaultdict(list)
    for row in rows:
        grouped[row.agreement_reference, row.organization.slug].append(row)
    return grouped


def _list_terms(
    terms: facts.AgreementFact, given: Mapping[_ReportKey, list[GiveBack]]
) -> Iterator[tuple[facts.GiveBackTerm, str]]:
    """Yield the terms and partners of Cairn's reports; an amended agreement may have none left."""
    promised: set[str] = set()
    for term in () if terms.parts or terms.pilot else terms.giveback:
        if term.contents is not None:
            for slug in sorted(checks.list_report_partners(term, terms)):
                promised.add(slug)
                yield term, slug
    for (reference, slug), rows in sorted(given.items()):
        delivered = [row.what for row in rows if row.given_by_id is None]
        if reference == terms.reference and delivered and slug not in promised:
            contents = vocabulary.ReportContents.PUBLISHED_TABLES
            yield facts.GiveBackTerm(delivered[0], to=slug, contents=contents), slug


def _load_given_reports(reference: str) -> Mapping[_ReportKey, list[GiveBack]]:
    rows = GiveBack.objects.all()
    if reference:
        rows = rows.filter(delivery__agreement_reference=reference)
    grouped: dict[_ReportKey, list[GiveBack]] = defaultdict(list)
    for row in rows.select_related("delivery__organization", "given_by", "opened_by"):
        grouped[row.delivery.agreement_reference, row.delivery.organization.slug].append(row)
    return grouped


def _find_counting_outcomes(
    deliveries: Iterable[intake_api.Delivery],
) -> Mapping[int, list[tuple[Release, str]]]:
    """Find the published releases, and their outcomes, that count rows of each submission.

    The manifests know the inputs of each file, so each release is followed up to the files that
    partners sent. Only the manifests on the way are read. All outcomes of a release are counted
    from one file: an outcome counts a submission only if it reads records of its type.
    """
    found: dict[int, list[tuple[Release, str]]] = defaultdict(list)
    by_file = {row.landed: row for row in deliveries if row.landed}
    catalogue = load_indicator_catalogue()
    store, inputs = open_file_store(), dict[str, tuple[str, ...]]()
    for release in list_published_releases() if by_file else ():
        waiting, seen = list(release.counted.values()), set[str]()
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            if name not in inputs:
                inputs[name] = _read_inputs(store, name)
            waiting.extend(inputs[name])
        for row in (by_file[name] for name in seen & by_file.keys()):
            found[row.pk] += [
                (release, outcome)
                for outcome in release.outcomes
                if row.record in catalogue[outcome].records
            ]
    return found


def _read_inputs(store: FileStore, name: str) -> tuple[str, ...]:
    """Read which files a file was made from; none if the data folder does not know it."""
    try:
        return store.manifest(FileRef.parse(name)).inputs
    except NoSuchFile:
        return ()


def _load_stewards(slugs: Iterable[str], on: date) -> Mapping[str, list[facts.Actor]]:
    """Load the data stewards of organizations, as policy knows them."""
    rows = list(
        partners_api.Affiliation.objects.filter_active(on)
        .filter(
            role=vocabulary.Role.STEWARD.value, organization__slug__in=slugs, user__is_active=True
        )
        .select_related("user", "organization")
    )
    grouped: dict[str, list[facts.Actor]] = defaultdict(list)
    actors = partners_api.load_actors(row.user for row in rows)
    for row, actor in zip(rows, actors, strict=True):
        grouped[row.organization.slug].append(actor)
    return grouped


def list_partner_report_tasks(actor: facts.Actor, on: date) -> list[InboxTask]:
    """List delivered reports that no data steward of the partner opened yet.

    Args:
        actor: the user.
        on: the day of the decision.

    Returns:
        At most one task; its email has a title and a link, and no figure.
    """
    if not questions.may_open_page(vocabulary.Action.VIEW_GIVE_BACK, actor, on=on).allowed:
        return []
    own = [
        slug
        for slug in actor.list_organizations(on, vocabulary.Role.STEWARD)
        if questions.may_open_page(
            vocabulary.Action.VIEW_GIVE_BACK, actor, organization=slug, on=on
        ).allowed
    ]
    rows = list(
        GiveBack.objects.filter(
            delivery__organization__slug__in=own, given_by=None, opened_at=None
        ).select_related("delivery__organization")
    )
    if not rows:
        return []
    addresses = {
        reverse(
            "figures:report",
            args=(row.delivery.agreement_reference, row.delivery.organization.slug),
        )
        for row in rows
    }
    title = ngettext("report on your data to read", "reports on your data to read", len(rows))
    return [
        InboxTask(
            len(rows),
            title,
            addresses.pop() if len(addresses) == 1 else reverse("figures:reports"),
            minutes=10,
            keys=tuple(f"partner_report.read:{row.pk}" for row in rows),
        )
    ]
