"""Writes: an owner demands; somebody destroys; the owner accepts or disputes the certificate."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Final, Protocol

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.retention import certificate, keepers, queries
from cairn.retention.models import Demand, DestructionCertificate, DestructionRun
from cairn.rules.actor import Actor
from cairn.rules.duty import DutyFact, may_accept, may_demand
from cairn.rules.lifecycle import next_state
from cairn.rules.lives.destruction import DESTRUCTION
from cairn.rules.retention import may_destroy
from cairn.rules.vocabulary import DutyState

Detail = dict[str, str | int]
_ANSWERED: Final = {"accept": "destruction.accepted", "dispute": "destruction.disputed"}


class NotNow(Exception):
    """The destruction's state does not allow it; the message says what to do instead."""


class Progress(Protocol):
    """Whoever shows how far the work is."""

    def step(self, name: str, total: int = 0) -> None: ...

    def advance(self, units: int = 1) -> None: ...


@transaction.atomic
def demand(
    *,
    agreement: str,
    owner: Organization,
    due: date,
    why: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> Demand:
    """An owner demands that its data be destroyed by a day; a later demand takes its place."""
    on = timezone.localdate(at)
    terms = queries.terms(agreement, on)
    decision = may_demand(terms, owner.slug, due, who or actor(by), on)
    decision.require()
    standing = Demand.objects.filter(agreement=agreement, owner=owner, taken_back_at__isnull=True)
    standing.update(taken_back_by=by, taken_back_at=at)
    row = Demand.objects.create(
        agreement=agreement, owner=owner, due_on=due, why=why, demanded_by=by, demanded_at=at
    )
    detail: Detail = {"agreement": agreement, "owner": owner.slug, "due": due.isoformat()}
    audit.record("destruction.demanded", row, by=by, at=at, decision=decision, detail=detail)
    return row


@transaction.atomic
def take_back(*, demand: Demand, by: User, at: datetime, who: Actor | None = None) -> None:
    """An owner demands it no longer; what another cause asks for stays due."""
    decision = queries.may_take_back(demand, who or actor(by), timezone.localdate(at))
    decision.require()
    demand.taken_back_by, demand.taken_back_at = by, at
    demand.save(update_fields=["taken_back_by", "taken_back_at"])
    audit.record("destruction.demand_taken_back", demand, by=by, at=at, decision=decision)


@transaction.atomic
def begin(*, duty: DutyFact, by: User, at: datetime, who: Actor | None = None) -> DestructionRun:
    """Set about one duty; nothing is gone yet, and what it covers is fixed now.

    Raises ``NotNow`` where somebody has set about some of it meanwhile, or it is gone.
    """
    on = timezone.localdate(at)
    queries.lock(duty.agreement)
    decision = may_destroy(queries.terms(duty.agreement, on), who or actor(by), on)
    decision.require()
    if not queries.waiting_to_go(duty.agreement, on).issuperset(duty.references):
        raise NotNow(
            "Somebody has begun to destroy this already. Open Destruction again: it is listed "
            "there among what was begun."
        )
    run = DestructionRun.objects.create(
        agreement=duty.agreement,
        owner=duty.owner,
        holders=sorted(duty.holders),
        cause=duty.cause.value,
        due_on=duty.due,
        state=_after(duty.state, "begin"),
        references=list(duty.references),
        begun_by=by,
        begun_at=at,
        decision_id=decision.decision_id,
    )
    detail: Detail = {"agreement": run.agreement, "holdings": len(run.references)}
    audit.record("destruction.begun", run, by=by, at=at, decision=decision, detail=detail)
    return run


@transaction.atomic
def begin_again(
    *, run: DestructionRun, by: User, at: datetime, who: Actor | None = None
) -> DestructionRun:
    """Take up a destruction that was interrupted, or that the owner disputes."""
    on = timezone.localdate(at)
    decision = may_destroy(queries.terms(run.agreement, on), who or actor(by), on)
    decision.require()
    _hold(run)
    run.state = _after(DutyState(run.state), "begin")
    run.save(update_fields=["state"])
    audit.record("destruction.begun_again", run, by=by, at=at, decision=decision)
    return run


def destroy(
    *, run: DestructionRun, by: User, at: datetime, progress: Progress
) -> DestructionCertificate:
    """Destroy all that a run covers, one holding a transaction, and write the certificate.

    Long, and safe to begin again: what is gone is skipped, and stands in the certificate. Then
    whatever must follow is done: the names of those whose rows are gone leave the person index.
    """
    gone = {one["reference"] for one in run.done}
    left = [reference for reference in run.references if reference not in gone]
    progress.step("Destroying", total=len(left))
    for reference in left:
        _destroy_one(run, reference, by, at)
        progress.advance()
    follow = keepers.afterwards()
    progress.step("Taking names out of the person index", total=len(follow))
    counts: dict[str, int] = {}
    for after in follow.values():
        counts |= after(by, at)
        progress.advance()
    return _certify(run, counts, by, at)


@transaction.atomic
def _destroy_one(run: DestructionRun, reference: str, by: User, at: datetime) -> None:
    on = timezone.localdate(at)
    decision = may_destroy(queries.terms(run.agreement, on), actor(by), on)
    decision.require()
    _hold(run)
    item = keepers.keeper_of(reference).destroy(reference, by=by, at=at)
    run.done = [
        *run.done,
        {
            "reference": reference,
            "name": item.name,
            "files": [asdict(file) for file in item.files],
        },
    ]
    run.save(update_fields=["done"])
    detail: Detail = {"holding": reference, "files": len(item.files)}
    audit.record("destruction.destroyed", run, by=by, at=at, decision=decision, detail=detail)


@transaction.atomic
def _certify(
    run: DestructionRun, counts: dict[str, int], by: User, at: datetime
) -> DestructionCertificate:
    on = timezone.localdate(at)
    decision = may_destroy(queries.terms(run.agreement, on), actor(by), on)
    decision.require()
    _hold(run)
    run.state = _after(DutyState(run.state), "certify")
    run.save(update_fields=["state"])
    number = f"DC-{at:%Y}-{DestructionCertificate.objects.count() + 1:04}"
    said = certificate.content(run, number, by.name, at) | {"afterwards": counts}
    row = DestructionCertificate.objects.create(
        run=run,
        number=number,
        content=said,
        digest=certificate.digest(said),
        issued_by=by,
        issued_at=at,
    )
    detail: Detail = {"number": number, "digest": row.digest, "files": said["files"]}
    audit.record("destruction.certified", run, by=by, at=at, decision=decision, detail=detail)
    return row


@transaction.atomic
def accept(*, run: DestructionRun, by: User, at: datetime, who: Actor | None = None) -> None:
    """The owner's steward accepts the certificate: the duty is settled."""
    _answer(run, "accept", "", by, at, who)


@transaction.atomic
def dispute(
    *, run: DestructionRun, why: str, by: User, at: datetime, who: Actor | None = None
) -> None:
    """The owner's steward does not accept the certificate, and says why: the duty is open again."""
    _answer(run, "dispute", why, by, at, who)


def _answer(
    run: DestructionRun, event: str, why: str, by: User, at: datetime, who: Actor | None
) -> None:
    _hold(run)
    state = DutyState(run.state)
    decision = may_accept(run.owner, state, who or actor(by), timezone.localdate(at))
    decision.require()
    run.state, run.disputed_why = _after(state, event), why
    run.answered_by, run.answered_at = by, at
    run.save(update_fields=["state", "disputed_why", "answered_by", "answered_at"])
    audit.record(_ANSWERED[event], run, by=by, at=at, decision=decision)


def _hold(run: DestructionRun) -> None:
    """Reads the row as it is now and keeps others from changing it until this is done."""
    run.refresh_from_db(from_queryset=DestructionRun.objects.select_for_update())


def _after(state: DutyState, event: str) -> str:
    then = next_state(DESTRUCTION, state, event)
    if then is None:
        raise NotNow(
            f"This destruction is “{state.value}” and cannot {event} now. Look at its page again: "
            "somebody may have gone on with it meanwhile."
        )
    return then.value
