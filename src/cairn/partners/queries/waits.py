"""What waits for a person in this room, and what is due by when."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.partners.due import Due, DueKind
from cairn.partners.models import Affiliation, Organization
from cairn.partners.queries.security import may_change_security, standing, trainees
from cairn.partners.security_facts import security
from cairn.partners.waiting import Waiting
from cairn.rules.access import clearance_due, may_open
from cairn.rules.actor import Actor
from cairn.rules.clearance import OrganizationSecurity
from cairn.rules.roles import HOLDS_ACCESS
from cairn.rules.vocabulary import Action


def waiting(who: Actor, on: date) -> list[Waiting]:
    """What somebody must still learn or sign, and organizations of theirs that are not cleared."""
    found = []
    own = clearance_due(who, on)
    if own:
        title = ngettext(
            "step before you can see a record", "steps before you can see a record", len(own)
        )
        found.append(Waiting(len(own), title, reverse("training:mine")))
    for row in _mine(who, on):
        refused = standing(who, row, on).refusals
        if refused:
            title = ngettext(
                "thing keeps %(name)s from being cleared",
                "things keep %(name)s from being cleared",
                len(refused),
            ) % {"name": row.name}
            address = reverse("partners:security", args=(row.slug,))
            found.append(Waiting(len(refused), title, address))
    return found + _leavers(who, on)


def _leavers(who: Actor, on: date) -> list[Waiting]:
    """People whose access ended yesterday: the agencies whose records they saw hear today."""
    ended = Affiliation.objects.filter(
        ends=on - timedelta(days=1),
        role__in=HOLDS_ACCESS,
        organization__slug__in=_slugs(who, Action.CHANGE_PEOPLE, on),
    )
    count = ended.count()
    if not count:
        return []
    title = ngettext(
        "person left: tell the agencies whose records they saw, within 24 hours",
        "people left: tell the agencies whose records they saw, within 24 hours",
        count,
    )
    return [Waiting(count, title, reverse("partners:people"), due=on)]


def due(who: Actor, on: date, until: date) -> list[Due]:
    """Training, assessments and plans that run out, and notices about people who left."""
    found: list[Due] = []
    for row in Organization.objects.filter(slug__in=_slugs(who, Action.VIEW_CLEARANCE, on)):
        found += _of_organization(row, on)
    found += [
        Due(
            one.due,
            _("Tell the agencies whose records they saw (people who left: %(n)s)")
            % {"n": one.count},
            DueKind.NOTICE,
            address=one.url,
        )
        for one in _leavers(who, on)
        if one.due is not None
    ]
    return sorted((one for one in found if on <= one.on <= until), key=lambda one: one.on)


def _of_organization(row: Organization, on: date) -> Iterator[Due]:
    training = reverse("partners:clearance", args=(row.slug,))
    by_day: dict[date, int] = {}
    for trainee in trainees(row, on):
        if trainee.until is not None:
            by_day[trainee.until] = by_day.get(trainee.until, 0) + 1
    for day, people in by_day.items():
        what = _("Training at %(name)s runs out (people: %(n)s)") % {"n": people, "name": row.name}
        yield Due(day, what, DueKind.TRAINING, row.slug, training)
    (known,) = security([row])
    yield from _security(row, known)


def _security(row: Organization, known: OrganizationSecurity) -> Iterator[Due]:
    address = reverse("partners:security", args=(row.slug,))
    if known.assessment_expires is not None:
        what = _("Security self-assessment of %(name)s runs out") % {"name": row.name}
        yield Due(known.assessment_expires, what, DueKind.SECURITY, row.slug, address)
    if known.barred_until is not None:
        what = _("Bar of %(name)s ends") % {"name": row.name}
        yield Due(known.barred_until, what, DueKind.SECURITY, row.slug, address)


def _mine(who: Actor, on: date) -> QuerySet[Organization]:
    """The organizations for whose security this person answers, by a role held there."""
    slugs = [slug for slug in who.organizations(on) if may_change_security(who, slug, on).allowed]
    return Organization.objects.filter(slug__in=slugs)


def _slugs(who: Actor, action: Action, on: date) -> list[str]:
    return [
        slug
        for slug in Organization.objects.values_list("slug", flat=True)
        if may_open(action, who, organization=slug, on=on).allowed
    ]
