"""Write the review of a project: steps, answers, scores, agreements, conditions, withdrawal.

A review ends with the authorization, which can be revoked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from cairn.governance.partners.api import Organization
from cairn.governance.projects import facts
from cairn.governance.projects.action_inputs import AuthorizationTerm, ReviewAnswer
from cairn.governance.projects.actions import versions
from cairn.governance.projects.models import project as models_project
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, load_current_actor
from cairn.platform.audit.api import record_audit_event
from cairn.policy import questions
from cairn.policy.checks import find_next_position, plan_authorization
from cairn.policy.engine import Permit
from cairn.policy.facts import AuthorizationFact, ProjectFact
from cairn.policy.questions import may_authorize_project, may_revoke_authorization
from cairn.policy.vocabulary import Decider, ProjectState, StepAnswer

__all__ = [
    "authorize_project",
    "finish_requester_step",
    "record_equity_step",
    "record_step_answer",
    "score_proposal",
]


def _lock_answer_facts(
    *,
    version: models_project.Version,
    decider: Decider,
    organization: Organization | None,
    review_answer: ReviewAnswer,
) -> tuple[ProjectFact, Decider, str, StepAnswer]:
    (fact,) = versions.lock_version_facts(version=version)
    return fact, decider, organization.slug if organization else "", review_answer.answer


def _merge_agreements(version: models_project.Version, more: Sequence[str]) -> list[str]:
    return list(dict.fromkeys((*version.agreements, *more)))


def _lock_agreement_facts(
    *, version: models_project.Version, more: Sequence[str]
) -> tuple[ProjectFact, ProjectFact]:
    (fact,) = versions.lock_version_facts(version=version)
    agreements = _merge_agreements(version, more)
    fact_after = replace(
        fact, agreements=tuple(agreements), pilots=facts.find_pilot_agreements(agreements)
    )
    return fact, fact_after


def _lock_condition_facts(*, condition: models_project.Condition) -> tuple[ProjectFact]:
    return versions.lock_version_facts(version=condition.version)


@action(
    "project.moved_on", asks=questions.may_finish_project_step, facts=versions.lock_version_facts
)
def finish_requester_step(
    permit: Permit, /, *, version: models_project.Version, by: User, at: datetime
) -> ActionResult[None]:
    """Finish the requester's own step: submit the project, start the analysis, or close it.

    Args:
        version: the version.
        by: the acting user.
        at: when the step is finished.
    Raises:
        Refused: the policy does not allow it.
    """
    versions.advance_version(version, _local_date(at), finished=True)
    detail = {"step": version.step, "state": version.state}
    return ActionResult(subject=version, detail=detail)


@action("project.answered", asks=questions.may_respond_to_project, facts=_lock_answer_facts)
def record_step_answer(
    permit: Permit,
    /,
    *,
    version: models_project.Version,
    decider: Decider,
    organization: Organization | None,
    review_answer: ReviewAnswer,
    by: User,
    at: datetime,
) -> ActionResult[models_project.Word]:
    """Record a decider's answer at the current step.

    An approval may withhold elements, each with or without a reason. Returning or declining the
    project sends it back to the requester.

    Args:
        version: the version.
        decider: the role in which the user answers.
        organization: the organization that the user answers for, if the role has one.
        review_answer: the answer.
        by: the acting user.
        at: when the answer is given.
    Returns:
        The stored answer.
    Raises:
        Refused: the policy does not allow it.
    """
    fact = facts.load_project_fact(version)
    slug = organization.slug if organization else ""
    withheld = {
        name: text for name, text in review_answer.left_out.items() if name in fact.elements
    }
    word = models_project.Word.objects.create(
        version=version,
        round=version.round,
        step=version.step,
        decider=decider.value,
        organization=organization,
        answer=review_answer.answer.value,
        why=review_answer.why,
        left_out=withheld,
        by=by,
        at=at,
    )
    if review_answer.answer in (StepAnswer.RETURN, StepAnswer.DECLINE):
        versions.return_version(version, review_answer.why, _local_date(at))
    else:
        versions.advance_version(version, _local_date(at))
    detail: dict[str, str | int] = {"answer": review_answer.answer.value, "left_out": len(withheld)}
    detail |= {"as": decider.value, "organization": slug}
    return ActionResult(word, subject=version, detail=detail)


@action("project.scored", asks=questions.may_score_project, facts=versions.lock_version_facts)
def score_proposal(
    permit: Permit,
    /,
    *,
    version: models_project.Version,
    scores: Mapping[str, tuple[int, str]],
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Record one to five points for each criterion of the workflow, each with a reason.

    Args:
        version: the version.
        scores: criterion → (points, reason).
        by: the acting user.
        at: when the proposal is scored.
    Raises:
        Refused: the policy does not allow it.
    """
    version.scores = {
        name: {"points": str(points), "why": why, "by": by.name}
        for name, (points, why) in scores.items()
    }
    version.save(update_fields=["scores"])
    return ActionResult(subject=version)


