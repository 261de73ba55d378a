"""An agreement ends: notice, taking it back, closing, closed."""

from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.agreements import facts
from cairn.agreements.models import Agreement
from cairn.audit import log as audit
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.rules.actor import Actor
from cairn.rules.ending import (
    may_begin_closing,
    may_close,
    may_take_back_notice,
    may_terminate,
)
from cairn.rules.lifecycle import next_state
from cairn.rules.lives.agreement import AGREEMENT
from cairn.rules.vocabulary import AgreementState

_NOTICE: Final = ("notice_on", "notice_by", "terminated_on", "terminated_why")


@transaction.atomic
def terminate(
    *,
    agreement: Agreement,
    organization: Organization,
    from_day: date,
    why: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> None:
    """A party gives notice: from `from_day` the agreement allows nothing, and what was received
    is destroyed as its retention clause says."""
    _hold(agreement)
    on, terms = timezone.localdate(at), facts.agreement(agreement)
    decision = may_terminate(terms, organization.slug, from_day, who or actor(by), on)
    decision.require()
    agreement.notice_on, agreement.notice_by = on, organization.slug
    agreement.terminated_on, agreement.terminated_why = from_day, why
    _move(agreement, "terminate", *_NOTICE)
    detail = {"organization": organization.slug, "from": from_day.isoformat()}
    audit.record("agreement.terminated", agreement, by=by, at=at, decision=decision, detail=detail)


@transaction.atomic
def take_back_notice(
    *,
    agreement: Agreement,
    organization: Organization,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> None:
    """The party that gave notice takes it back before the day it takes effect."""
    _hold(agreement)
    on, terms = timezone.localdate(at), facts.agreement(agreement)
    given_by = agreement.notice_by
    decision = may_take_back_notice(terms, organization.slug, given_by, who or actor(by), on)
    decision.require()
    agreement.notice_on, agreement.notice_by = None, ""
    agreement.terminated_on, agreement.terminated_why = None, ""
    _move(agreement, "take back", *_NOTICE)
    audit.record("agreement.notice_taken_back", agreement, by=by, at=at, decision=decision)


@transaction.atomic
def begin_closing(
    *, agreement: Agreement, by: User, at: datetime, who: Actor | None = None
) -> None:
    """Its last day is over: what was received under it is destroyed now."""
    _hold(agreement)
    on, terms = timezone.localdate(at), facts.agreement(agreement)
    decision = may_begin_closing(terms, who or actor(by), on)
    decision.require()
    _move(agreement, "begin closing")
    audit.record("agreement.closing", agreement, by=by, at=at, decision=decision)


@transaction.atomic
def close(
    *,
    agreement: Agreement,
    open_duties: int | None,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> None:
    """Nothing remains to be destroyed; `open_duties` as the room of destruction counts them."""
    _hold(agreement)
    on, terms = timezone.localdate(at), facts.agreement(agreement)
    decision = may_close(terms, open_duties, who or actor(by), on)
    decision.require()
    _move(agreement, "close")
    audit.record("agreement.closed", agreement, by=by, at=at, decision=decision)


def _hold(agreement: Agreement) -> None:
    agreement.refresh_from_db(from_queryset=Agreement.objects.select_for_update())


def _move(agreement: Agreement, event: str, *changed: str) -> None:
    then = next_state(AGREEMENT, AgreementState(agreement.state), event)
    agreement.state = then.value if then else agreement.state
    agreement.save(update_fields=["state", *changed])
