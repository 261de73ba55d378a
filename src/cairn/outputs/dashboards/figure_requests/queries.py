"""Read questions about figures: for the inbox, for the list, and for erasing who asked."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from cairn.outputs.dashboards.figure_requests import figure_selection
from cairn.outputs.dashboards.models import FigureQuestion, QuestionState
from cairn.outputs.releases import api as releases_api
from cairn.platform.inbox.api import InboxTask
from cairn.platform.sealing.api import FieldSealer, derive_subkey
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action

__all__ = ["list_figure_question_tasks"]

_MINUTES: Final = 10
_KEY_LABEL: Final = "figure-question"
DAYS_UNANSWERED: Final = 365
"""Days after which the name and email of a question without a final answer are erased."""


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """One question in words, as the list has it."""

    pk: int
    described: str
    wish: str
    asked_on: date
    state: str
    answer: str
    change: str
    agreements: str


def list_question_lines() -> list[QuestionLine]:
    """List all questions, those without a final answer first, then the newest."""
    rows = FigureQuestion.objects.order_by("-asked_at", "-pk")
    final = (QuestionState.ANSWERED, QuestionState.DECLINED)
    published = list(releases_api.list_published_releases())
    ordered = sorted(rows, key=lambda row: row.state in final)
    return [describe_question(row, published) for row in ordered]


def describe_question(
    question: FigureQuestion, published: Iterable[releases_api.Release] | None = None
) -> QuestionLine:
    """Put a question into words, with the agreements behind the public figures of its outcome.

    Args:
        question: the question.
        published: the published releases; None to load them.
    Returns:
        The words.
    """
    selection = figure_selection.read_selection(dict(parse_qsl(question.query.removeprefix("?"))))
    references = {
        name
        for row in (releases_api.list_published_releases() if published is None else published)
        if question.outcome in row.outcomes
        for name in row.agreements
    }
    return QuestionLine(
        question.pk,
        figure_selection.describe_table(question.outcome, selection) or gettext("Another figure"),
        question.wish,
        timezone.localdate(question.asked_at),
        question.get_state_display(),
        question.answer,
        question.change,
        ", ".join(sorted(references)),
    )


def list_figure_question_tasks(actor: Actor, on: date) -> list[InboxTask]:
    """List the questions about figures that wait for an answer.

    Args:
        actor: the user.
        on: the day of the decision.

    Returns:
        One task for all open questions; none for a user who may not answer.
    """
    if not may_open_page(Action.ANSWER_FIGURE_QUESTION, actor, on=on).allowed:
        return []
    keys = [
        f"figure_question:{pk}"
        for pk in FigureQuestion.objects.filter(state=QuestionState.OPEN).values_list(
            "pk", flat=True
        )
    ]
    if not keys:
        return []
    title = ngettext("question about a figure", "questions about figures", len(keys))
    return [
        InboxTask(
            len(keys),
            title,
            reverse("figures:questions"),
            "",
            minutes=_MINUTES,
            keys=tuple(keys),
        )
    ]


def list_overdue_contacts(now: datetime) -> QuerySet[FigureQuestion]:
    """List questions that were asked so long ago that their name and email must be erased."""
    return FigureQuestion.objects.filter(
        sealed_contact__isnull=False, asked_at__lte=now - timedelta(days=DAYS_UNANSWERED)
    )


def seal_contact(token: str, name: str, email: str) -> bytes:
    """Encrypt the name and the email of the person who asked, bound to the question's token."""
    return _make_sealer().seal(token, json.dumps([name, email]).encode())


def read_contact(question: FigureQuestion) -> tuple[str, str]:
    """Read the name and the email of the person who asked; empty once they are erased."""
    if question.sealed_contact is None:
        return "", ""
    name, email = json.loads(_make_sealer().unseal(question.token, question.sealed_contact))
    return name, email


def _make_sealer() -> FieldSealer:
    return FieldSealer(derive_subkey(_KEY_LABEL))
