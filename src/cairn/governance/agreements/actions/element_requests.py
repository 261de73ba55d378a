"""Ask a data owner for an element that its dictionary lacks, and answer such a request."""

from datetime import datetime

from cairn.governance.agreements.actions import draft_lifecycle
from cairn.governance.agreements.models import DictionaryRequest, Draft
from cairn.governance.partners.api import Organization
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.policy import questions
from cairn.policy.engine import Permit
from cairn.policy.facts import DraftFact


def _lock_request_facts(
    *, draft: Draft, owner: Organization, at: datetime
) -> tuple[DraftFact, str]:
    (draft_fact,) = draft_lifecycle.lock_draft_facts(draft=draft, at=at)
    return draft_fact, owner.slug


@action("element_request.asked", asks=questions.may_request_data_element, facts=_lock_request_facts)
def request_element(
    permit: Permit,
    /,
    *,
    draft: Draft,
    owner: Organization,
    element: str,
    description: str,
    by: User,
    at: datetime,
) -> ActionResult[DictionaryRequest]:
    """Ask a data owner to add an element; the same element asked again is the same request.

    Args:
        draft: the draft that needs the element.
        owner: the data owner.
        element: name of the element, in the words of the writer.
        description: what it is and what it is for.
        by: the writer.
        at: the moment of the action.

    Returns:
        The request's row.

    Raises:
        Refused: the policy does not allow it.
    """
    name = " ".join(element.split())
    row, _is_new = DictionaryRequest.objects.get_or_create(
        draft=draft,
        owner=owner,
        element_key=name.casefold()[:120],
        defaults={
            "element": name[:120],
            "description": description.strip(),
            "asked_by": by,
            "asked_at": at,
        },
    )
    return ActionResult(row, subject=draft, detail={"organization": owner.slug, "request": row.pk})


def _lock_answer_facts(*, request: DictionaryRequest) -> tuple[str]:
    request.refresh_from_db(from_queryset=DictionaryRequest.objects.select_for_update())
    return (request.owner.slug,)


@action(
    "element_request.answered",
    asks=questions.may_answer_element_request,
    facts=_lock_answer_facts,
)
def answer_element_request(
    permit: Permit,
    /,
    *,
    request: DictionaryRequest,
    answer: str,
    reason: str = "",
    serves: str = "",
    by: User,
    at: datetime,
) -> ActionResult[DictionaryRequest]:
    """Answer a request for a data element, or correct the answer.

    Args:
        request: the request.
        answer: "added", "served" or "declined".
        reason: why it was declined.
        serves: the element that serves instead.
        by: who answers for the data owner.
        at: the moment of the action.

    Returns:
        The request's row.

    Raises:
        Refused: the policy does not allow it.
    """
    request.answer, request.reason, request.serves = answer, reason.strip(), serves.strip()
    request.answered_by, request.answered_at, request.read_at = by, at, None
    request.save(
        update_fields=["answer", "reason", "serves", "answered_by", "answered_at", "read_at"]
    )
    detail: dict[str, str | int] = {"answer": answer, "request": request.pk}
    return ActionResult(request, subject=request.draft, detail=detail)


def _lock_reading_facts(*, request: DictionaryRequest, at: datetime) -> tuple[DraftFact, str]:
    return _lock_request_facts(draft=request.draft, owner=request.owner, at=at)


@action("element_request.read", asks=questions.may_request_data_element, facts=_lock_reading_facts)
def mark_element_answer_read(
    permit: Permit, /, *, request: DictionaryRequest, by: User, at: datetime
) -> ActionResult[None]:
    """Record that the writer of the draft has read the answer, so that it is no task any more.

    Args:
        request: the request.
        by: the writer.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    request.read_at = at
    request.save(update_fields=["read_at"])
    return ActionResult(subject=request.draft, detail={"request": request.pk})
