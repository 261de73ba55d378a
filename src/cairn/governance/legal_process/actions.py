"""Record legal process and public-records requests, and each step that is taken on them."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from django.utils.text import slugify

from cairn.governance.consents import api as consents_api
from cairn.governance.consents.api import compute_child_key
from cairn.governance.disclosure_log import api as disclosure_log_api
from cairn.governance.legal_process.models import LegalProcess, PublicRequest
from cairn.governance.legal_process.queries import build_demand_seal_context, build_process_fact
from cairn.governance.partners.api import Organization, get_organization_slug
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, has_role_at
from cairn.policy.engine import Decision, Permit
from cairn.policy.facts import LegalProcessFact, PublicRequestFact
from cairn.policy.lifecycles import (
    LEGAL_PROCESS_TRANSITIONS,
    PUBLIC_REQUEST_TRANSITIONS,
    find_next_state,
)
from cairn.policy.questions import may_answer_public_request, may_change_legal_process
from cairn.policy.vocabulary import (
    Action,
    LegalProcessKind,
    LegalProcessState,
    PublicRequestLevel,
    PublicRequestState,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedDemand:
    """What an organization was served with.

    Attributes:
        kind: kind of legal process.
        issuer: court, agency or person that issued it.
        demanded: what it asks for; stored sealed, because it can name a student.
        issued_on: day on which it was issued.
        received_on: day on which it was received.
        due_on: day by which it asks for an answer; None if it names none.
        secrecy: the order that forbids notice to the family, in words; empty if there is none.
    """

    kind: LegalProcessKind
    issuer: str
    demanded: str
    issued_on: date
    received_on: date
    due_on: date | None
    secrecy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedPublicRequest:
    """A public-records request as it came in; the due date is that of the state's law.

    Attributes:
        requester: person or organization that asks.
        asked: the records or figures that are requested.
        level: whether it asks for figures, individual students' records, or other records.
        law: the public-records law.
        received_on: day on which it was received.
        due_on: day by which the law asks for an answer, as entered.
    """

    requester: str
    asked: str
    level: PublicRequestLevel
    law: str
    received_on: date
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicAnswer:
    """The answer to a public-records request.

    Attributes:
        event: "release", "deny" or "withdraw".
        answer: the answer in words.
        exemption: the exemption that a denial cites.
        is_deidentified: whether the figures passed disclosure review.
    """

    event: str
    answer: str
    exemption: str = ""
    is_deidentified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalDisclosure:
    """What was disclosed under legal process.

    Attributes:
        disclosed: what was disclosed and to which office, in words without a student's name.
        local_ids: local IDs of the students; they may be empty only under an order of secrecy.
    """

    disclosed: str
    local_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureScope:
    """What counsel allows to disclose: to which partner, about which students.

    Attributes:
        recipient: the partner that receives the records; None if no partner does.
        local_ids: local IDs of the students; empty if counsel names none.
    """

    recipient: Organization | None = None
    local_ids: tuple[str, ...] = ()


NO_SCOPE: Final = DisclosureScope()
"""Counsel names no partner and no students, so that no use of data rests on the decision."""


def _lock_process_facts(*, process: LegalProcess, event: str) -> tuple[str, LegalProcessFact, str]:
    row = LegalProcess.objects.select_for_update().get(pk=process.pk)
    return event, build_process_fact(row), row.organization.slug


def _lock_notice_facts(*, process: LegalProcess) -> tuple[str, LegalProcessFact, str]:
    return _lock_process_facts(process=process, event="notify")


def _lock_disclosure_facts(
    *, process: LegalProcess, disclosure: LegalDisclosure
) -> tuple[str, LegalProcessFact, str]:
    event, fact, owner = _lock_process_facts(process=process, event="disclose")
    return event, replace(fact, students=len(set(disclosure.local_ids))), owner


def _lock_withdrawal_facts(*, process: LegalProcess) -> tuple[str, LegalProcessFact, str]:
    return _lock_process_facts(process=process, event="withdraw")


def _lock_answer_facts(
    *, request: PublicRequest, answer: PublicAnswer
) -> tuple[str, PublicRequestFact, str]:
    row = PublicRequest.objects.select_for_update().get(pk=request.pk)
    fact = PublicRequestFact(
        PublicRequestLevel(row.level),
        PublicRequestState(row.state),
        answer.exemption,
        answer.is_deidentified,
    )
    return answer.event, fact, row.organization.slug


def _name_issuer(process: LegalProcess) -> str:
    """Name the issuer in the disclosure log, with a prefix, so that no partner is taken for it."""
    return f"issuer-{slugify(process.issuer)}"[:60].rstrip("-")


_LINE_REQUIRED: Final = (
    "The record must name the recipients and their legitimate interests. "
    "(34 CFR 99.32(a)(1), (a)(3))"
)
_LINE_UNDER_SEAL: Final = (
    "A court ordered that the existence or contents are not disclosed. The law does not require a "
    "record of it. (34 CFR 99.32(d)(5))"
)


def _move_on(process: LegalProcess, event: str) -> None:
    process.refresh_from_db(fields=["state"])
    state = LegalProcessState(process.state)
    process.state = str(find_next_state(LEGAL_PROCESS_TRANSITIONS, state, event))


@action(
    "legal.recorded", asks=has_role_at(Action.HANDLE_LEGAL_REQUEST), facts=get_organization_slug
)
def record_legal_process(
    permit: Permit,
    /,
    *,
    organization: Organization,
    demand: ServedDemand,
    by: User,
    at: datetime,
) -> ActionResult[LegalProcess]:
    """Record legal process; it is on hold until counsel of the data owner decides.

    Args:
        organization: the data owner.
        demand: what was served.
        by: the acting user.
        at: when it is recorded.
    Returns:
        The row.
    Raises:
        Refused: the policy does not allow it.
    """
    row = LegalProcess.objects.create(
        organization=organization,
        kind=demand.kind.value,
        issuer=demand.issuer,
        sealed=consents_api.seal_fields(
            build_demand_seal_context(organization), {"asks": demand.demanded}
        ),
        issued_on=demand.issued_on,
        received_on=demand.received_on,
        due_on=demand.due_on,
        secrecy=demand.secrecy,
        recorded_by=by,
        recorded_at=at,
    )
    return ActionResult(row, subject=row, detail={"kind": row.kind})


@action("legal.decided", asks=may_change_legal_process, facts=_lock_process_facts)
def decide_legal_process(
    permit: Permit,
    /,
    *,
    process: LegalProcess,
    event: str,
    reason: str,
    by: User,
    at: datetime,
    scope: DisclosureScope = NO_SCOPE,
) -> ActionResult[None]:
    """Record that counsel of the data owner decides to comply or to contest.

    Args:
        process: the legal process.
        event: "comply" or "contest".
        reason: the reason, and any limits.
        by: the counsel.
        at: when it is decided.
        scope: the partner and the students for which counsel clears it; a use of data may rest on
            it for these alone.
    Raises:
        Refused: the policy does not allow it.
    """
    _move_on(process, event)
    process.decided_by, process.decided_on, process.reason = by, permit.on, reason
    is_cleared = process.state == LegalProcessState.CLEARED.value
    process.recipient = scope.recipient if is_cleared else None
    process.sealed_students = b""
    if is_cleared and scope.local_ids:
        students = {"students": "\n".join(scope.local_ids)}
        context = build_demand_seal_context(process.organization)
        process.sealed_students = consents_api.seal_fields(context, students)
    process.save(
        update_fields=[
            "state",
            "decided_by",
            "decided_on",
            "reason",
            "recipient",
            "sealed_students",
        ]
    )
    return ActionResult(subject=process, detail={"decision": event})


@action("legal.notified", asks=may_change_legal_process, facts=_lock_notice_facts)
def record_notice_effort(
    permit: Permit, /, *, process: LegalProcess, effort: str, by: User, at: datetime
) -> ActionResult[None]:
    """Record an effort to notify the family (34 CFR 99.31(a)(9)(ii)). Raises `Refused`."""
    process.effort_on, process.effort = permit.on, effort
    process.save(update_fields=["effort_on", "effort"])
    return ActionResult(subject=process)


@action("legal.disclosed", asks=may_change_legal_process, facts=_lock_disclosure_facts)
def record_legal_disclosure(
    permit: Permit,
    decision: Decision,
    /,
    *,
    process: LegalProcess,
    disclosure: LegalDisclosure,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Record what was disclosed under legal process that counsel cleared, in the disclosure log.

    Under an order of secrecy the line names no student, so that no family finds it, and the law
    requires no line (34 CFR 99.32(d)(5)).

    Args:
        process: the legal process.
        disclosure: what was disclosed, about which students.
        by: the acting user.
        at: when it is recorded.
    Raises:
        Refused: the policy does not allow it.
    """
    owner, is_secret = process.organization.slug, bool(process.secrecy.strip())
    keys = {compute_child_key(owner, local_id) for local_id in disclosure.local_ids}
    disclosure_log_api.record_disclosure(
        decision,
        by=by,
        at=at,
        parties=[_name_issuer(process)],
        interest=f"{process.get_kind_display()}: {disclosure.disclosed}",
        required_by_law=not is_secret,
        why=_LINE_UNDER_SEAL if is_secret else _LINE_REQUIRED,
        children=() if is_secret else keys,
        owners=[owner],
    )
    _move_on(process, "disclose")
    process.disclosed_on, process.disclosed = permit.on, disclosure.disclosed
    process.save(update_fields=["state", "disclosed_on", "disclosed"])
    return ActionResult(subject=process, detail={"students": len(keys)})


