"""What goes on under the agreements today, each with the question that its own door asks."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from cairn.agreements import facts as agreed
from cairn.agreements.models import Agreement as AgreementRow
from cairn.intake import children, rows
from cairn.intake import facts as intake
from cairn.intake.models import Delivery
from cairn.intake.storehouse import open_storehouse
from cairn.linkage.gathering import IDENTIFYING
from cairn.projects import facts as projects
from cairn.releases.models import Release
from cairn.rules.actor import Actor
from cairn.rules.agreement import Agreement
from cairn.rules.authorization import leave_holds
from cairn.rules.decision import Decision
from cairn.rules.delivery import DeliveryFact, may_receive
from cairn.rules.lapse import Agreements, Use, UseKind, may_rely, nothing_in_the_way
from cairn.rules.linkage import may_link
from cairn.rules.project import ProjectFact
from cairn.rules.rows import RowsFact
from cairn.rules.vocabulary import DeliveryState, LegalBasis, PartyRole, Purpose, ReleaseState
from cairn.warehouse.zones import FileRef

_COUNTS = (DeliveryState.RECEIVED, DeliveryState.CONFORMING, DeliveryState.CONFORMED)


def agreements(on: date) -> Agreements:
    """Every agreement on record, as it stands on a date."""
    found = agreed.agreements(AgreementRow.objects.order_by("reference"), on)
    return {one.reference: one for one in found}


def uses(known: Agreements, on: date) -> list[Use]:
    """Everything that goes on: deliveries, linking, authorized projects, releases."""
    parties = {slug for agreement in known.values() for slug in agreement.organizations(*PartyRole)}
    anybody = nothing_in_the_way(parties)
    return [
        *_deliveries(known, anybody, on),
        *_projects(known, anybody, on),
        *_releases(known, anybody),
    ]


def _deliveries(known: Agreements, anybody: Actor, on: date) -> Iterator[Use]:
    """The next delivery of each feed, like the newest one; and linking what came."""
    newest: dict[tuple[str, str, str], Delivery] = {}
    standing = Delivery.objects.filter(state__in=_COUNTS, mapping__isnull=False)
    for row in standing.select_related("organization", "mapping").order_by("received_at", "pk"):
        newest[row.organization.slug, row.agreement_reference, row.feed] = row
    linked: dict[str, set[str]] = {}
    told: dict[str, list[RowsFact]] = defaultdict(list)
    for row in newest.values():
        if row.agreement_reference not in known:
            continue
        fact = intake.delivery(row)
        said = {"organization": row.organization.name, "feed": row.feed}
        name = _("Delivery of %(organization)s: %(feed)s") % said
        address = reverse("intake:delivery", args=(row.pk,))
        mine = _children(row, known[row.agreement_reference], on)
        told[row.agreement_reference].append(mine)
        yield Use(UseKind.DELIVERY, name, address, partial(_receive, fact, mine, anybody))
        identifying = {e for e in fact.elements if e.partition(".")[2] in IDENTIFYING}
        linked.setdefault(row.agreement_reference, set()).update(identifying)
    for reference, elements in linked.items():
        if elements:
            name = _("Linking records that came under %(agreement)s") % {"agreement": reference}
            ask = partial(_link, reference, frozenset(elements), tuple(told[reference]), anybody)
            yield Use(UseKind.LINK, name, reverse("linkage:summary"), ask)


def _projects(known: Agreements, anybody: Actor, on: date) -> Iterator[Use]:
    """Each project whose authorization holds on the day."""
    for project in projects.projects():
        leave = project.authorization
        if leave is None or not leave_holds(project, anybody, on).allowed:
            continue
        if not set(leave.agreements) <= set(known):
            continue
        said = {"reference": project.reference, "title": project.title}
        name = _("Authorized project %(reference)s: %(title)s") % said
        address = reverse("projects:detail", args=(project.reference, project.version))
        yield Use(UseKind.PROJECT, name, address, partial(_work, project, anybody))


def _releases(known: Agreements, anybody: Actor) -> Iterator[Use]:
    """Each release that stands: new figures, or publishing it."""
    gone = (ReleaseState.WITHDRAWN, ReleaseState.CORRECTED)
    for row in Release.objects.exclude(state__in=gone).order_by("pk"):
        if not set(row.agreements) <= set(known):
            continue
        out = row.state == ReleaseState.PUBLISHED
        said = {"title": row.title}
        name = (_("New figures for %(title)s") if out else _("Publishing %(title)s")) % said
        address = reverse("releases:detail", args=(row.pk,))
        ask = partial(_release, tuple(row.agreements), Purpose(row.purpose), anybody)
        yield Use(UseKind.RELEASE, name, address, ask)


def _children(row: Delivery, terms: Agreement, on: date) -> RowsFact:
    """The children of a delivery on the day, whom written consent asks for; else nobody is looked
    up, since no agreement's end changes what is set apart for a child."""
    if terms.basis is not LegalBasis.CONSENT:
        return rows.fact(terms, {}, on)
    ids = children.ids(open_storehouse(), FileRef.parse(row.landed), intake.mapping(row))
    return rows.fact(terms, {row.organization.slug: ids}, on)


def _receive(
    fact: DeliveryFact, mine: RowsFact, anybody: Actor, known: Agreements, on: date
) -> Decision:
    agreement = known[fact.agreement_reference]
    return may_receive(fact, agreement, anybody, on, overdue=(), rows=(mine,))


def _link(
    reference: str,
    elements: frozenset[str],
    told: tuple[RowsFact, ...],
    anybody: Actor,
    known: Agreements,
    on: date,
) -> Decision:
    behind = known[reference]
    return may_link([behind], elements, anybody, on, rows=told, pilot=bool(behind.pilot))


def _work(project: ProjectFact, anybody: Actor, known: Agreements, on: date) -> Decision:
    leave = project.authorization
    behind = [known[name] for name in leave.agreements] if leave else []
    return may_rely(behind, project.purpose, anybody, on)


def _release(
    references: tuple[str, ...], purpose: Purpose, anybody: Actor, known: Agreements, on: date
) -> Decision:
    return may_rely([known[name] for name in references], purpose, anybody, on)
