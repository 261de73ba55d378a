"""Actions of destruction: demand, withdraw, begin, destroy, certify, accept, dispute."""

from dataclasses import asdict
from datetime import date, datetime

from django.utils import timezone

from cairn.governance.partners.api import Organization
from cairn.governance.retention import certificate, data_holders, queries
from cairn.governance.retention.models import Demand, DestructionCertificate, DestructionRun
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, AuditDetail, action, long_action
from cairn.platform.numbering.api import create_numbered
from cairn.platform.tasks.api import Progress
from cairn.policy.engine import Permit
from cairn.policy.facts import AgreementFact, DutyFact
from cairn.policy.lifecycles import DESTRUCTION_TRANSITIONS, find_next_state
from cairn.policy.questions import may_accept_certificate, may_demand_destruction, may_destroy_data
from cairn.policy.vocabulary import DutyState

__all__ = [
    "begin_destruction",
    "demand_destruction",
    "destroy_run_holdings",
    "resume_destruction",
]


class DestructionStateError(Exception):
    """The destruction's state does not allow the action; the message says what to do instead."""


def _load_demand_facts(
    *, agreement: str, owner: Organization, due: date, at: datetime
) -> tuple[AgreementFact, str, date]:
    terms = queries.load_agreement_terms(agreement, timezone.localdate(at))
    return terms, owner.slug, due


def _get_demand(*, demand: Demand) -> tuple[Demand]:
    return (demand,)


def _lock_duty_facts(*, duty: DutyFact, at: datetime) -> tuple[AgreementFact]:
    queries.lock_agreement_duties(duty.agreement)
    return (queries.load_agreement_terms(duty.agreement, timezone.localdate(at)),)


def _load_run_facts(*, run: DestructionRun, at: datetime) -> tuple[AgreementFact]:
    return (queries.load_agreement_terms(run.agreement, timezone.localdate(at)),)


def _lock_certificate_facts(*, run: DestructionRun) -> tuple[str, DutyState]:
    _lock_run(run)
    return run.owner, DutyState(run.state)


@action("destruction.demanded", asks=may_demand_destruction, facts=_load_demand_facts)
def demand_destruction(
    permit: Permit,
    /,
    *,
    agreement: str,
    owner: Organization,
    due: date,
    why: str,
    by: User,
    at: datetime,
) -> ActionResult[Demand]:
    """Demand for a data owner that its data be destroyed by a day; this replaces an earlier demand.

    Args:
        agreement: the agreement's reference.
        owner: the data owner.
        due: the last day on which the data may be held.
        why: the reason, which may be empty.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The demand's row.

    Raises:
        Refused: the policy does not allow it.
    """
    active_demands = Demand.objects.filter(
        agreement=agreement, owner=owner, taken_back_at__isnull=True
    )
    active_demands.update(taken_back_by=by, taken_back_at=at)
    row = Demand.objects.create(
        agreement=agreement, owner=owner, due_on=due, why=why, demanded_by=by, demanded_at=at
    )
    detail: AuditDetail = {"agreement": agreement, "owner": owner.slug, "due": due.isoformat()}
    return ActionResult(row, subject=row, detail=detail)


