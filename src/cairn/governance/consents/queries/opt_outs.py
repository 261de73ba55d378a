"""Read opt-outs that a user may see: counts only, except in open disputes."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from cairn.governance.consents.models.opt_outs import Objection, OptOut, Recording, Said
from cairn.governance.consents.protected_identity import unseal_fields
from cairn.governance.consents.queries.consents import list_permitted_organizations
from cairn.governance.partners.api import Organization
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page, may_record_opt_out, may_view_opt_outs
from cairn.policy.vocabulary import Action, OptOutScope


def unseal_opt_out_signer(row: Said, child: str) -> dict[str, str]:
    """Decrypt the `name` and `local_id` of an opt-out or objection; empty if not on record."""
    return unseal_fields(child, row.sealed) if row.sealed else {"name": "", "local_id": ""}


@dataclass(frozen=True, slots=True)
class OptOutTally:
    """How many children of one organization are left out, by scope."""

    organization: Organization
    everything: int
    directory: int


def list_opt_out_tallies(who: Actor, on: date) -> list[OptOutTally]:
    """Count the active opt-outs of each organization. Raises `Refused`."""
    rows = list_organizations_with_visible_opt_outs(who, on).annotate(
        everything=_count_children(OptOutScope.ALL_DISCRETIONARY),
        directory=_count_children(OptOutScope.DIRECTORY),
    )
    return [OptOutTally(row, row.everything, row.directory) for row in rows]


def list_opt_out_recordings(who: Actor, on: date) -> QuerySet[Recording]:
    """List recordings, newest first, each with the number of its opt-outs that are still active."""
    return (
        Recording.objects.filter(organization__in=list_organizations_with_visible_opt_outs(who, on))
        .select_related("organization", "recorded_by")
        .annotate(
            total=Count("opt_outs"),
            stands=Count("opt_outs", filter=Q(opt_outs__withdrawn_at__isnull=True)),
        )
    )


def list_organizations_with_visible_opt_outs(who: Actor, on: date) -> QuerySet[Organization]:
    """List the organizations with opt-outs that this user may see. Raises `Refused`."""
    may_open_page(Action.VIEW_OPT_OUTS, who, on=on).require()
    slugs = [slug for slug in _list_slugs() if may_view_opt_outs(slug, who, on).allowed]
    return Organization.objects.filter(slug__in=slugs)


def list_organizations_to_record_opt_outs(who: Actor, on: date) -> QuerySet[Organization]:
    """List the organizations for which this user may record opt-outs. Raises `Refused`."""
    may_open_page(Action.RECORD_OPT_OUT, who, on=on).require()
    slugs = [slug for slug in _list_slugs() if may_record_opt_out(slug, who, on).allowed]
    return Organization.objects.filter(slug__in=slugs)


@dataclass(frozen=True, slots=True)
class OptOutDispute:
    """An opt-out that another person wants to end: the child, who opted out, who objects."""

    objection: Objection
    child: str
    declined_by: str
    wants_it_ended: str


def list_opt_out_disputes(who: Actor, on: date) -> list[OptOutDispute]:
    """List the disputes that wait for a decision by the user's own district. Raises `Refused`."""
    districts = list_permitted_organizations(Action.ANSWER_FAMILY, who, on)
    rows = Objection.objects.filter(
        answered_at=None, opt_out__withdrawn_at=None, opt_out__organization__in=districts
    ).select_related("opt_out__organization")
    return [_build_dispute(row) for row in rows]


def _build_dispute(row: Objection) -> OptOutDispute:
    key = row.opt_out.child_key
    objector, opt_out_signer = (
        unseal_opt_out_signer(row, key),
        unseal_opt_out_signer(row.opt_out, key),
    )
    return OptOutDispute(row, objector["local_id"], opt_out_signer["name"], objector["name"])


def select_active_opt_outs(organization: Organization, scope: OptOutScope) -> QuerySet[OptOut]:
    """Return the opt-outs of an organization that are not withdrawn."""
    return OptOut.objects.filter(
        organization=organization, scope=scope.value, withdrawn_at__isnull=True
    )


def _list_slugs() -> list[str]:
    return list(Organization.objects.values_list("slug", flat=True))


def _count_children(scope: OptOutScope) -> Count:
    is_active = Q(opt_outs__withdrawn_at__isnull=True, opt_outs__scope=scope.value)
    return Count("opt_outs__child_key", filter=is_active, distinct=True)
