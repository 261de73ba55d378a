"""Reads of the record, narrowed to who asks before anything is fetched."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.disclosures.models import FROM, DisclosureRecord, RecordRequest
from cairn.disclosures.sealing import Seals
from cairn.partners.due import Due, DueKind
from cairn.partners.models import Organization
from cairn.partners.waiting import Waiting
from cairn.rules import clock
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.disclosed import may_ask_for_record, may_view_disclosure, may_view_disclosures
from cairn.rules.vocabulary import Action


@dataclass(frozen=True, slots=True)
class Wanted:
    """What someone looks for in the record; an empty part narrows nothing."""

    organization: str = ""
    agreement: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None


def of_child(child_key: str) -> list[DisclosureRecord]:
    """Every line whose data held this child's record, the newest first.

    For the family itself: whoever calls this has asked the rule of the family's page.
    """
    child = Seals.of_this_installation().child(child_key)
    return list(_whole(DisclosureRecord.objects.filter(children__child=child)))


def visible(who: Actor, on: date) -> list[str]:
    """The organizations whose lines this person may read. Raises `Refused`."""
    may_view_disclosures(who, on).require()
    return [
        slug
        for slug in Organization.objects.values_list("slug", flat=True)
        if may_view_disclosure((slug,), who, on).allowed
    ]


def disclosures(who: Actor, on: date, wanted: Wanted = Wanted()) -> QuerySet[DisclosureRecord]:
    """The lines that someone may read, the newest first. Raises `Refused`.

    A line without a party is about nobody's data (a stranger's refused request): the hub's own
    people see it.
    """
    seen = visible(who, on)
    rows = DisclosureRecord.objects.all()
    if not may_view_disclosure((), who, on).allowed:
        rows = rows.filter(parties__organization__in=seen)
    if wanted.organization:
        rows = rows.filter(parties__organization=wanted.organization)
    if wanted.agreement:
        rows = rows.filter(pk__in=_under(rows, wanted.agreement))
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.since:
        rows = rows.filter(on__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(on__lte=wanted.until)
    return _whole(rows.distinct())


def _under(rows: QuerySet[DisclosureRecord], agreement: str) -> list[int]:
    """Those that rest on an agreement; SQLite cannot ask a list for what it contains."""
    found = rows.values_list("pk", "agreements")
    return [pk for pk, references in found if agreement in references]


def _whole(rows: QuerySet[DisclosureRecord]) -> QuerySet[DisclosureRecord]:
    return rows.select_related("by").prefetch_related("parties")


def owners(row: DisclosureRecord) -> frozenset[str]:
    """Whose data a line is about, by short name."""
    return frozenset(p.organization for p in row.parties.all() if p.side == FROM)


def names() -> dict[str, str]:
    """The name of each organization by its slug; lines keep slugs, which do not change."""
    return dict(Organization.objects.values_list("slug", "name"))


def requests(who: Actor, on: date) -> QuerySet[RecordRequest]:
    """The owners' requests for their record that someone may see, the first due first."""
    return RecordRequest.objects.filter(organization__slug__in=visible(who, on)).select_related(
        "organization", "asked_by", "answered_by"
    )


def unanswered(who: Actor, on: date) -> list[tuple[RecordRequest, str]]:
    """The requests that nobody has answered, each with what is to be said of one that is late."""
    return [
        (row, reason.message if clock.late(reason) else "")
        for row in requests(who, on).filter(answered_at__isnull=True)
        for reason in (clock.further_disclosures(row.asked_on, None, on),)
    ]


def asking_for(who: Actor, on: date) -> list[Organization]:
    """The organizations for which someone may ask for the record: those they act for."""
    return [
        one
        for one in Organization.objects.filter(slug__in=who.organizations(on))
        if may_ask_for_record(one.slug, who, on).allowed
    ]


def waiting(who: Actor, on: date) -> list[Waiting]:
    """Requests for the record that nobody has answered, for those who keep it."""
    if not may_open(Action.VERIFY, who, on=on).allowed:
        return []
    unanswered = RecordRequest.objects.filter(answered_at__isnull=True)
    count = unanswered.count()
    if not count:
        return []
    first = unanswered.order_by("due_on").first()
    return [
        Waiting(
            count=count,
            title=ngettext(
                "request for the record of disclosures to answer",
                "requests for the record of disclosures to answer",
                count,
            ),
            url=reverse("disclosures:list"),
            due=first.due_on if first else None,
        )
    ]


def due(who: Actor, on: date, until: date) -> list[Due]:
    """The requests for the record that must be answered from a date to another."""
    if not may_view_disclosures(who, on).allowed:
        return []
    rows = requests(who, on).filter(answered_at__isnull=True, due_on__lte=until)
    return [
        Due(
            on=row.due_on,
            what=_("Answer to %(organization)s: the record of its disclosures")
            % {"organization": row.organization.name},
            kind=DueKind.ANSWER,
            organization=row.organization.slug,
            address=reverse("disclosures:list"),
        )
        for row in rows
    ]
