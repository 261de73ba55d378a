"""Record the answers of data owners and tribal nations, and reports to a state."""

from collections.abc import Sequence
from datetime import date, datetime

from cairn.governance.disclosure_log.api import SnapshotVault, record_disclosure
from cairn.governance.partners.api import Organization, load_organization_fact
from cairn.outputs.releases import facts
from cairn.outputs.releases.actions.state import lock_release_facts, transition_release
from cairn.outputs.releases.models import NationWord, Release, SendBack, WrongFigure
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.policy import questions
from cairn.policy.checks import find_preview_due_date
from cairn.policy.engine import Decision, Permit
from cairn.policy.facts import OrganizationFact, ReleaseFact
from cairn.policy.vocabulary import NationAnswer, OwnerAnswer

__all__ = [
    "answer_send_back",
    "record_nation_decision",
    "record_state_report",
    "send_release_to_owners",
]

_OWNER_PREVIEW_INTEREST = "data owners preview their own figures and the tables to be published"


def _lock_preview_facts(send_back: SendBack) -> tuple[ReleaseFact, str]:
    return (*lock_release_facts(send_back.release), send_back.organization.slug)


def _lock_disputed_preview_facts(disputed_figure: WrongFigure) -> tuple[ReleaseFact, str]:
    return _lock_preview_facts(disputed_figure.send_back)


def _lock_nation_facts(
    release: Release, nation: Organization
) -> tuple[ReleaseFact, OrganizationFact]:
    return (*lock_release_facts(release), load_organization_fact(nation))


def _lock_report_facts(release: Release, on: date) -> tuple[ReleaseFact, date]:
    return (*lock_release_facts(release), on)


@action("release.sent_back", asks=questions.may_preview_release_to_owners, facts=lock_release_facts)
def send_release_to_owners(
    permit: Permit, decision: Decision, /, *, release: Release, by: User, at: datetime
) -> ActionResult[list[SendBack]]:
    """Send the tables to every data owner for preview.

    An owner's deadline comes from its agreement with the longest review period.

    Args:
        release: an approved release.
        by: the user.
        at: the time.
    Returns:
        One send-back for each owner.
    Raises:
        Refused: policy does not allow it.
    """
    fact, on = facts.load_release_fact(release), permit.on
    owners = Organization.objects.filter(slug__in=fact.owners).order_by("slug")
    created_send_backs = [
        SendBack.objects.create(
            release=release,
            round=release.round,
            organization=owner,
            sent_on=on,
            due_on=find_preview_due_date(fact.agreements, owner.slug, on),
        )
        for owner in owners
    ]
    record_disclosure(decision, by=by, at=at, parties=fact.owners, interest=_OWNER_PREVIEW_INTEREST)
    transition_release(release, "send back")
    detail = {"owners": len(created_send_backs)}
    return ActionResult(created_send_backs, subject=release, detail=detail)


