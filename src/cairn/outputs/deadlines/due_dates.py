"""Compute due dates of deliveries, reports to partners, and 18th birthdays.

From the 18th birthday the right to consent is the student's own (34 CFR 99.5). Birthdays leave this
module only as counts by month, and only if the user may see the organization's consents.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.data.intake.api import Delivery
from cairn.governance.agreements.api import Agreement, load_agreement_facts
from cairn.governance.consents.api import Child, unseal_child_label
from cairn.governance.partners.api import Organization
from cairn.outputs.releases.api import LastReport, find_last_reports
from cairn.platform.deadline_sources.api import Deadline, DeadlineKind
from cairn.policy import checks
from cairn.policy.facts import Actor, AgreementFact, GiveBackTerm
from cairn.policy.questions import decide_agreement_in_force, may_open_page, may_view_agreement
from cairn.policy.vocabulary import (
    RECIPIENT_ROLES,
    Action,
    DeliveryState,
    OrganizationKind,
    PartyRole,
)

_CANCELED_STATES = (DeliveryState.REFUSED, DeliveryState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class _LastDays:
    """When data last came and reports last went out.

    Attributes:
        deliveries: moment by agreement and sender, also of a submission on hold.
        accepted: moment by agreement and sender, without a submission on hold.
        reports: the reports by agreement and partner.
    """

    deliveries: Mapping[tuple[str, str], datetime]
    accepted: Mapping[tuple[str, str], datetime]
    reports: Mapping[tuple[str, str], list[LastReport]]

    def find_delivery_day(self, agreement: str, sender: str) -> date | None:
        """Find the last day on which a sender sent data under the agreement."""
        at = self.deliveries.get((agreement, sender))
        return timezone.localdate(at) if at else None

    def find_report_days(
        self, promise: GiveBackTerm, terms: AgreementFact, senders: Iterable[str]
    ) -> tuple[date | None, date | None]:
        """Find when data last came that no report covers, and when the report was last given."""
        received, given = list[datetime](), list[date]()
        for sender in senders:
            reports = [
                each
                for each in self.reports.get((terms.reference, sender), ())
                if checks.is_report_of_term(
                    promise, terms, sender, each.what, is_by_cairn=each.is_by_cairn
                )
            ]
            given += [each.given_on for each in reports]
            at = self.accepted.get((terms.reference, sender))
            if at and all(each.covered_until < at for each in reports):
                received.append(at)
        return (
            timezone.localdate(max(received)) if received else None,
            max(given, default=None),
        )


def list_delivery_and_report_deadlines(actor: Actor, on: date, until: date) -> list[Deadline]:
    """List the next delivery and the next report to partners of each agreement in force.

    Late ones keep their own day, before `on`. A delivery is expected if the agreement covers data
    that the partnership's own office receives. A memorandum brings no data, and data that one
    partner sends to another does not come here.

    Args:
        actor: the user.
        on: the day of the decision.
        until: the last day.
    Returns:
        The deadlines of agreements that the user may see.
    """
    deadlines: list[Deadline] = []
    organizations = list(Organization.objects.values_list("slug", "name", "kind"))
    names = {slug: name for slug, name, _kind in organizations}
    office = OrganizationKind.BACKBONE.value
    office_slugs = frozenset(slug for slug, _name, kind in organizations if kind == office)
    deliveries = (
        reverse("intake:deliveries")
        if may_open_page(Action.VIEW_DELIVERY, actor, on=on).allowed
        else ""
    )
    last = _LastDays(*_load_last_deliveries(), find_last_reports())
    for terms in load_agreement_facts(Agreement.objects.order_by("reference"), on):
        # What an agreement with parts promises is due for each part that has data.
        if (
            terms.parts
            or not may_view_agreement(terms, actor, on).allowed
            or not decide_agreement_in_force(terms, on).allowed
        ):
            continue
        if terms.data and terms.list_organizations(*RECIPIENT_ROLES) & office_slugs:
            deadlines += _list_delivery_deadlines(terms, names, last, deliveries)
        deadlines += _list_report_deadlines(terms, names, last, actor, on)
    return [deadline for deadline in deadlines if deadline.on <= until]


def _list_delivery_deadlines(
    terms: AgreementFact, names: Mapping[str, str], last: _LastDays, address: str
) -> Iterator[Deadline]:
    for sender in sorted(terms.list_organizations(PartyRole.PROVIDER)):
        day = checks.find_next_delivery_date(terms, last.find_delivery_day(terms.reference, sender))
        if day is not None:
            values = {"sender": names.get(sender, sender), "agreement": terms.reference}
            title = _("Data submission from %(sender)s under %(agreement)s") % values
            key = f"{terms.reference}:{sender}"
            yield Deadline(day, title, DeadlineKind.DELIVERY, sender, address, key=key)


def _list_report_deadlines(
    terms: AgreementFact, names: Mapping[str, str], last: _LastDays, actor: Actor, on: date
) -> Iterator[Deadline]:
    """Yield the next day of each promised report, for each partner that gets it.

    Cairn delivers a report of published tables by itself. Its page lists the missing parts, for
    users who may open it. Under a pilot there are no published tables to report.
    """
    responsible_slugs = ", ".join(sorted(terms.list_organizations(*RECIPIENT_ROLES)))
    providers = terms.list_organizations(PartyRole.PROVIDER)
    for index, promise in enumerate(terms.giveback):
        is_delivered = promise.contents is not None
        if is_delivered and terms.pilot:
            continue
        for partner in sorted(checks.list_report_partners(promise, terms)):
            # A report to another party than the senders is about the data of all of them.
            senders = providers & {partner} or providers
            received, given = last.find_report_days(promise, terms, senders)
            day = checks.find_next_partner_report_date(promise, terms, received, on, given)
            if day is None:
                continue
            values = {"partner": names.get(partner, partner), "agreement": terms.reference}
            address = (
                reverse("figures:report", args=(terms.reference, partner))
                if is_delivered
                and may_open_page(Action.VIEW_GIVE_BACK, actor, organization=partner, on=on).allowed
                else reverse("agreements:detail", args=(terms.reference,))
            )
            yield Deadline(
                day,
                _("Report to %(partner)s under %(agreement)s") % values,
                DeadlineKind.GIVE_BACK,
                responsible_slugs,
                address,
                promise.what,
                key=f"{terms.reference}:{index}:{partner}",
            )


_Moments = dict[tuple[str, str], datetime]


def _load_last_deliveries() -> tuple[_Moments, _Moments]:
    """Load when the last delivery came that was not refused or withdrawn, with and without holds.

    All at once: the home page of everyone asks about every agreement.
    """
    rows = list(
        Delivery.objects.exclude(state__in=_CANCELED_STATES)
        .values_list("agreement_reference", "organization__slug")
        .annotate(last=Max("received_at"))
        .annotate(accepted=Max("received_at", filter=~Q(state=DeliveryState.HELD)))
        .order_by()
    )
    return (
        {(agreement, sender): last for agreement, sender, last, _accepted in rows},
        {(agreement, sender): at for agreement, sender, _last, at in rows if at is not None},
    )


def list_birthday_deadlines(actor: Actor, on: date, until: date) -> list[Deadline]:
    """List, by month, how many students turn 18, on the first day of the month."""
    deadlines: list[Deadline] = []
    for row in Organization.objects.filter(children_with_consents__isnull=False).distinct():
        if not may_open_page(Action.VIEW_CONSENTS, actor, organization=row.slug, on=on).allowed:
            continue
        months = Counter(day.replace(day=1) for day in _list_birthdays(row) if on <= day <= until)
        for month, students in sorted(months.items()):
            values = {"n": students, "name": row.name}
            title = ngettext(
                "%(n)s student of %(name)s turns 18 this month. Ask the student for consent.",
                "%(n)s students of %(name)s turn 18 this month. Ask the students for consent.",
                students,
            )
            address = reverse("consents:list")
            deadlines.append(
                Deadline(
                    max(month, on),
                    title % values,
                    DeadlineKind.BIRTHDAY,
                    row.slug,
                    address,
                    key=f"{month:%Y-%m}",
                )
            )
    return deadlines


def _list_birthdays(row: Organization) -> list[date]:
    birth_dates = (
        unseal_child_label(child.key, child.sealed).birth_date
        for child in Child.objects.filter(organization=row)
    )
    return [checks.find_majority_date(day) for day in birth_dates if day is not None]