@action("destruction.demand_taken_back", asks=queries.may_withdraw_demand, facts=_get_demand)
def withdraw_demand(
    permit: Permit, /, *, demand: Demand, by: User, at: datetime
) -> ActionResult[None]:
    """Withdraw an owner's demand; duties for another cause stay due.

    Args:
        demand: the demand's row.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    demand.taken_back_by, demand.taken_back_at = by, at
    demand.save(update_fields=["taken_back_by", "taken_back_at"])
    return ActionResult(subject=demand)


@action("destruction.begun", asks=may_destroy_data, facts=_lock_duty_facts)
def begin_destruction(
    permit: Permit, /, *, duty: DutyFact, by: User, at: datetime
) -> ActionResult[DestructionRun]:
    """Begin to carry out one duty; this fixes what it covers, and destroys nothing yet.

    Args:
        duty: the duty.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The destruction run's row.

    Raises:
        DestructionStateError: part of the duty is in another run already, or is destroyed.
        Refused: the policy does not allow it.
    """
    on = permit.on
    if not queries.find_due_references(duty.agreement, on).issuperset(duty.references):
        raise DestructionStateError(
            "Another person has already started this destruction. Open Data destruction again to "
            "see its status."
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
        decision_id=permit.decision_id,
    )
    detail: AuditDetail = {"agreement": run.agreement, "holdings": len(run.references)}
    return ActionResult(run, subject=run, detail=detail)


@action("destruction.begun_again", asks=may_destroy_data, facts=_load_run_facts)
def resume_destruction(
    permit: Permit, /, *, run: DestructionRun, by: User, at: datetime
) -> ActionResult[DestructionRun]:
    """Resume a destruction that was interrupted, or that the owner disputes.

    Args:
        run: the destruction run's row.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The destruction run's row.

    Raises:
        DestructionStateError: the run is in another state.
        Refused: the policy does not allow it.
    """
    _lock_run(run)
    run.state = _next_duty_state(DutyState(run.state), "begin")
    run.save(update_fields=["state"])
    return ActionResult(run, subject=run)


@action("destruction.destroyed", asks=may_destroy_data, facts=_load_run_facts)
def _destroy_holding(
    permit: Permit, /, *, run: DestructionRun, reference: str, by: User, at: datetime
) -> ActionResult[None]:
    _lock_run(run)
    item = data_holders.find_data_holder(reference).destroy(reference, by=by, at=at)
    files = _list_destroyed_files(run, item)
    run.done = [*run.done, {"reference": reference, "name": item.name, "files": files}]
    run.save(update_fields=["done"])
    detail: AuditDetail = {"holding": reference, "files": len(files)}
    return ActionResult(subject=run, detail=detail)


def _list_destroyed_files(
    run: DestructionRun, item: data_holders.HoldingDetail
) -> list[dict[str, object]]:
    """List the files of a holding that is destroyed now, also those of an interrupted try.

    A file of several holdings is listed with the first.
    """
    listed = [file for entry in run.done for file in entry["files"]]
    files: list[dict[str, object]] = []
    for file in (*run.planned.get(item.reference, ()), *map(asdict, item.files)):
        if file not in listed and file not in files:
            files.append(file)
    return files


def _keep_planned_files(run: DestructionRun) -> None:
    """Keep which files each holding has, before the first of them is destroyed."""
    if run.planned or run.done:
        return
    run.planned = {
        detail.reference: [asdict(file) for file in detail.files]
        for detail in data_holders.describe_holdings(run.references)
    }
    run.save(update_fields=["planned"])


@action("destruction.certified", asks=may_destroy_data, facts=_load_run_facts)
def _issue_certificate(
    permit: Permit, /, *, run: DestructionRun, counts: dict[str, int], by: User, at: datetime
) -> ActionResult[DestructionCertificate]:
    _lock_run(run)
    run.state = _next_duty_state(DutyState(run.state), "certify")
    run.save(update_fields=["state"])
    row = create_numbered(lambda: _create_certificate(run, counts, by, at))
    detail: AuditDetail = {
        "number": row.number,
        "digest": row.digest,
        "files": row.content["files"],
    }
    return ActionResult(row, subject=run, detail=detail)


@long_action(asks=may_destroy_data, facts=_load_run_facts, finish=_issue_certificate)
def destroy_run_holdings(
    permit: Permit, /, *, run: DestructionRun, by: User, at: datetime, progress: Progress
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
    _keep_planned_files(run)
    progress.step("Destroying", total=len(remaining))
    for reference in remaining:
        _destroy_holding(run=run, reference=reference, by=by, at=at)
        progress.advance()
    follow_ups = data_holders.list_follow_ups()
    progress.step("Removing names from the person index", total=len(follow_ups))
    counts: dict[str, int] = {}
    for follow_up in follow_ups.values():
        counts |= follow_up(by, at)
        progress.advance()
    return _issue_certificate(run=run, counts=counts, by=by, at=at)


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


@action("destruction.accepted", asks=may_accept_certificate, facts=_lock_certificate_facts)
def accept_certificate(
    permit: Permit, /, *, run: DestructionRun, by: User, at: datetime
) -> ActionResult[None]:
    """Accept the certificate for the data owner, which settles the duty.

    Args:
        run: the destruction run's row.
        by: the owner's data steward.
        at: the moment of the action.

    Raises:
        DestructionStateError: the run is in another state.
        Refused: the policy does not allow it.
    """
    _answer_certificate(run, "accept", "", by=by, at=at)
    return ActionResult(subject=run)


@action("destruction.disputed", asks=may_accept_certificate, facts=_lock_certificate_facts)
def dispute_certificate(
    permit: Permit, /, *, run: DestructionRun, why: str, by: User, at: datetime
) -> ActionResult[None]:
    """Dispute the certificate for the data owner, with a reason; the duty is open again.

    Args:
        run: the destruction run's row.
        why: the defect of the certificate.
        by: the owner's data steward.
        at: the moment of the action.

    Raises:
        DestructionStateError: the run is in another state.
        Refused: the policy does not allow it.
    """
    _answer_certificate(run, "dispute", why, by=by, at=at)
    return ActionResult(subject=run)


def _answer_certificate(
    run: DestructionRun, event: str, why: str, *, by: User, at: datetime
) -> None:
    run.state, run.disputed_why = _next_duty_state(DutyState(run.state), event), why
    run.answered_by, run.answered_at = by, at
    run.save(update_fields=["state", "disputed_why", "answered_by", "answered_at"])


def _lock_run(run: DestructionRun) -> None:
    """Lock a run's row until the transaction ends, and refresh it."""
    run.refresh_from_db(from_queryset=DestructionRun.objects.select_for_update())


def _next_duty_state(state: DutyState, event: str) -> str:
    next_duty_state = find_next_state(DESTRUCTION_TRANSITIONS, state, event)
    if next_duty_state is None:
        raise DestructionStateError(
            f"This destruction is “{state.value}”, so “{event}” is not possible now. Reload its "
            "page: another person may have changed it."
        )
    return next_duty_state.value
