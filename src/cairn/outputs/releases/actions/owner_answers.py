"""Record the answers of data owners and tribal nations, and reports to a state."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from cairn.governance.disclosure_log.api import SnapshotVault, record_disclosure
from cairn.governance.partners.api import Organization, load_actor, load_organization_fact
from cairn.outputs.releases import facts
from cairn.outputs.releases.actions.state import get_local_day, lock_release, transition_release
from cairn.outputs.releases.models import NationWord, Release, SendBack, WrongFigure
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import record_audit_event
from cairn.policy.checks import find_preview_due_date
from cairn.policy.questions import (
    may_answer_release_preview,
    may_decide_for_nation,
    may_preview_release_to_owners,
    may_report_release,
)
from cairn.policy.vocabulary import NationAnswer, OwnerAnswer

_OWNER_PREVIEW_INTEREST = (
    "owners read their own figures, and what would be published of them, before anyone else"
)


@transaction.atomic
def send_release_to_owners(*, release: Release, by: User, at: datetime) -> list[SendBack]:
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
    lock_release(release)
    fact, on = facts.load_release_fact(release), get_local_day(at)
    decision = may_preview_release_to_owners(fact, load_actor(by), on)
    decision.require()
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
    record_audit_event("release.sent_back", release, by=by, at=at, decision=decision, detail=detail)
    return created_send_backs


@transaction.atomic
def answer_send_back(
    *, send_back: SendBack, answer: OwnerAnswer, comment: str, by: User, at: datetime
) -> None:
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
    release, owner = send_back.release, send_back.organization.slug
    lock_release(release)
    decision = may_answer_release_preview(
        facts.load_release_fact(release), owner, load_actor(by), get_local_day(at)
    )
    decision.require()
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
    detail = {"owner": owner, "answer": answer.value}
    record_audit_event("release.answered", release, by=by, at=at, decision=decision, detail=detail)


@transaction.atomic
def dispute_figure(
    *,
    send_back: SendBack,
    figure: Sequence[str],
    reached: int | None,
    children: int | None,
    why: str,
    amount: str = "",
    by: User,
    at: datetime,
) -> WrongFigure:
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
    release, owner = send_back.release, send_back.organization.slug
    lock_release(release)
    decision = may_answer_release_preview(
        facts.load_release_fact(release), owner, load_actor(by), get_local_day(at)
    )
    decision.require()
    statement = {"reached": reached, "children": children, "why": why, "amount": amount}
    disputed_figure = WrongFigure.objects.create(
        send_back=send_back,
        figure=list(figure),
        said=SnapshotVault.for_installation().store_contents([statement])[0],
        named_by=by,
        named_at=at,
    )
    detail = {"owner": owner}
    record_audit_event(
        "release.figure_named", release, by=by, at=at, decision=decision, detail=detail
    )
    return disputed_figure


@transaction.atomic
def withdraw_disputed_figure(*, disputed_figure: WrongFigure, by: User, at: datetime) -> None:
    """Withdraw an owner's dispute of a figure, which is possible only before the owner answers."""
    release, owner = disputed_figure.send_back.release, disputed_figure.send_back.organization.slug
    lock_release(release)
    decision = may_answer_release_preview(
        facts.load_release_fact(release), owner, load_actor(by), get_local_day(at)
    )
    decision.require()
    disputed_figure.delete()
    detail = {"owner": owner}
    record_audit_event(
        "release.figure_right", release, by=by, at=at, decision=decision, detail=detail
    )


@transaction.atomic
def record_nation_decision(
    *,
    release: Release,
    nation: Organization,
    answer: NationAnswer,
    condition: str,
    by: User,
    at: datetime,
) -> NationWord:
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
    lock_release(release)
    nation_fact = load_organization_fact(nation)
    decision = may_decide_for_nation(
        facts.load_release_fact(release), nation_fact, load_actor(by), get_local_day(at)
    )
    decision.require()
    nation_word = NationWord.objects.create(
        release=release,
        nation=nation,
        answer=answer.value,
        condition=condition if answer is NationAnswer.APPROVE else "",
        said_by=by,
        said_at=at,
    )
    detail = {"nation": nation.slug, "answer": answer.value}
    record_audit_event(
        "release.nation_said", release, by=by, at=at, decision=decision, detail=detail
    )
    return nation_word


@transaction.atomic
def record_state_report(*, release: Release, on: date, by: User, at: datetime) -> None:
    """Record the day on which a release was reported to a state that requires it.

    Args:
        release: the release.
        on: the day of the report.
        by: the user.
        at: the time.
    Raises:
        Refused: policy does not allow it.
    """
    lock_release(release)
    decision = may_report_release(
        facts.load_release_fact(release), on, load_actor(by), get_local_day(at)
    )
    decision.require()
    release.reported_on = on
    release.save(update_fields=["reported_on"])
    detail = {"reported_on": on.isoformat()}
    record_audit_event("release.reported", release, by=by, at=at, decision=decision, detail=detail)
