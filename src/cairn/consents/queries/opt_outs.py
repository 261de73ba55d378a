"""Reads, narrowed to who asks before anything is fetched. Counts only: never which child."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from cairn.consents.declining import who_said
from cairn.consents.models import Objection, OptOut, Recording
from cairn.consents.queries.consents import organizations
from cairn.partners.models import Organization
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.consent import may_record_opt_out, may_view_opt_outs
from cairn.rules.vocabulary import Action, OptOutScope


@dataclass(frozen=True, slots=True)
class Tally:
    """How many children of one organization are left out, and of what."""

    organization: Organization
    everything: int
    directory: int


def tallies(who: Actor, on: date) -> list[Tally]:
    """By organization, how many opt-outs stand. Raises `Refused`."""
    rows = visible(who, on).annotate(
        everything=_count(OptOutScope.ALL_DISCRETIONARY), directory=_count(OptOutScope.DIRECTORY)
    )
    return [Tally(row, row.everything, row.directory) for row in rows]


def recordings(who: Actor, on: date) -> QuerySet[Recording]:
    """What was recorded, newest first, each with how many of its opt-outs still stand."""
    return (
        Recording.objects.filter(organization__in=visible(who, on))
        .select_related("organization", "recorded_by")
        .annotate(
            total=Count("opt_outs"),
            stands=Count("opt_outs", filter=Q(opt_outs__withdrawn_at__isnull=True)),
        )
    )


def visible(who: Actor, on: date) -> QuerySet[Organization]:
    """The organizations whose opt-outs this person may see. Raises `Refused`."""
    may_open(Action.VIEW_OPT_OUTS, who, on=on).require()
    slugs = [s for s in _slugs() if may_view_opt_outs(s, who, on).allowed]
    return Organization.objects.filter(slug__in=slugs)


def recordable(who: Actor, on: date) -> QuerySet[Organization]:
    """The organizations for which this person may record opt-outs. Raises `Refused`."""
    may_open(Action.RECORD_OPT_OUT, who, on=on).require()
    slugs = [s for s in _slugs() if may_record_opt_out(s, who, on).allowed]
    return Organization.objects.filter(slug__in=slugs)


@dataclass(frozen=True, slots=True)
class Disputed:
    """An opt-out that somebody else wants ended: of which child, who said no, who said yes."""

    objection: Objection
    child: str
    declined_by: str
    wants_it_ended: str


def objections(who: Actor, on: date) -> list[Disputed]:
    """What waits for the decision of one's own district. Raises `Refused`."""
    mine = organizations(Action.ANSWER_FAMILY, who, on)
    rows = Objection.objects.filter(
        answered_at=None, opt_out__withdrawn_at=None, opt_out__organization__in=mine
    ).select_related("opt_out__organization")
    return [_disputed(row) for row in rows]


def _disputed(row: Objection) -> Disputed:
    key = row.opt_out.child_key
    asked, out = who_said(row, key), who_said(row.opt_out, key)
    return Disputed(row, asked["local_id"], out["name"], asked["name"])


def standing(organization: Organization, scope: OptOutScope) -> QuerySet[OptOut]:
    """The opt-outs of an organization that have not been withdrawn."""
    return OptOut.objects.filter(
        organization=organization, scope=scope.value, withdrawn_at__isnull=True
    )


def _slugs() -> list[str]:
    return list(Organization.objects.values_list("slug", flat=True))


def _count(scope: OptOutScope) -> Count:
    stands = Q(opt_outs__withdrawn_at__isnull=True, opt_outs__scope=scope.value)
    return Count("opt_outs__child_key", filter=stands, distinct=True)
