"""What those say whose data or law it is: the owners, the tribal nations, a state."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.disclosures import log as disclosures
from cairn.disclosures.sealing import Seals
from cairn.partners import facts as partners
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.releases import facts
from cairn.releases.holding import day, hold, move
from cairn.releases.models import NationWord, Release, SendBack, WrongFigure
from cairn.rules.release import (
    may_answer,
    may_answer_as_nation,
    may_report,
    may_send_back,
)
from cairn.rules.review import answer_by
from cairn.rules.vocabulary import Answer, NationAnswer

_FOR_THE_OWNERS = (
    "owners read their own figures, and what would be published of them, before anyone else"
)


@transaction.atomic
def send_back(*, release: Release, by: User, at: datetime) -> list[SendBack]:
    """Sends the table to every owner of data in it; each clock is its longest agreement's."""
    hold(release)
    fact, on = facts.release(release), day(at)
    decision = may_send_back(fact, actor(by), on)
    decision.require()
    owners = Organization.objects.filter(slug__in=fact.owners).order_by("slug")
    sent = [
        SendBack.objects.create(
            release=release,
            round=release.round,
            organization=owner,
            sent_on=on,
            due_on=answer_by(fact.agreements, owner.slug, on),
        )
        for owner in owners
    ]
    disclosures.record(decision, by=by, at=at, parties=fact.owners, interest=_FOR_THE_OWNERS)
    move(release, "send back")
    detail = {"owners": len(sent)}
    audit.record("release.sent_back", release, by=by, at=at, decision=decision, detail=detail)
    return sent


@transaction.atomic
def answer(*, send_back: SendBack, answer: Answer, comment: str, by: User, at: datetime) -> None:
    """One owner's answer. A correction or a decline returns the release to its author."""
    release, owner = send_back.release, send_back.organization.slug
    hold(release)
    decision = may_answer(facts.release(release), owner, actor(by), day(at))
    decision.require()
    send_back.answer = answer.value
    send_back.comment = comment
    send_back.answered_by = by
    send_back.answered_at = at
    send_back.save(update_fields=["answer", "comment", "answered_by", "answered_at"])
    open_still = release.send_backs.filter(round=release.round).exclude(answer=Answer.CONFIRM.value)
    event = {Answer.CORRECT: "correct", Answer.DECLINE: "decline"}.get(
        answer, "confirm" if open_still.exists() else "confirm last"
    )
    move(release, event, returned_why="" if answer is Answer.CONFIRM else comment)
    detail = {"owner": owner, "answer": answer.value}
    audit.record("release.answered", release, by=by, at=at, decision=decision, detail=detail)


@transaction.atomic
def name_figure(
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
    """An owner calls one figure wrong and says what it should be, before it answers. What it says
    is kept sealed. ``figure``: whether of its own numbers or as published, then its name;
    ``amount``: what the children have, where that is what is told of them."""
    release, owner = send_back.release, send_back.organization.slug
    hold(release)
    decision = may_answer(facts.release(release), owner, actor(by), day(at))
    decision.require()
    said = {"reached": reached, "children": children, "why": why, "amount": amount}
    named = WrongFigure.objects.create(
        send_back=send_back,
        figure=list(figure),
        said=Seals.of_this_installation().keep([said])[0],
        named_by=by,
        named_at=at,
    )
    detail = {"owner": owner}
    audit.record("release.figure_named", release, by=by, at=at, decision=decision, detail=detail)
    return named


@transaction.atomic
def take_back_figure(*, named: WrongFigure, by: User, at: datetime) -> None:
    """An owner no longer calls a figure wrong; only before it answers."""
    release, owner = named.send_back.release, named.send_back.organization.slug
    hold(release)
    decision = may_answer(facts.release(release), owner, actor(by), day(at))
    decision.require()
    named.delete()
    detail = {"owner": owner}
    audit.record("release.figure_right", release, by=by, at=at, decision=decision, detail=detail)


@transaction.atomic
def say_as_nation(
    *,
    release: Release,
    nation: Organization,
    answer: NationAnswer,
    condition: str,
    by: User,
    at: datetime,
) -> NationWord:
    """A tribal nation's word on a release. It counts from now on, and an earlier one no longer."""
    hold(release)
    whose = partners.organization(nation)
    decision = may_answer_as_nation(facts.release(release), whose, actor(by), day(at))
    decision.require()
    word = NationWord.objects.create(
        release=release,
        nation=nation,
        answer=answer.value,
        condition=condition if answer is NationAnswer.APPROVE else "",
        said_by=by,
        said_at=at,
    )
    detail = {"nation": nation.slug, "answer": answer.value}
    audit.record("release.nation_said", release, by=by, at=at, decision=decision, detail=detail)
    return word


@transaction.atomic
def report(*, release: Release, on: date, by: User, at: datetime) -> None:
    """Puts on record on which day the release was reported to a state that asks for it."""
    hold(release)
    decision = may_report(facts.release(release), on, actor(by), day(at))
    decision.require()
    release.reported_on = on
    release.save(update_fields=["reported_on"])
    detail = {"reported_on": on.isoformat()}
    audit.record("release.reported", release, by=by, at=at, decision=decision, detail=detail)
