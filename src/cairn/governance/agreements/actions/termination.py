"""End an agreement: give notice, withdraw the notice, begin closing, close."""

from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from cairn.governance.agreements import facts
from cairn.governance.agreements.models import Agreement
from cairn.governance.partners.api import Organization, load_actor
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import record_audit_event
from cairn.policy.facts import Actor
from cairn.policy.lifecycles import AGREEMENT_TRANSITIONS, find_next_state
from cairn.policy.questions import (
    may_begin_closing_agreement,
    may_close_agreement,
    may_terminate_agreement,
    may_withdraw_termination_notice,
)
from cairn.policy.vocabulary import AgreementState

_NOTICE_FIELDS: Final = ("notice_on", "notice_by", "terminated_on", "terminated_why")


@transaction.atomic
def terminate_agreement(
    *,
    agreement: Agreement,
    organization: Organization,
    from_day: date,
    why: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> None:
    """Give notice of termination for a party.

    From `from_day` on the agreement allows nothing, and received data is destroyed as its
    retention clause requires.

    Args:
        agreement: the agreement's row.
        organization: the party that gives notice.
        from_day: the first day without the agreement.
        why: the reason, which stays on record.
        by: the user who acts.
        at: the moment of the action.
        who: the policy facts about `by`; loaded if omitted.

    Raises:
        Refused: the policy does not allow the notice.
    """
    _lock_agreement(agreement)
    on, terms = timezone.localdate(at), facts.load_agreement_fact(agreement)
    decision = may_terminate_agreement(
        terms, organization.slug, from_day, who or load_actor(by), on
    )
    decision.require()
    agreement.notice_on, agreement.notice_by = on, organization.slug
    agreement.terminated_on, agreement.terminated_why = from_day, why
    _transition_agreement(agreement, "terminate", *_NOTICE_FIELDS)
    detail = {"organization": organization.slug, "from": from_day.isoformat()}
    record_audit_event(
        "agreement.terminated", agreement, by=by, at=at, decision=decision, detail=detail
    )


@transaction.atomic
def withdraw_termination_notice(
    *,
    agreement: Agreement,
    organization: Organization,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> None:
    """Withdraw a notice of termination before it takes effect.

    Args:
        agreement: the agreement's row.
        organization: the party that gave notice.
        by: the user who acts.
        at: the moment of the action.
        who: the policy facts about `by`; loaded if omitted.

    Raises:
        Refused: the policy does not allow it.
    """
    _lock_agreement(agreement)
    on, terms = timezone.localdate(at), facts.load_agreement_fact(agreement)
    given_by = agreement.notice_by
    decision = may_withdraw_termination_notice(
        terms, organization.slug, given_by, who or load_actor(by), on
    )
    decision.require()
    agreement.notice_on, agreement.notice_by = None, ""
    agreement.terminated_on, agreement.terminated_why = None, ""
    _transition_agreement(agreement, "take back", *_NOTICE_FIELDS)
    record_audit_event("agreement.notice_taken_back", agreement, by=by, at=at, decision=decision)


@transaction.atomic
def begin_agreement_closing(
    *, agreement: Agreement, by: User, at: datetime, who: Actor | None = None
) -> None:
    """Begin to close an agreement after its last day: received data is destroyed now.

    Args:
        agreement: the agreement's row.
        by: the user who acts.
        at: the moment of the action.
        who: the policy facts about `by`; loaded if omitted.

    Raises:
        Refused: the policy does not allow it.
    """
    _lock_agreement(agreement)
    on, terms = timezone.localdate(at), facts.load_agreement_fact(agreement)
    decision = may_begin_closing_agreement(terms, who or load_actor(by), on)
    decision.require()
    _transition_agreement(agreement, "begin closing")
    record_audit_event("agreement.closing", agreement, by=by, at=at, decision=decision)


@transaction.atomic
def close_agreement(
    *,
    agreement: Agreement,
    open_duties: int | None,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> None:
    """Close an agreement under which nothing remains to be destroyed.

    Args:
        agreement: the agreement's row.
        open_duties: the number of destruction duties still open, as the retention app counts
            them; None if unknown.
        by: the user who acts.
        at: the moment of the action.
        who: the policy facts about `by`; loaded if omitted.

    Raises:
        Refused: the policy does not allow it.
    """
    _lock_agreement(agreement)
    on, terms = timezone.localdate(at), facts.load_agreement_fact(agreement)
    decision = may_close_agreement(terms, open_duties, who or load_actor(by), on)
    decision.require()
    _transition_agreement(agreement, "close")
    record_audit_event("agreement.closed", agreement, by=by, at=at, decision=decision)


def _lock_agreement(agreement: Agreement) -> None:
    agreement.refresh_from_db(from_queryset=Agreement.objects.select_for_update())


def _transition_agreement(agreement: Agreement, event: str, *changed: str) -> None:
    next_agreement_state = find_next_state(
        AGREEMENT_TRANSITIONS, AgreementState(agreement.state), event
    )
    agreement.state = next_agreement_state.value if next_agreement_state else agreement.state
    agreement.save(update_fields=["state", *changed])
