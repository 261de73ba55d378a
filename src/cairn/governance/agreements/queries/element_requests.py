"""Read requests for data elements: those of a draft, and those that wait for a person."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.governance.agreements.draft_facts import OPEN_DRAFT_STATES
from cairn.governance.agreements.models import DictionaryRequest, Draft
from cairn.governance.dictionaries.api import load_current_dictionaries
from cairn.platform.inbox.api import InboxTask
from cairn.policy import questions
from cairn.policy.facts import Actor

_ANSWER_MINUTES = 5
_READING_MINUTES = 2


def list_draft_requests(draft: Draft) -> list[DictionaryRequest]:
    """List the requests of a draft, oldest first.

    Args:
        draft: the draft; the caller has checked that the person may read it.

    Returns:
        The requests.
    """
    return list(draft.element_requests.select_related("owner", "answered_by"))


def find_answerable_request(pk: int, who: Actor, on: date) -> DictionaryRequest:
    """Find a request that a person may answer for the data owner.

    Args:
        pk: primary key of the request.
        who: the policy facts about the person.
        on: the date.

    Returns:
        The request.

    Raises:
        DictionaryRequest.DoesNotExist: there is no such request.
        Refused: the person may not answer it.
    """
    row = _select_requests().filter(pk=pk).first()
    if row is None:
        questions.may_answer_element_request("", who, on).require()
        raise DictionaryRequest.DoesNotExist(pk)
    questions.may_answer_element_request(row.owner.slug, who, on).require()
    return row


def list_serving_choices(request: DictionaryRequest) -> list[tuple[str, str]]:
    """List the elements of the owner's dictionary that could serve instead.

    Args:
        request: the request.

    Returns:
        The names, each as value and label.
    """
    entries = (
        entry
        for dictionary in load_current_dictionaries(request.owner.slug)
        for entry in dictionary.elements
    )
    names = sorted({entry.own_name or entry.name for entry in entries})
    return [(name, name) for name in names]


def list_element_request_tasks(who: Actor, on: date) -> list[InboxTask]:
    """List the requests that wait for a person's answer, and the answers that they have not read.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        At most one task of each kind.
    """
    rows = _select_requests().filter(draft__state__in=OPEN_DRAFT_STATES)
    # A data manager may answer for an owner too, but it is the owner's own task.
    own = [
        slug
        for slug in who.list_organizations(on)
        if questions.may_answer_element_request(slug, who, on).allowed
    ]
    waiting = list(rows.filter(answer="", owner__slug__in=own))
    answered = list(rows.exclude(answer="").filter(read_at=None, asked_by=int(who.id)))
    return [*_build_answer_tasks(waiting), *_build_reading_tasks(answered)]


def _build_answer_tasks(rows: list[DictionaryRequest]) -> Iterator[InboxTask]:
    if rows:
        title = ngettext(
            "data element that a draft asks you to add",
            "data elements that drafts ask you to add",
            len(rows),
        )
        address = reverse("agreements:element_request", args=(rows[0].pk,))
        yield InboxTask(
            len(rows),
            title,
            address,
            rows[0].element,
            minutes=_ANSWER_MINUTES,
            keys=_build_keys("asked", rows),
        )


def _build_reading_tasks(rows: list[DictionaryRequest]) -> Iterator[InboxTask]:
    if rows:
        title = ngettext(
            "answer about a data element to read", "answers about data elements to read", len(rows)
        )
        address = reverse("agreements:step", args=(rows[0].draft_id, "data"))
        yield InboxTask(
            len(rows),
            title,
            address,
            _("%(element)s: %(answer)s")
            % {"element": rows[0].element, "answer": rows[0].get_answer_display()},
            minutes=_READING_MINUTES,
            keys=_build_keys("answered", rows),
        )


def _build_keys(kind: str, rows: Iterable[DictionaryRequest]) -> tuple[str, ...]:
    return tuple(f"element.{kind}:{row.pk}" for row in rows)


def _select_requests() -> QuerySet[DictionaryRequest]:
    return DictionaryRequest.objects.select_related("draft__organization", "owner", "asked_by")
