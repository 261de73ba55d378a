"""Take a question about a figure, answer it, and erase who asked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from cairn.outputs.dashboards.figure_requests import queries
from cairn.outputs.dashboards.models import FigureQuestion, QuestionState
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, has_role_for, system_action
from cairn.platform.notifications.api import MailMessage, queue_link_email
from cairn.policy.engine import Permit
from cairn.policy.facts import Actor
from cairn.policy.vocabulary import Action

_ANSWERED_STATES: Final = (QuestionState.ANSWERED, QuestionState.DECLINED)


class QuestionConflict(Exception):
    """Report that somebody else answered the question after the user opened the page."""


@dataclass(frozen=True, slots=True)
class AskedFigure:
    """What a reader asks for.

    Attributes:
        outcome: ID of the outcome; empty for another one.
        query: the part of the address that names rows, year, place and group.
        wish: what the reader wants to know and why, in their words.
        name: the reader's name; may be empty.
        email: where the answer goes.
        language: language of the page, "en" or "es".
    """

    outcome: str
    query: str
    wish: str
    name: str
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class FigureAnswer:
    """What the data committee answers.

    Attributes:
        state: answered, planned or declined.
        text: the answer, or the reason, as the reader gets it.
        link: path of a public page with the figure; may be empty.
        change: what changed because of the question; may be empty.
    """

    state: QuestionState
    text: str
    link: str = ""
    change: str = ""


@action("figure_question.asked", asks=has_role_for(Action.ASK_FOR_FIGURE))
def ask_figure_question(
    permit: Permit, /, *, question: AskedFigure, token: str, who: Actor, by: None, at: datetime
) -> ActionResult[FigureQuestion]:
    """Keep a question for the data committee; sent twice, it is kept once.

    Args:
        question: what the reader asks for.
        token: random token of the form that was sent.
        who: the person who asks.
        by: None, since they need no account.
        at: the time.
    Returns:
        The question.
    """
    row, _is_new = FigureQuestion.objects.get_or_create(
        token=token,
        defaults={
            "outcome": question.outcome,
            "query": question.query,
            "wish": question.wish,
            "sealed_contact": queries.seal_contact(token, question.name, question.email),
            "language": question.language,
            "asked_at": at,
        },
    )
    return ActionResult(row, subject=row)


@action("figure_question.answered", asks=has_role_for(Action.ANSWER_FIGURE_QUESTION))
def answer_figure_question(
    permit: Permit,
    /,
    *,
    question: FigureQuestion,
    seen_state: str,
    answer: FigureAnswer,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Answer a question, email the answer, and erase who asked unless a figure is planned.

    Args:
        question: the question.
        seen_state: the state that the user saw.
        answer: the answer.
        by: the user who answers.
        at: the time.
    Raises:
        QuestionConflict: somebody else answered it.
        Refused: policy does not allow it.
    """
    row = FigureQuestion.objects.select_for_update().get(pk=question.pk)
    if row.state != seen_state or row.state in _ANSWERED_STATES:
        raise QuestionConflict
    row.state, row.answer = answer.state, answer.text
    row.link, row.change = answer.link, answer.change
    row.answered_by, row.answered_at = by, at
    name, email = queries.read_contact(row)
    if email:
        subject, text = _write_message(row, name)
        queue_link_email(
            kind=MailMessage.Kind.FIGURE_ANSWER,
            address=email,
            subject=subject,
            text=text,
            by=by,
            at=at,
        )
    if answer.state in _ANSWERED_STATES:
        row.sealed_contact = None
    row.save()
    return ActionResult(subject=row, detail={"state": answer.state.value})


@system_action("figure_question.asker_erased", reason="the page that took the question promises it")
def erase_question_asker(*, question: FigureQuestion, by: None, at: datetime) -> ActionResult[None]:
    """Erase the name and the email of a question that stayed without a final answer.

    Args:
        question: the question.
        by: None, since no person asks for it.
        at: the time.
    """
    FigureQuestion.objects.filter(pk=question.pk).update(sealed_contact=None)
    return ActionResult(subject=question)


def _write_message(row: FigureQuestion, name: str) -> tuple[str, str]:
    """Write the subject and the text of an answer, in the language of the reader's page."""
    with override(row.language):
        greeting = _("Hello %(name)s,") % {"name": name} if name else _("Hello,")
        parts = [
            greeting,
            _("You asked for a figure:") + f"\n{row.wish}",
            f"{row.get_state_display()}.\n{row.answer}",
            f"{settings.CAIRN_SITE}{row.link}" if row.link else "",
            _("We deleted your name and your email address with this answer.")
            if row.state in _ANSWERED_STATES
            else _("We keep your email address until the figure is published, one year at most."),
        ]
        return _("Answer to your question about a figure"), "\n\n".join(filter(None, parts))
