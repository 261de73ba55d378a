"""Change targets and contributing factors, and record each view of a partner's own figures."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.utils import timezone

from cairn.governance.disclosure_log.api import record_disclosure
from cairn.outputs.dashboards import facts, queries
from cairn.outputs.dashboards.facts import TargetTerms
from cairn.outputs.dashboards.models import ContributingFactor, ExpectedFigure, Target
from cairn.outputs.releases.api import PartnerFigures, load_release_fact
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, has_role_for, load_current_actor
from cairn.platform.audit.api import record_audit_event
from cairn.policy import questions
from cairn.policy.engine import Decision, Permit
from cairn.policy.facts import FactorFact
from cairn.policy.vocabulary import Action

__all__ = ["name_factor", "set_target"]

_COMPARISON_INTEREST: Final = "compare figures for its own children with published figures"


@transaction.atomic
def set_target(*, outcome: str, terms: TargetTerms, by: User, at: datetime) -> Target:
    """Set a target; its baseline is the figure published now.

    Args:
        outcome: id of the outcome.
        terms: the terms of the target.
        by: the user.
        at: the time.
    Returns:
        The target.
    Raises:
        Refused: policy does not allow it.
    """
    row = Target(outcome=outcome, set_by=by, set_at=at)
    decision = _apply_target_terms(row, terms, by, at)
    row.save()
    record_audit_event(
        "target.set", row, by=by, at=at, decision=decision, detail=_build_target_details(row)
    )
    return row


@transaction.atomic
def change_target(*, target: Target, terms: TargetTerms, by: User, at: datetime) -> None:
    """Change a target; its baseline becomes the figure published now.

    The audit log keeps the old terms.
    """
    row = Target.objects.select_for_update().get(pk=target.pk)
    earlier_details = {f"before_{name}": text for name, text in _build_target_details(row).items()}
    decision = _apply_target_terms(row, terms, by, at)
    row.edition += 1
    row.save()
    detail = {**_build_target_details(row), **earlier_details}
    record_audit_event("target.changed", row, by=by, at=at, decision=decision, detail=detail)


@action("target.ended", asks=questions.may_end_target)
def end_target(
    permit: Permit, /, *, target: Target, why: str, by: User, at: datetime
) -> ActionResult[None]:
    """End a target. Its page no longer shows it, and it can be resumed."""
    row = Target.objects.select_for_update().get(pk=target.pk)
    row.ended_at, row.ended_by, row.ended_why = at, by, why
    row.save(update_fields=["ended_at", "ended_by", "ended_why"])
    return ActionResult(subject=row, detail={"why": why})


@action("target.resumed", asks=questions.may_end_target)
def resume_target(
    permit: Permit, /, *, target: Target, by: User, at: datetime
) -> ActionResult[None]:
    """Resume a target that was ended."""
    row = Target.objects.select_for_update().get(pk=target.pk)
    row.ended_at, row.ended_by, row.ended_why = None, None, ""
    row.save(update_fields=["ended_at", "ended_by", "ended_why"])
    return ActionResult(subject=row)


def _build_factor_facts(
    *, outcome: str, factor: str, reason: str, by: User, at: datetime
) -> tuple[FactorFact]:
    on = timezone.localdate(at)
    both = [queries.load_published_outcome(each, on) for each in (outcome, factor)]
    titles = [each.definition.title["en"] if each else "An unpublished indicator" for each in both]
    is_named = ContributingFactor.objects.filter(outcome=outcome, factor=factor).exists()
    return (
        FactorFact(
            outcome=titles[0],
            factor=titles[1],
            is_same=outcome == factor,
            is_published=None not in both,
            is_named=is_named,
            reason=reason,
        ),
    )


@action("factor.named", asks=questions.may_name_factor, facts=_build_factor_facts)
def name_factor(
    permit: Permit, /, *, outcome: str, factor: str, reason: str, by: User, at: datetime
) -> ActionResult[ContributingFactor]:
    """Name a published indicator as a contributing factor of an outcome.

    Args:
        permit: the permit of the decision.
        outcome: ID of the outcome.
        factor: ID of the indicator that contributes to it.
        reason: why, in words.
        by: the user.
        at: the time.
    Returns:
        The factor.
    Raises:
        Refused: policy does not allow it.
    """
    # Policy refused one that is named already; of two people at once, the first names it.
    row, _is_new = ContributingFactor.objects.get_or_create(
        outcome=outcome,
        factor=factor,
        defaults={"reason": reason, "named_by": by, "named_at": at},
    )
    detail = {"outcome": outcome, "factor": factor, "reason": reason}
    return ActionResult(row, subject=row, detail=detail)


@action("factor.removed", asks=questions.may_remove_factor)
def remove_factor(
    permit: Permit, /, *, row: ContributingFactor, by: User, at: datetime
) -> ActionResult[None]:
    """Remove a contributing factor. The audit log keeps it with its reason."""
    detail = {"outcome": row.outcome, "factor": row.factor, "reason": row.reason}
    subject = f"contributingfactor:{row.pk}"
    row.delete()
    return ActionResult(subject=subject, detail=detail)


@action("figures.expected", asks=has_role_for(Action.CHANGE_TARGET))
def promise_figure(
    permit: Permit, /, *, outcome: str, due_on: date, by: User, at: datetime
) -> ActionResult[None]:
    """Promise the day of the next figure of an outcome; an earlier promise is replaced."""
    values = {"due_on": due_on, "set_by": by, "set_at": at}
    row, _is_new = ExpectedFigure.objects.update_or_create(outcome=outcome, defaults=values)
    return ActionResult(subject=row, detail={"outcome": outcome, "due": due_on.isoformat()})


@transaction.atomic
def record_comparison_view(
    *,
    published_outcome: queries.PublishedOutcome,
    partner_figures: PartnerFigures,
    by: User,
    at: datetime,
) -> Decision:
    """Decide and record whether a steward may compare a partner's own numbers.

    The decision says in which tables the numbers may be shown. The request is recorded either way.
    """
    on, release = timezone.localdate(at), load_release_fact(published_outcome.release)
    decision = questions.may_compare_own_figures(
        release, partner_figures.fact, load_current_actor(by), on
    )
    slug = partner_figures.organization.slug
    record_disclosure(decision, by=by, at=at, parties=[slug], interest=_COMPARISON_INTEREST)
    detail = {"organization": slug, "outcome": published_outcome.definition.id}
    record_audit_event(
        "figures.own_viewed",
        published_outcome.release,
        by=by,
        at=at,
        decision=decision,
        detail=detail,
    )
    return decision


def _apply_target_terms(row: Target, terms: TargetTerms, by: User, at: datetime) -> Decision:
    """Ask policy about a target, then write its terms and its published baseline into the row."""
    on = timezone.localdate(at)
    published_outcome = queries.load_published_outcome(row.outcome, on)
    fact = facts.build_target_fact(
        row.outcome, terms, published_outcome.figures if published_outcome else None
    )
    decision = questions.may_set_target(fact, load_current_actor(by), on)
    decision.require()
    assert published_outcome is not None  # noqa: S101 - policy refuses a target without a published figure
    assert fact.begins is not None  # noqa: S101 - the same
    for name in ("baseline_year", "target_year", "percent", "agreed_by", "agreed_on", "context"):
        setattr(row, name, getattr(terms, name))
    row.group = dict(terms.group.values)
    row.release = published_outcome.release
    row.baseline = Decimal(fact.begins) / 10
    row.baseline_high = None if fact.begins_high is None else Decimal(fact.begins_high) / 10
    return decision


def _build_target_details(row: Target) -> dict[str, str]:
    group = row.group_label
    ends = [end for end in (row.baseline, row.baseline_high) if end is not None]
    baseline = " to ".join(str(end) for end in ends)
    return {
        "outcome": row.outcome,
        **({"group": group} if group else {}),
        "from": f"{baseline}% in {row.baseline_year}",
        "to": f"{row.percent}% in {row.target_year}",
        "agreed": f"{row.agreed_by}, {row.agreed_on}",
        "context": row.context,
    }
