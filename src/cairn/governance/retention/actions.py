"""Actions of destruction: demand, withdraw, begin, destroy, certify, accept, dispute."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Final, Protocol

from django.db import transaction
from django.utils import timezone

from cairn.governance.partners.api import Organization, load_actor
from cairn.governance.retention import certificate, data_holders, queries
from cairn.governance.retention.models import Demand, DestructionCertificate, DestructionRun
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import record_audit_event
from cairn.platform.numbering.api import create_numbered
from cairn.policy.facts import Actor, DutyFact
from cairn.policy.lifecycles import DESTRUCTION_TRANSITIONS, find_next_state
from cairn.policy.questions import may_accept_certificate, may_demand_destruction, may_destroy_data
from cairn.policy.vocabulary import DutyState

AuditDetail = dict[str, str | int]
_ANSWER_EVENTS: Final = {"accept": "destruction.accepted", "dispute": "destruction.disputed"}


class DestructionStateError(Exception):
    """The destruction's state does not allow the action; the message says what to do instead."""


class DestructionProgress(Protocol):
    """Shows how far the work is."""

    def step(self, name: str, total: int = 0) -> None: ...

    def advance(self, units: int = 1) -> None: ...


@transaction.atomic
def demand_destruction(
    *,
    agreement: str,
    owner: Organization,
    due: date,
    why: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> Demand:
    """Demand for a data owner that its data be destroyed by a day; this replaces an earlier demand.

    Args:
        agreement: the agreement's reference.
        owner: the data owner.
        due: the last day on which the data may be held.
        why: the reason, which may be empty.
        by: the user who acts.
        at: the moment of the action.
        who: the policy facts about `by`; loaded if omitted.

    Returns:
        The demand's row.

    Raises:
        Refused: the policy does not allow it.
    """
    on = timezone.localdate(at)
    terms = queries.load_agreement_terms(agreement, on)
    decision = may_demand_destruction(terms, owner.slug, due, who or load_actor(by), on)
    decision.require()
    active_demands = Demand.objects.filter(
        agreement=agreement, owner=owner, taken_back_at__isnull=True
    )
    active_demands.update(taken_back_by=by, taken_back_at=at)
    row = Demand.objects.create(
        agreement=agreement, owner=owner, due_on=due, why=why, demanded_by=by, demanded_at=at
    )
    detail: AuditDetail = {"agreement": agreement, "owner": owner.slug, "due": due.isoformat()}
    record_audit_event("destruction.demanded", row, by=by, at=at, decision=decision, detail=detail)
    return row


@transaction.atomic
def withdraw_demand(*, demand: Demand, by: User, at: datetime, who: Actor | None = None) -> None:
    """Withdraw an owner's demand; duties for another cause stay due.

    Args:
        demand: the demand's row.
        by: the user who acts.
        at: the moment of the action.
        who: the policy facts about `by`; loaded if omitted.

    Raises:
        Refused: the policy does not allow it.
    """
    decision = queries.may_withdraw_demand(demand, who or load_actor(by), timezone.localdate(at))
    decision.require()
    demand.taken_back_by, demand.taken_back_at = by, at
    demand.save(update_fields=["taken_back_by", "taken_back_at"])
    record_audit_event("destruction.demand_taken_back", demand, by=by, at=at, decision=decision)


@transaction.atomic
def begin_destruction(
    *, duty: DutyFact, by: User, at: datetime, who: Actor | None = None
) -> DestructionRun:
    """Begin to carry out one duty; this fixes what it covers, and destroys nothing yet.

    Args:
        duty: the duty.
        by: the user who acts.
        at: the moment of the action.
        who: the policy facts about `by`; loaded if omitted.

    Returns:
        The destruction run's row.

    Raises:
        DestructionStateError: part of the duty is in another run already, or is destroyed.
        Refused: the policy does not allow it.
    """
    on = timezone.localdate(at)
    queries.lock_agreement_duties(duty.agreement)
    decision = may_destroy_data(
        queries.load_agreement_terms(duty.agreement, on), who or load_actor(by), on
    )
    decision.require()
    if not queries.find_due_references(duty.agreement, on).issuperset(duty.references):
        raise DestructionStateError(
            "Somebody has begun to destroy this already. Open Destruction again: it is listed "
            "there among what was begun."
        )
    run = DestructionRun.objects.create(
        agreement=duty.agreement,
        owner=duty.owner,
        holders=sorted(duty.holders),
        cause=duty.cause.value,
        due_on=duty.due,
        state=_next_duty_state(duty.state, "begin"),
        references=list(duty.references),
        begun_by=by,
        begun_at=at,
        decision_id=decision.decision_id,
    )
    detail: AuditDetail = {"agreement": run.agreement, "holdings": len(run.references)}
    record_audit_event("destruction.begun", run, by=by, at=at, decision=decision, detail=detail)
    return run


@transaction.atomic
def resume_destruction(
    *, run: DestructionRun, by: User, at: datetime, who: Actor | None = None
) -> DestructionRun:
    """Resume a destruction that was interrupted, or that the owner disputes.

    Args:
        run: the destruction run's row.
        by: the user who acts.
        at: the moment of the action.
        who: the policy facts about `by`; loaded if omitted.

    Returns:
        The destruction run's row.

    Raises:
        DestructionStateError: the run is in another state.
        Refused: the policy does not allow it.
    """
    on = timezone.localdate(at)
    decision = may_destroy_data(
        queries.load_agreement_terms(run.agreement, on), who or load_actor(by), on
    )
    decision.require()
    _lock_run(run)
    run.state = _next_duty_state(DutyState(run.state), "begin")
    run.save(update_fields=["state"])
    record_audit_event("destruction.begun_again", run, by=by, at=at, decision=decision)
    return run


def destroy_run_holdings(
    *, run: DestructionRun, by: User, at: datetime, progress: DestructionProgress
) -> DestructionCertificate:
    """Destroy all that a run covers, one holding per transaction, and write the certificate.

    This takes long and is safe to repeat: files that are destroyed already are skipped and listed
    in the certificate. The registered follow-up steps run last; they remove the names of people
    without rows from the person index.

    Args:
        run: the destruction run's row.
        by: the user who acts.
        at: the moment of the action.
        progress: where to report progress.

    Returns:
        The certificate's row.

    Raises:
        Refused: the policy does not allow it.
    """
    destroyed_references = {entry["reference"] for entry in run.done}
    remaining = [reference for reference in run.references if reference not in destroyed_references]
    progress.step("Destroying", total=len(remaining))
    for reference in remaining:
        _destroy_holding(run, reference, by, at)
        progress.advance()
    follow_ups = data_holders.list_follow_ups()
    progress.step("Taking names out of the person index", total=len(follow_ups))
    counts: dict[str, int] = {}
    for follow_up in follow_ups.values():
        counts |= follow_up(by, at)
        progress.advance()
    return _issue_certificate(run, counts, by, at)


@transaction.atomic
def _destroy_holding(run: DestructionRun, reference: str, by: User, at: datetime) -> None:
    on = timezone.localdate(at)
    decision = may_destroy_data(queries.load_agreement_terms(run.agreement, on), load_actor(by), on)
    decision.require()
    _lock_run(run)
    item = data_holders.find_data_holder(reference).destroy(reference, by=by, at=at)
    run.done = [
        *run.done,
        {
            "reference": reference,
            "name": item.name,
            "files": [asdict(file) for file in item.files],
        },
    ]
    run.save(update_fields=["done"])
    detail: AuditDetail = {"holding": reference, "files": len(item.files)}
    record_audit_event("destruction.destroyed", run, by=by, at=at, decision=decision, detail=detail)


@transaction.atomic
def _issue_certificate(
    run: DestructionRun, counts: dict[str, int], by: User, at: datetime
) -> DestructionCertificate:
    on = timezone.localdate(at)
    decision = may_destroy_data(queries.load_agreement_terms(run.agreement, on), load_actor(by), on)
    decision.require()
    _lock_run(run)
    run.state = _next_duty_state(DutyState(run.state), "certify")
    run.save(update_fields=["state"])
    row = create_numbered(lambda: _create_certificate(run, counts, by, at))
    detail: AuditDetail = {
        "number": row.number,
        "digest": row.digest,
        "files": row.content["files"],
    }
    record_audit_event("destruction.certified", run, by=by, at=at, decision=decision, detail=detail)
    return row


def _create_certificate(
    run: DestructionRun, counts: dict[str, int], by: User, at: datetime
) -> DestructionCertificate:
    number = f"DC-{at:%Y}-{DestructionCertificate.objects.count() + 1:04}"
    content = certificate.build_certificate_content(run, number, by.name, at)
    certificate_content = content | {"afterwards": counts}
    return DestructionCertificate.objects.create(
        run=run,
        number=number,
        content=certificate_content,
        digest=certificate.compute_certificate_digest(certificate_content),
        issued_by=by,
        issued_at=at,
    )


@transaction.atomic
def accept_certificate(
    *, run: DestructionRun, by: User, at: datetime, who: Actor | None = None
) -> None:
    """Accept the certificate for the data owner, which settles the duty.

    Args:
        run: the destruction run's row.
        by: the owner's data steward.
        at: the moment of the action.
        who: the policy facts about `by`; loaded if omitted.

    Raises:
        DestructionStateError: the run is in another state.
        Refused: the policy does not allow it.
    """
    _answer_certificate(run, "accept", "", by, at, who)


@transaction.atomic
def dispute_certificate(
    *, run: DestructionRun, why: str, by: User, at: datetime, who: Actor | None = None
) -> None:
    """Dispute the certificate for the data owner, with a reason; the duty is open again.

    Args:
        run: the destruction run's row.
        why: the defect of the certificate.
        by: the owner's data steward.
        at: the moment of the action.
        who: the policy facts about `by`; loaded if omitted.

    Raises:
        DestructionStateError: the run is in another state.
        Refused: the policy does not allow it.
    """
    _answer_certificate(run, "dispute", why, by, at, who)


def _answer_certificate(
    run: DestructionRun, event: str, why: str, by: User, at: datetime, who: Actor | None
) -> None:
    _lock_run(run)
    state = DutyState(run.state)
    decision = may_accept_certificate(
        run.owner, state, who or load_actor(by), timezone.localdate(at)
    )
    decision.require()
    run.state, run.disputed_why = _next_duty_state(state, event), why
    run.answered_by, run.answered_at = by, at
    run.save(update_fields=["state", "disputed_why", "answered_by", "answered_at"])
    record_audit_event(_ANSWER_EVENTS[event], run, by=by, at=at, decision=decision)


def _lock_run(run: DestructionRun) -> None:
    """Lock a run's row until the transaction ends, and refresh it."""
    run.refresh_from_db(from_queryset=DestructionRun.objects.select_for_update())


def _next_duty_state(state: DutyState, event: str) -> str:
    next_duty_state = find_next_state(DESTRUCTION_TRANSITIONS, state, event)
    if next_duty_state is None:
        raise DestructionStateError(
            f"This destruction is “{state.value}” and cannot {event} now. Look at its page again: "
            "somebody may have gone on with it meanwhile."
        )
    return next_duty_state.value
