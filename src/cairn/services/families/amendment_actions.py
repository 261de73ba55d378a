"""Write a family's request to amend its child's record, step by step (34 CFR 99.20-99.22)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from cairn.governance.consents import api as consents_api
from cairn.governance.partners.api import Organization
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.platform.sealing.api import load_key_ring
from cairn.policy import questions
from cairn.policy.checks import find_amendment_due_date
from cairn.policy.engine import Permit
from cairn.policy.facts import Actor, AmendmentFact, FamilyReader, HearingFact, PersonFact
from cairn.policy.lifecycles import AMENDMENT_TRANSITIONS, find_next_state
from cairn.policy.vocabulary import AmendmentState, SignerRelation
from cairn.services.families.amendment_queries import build_amendment_fact
from cairn.services.families.models import AmendmentRequest, Letter
from cairn.services.families.queries import load_record_deadlines
from cairn.warehouse.store import store_attachment


@dataclass(frozen=True, slots=True)
class HearingPlan:
    """A hearing as the organization sets it: day, time and place, and who conducts it.

    Attributes:
        held_on: day of the hearing.
        place: time and place, in words.
        officer: name of the person who conducts it.
        impartial: whether that person has no direct interest in the outcome (34 CFR 99.22(c)).
    """

    held_on: date
    place: str
    officer: str
    impartial: bool


@dataclass(frozen=True, slots=True)
class RequestedAmendment:
    """What a family asks to amend, and who asks.

    Attributes:
        name: name of the person who asks.
        relation: that person's relation to the child.
        wrong: the part that is inaccurate, misleading or a violation of privacy (34 CFR 99.20(a)).
        correct: what the record should say.
    """

    name: str
    relation: SignerRelation
    wrong: str
    correct: str


def _build_hearing_fact(amendment: AmendmentRequest) -> HearingFact:
    """Build the fact of the hearing that is on record; the request must have one."""
    if amendment.hearing_on is None:
        raise ValueError("This request has no hearing.")
    fields = consents_api.unseal_fields(amendment.child.key, amendment.sealed_hearing)
    return HearingFact(
        amendment.hearing_on,
        fields["officer"],
        amendment.has_impartial_officer,
        amendment.hearing_notified_on,
    )


def _load_requester_facts(
    *, child: consents_api.Child, requested: RequestedAmendment, at: datetime
) -> tuple[SignerRelation, PersonFact]:
    return requested.relation, consents_api.load_person_fact(child, timezone.localdate(at))


def _lock_amendment(amendment: AmendmentRequest) -> AmendmentState:
    """Lock a request until the transaction ends, and return its present state."""
    row = AmendmentRequest.objects.select_for_update().get(pk=amendment.pk)
    return AmendmentState(row.state)


def _lock_own_facts(
    event: str,
) -> Callable[..., tuple[str, AmendmentFact, FamilyReader, PersonFact]]:
    def load(
        *, amendment: AmendmentRequest, reader: FamilyReader, at: datetime
    ) -> tuple[str, AmendmentFact, FamilyReader, PersonFact]:
        on = timezone.localdate(at)
        row = AmendmentRequest.objects.select_for_update(of=("self",)).get(pk=amendment.pk)
        person = consents_api.load_person_fact(amendment.child, on)
        return event, build_amendment_fact(row, on), reader, person

    return load


def _lock_decision_facts(
    *, amendment: AmendmentRequest, event: str
) -> tuple[str, AmendmentState, str]:
    return event, _lock_amendment(amendment), amendment.child.organization.slug


def _lock_schedule_facts(
    *, amendment: AmendmentRequest, hearing: HearingPlan
) -> tuple[AmendmentState, HearingFact, str]:
    fact = HearingFact(hearing.held_on, hearing.officer, hearing.impartial)
    return _lock_amendment(amendment), fact, amendment.child.organization.slug


def _lock_hearing_facts(
    *, amendment: AmendmentRequest, event: str
) -> tuple[str, AmendmentState, HearingFact, str]:
    state, hearing = _lock_amendment(amendment), _build_hearing_fact(amendment)
    return event, state, hearing, amendment.child.organization.slug


def _move_on(amendment: AmendmentRequest, event: str) -> None:
    """Set the state that an event leads to; the question has found that it is possible."""
    state = find_next_state(AMENDMENT_TRANSITIONS, _lock_amendment(amendment), event)
    amendment.state = str(state)


def _seal(amendment: AmendmentRequest, **fields: str) -> bytes:
    return consents_api.seal_fields(amendment.child.key, fields)


@action("amendment.asked", asks=questions.may_request_amendment, facts=_load_requester_facts)
def request_amendment(
    permit: Permit,
    /,
    *,
    child: consents_api.Child,
    requested: RequestedAmendment,
    letter: Letter,
    who: Actor,
    at: datetime,
    by: None = None,
) -> ActionResult[AmendmentRequest]:
    """Record that a family asks to amend its child's record (34 CFR 99.20(a)).

    Args:
        child: the child.
        requested: what to amend, and who asks.
        letter: the letter that opened the page.
        who: facts about the family's session.
        at: when the family asks.
        by: always None.
    Returns:
        The request's row, with the day by which the organization decides.
    Raises:
        Refused: the policy does not allow it.
    """
    row = _build_request(child, requested, permit.on, at)
    if same := _find_same_request(row):
        return ActionResult(same, subject=same, detail={"again": True})
    row.letter = letter
    row.save()
    return ActionResult(row, subject=row, detail={"due": row.due_on.isoformat()})


def _load_received_facts(
    *,
    organization: Organization,
    child_label: consents_api.ChildLabel,
    requested: RequestedAmendment,
    received_on: date,
    at: datetime,
) -> tuple[SignerRelation, date, PersonFact, str]:
    key = consents_api.compute_child_key(organization.slug, child_label.local_id)
    (person,) = consents_api.load_person_facts([key], timezone.localdate(at))
    return requested.relation, received_on, person, organization.slug


@action("amendment.recorded", asks=questions.may_record_amendment, facts=_load_received_facts)
def record_received_amendment(
    permit: Permit,
    /,
    *,
    organization: Organization,
    child_label: consents_api.ChildLabel,
    requested: RequestedAmendment,
    received_on: date,
    by: User,
    at: datetime,
    scan: bytes = b"",
) -> ActionResult[AmendmentRequest]:
    """Record a request that a family made on paper or by phone (34 CFR 99.20(a)).

    Args:
        organization: the organization that keeps the record.
        child_label: the child's local ID, with its name if that is known.
        requested: what to amend, and who asks.
        received_on: day on which the organization received the request; the deadline counts from
            this day.
        by: the acting user.
        at: when it is recorded.
        scan: bytes of a scan of the request; empty for none.
    Returns:
        The request's row.
    Raises:
        Refused: the policy does not allow it.
        AttachmentProblem: the scan is not a file type that can be stored.
    """
    child = consents_api.find_or_create_child(organization, child_label, by=organization)
    row = _build_request(child, requested, received_on, at)
    if same := _find_same_request(row):
        return ActionResult(same, subject=same, detail={"again": True})
    row.recorded_by = by
    if scan:
        attached = store_attachment(settings.CAIRN_DATA, load_key_ring(), scan)
        row.scan, row.scan_key, row.scan_type = attached.name, attached.wrapped_key, attached.kind
    row.save()
    detail = {"received": received_on.isoformat(), "due": row.due_on.isoformat()}
    return ActionResult(row, subject=row, detail=detail)


def _build_request(
    child: consents_api.Child, requested: RequestedAmendment, asked_on: date, at: datetime
) -> AmendmentRequest:
    """Build the row of a request; the time to decide begins on the day it was received."""
    fields = {
        "name": requested.name,
        "relation": requested.relation.value,
        "wrong": requested.wrong,
        "correct": requested.correct,
    }
    deadlines = load_record_deadlines(child.organization, asked_on)
    return AmendmentRequest(
        child=child,
        sealed=consents_api.seal_fields(child.key, fields),
        asked_at=at,
        asked_on=asked_on,
        due_on=find_amendment_due_date(asked_on, deadlines),
    )


def _find_same_request(row: AmendmentRequest) -> AmendmentRequest | None:
    """Find the same request of the same day, if it waits already: a form that was sent twice."""
    child = consents_api.Child.objects.select_for_update().get(pk=row.child_id)
    wanted = consents_api.unseal_fields(child.key, row.sealed)
    waiting = AmendmentRequest.objects.filter(
        child=child, asked_on=row.asked_on, state=AmendmentState.REQUESTED
    )
    return next(
        (one for one in waiting if consents_api.unseal_fields(child.key, one.sealed) == wanted),
        None,
    )


@action(
    "amendment.withdrawn",
    asks=questions.may_change_own_amendment,
    facts=_lock_own_facts("withdraw"),
)
def withdraw_amendment(
    permit: Permit,
    /,
    *,
    amendment: AmendmentRequest,
    reader: FamilyReader,
    who: Actor,
    at: datetime,
    by: None = None,
) -> ActionResult[None]:
    """Record that a family no longer asks for the change. Raises `Refused`."""
    _move_on(amendment, "withdraw")
    amendment.withdrawn_at = at
    amendment.save(update_fields=["state", "withdrawn_at"])
    return ActionResult(subject=amendment)


@action("amendment.decided", asks=questions.may_decide_amendment, facts=_lock_decision_facts)
def decide_amendment(
    permit: Permit,
    /,
    *,
    amendment: AmendmentRequest,
    event: str,
    reason: str,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Record that the organization amends its record or refuses to (34 CFR 99.20(b), (c)).

    Cairn stores no copy of the record at its source: the organization amends it there, and delivers
    the amended rows like any correction.

    Args:
        amendment: the request.
        event: "amend" or "refuse".
        reason: what was changed, or why the record was not; the family reads it.
        by: the acting user.
        at: when it is decided.
    Raises:
        Refused: the policy does not allow it.
    """
    _move_on(amendment, event)
    amendment.decided_on, amendment.decided_by = permit.on, by
    amendment.sealed_decision = _seal(amendment, reason=reason)
    amendment.save(update_fields=["state", "decided_on", "decided_by", "sealed_decision"])
    return ActionResult(subject=amendment, detail={"decision": event})