@action("legal.withdrawn", asks=may_change_legal_process, facts=_lock_withdrawal_facts)
def withdraw_legal_process(
    permit: Permit, /, *, process: LegalProcess, by: User, at: datetime
) -> ActionResult[None]:
    """Record that the issuer withdrew legal process. Raises `Refused`."""
    _move_on(process, "withdraw")
    process.save(update_fields=["state"])
    return ActionResult(subject=process)


@action(
    "public_request.recorded",
    asks=has_role_at(Action.HANDLE_LEGAL_REQUEST),
    facts=get_organization_slug,
)
def record_public_request(
    permit: Permit,
    /,
    *,
    organization: Organization,
    received: ReceivedPublicRequest,
    by: User,
    at: datetime,
) -> ActionResult[PublicRequest]:
    """Record a public-records request with the due date of the state's law.

    Args:
        organization: the organization that was asked.
        received: the request.
        by: the acting user.
        at: when it is recorded.
    Returns:
        The row.
    Raises:
        Refused: the policy does not allow it.
    """
    row = PublicRequest.objects.create(
        organization=organization,
        requester=received.requester,
        asked=received.asked,
        level=received.level.value,
        law=received.law,
        received_on=received.received_on,
        due_on=received.due_on,
        recorded_by=by,
        recorded_at=at,
    )
    return ActionResult(row, subject=row)


@action("public_request.answered", asks=may_answer_public_request, facts=_lock_answer_facts)
def answer_public_request(
    permit: Permit, /, *, request: PublicRequest, answer: PublicAnswer, by: User, at: datetime
) -> ActionResult[None]:
    """Release, deny or close a public-records request.

    Args:
        request: the request.
        answer: the answer.
        by: the acting user.
        at: when it is answered.
    Raises:
        Refused: the policy does not allow it, such as for records of individual students.
    """
    state = PublicRequestState(request.state)
    request.state = str(find_next_state(PUBLIC_REQUEST_TRANSITIONS, state, answer.event))
    request.answer, request.exemption = answer.answer, answer.exemption
    request.is_deidentified = answer.is_deidentified
    request.answered_by, request.answered_on = by, permit.on
    request.save()
    return ActionResult(subject=request, detail={"answer": answer.event})
