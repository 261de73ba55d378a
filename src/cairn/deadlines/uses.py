"""What goes on under the agreements today, each with the question that its own door asks."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from cairn.agreements import facts as agreed
from cairn.agreements.models import Agreement as AgreementRow
from cairn.intake import facts as intake
from cairn.intake.models import Delivery
from cairn.linkage.gathering import IDENTIFYING
from cairn.projects import facts as projects
from cairn.releases.models import Release
from cairn.rules.actor import Actor
from cairn.rules.authorization import leave_holds
from cairn.rules.decision import Decision
from cairn.rules.delivery import DeliveryFact, may_receive
from cairn.rules.lapse import Agreements, Use, UseKind, may_rely, nothing_in_the_way
from cairn.rules.linkage import may_link
from cairn.rules.project import ProjectFact
from cairn.rules.vocabulary import DeliveryState, PartyRole, Purpose, ReleaseState

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
        *_deliveries(known, anybody),
        *_projects(known, anybody, on),
        *_releases(known, anybody),
    ]


def _deliveries(known: Agreements, anybody: Actor) -> Iterator[Use]:
    """The next delivery of each feed, like the newest one; and linking what came."""
    newest: dict[tuple[str, str, str], Delivery] = {}
    rows = Delivery.objects.filter(state__in=_COUNTS, mapping__isnull=False)
    for row in rows.select_related("organization", "mapping").order_by("received_at", "pk"):
        newest[row.organization.slug, row.agreement_reference, row.feed] = row
    linked: dict[str, set[str]] = {}
    for row in newest.values():
        if row.agreement_reference not in known:
            continue
        fact = intake.delivery(row)
        said = {"organization": row.organization.name, "feed": row.feed}
        name = _("Delivery of %(organization)s: %(feed)s") % said
        address = reverse("intake:delivery", args=(row.pk,))
        yield Use(UseKind.DELIVERY, name, address, partial(_receive, fact, anybody))
        identifying = {e for e in fact.elements if e.partition(".")[2] in IDENTIFYING}
        linked.setdefault(row.agreement_reference, set()).update(identifying)
    for reference, elements in linked.items():
        if elements:
            name = _("Linking records that came under %(agreement)s") % {"agreement": reference}
            ask = partial(_link, reference, frozenset(elements), anybody)
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
    """Each release that is not withdrawn: new figures, or publishing it."""
    for row in Release.objects.exclude(state=ReleaseState.WITHDRAWN).order_by("pk"):
        if not set(row.agreements) <= set(known):
            continue
        out = row.state == ReleaseState.PUBLISHED
        said = {"title": row.title}
        name = (_("New figures for %(title)s") if out else _("Publishing %(title)s")) % said
        address = reverse("releases:detail", args=(row.pk,))
        ask = partial(_release, tuple(row.agreements), Purpose(row.purpose), anybody)
        yield Use(UseKind.RELEASE, name, address, ask)


def _receive(fact: DeliveryFact, anybody: Actor, known: Agreements, on: date) -> Decision:
    return may_receive(fact, known[fact.agreement_reference], anybody, on, overdue=())


def _link(
    reference: str, elements: frozenset[str], anybody: Actor, known: Agreements, on: date
) -> Decision:
    return may_link([known[reference]], elements, anybody, on)


def _work(project: ProjectFact, anybody: Actor, known: Agreements, on: date) -> Decision:
    leave = project.authorization
    behind = [known[name] for name in leave.agreements] if leave else []
    return may_rely(behind, project.purpose, anybody, on)


def _release(
    references: tuple[str, ...], purpose: Purpose, anybody: Actor, known: Agreements, on: date
) -> Decision:
    return may_rely([known[name] for name in references], purpose, anybody, on)