@action("release.answered", asks=questions.may_answer_release_preview, facts=_lock_preview_facts)
def answer_send_back(
    permit: Permit,
    /,
    *,
    send_back: SendBack,
    answer: OwnerAnswer,
    comment: str,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Record one owner's answer. A correction or a refusal returns the release to its author.

    Args:
        send_back: the owner's preview.
        answer: confirm, correct or decline.
        comment: the owner's comment.
        by: the owner's user.
        at: the time.
    Raises:
        Refused: policy does not allow it.
    """
    release = send_back.release
    send_back.answer = answer.value
    send_back.comment = comment
    send_back.answered_by = by
    send_back.answered_at = at
    send_back.save(update_fields=["answer", "comment", "answered_by", "answered_at"])
    unconfirmed_rows = release.send_backs.filter(round=release.round).exclude(
        answer=OwnerAnswer.CONFIRM.value
    )
    event = {OwnerAnswer.CORRECT: "correct", OwnerAnswer.DECLINE: "decline"}.get(
        answer, "confirm" if unconfirmed_rows.exists() else "confirm last"
    )
    transition_release(
        release, event, returned_why="" if answer is OwnerAnswer.CONFIRM else comment
    )
    detail = {"owner": send_back.organization.slug, "answer": answer.value}
    return ActionResult(subject=release, detail=detail)


@action(
    "release.figure_named", asks=questions.may_answer_release_preview, facts=_lock_preview_facts
)
def dispute_figure(  # noqa: PLR0913 - a figure and its correction
    permit: Permit,
    /,
    *,
    send_back: SendBack,
    figure: Sequence[str],
    reached: int | None,
    children: int | None,
    why: str,
    amount: str = "",
    by: User,
    at: datetime,
) -> ActionResult[WrongFigure]:
    """Record that an owner disputes one figure before it answers, and the correct number.

    The owner's statement is stored sealed.

    Args:
        send_back: the owner's preview.
        figure: the scope (`OWN_SCOPE` or `PUBLISHED_SCOPE`), then the figure's name.
        reached: how many children should have reached the outcome.
        children: how many children the group should have.
        why: how the owner knows.
        amount: what the mean or median of a measure should be.
        by: the owner's user.
        at: the time.
    Returns:
        The disputed figure.
    Raises:
        Refused: policy does not allow it.
    """
    statement = {"reached": reached, "children": children, "why": why, "amount": amount}
    disputed_figure = WrongFigure.objects.create(
        send_back=send_back,
        figure=list(figure),
        said=SnapshotVault.for_installation().store_contents([statement])[0],
        named_by=by,
        named_at=at,
    )
    detail = {"owner": send_back.organization.slug}
    return ActionResult(disputed_figure, subject=send_back.release, detail=detail)


@action(
    "release.figure_right",
    asks=questions.may_answer_release_preview,
    facts=_lock_disputed_preview_facts,
)
def withdraw_disputed_figure(
    permit: Permit, /, *, disputed_figure: WrongFigure, by: User, at: datetime
) -> ActionResult[None]:
    """Withdraw an owner's dispute of a figure, which is possible only before the owner answers."""
    send_back = disputed_figure.send_back
    disputed_figure.delete()
    detail = {"owner": send_back.organization.slug}
    return ActionResult(subject=send_back.release, detail=detail)


@action("release.nation_said", asks=questions.may_decide_for_nation, facts=_lock_nation_facts)
def record_nation_decision(
    permit: Permit,
    /,
    *,
    release: Release,
    nation: Organization,
    answer: NationAnswer,
    condition: str,
    by: User,
    at: datetime,
) -> ActionResult[NationWord]:
    """Record a tribal nation's decision on a release. It replaces an earlier one from now on.

    Args:
        release: the release.
        nation: the tribal nation.
        answer: approve or decline.
        condition: the condition of an approval.
        by: the nation's user.
        at: the time.
    Returns:
        The decision.
    Raises:
        Refused: policy does not allow it.
    """
    nation_word = NationWord.objects.create(
        release=release,
        nation=nation,
        answer=answer.value,
        condition=condition if answer is NationAnswer.APPROVE else "",
        said_by=by,
        said_at=at,
    )
    detail = {"nation": nation.slug, "answer": answer.value}
    return ActionResult(nation_word, subject=release, detail=detail)


@action("release.reported", asks=questions.may_report_release, facts=_lock_report_facts)
def record_state_report(
    permit: Permit, /, *, release: Release, on: date, by: User, at: datetime
) -> ActionResult[None]:
    """Record the day on which a release was reported to a state that requires it.

    Args:
        release: the release.
        on: the day of the report.
        by: the user.
        at: the time.
    Raises:
        Refused: policy does not allow it.
    """
    release.reported_on = on
    release.save(update_fields=["reported_on"])
    return ActionResult(subject=release, detail={"reported_on": on.isoformat()})
