"""Write authorizations of projects: authorize and revoke."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.governance.partners.api import load_actor
from cairn.governance.projects import facts
from cairn.governance.projects.action_inputs import AuthorizationTerm
from cairn.governance.projects.actions.versions import lock_version
from cairn.governance.projects.models import authorization, project
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import record_audit_event
from cairn.policy.checks import find_next_position, plan_authorization
from cairn.policy.facts import Actor
from cairn.policy.questions import may_authorize_project, may_revoke_authorization
from cairn.policy.vocabulary import ProjectState


@transaction.atomic
def authorize_project(
    *,
    version: project.Version,
    term: AuthorizationTerm,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> authorization.Authorization:
    """Authorize an approved version through a last day; it replaces the version before it.

    Args:
        version: the version.
        term: first and last day of the authorization.
        by: the acting user.
        at: when it is authorized.
        who: facts about the acting user; loaded from `by` if absent.
    Returns:
        The authorization.
    Raises:
        Refused: the policy does not allow it.
    """
    lock_version(version)
    fact, on = facts.load_project_fact(version), timezone.localdate(at)
    plan = plan_authorization(fact, term.starts, term.ends, on)
    decision = may_authorize_project(fact, plan, who or load_actor(by), on)
    decision.require()
    row = authorization.Authorization.objects.create(
        version=version,
        question_of={name: list(codes) for name, codes in plan.question_of.items()},
        first_year=plan.first_year,
        last_year=plan.last_year,
        agreements=list(plan.agreements),
        outputs=list(plan.outputs),
        file_names=list(plan.file_names),
        starts=plan.starts,
        ends=plan.ends,
        granted_by=by,
        granted_at=at,
    )
    row.staff.set(version.staff.all())
    row.organizations.set(version.organizations.all())
    next_place = find_next_position(fact, on)
    if next_place is not None:
        version.step, version.state, version.since = next_place.step, next_place.state.value, on
    version.save(update_fields=["step", "state", "since"])
    earlier_versions = version.project.versions.exclude(pk=version.pk).filter(
        state__in=[ProjectState.ACTIVE.value, ProjectState.ANALYSIS.value]
    )
    earlier_versions.update(state=ProjectState.SUPERSEDED.value, since=on)
    detail: dict[str, str | int] = {"elements": len(plan.elements), "ends": str(plan.ends)}
    record_audit_event(
        "project.authorized", version, by=by, at=at, decision=decision, detail=detail
    )
    return row


@transaction.atomic
def revoke_authorization(
    *, version: project.Version, why: str, by: User, at: datetime, who: Actor | None = None
) -> None:
    """Revoke the authorization from today; the project moves to its closing step."""
    lock_version(version)
    fact, on = facts.load_project_fact(version), timezone.localdate(at)
    decision = may_revoke_authorization(fact, who or load_actor(by), on)
    decision.require()
    granted = version.authorization
    granted.revoked_on, granted.revoked_why, granted.revoked_by = on, why, by
    granted.save(update_fields=["revoked_on", "revoked_why", "revoked_by"])
    version.state, version.since = ProjectState.CLOSING.value, on
    version.step = fact.flow.steps[-1].name if fact.flow else version.step
    version.save(update_fields=["state", "since", "step"])
    record_audit_event("project.revoked", version, by=by, at=at, decision=decision)
