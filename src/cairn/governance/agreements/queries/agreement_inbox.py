"""List a person's tasks about drafts, and the dates by which agreements end or renew."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.governance.agreements import draft_facts, facts
from cairn.governance.agreements.models import Agreement, Draft
from cairn.governance.agreements.queries import visible_drafts
from cairn.governance.agreements.queries.element_requests import list_element_request_tasks
from cairn.governance.agreements.queries.visible_agreements import filter_visible_agreements
from cairn.platform.actions.api import keep_while_rows_unchanged
from cairn.platform.deadline_sources.api import Deadline
from cairn.platform.inbox.api import InboxTask
from cairn.policy.checks import find_last_day_in_force
from cairn.policy.facts import Actor, AgreementFact, DraftFact
from cairn.policy.vocabulary import AgreementState, PartyRole

__all__ = ["list_agreement_deadlines", "list_agreement_tasks"]

_ENDED_STATES = (AgreementState.CLOSING.value, AgreementState.CLOSED.value)


def list_agreement_tasks(who: Actor, on: date) -> list[InboxTask]:
    """List the drafts that a person must read as counsel, send out, sign or change.

    So are requests for data elements to answer, and answers to read.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        One task per kind of work.
    """
    drafts_by_task: dict[str, list[Draft]] = {task: [] for task in _TASK_TITLES}
    visible = visible_drafts.filter_visible_drafts(who, on)
    keys = visible.filter(state__in=draft_facts.OPEN_DRAFT_STATES).values_list("pk", flat=True)
    for row, draft_fact in _load_waiting_drafts(tuple(keys), on):
        task = _find_task(draft_fact, who, on)
        if task:
            drafts_by_task[task].append(row)
    draft_tasks = [_build_task(task, rows) for task, rows in drafts_by_task.items() if rows]
    return [*draft_tasks, *list_element_request_tasks(who, on)]


def list_agreement_deadlines(who: Actor, on: date, until: date) -> list[Deadline]:
    """List the last days and the renewal notice days of agreements in a period.

    Args:
        who: the policy facts about the person.
        on: the first day.
        until: the last day.

    Returns:
        The deadlines, by date.
    """
    rows = list(filter_visible_agreements(who, on).filter(part="").exclude(state__in=_ENDED_STATES))
    deadlines: list[Deadline] = []
    for row, terms in zip(rows, facts.load_agreement_facts(rows, on), strict=True):
        deadlines += [
            deadline
            for deadline in _deadlines_of_agreement(row, terms)
            if on <= deadline.on <= until
        ]
    return sorted(deadlines, key=lambda deadline: deadline.on)


def _deadlines_of_agreement(row: Agreement, terms: AgreementFact) -> Iterator[Deadline]:
    last = find_last_day_in_force(terms)
    if last is None:
        return
    owners = ", ".join(sorted(terms.list_organizations(PartyRole.PROVIDER)))
    address = reverse("agreements:detail", args=(row.reference,))
    ends = _("%(reference)s ends") % {"reference": row.reference}
    yield Deadline(last, ends, "agreement_end", owners, address)
    if terms.renewal and terms.renewal.notice_days:
        settle_by = last - timedelta(days=terms.renewal.notice_days)
        renew = _("Decide whether to renew %(reference)s") % {"reference": row.reference}
        yield Deadline(settle_by, renew, "renewal", owners, address)


@keep_while_rows_unchanged()
def _load_waiting_drafts(keys: tuple[int, ...], on: date) -> list[tuple[Draft, DraftFact]]:
    """Load drafts that wait for somebody, in the order of their keys, the same for every user."""
    found = Draft.objects.select_related("organization").in_bulk(keys)
    rows = [found[key] for key in keys if _may_wait(found[key])]
    records = draft_facts.load_draft_records(rows, on) if rows else None
    return [(row, draft_facts.build_draft_fact(row, on, records=records)) for row in rows]


def _may_wait(row: Draft) -> bool:
    """Return whether a draft is more than a text that its writer has not sent yet."""
    return row.state != AgreementState.DRAFT.value or bool(row.returned_why)


def _find_task(draft_fact: DraftFact, who: Actor, on: date) -> str:
    """Return what a person has to do with a draft now; empty if others must act."""
    if draft_fact.state is AgreementState.DRAFT:
        may_save = visible_drafts.decide_writer_actions(draft_fact, who, on)["save"].allowed
        return "returned" if may_save else ""
    own_parties = visible_drafts.list_party_actions(draft_fact, who, on)
    if draft_fact.state is AgreementState.OUT_FOR_SIGNATURE:
        # The page asks for two-step sign-in; a signer without it must learn of the task all the
        # same. Who may decline for a party may sign for it.
        return "sign" if draft_fact.unsigned.intersection(own_parties["decline"]) else ""
    if own_parties["clear"] or own_parties["attest_review"]:
        return "read"
    return (
        "send_out"
        if visible_drafts.decide_writer_actions(draft_fact, who, on)["send_out"].allowed
        else ""
    )


def _build_task(task: str, rows: list[Draft]) -> InboxTask:
    singular, plural, minutes = _TASK_TITLES[task]
    title = ngettext(singular, plural, len(rows))
    # A changed text is a new task: what was read or signed before counts no more.
    keys = tuple(f"draft.{task}:{row.pk}:{row.version}" for row in rows)
    if len(rows) > 1:
        address = reverse("agreements:drafts")
        return InboxTask(len(rows), title, address, minutes=minutes, keys=keys)
    # The page of the one draft on which the task is done.
    address = reverse(_TASK_ROUTES.get(task, "agreements:draft"), args=(rows[0].pk,))
    return InboxTask(1, title, address, rows[0].reference, minutes=minutes, keys=keys)


_TASK_ROUTES = {"read": "agreements:review", "sign": "agreements:sign"}


# The title of each task, for one draft and for several, and about how many minutes one takes.
_TASK_TITLES = {
    "read": ("draft to review as counsel", "drafts to review as counsel", 45),
    "send_out": ("draft to send for signature", "drafts to send for signature", 5),
    "sign": ("agreement to sign", "agreements to sign", 15),
    "returned": (
        "draft returned to you with requested changes",
        "drafts returned to you with requested changes",
        30,
    ),
}
