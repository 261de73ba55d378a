"""End an agreement: give notice, withdraw the notice, begin closing, close."""

from datetime import date, datetime
from typing import Final

from cairn.governance.agreements import facts
from cairn.governance.agreements.models import Agreement
from cairn.governance.partners.api import Organization
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.policy import questions
from cairn.policy.engine import Permit
from cairn.policy.facts import AgreementFact
from cairn.policy.lifecycles import AGREEMENT_TRANSITIONS, find_next_state
from cairn.policy.vocabulary import AgreementState

__all__ = ["close_agreement"]

_NOTICE_FIELDS: Final = ("notice_on", "notice_by", "terminated_on", "terminated_why")

SHARED_FIELDS: Final = ("state", *_NOTICE_FIELDS)
"""Columns in which each part of an agreement follows the whole."""


def _lock_agreement_facts(*, agreement: Agreement) -> tuple[AgreementFact]:
    agreement.refresh_from_db(from_queryset=Agreement.objects.select_for_update())
    return (facts.load_agreement_fact(agreement),)


def _lock_notice_facts(
    *, agreement: Agreement, organization: Organization, from_day: date
) -> tuple[AgreementFact, str, date]:
    return (*_lock_agreement_facts(agreement=agreement), organization.slug, from_day)


def _lock_withdrawal_facts(
    *, agreement: Agreement, organization: Organization
) -> tuple[AgreementFact, str, str]:
    (terms,) = _lock_agreement_facts(agreement=agreement)
    return terms, organization.slug, agreement.notice_by


def _lock_closing_facts(
    *, agreement: Agreement, open_duties: int | None
) -> tuple[AgreementFact, int | None]:
    return (*_lock_agreement_facts(agreement=agreement), open_duties)


@action("agreement.terminated", asks=questions.may_terminate_agreement, facts=_lock_notice_facts)
def terminate_agreement(
    permit: Permit,
    /,
    *,
    agreement: Agreement,
    organization: Organization,
    from_day: date,
    why: str,
    by: User,
    at: datetime,
) -> ActionResult[None]:
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

    Raises:
        Refused: the policy does not allow the notice.
    """
    on = permit.on
    agreement.notice_on, agreement.notice_by = on, organization.slug
    agreement.terminated_on, agreement.terminated_why = from_day, why
    _transition_agreement(agreement, "terminate", *_NOTICE_FIELDS)
    detail = {"organization": organization.slug, "from": from_day.isoformat()}
    return ActionResult(subject=agreement, detail=detail)


@action(
    "agreement.notice_taken_back",
    asks=questions.may_withdraw_termination_notice,
    facts=_lock_withdrawal_facts,
)
def withdraw_termination_notice(
    permit: Permit, /, *, agreement: Agreement, organization: Organization, by: User, at: datetime
) -> ActionResult[None]:
    """Withdraw a notice of termination before it takes effect.

    Args:
        agreement: the agreement's row.
        organization: the party that gave notice.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    agreement.notice_on, agreement.notice_by = None, ""
    agreement.terminated_on, agreement.terminated_why = None, ""
    _transition_agreement(agreement, "take back", *_NOTICE_FIELDS)
    return ActionResult(subject=agreement)


@action(
    "agreement.closing", asks=questions.may_begin_closing_agreement, facts=_lock_agreement_facts
)
def begin_agreement_closing(
    permit: Permit, /, *, agreement: Agreement, by: User, at: datetime
) -> ActionResult[None]:
    """Begin to close an agreement after its last day: received data is destroyed now.

    Args:
        agreement: the agreement's row.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    _transition_agreement(agreement, "begin closing")
    return ActionResult(subject=agreement)


@action("agreement.closed", asks=questions.may_close_agreement, facts=_lock_closing_facts)
def close_agreement(
    permit: Permit, /, *, agreement: Agreement, open_duties: int | None, by: User, at: datetime
) -> ActionResult[None]:
    """Close an agreement under which nothing remains to be destroyed.

    Args:
        agreement: the agreement's row.
        open_duties: the number of destruction duties still open, as the retention app counts
            them; None if unknown.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    _transition_agreement(agreement, "close")
    return ActionResult(subject=agreement)


def _transition_agreement(agreement: Agreement, event: str, *changed: str) -> None:
    next_agreement_state = find_next_state(
        AGREEMENT_TRANSITIONS, AgreementState(agreement.state), event
    )
    agreement.state = next_agreement_state.value if next_agreement_state else agreement.state
    agreement.save(update_fields=["state", *changed])
    agreement.parts.filter(text=agreement.text).update(
        **{field: getattr(agreement, field) for field in SHARED_FIELDS}
    )