@action(
    "amendment.hearing_asked",
    asks=questions.may_change_own_amendment,
    facts=_lock_own_facts("request hearing"),
)
def request_hearing(
    permit: Permit,
    /,
    *,
    amendment: AmendmentRequest,
    reader: FamilyReader,
    who: Actor,
    at: datetime,
    by: None = None,
) -> ActionResult[None]:
    """Record that a family asks for a hearing (34 CFR 99.21(a)). Raises `Refused`."""
    on = permit.on
    deadlines = load_record_deadlines(amendment.child.organization, on)
    _move_on(amendment, "request hearing")
    amendment.hearing_asked_on = on
    amendment.hearing_due_on = find_amendment_due_date(on, deadlines)
    amendment.save(update_fields=["state", "hearing_asked_on", "hearing_due_on"])
    return ActionResult(subject=amendment, detail={"due": amendment.hearing_due_on.isoformat()})


@action("amendment.hearing_set", asks=questions.may_schedule_hearing, facts=_lock_schedule_facts)
def schedule_hearing(
    permit: Permit,
    /,
    *,
    amendment: AmendmentRequest,
    hearing: HearingPlan,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Set or change the day, place and officer of a hearing; the family's page shows it at once.

    Args:
        amendment: the request.
        hearing: the hearing.
        by: the acting user.
        at: when it is set, which is also the day of the notice to the family (34 CFR 99.22(b)).
    Raises:
        Refused: the policy does not allow it.
    """
    _move_on(amendment, "schedule")
    amendment.hearing_on, amendment.hearing_notified_on = hearing.held_on, permit.on
    amendment.has_impartial_officer = hearing.impartial
    amendment.sealed_hearing = _seal(amendment, officer=hearing.officer, place=hearing.place)
    amendment.save(
        update_fields=[
            "state",
            "hearing_on",
            "hearing_notified_on",
            "has_impartial_officer",
            "sealed_hearing",
        ]
    )
    return ActionResult(subject=amendment, detail={"hearing": hearing.held_on.isoformat()})


@action("amendment.heard", asks=questions.may_decide_hearing, facts=_lock_hearing_facts)
def decide_hearing(
    permit: Permit,
    /,
    *,
    amendment: AmendmentRequest,
    event: str,
    reason: str,
    by: User,
    at: datetime,
    contested: Sequence[str] = (),
) -> ActionResult[None]:
    """Record the written decision after a hearing (34 CFR 99.22(e), (f)).

    Args:
        amendment: the request.
        event: "amend after hearing" or "uphold".
        reason: the decision, with a summary of the evidence and the reasons; the family reads it.
        by: the acting user.
        at: when it is recorded.
        contested: record types that hold the contested part; a statement of the family goes with
            their data, or with the whole record if there are none.
    Raises:
        Refused: the policy does not allow it.
    """
    _move_on(amendment, event)
    amendment.hearing_decided_on, amendment.hearing_decided_by = permit.on, by
    amendment.sealed_hearing_decision = _seal(amendment, reason=reason)
    amendment.contested = sorted(set(contested))
    amendment.save(
        update_fields=[
            "state",
            "contested",
            "hearing_decided_on",
            "hearing_decided_by",
            "sealed_hearing_decision",
        ]
    )
    return ActionResult(subject=amendment, detail={"decision": event})


@action(
    "amendment.statement_placed",
    asks=questions.may_change_own_amendment,
    facts=_lock_own_facts("place statement"),
)
def place_statement(
    permit: Permit,
    /,
    *,
    amendment: AmendmentRequest,
    name: str,
    reader: FamilyReader,
    statement: str,
    who: Actor,
    at: datetime,
    by: None = None,
) -> ActionResult[None]:
    """Place a family's statement in the record after a hearing (34 CFR 99.21(b)(2)).

    It is kept as long as the record. A use of the record on record in Cairn then obliges the sender
    to send the statement along (34 CFR 99.21(c)).

    Args:
        amendment: the request that the hearing did not grant.
        name: name of the person who makes the statement.
        reader: that person, as the family page knows the person.
        statement: the statement.
        who: facts about the family's session.
        at: when it is placed.
        by: always None.
    Raises:
        Refused: the policy does not allow it.
    """
    _move_on(amendment, "place statement")
    amendment.statement_on = permit.on
    amendment.sealed_statement = _seal(amendment, name=name, statement=statement)
    amendment.save(update_fields=["state", "statement_on", "sealed_statement"])
    consents_api.record_family_statement(amendment.child, permit.on)
    return ActionResult(subject=amendment)