@action(
    "project.agreements_named",
    asks=questions.may_add_project_agreements,
    facts=_lock_agreement_facts,
)
def add_project_agreements(
    permit: Permit,
    /,
    *,
    version: models_project.Version,
    more: Sequence[str],
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Add agreements that were signed after the reviews to those that the project names already."""
    all_agreements = _merge_agreements(version, more)
    version.agreements = all_agreements
    version.save(update_fields=["agreements"])
    detail = {"agreements": ", ".join(all_agreements)}
    return ActionResult(subject=version, detail=detail)


@transaction.atomic
def record_equity_step(
    *,
    project: models_project.Project,
    kind: str,
    on: date,
    who_took_part: str,
    what_changed: str,
    by: User,
    at: datetime,
) -> models_project.EquityStep:
    """Record engagement at the start or reflection at the end of a project.

    Args:
        project: the project.
        kind: "engagement" or "reflection".
        on: the day on which it happened.
        who_took_part: the people who took part.
        what_changed: what they reported, and what changed because of it.
        by: the acting user.
        at: when it is recorded.
    Returns:
        The new row.
    Raises:
        Refused: the policy does not allow it.
    """
    decision = questions.may_propose_project(
        project.lead.slug, load_current_actor(by), _local_date(at)
    )
    decision.require()
    row = models_project.EquityStep.objects.create(
        project=project, kind=kind, on=on, who=who_took_part, what=what_changed, by=by, at=at
    )
    record_audit_event(f"project.{kind}", project, by=by, at=at, decision=decision)
    return row


@action(
    "project.condition_met", asks=questions.may_meet_project_condition, facts=_lock_condition_facts
)
def meet_condition(
    permit: Permit, /, *, condition: models_project.Condition, how: str, by: User, at: datetime
) -> ActionResult[None]:
    """Record that a condition is met; the last one approves the project."""
    version = condition.version
    condition.met_on, condition.met_how, condition.met_by = _local_date(at), how, by
    condition.save(update_fields=["met_on", "met_how", "met_by"])
    open_conditions = version.conditions.filter(round=version.round, met_on__isnull=True)
    if not open_conditions.exists():
        version.state, version.since = ProjectState.APPROVED.value, _local_date(at)
        version.save(update_fields=["state", "since"])
    return ActionResult(subject=version)


@action("project.withdrawn", asks=questions.may_withdraw_project, facts=versions.lock_version_facts)
def withdraw_project(
    permit: Permit, /, *, version: models_project.Version, why: str, by: User, at: datetime
) -> ActionResult[None]:
    """Withdraw a project before any data are used."""
    version.state, version.since = ProjectState.WITHDRAWN.value, _local_date(at)
    version.returned_why = why
    version.save(update_fields=["state", "since", "returned_why"])
    return ActionResult(subject=version)


def _local_date(at: datetime) -> date:
    return timezone.localdate(at)


def _lock_authorization_facts(
    *, version: models_project.Version, term: AuthorizationTerm, at: datetime
) -> tuple[ProjectFact, AuthorizationFact]:
    (fact,) = versions.lock_version_facts(version=version)
    return fact, plan_authorization(fact, term.starts, term.ends, timezone.localdate(at))


@action("project.authorized", asks=may_authorize_project, facts=_lock_authorization_facts)
def authorize_project(
    permit: Permit,
    /,
    *,
    version: models_project.Version,
    term: AuthorizationTerm,
    by: User,
    at: datetime,
) -> ActionResult[models_project.Authorization]:
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
    row = models_project.Authorization.objects.create(
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


@action("project.revoked", asks=may_revoke_authorization, facts=versions.lock_version_facts)
def revoke_authorization(
    permit: Permit, /, *, version: models_project.Version, why: str, by: User, at: datetime
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
