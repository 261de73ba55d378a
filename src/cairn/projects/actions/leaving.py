"""Writes of the leave: authorize, and revoke."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.partners.facts import actor
from cairn.projects import facts, models
from cairn.projects.moving import hold
from cairn.projects.written import Term
from cairn.rules.actor import Actor
from cairn.rules.authorization import planned
from cairn.rules.proposal import may_authorize, may_revoke
from cairn.rules.turn import onward
from cairn.rules.vocabulary import ProjectState


@transaction.atomic
def authorize(
    *, version: models.Version, term: Term, by: User, at: datetime, who: Actor | None = None
) -> models.Authorization:
    """Gives the leave that was approved, through a last day. The version before it is replaced."""
    hold(version)
    fact, on = facts.version(version), timezone.localdate(at)
    leave = planned(fact, term.starts, term.ends, on)
    decision = may_authorize(fact, leave, who or actor(by), on)
    decision.require()
    row = models.Authorization.objects.create(
        version=version,
        question_of={name: list(codes) for name, codes in leave.question_of.items()},
        first_year=leave.first_year,
        last_year=leave.last_year,
        agreements=list(leave.agreements),
        outputs=list(leave.outputs),
        file_names=list(leave.file_names),
        starts=leave.starts,
        ends=leave.ends,
        granted_by=by,
        granted_at=at,
    )
    row.staff.set(version.staff.all())
    row.organizations.set(version.organizations.all())
    place = onward(fact, on)
    if place is not None:
        version.step, version.state, version.since = place.step, place.state.value, on
    version.save(update_fields=["step", "state", "since"])
    before = version.project.versions.exclude(pk=version.pk).filter(
        state__in=[ProjectState.ACTIVE.value, ProjectState.ANALYSIS.value]
    )
    before.update(state=ProjectState.SUPERSEDED.value, since=on)
    detail: dict[str, str | int] = {"elements": len(leave.elements), "ends": str(leave.ends)}
    audit.record("project.authorized", version, by=by, at=at, decision=decision, detail=detail)
    return row


@transaction.atomic
def revoke(
    *, version: models.Version, why: str, by: User, at: datetime, who: Actor | None = None
) -> None:
    """Takes the leave back from today; the project goes to its closing."""
    hold(version)
    fact, on = facts.version(version), timezone.localdate(at)
    decision = may_revoke(fact, who or actor(by), on)
    decision.require()
    leave = version.authorization
    leave.revoked_on, leave.revoked_why, leave.revoked_by = on, why, by
    leave.save(update_fields=["revoked_on", "revoked_why", "revoked_by"])
    version.state, version.since = ProjectState.CLOSING.value, on
    version.step = fact.flow.steps[-1].name if fact.flow else version.step
    version.save(update_fields=["state", "since", "step"])
    audit.record("project.revoked", version, by=by, at=at, decision=decision)
