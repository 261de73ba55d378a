"""Writes of the way: moving on, the words of those who decide, conditions, withdrawing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.projects import facts, models
from cairn.projects.moving import advance, hold, send_back
from cairn.projects.written import Said
from cairn.rules.actor import Actor
from cairn.rules.proposal import (
    may_answer,
    may_meet_condition,
    may_move_on,
    may_name_agreements,
    may_propose,
    may_score,
    may_withdraw,
)
from cairn.rules.vocabulary import Decider, ProjectState, StepAnswer


@transaction.atomic
def move_on(*, version: models.Version, by: User, at: datetime, who: Actor | None = None) -> None:
    """Those who ask finish their step: hand it in, begin the analysis, close it."""
    hold(version)
    decision = may_move_on(facts.version(version), who or actor(by), _day(at))
    decision.require()
    advance(version, _day(at), finished=True)
    detail = {"step": version.step, "state": version.state}
    audit.record("project.moved_on", version, by=by, at=at, decision=decision, detail=detail)


@transaction.atomic
def answer(
    *,
    version: models.Version,
    decider: Decider,
    organization: Organization | None,
    said: Said,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> models.Word:
    """One word at the present step. An approval may keep elements back, each with a reason or none;
    sending back or declining returns the project to those who ask."""
    hold(version)
    slug = organization.slug if organization else ""
    fact = facts.version(version)
    decision = may_answer(fact, decider, slug, said.answer, who or actor(by), _day(at))
    decision.require()
    kept = {name: text for name, text in said.left_out.items() if name in fact.elements}
    word = models.Word.objects.create(
        version=version,
        round=version.round,
        step=version.step,
        decider=decider.value,
        organization=organization,
        answer=said.answer.value,
        why=said.why,
        left_out=kept,
        by=by,
        at=at,
    )
    if said.answer in (StepAnswer.RETURN, StepAnswer.DECLINE):
        send_back(version, said.why, _day(at))
    else:
        advance(version, _day(at))
    detail: dict[str, str | int] = {"answer": said.answer.value, "left_out": len(kept)}
    detail |= {"as": decider.value, "organization": slug}
    audit.record("project.answered", version, by=by, at=at, decision=decision, detail=detail)
    return word


@transaction.atomic
def score(
    *,
    version: models.Version,
    scores: Mapping[str, tuple[int, str]],
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> None:
    """One to five points for each criterion of the flow, each with a reason."""
    hold(version)
    decision = may_score(facts.version(version), who or actor(by), _day(at))
    decision.require()
    version.scores = {
        name: {"points": str(points), "why": why, "by": by.name}
        for name, (points, why) in scores.items()
    }
    version.save(update_fields=["scores"])
    audit.record("project.scored", version, by=by, at=at, decision=decision)


@transaction.atomic
def name_agreements(
    *,
    version: models.Version,
    more: Sequence[str],
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> None:
    """Names agreements that were made since the reviews, beside those that are named already."""
    hold(version)
    fact = facts.version(version)
    named = list(dict.fromkeys((*version.agreements, *more)))
    after = replace(fact, agreements=tuple(named), pilots=facts.pilots(named))
    decision = may_name_agreements(fact, after, who or actor(by), _day(at))
    decision.require()
    version.agreements = named
    version.save(update_fields=["agreements"])
    detail = {"agreements": ", ".join(named)}
    audit.record(
        "project.agreements_named", version, by=by, at=at, decision=decision, detail=detail
    )


@transaction.atomic
def record_equity_step(
    *,
    project: models.Project,
    kind: str,
    on: date,
    who_took_part: str,
    what_changed: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> models.EquityStep:
    """Engagement at the beginning, or the reflection at the end: when, who, what changed."""
    decision = may_propose(project.lead.slug, who or actor(by), _day(at))
    decision.require()
    row = models.EquityStep.objects.create(
        project=project, kind=kind, on=on, who=who_took_part, what=what_changed, by=by, at=at
    )
    audit.record(f"project.{kind}", project, by=by, at=at, decision=decision)
    return row


@transaction.atomic
def meet_condition(
    *, condition: models.Condition, how: str, by: User, at: datetime, who: Actor | None = None
) -> None:
    """Records that a condition is met; the last one lets the project go on."""
    version = condition.version
    hold(version)
    decision = may_meet_condition(facts.version(version), who or actor(by), _day(at))
    decision.require()
    condition.met_on, condition.met_how, condition.met_by = _day(at), how, by
    condition.save(update_fields=["met_on", "met_how", "met_by"])
    still = version.conditions.filter(round=version.round, met_on__isnull=True)
    if not still.exists():
        version.state, version.since = ProjectState.APPROVED.value, _day(at)
        version.save(update_fields=["state", "since"])
    audit.record("project.condition_met", version, by=by, at=at, decision=decision)


@transaction.atomic
def withdraw(
    *, version: models.Version, why: str, by: User, at: datetime, who: Actor | None = None
) -> None:
    """Those who ask give it up before any data are touched."""
    hold(version)
    decision = may_withdraw(facts.version(version), who or actor(by), _day(at))
    decision.require()
    version.state, version.since = ProjectState.WITHDRAWN.value, _day(at)
    version.returned_why = why
    version.save(update_fields=["state", "since", "returned_why"])
    audit.record("project.withdrawn", version, by=by, at=at, decision=decision)


def _day(at: datetime) -> date:
    return timezone.localdate(at)
