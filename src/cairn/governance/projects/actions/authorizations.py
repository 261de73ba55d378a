"""Write authorizations of projects: authorize and revoke."""

from datetime import datetime

from django.utils import timezone

from cairn.governance.projects import facts
from cairn.governance.projects.action_inputs import AuthorizationTerm
from cairn.governance.projects.actions.versions import lock_version_facts
from cairn.governance.projects.models import authorization, project
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.policy.checks import find_next_position, plan_authorization
from cairn.policy.engine import Permit
from cairn.policy.facts import AuthorizationFact, ProjectFact
from cairn.policy.questions import may_authorize_project, may_revoke_authorization
from cairn.policy.vocabulary import ProjectState

__all__ = ["authorize_project"]


def _lock_authorization_facts(
    *, version: project.Version, term: AuthorizationTerm, at: datetime
) -> tuple[ProjectFact, AuthorizationFact]:
    (fact,) = lock_version_facts(version=version)
    return fact, plan_authorization(fact, term.starts, term.ends, timezone.localdate(at))


@action("project.authorized", asks=may_authorize_project, facts=_lock_authorization_facts)
def authorize_project(
    permit: Permit, /, *, version: project.Version, term: AuthorizationTerm, by: User, at: datetime
) -> ActionResult[authorization.Authorization]:
    """Authorize an approved version through a last day; it replaces the version before it.

    Args:
        version: the version.
        term: first and last day of the authorization.
        by: the acting user.
        at: when it is authorized.
    Returns:
        The authorization.
    Raises:
        Refused: the policy does not allow it.
    """
    fact, on = facts.load_project_fact(version), permit.on
    plan = plan_authorization(fact, term.starts, term.ends, on)
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
    return ActionResult(row, subject=version, detail=detail)


@action("project.revoked", asks=may_revoke_authorization, facts=lock_version_facts)
def revoke_authorization(
    permit: Permit, /, *, version: project.Version, why: str, by: User, at: datetime
) -> ActionResult[None]:
    """Revoke the authorization from today; the project moves to its closing step."""
    fact, on = facts.load_project_fact(version), permit.on
    granted = version.authorization
    granted.revoked_on, granted.revoked_why, granted.revoked_by = on, why, by
    granted.save(update_fields=["revoked_on", "revoked_why", "revoked_by"])
    version.state, version.since = ProjectState.CLOSING.value, on
    version.step = fact.flow.steps[-1].name if fact.flow else version.step
    version.save(update_fields=["state", "since", "step"])
    return ActionResult(subject=version)
