"""Counsel reads a draft: has no objection, lets a finding stand, or sends it back."""

from datetime import date, datetime

from django.db import transaction

from cairn.accounts.models import User
from cairn.agreements import drafted, facts
from cairn.agreements.models import CounselReview, Draft, FindingOverride
from cairn.audit import log as audit
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.rules.actor import Actor
from cairn.rules.decision import Decision
from cairn.rules.drafting import may_attest_review, may_clear, may_override, may_return


@transaction.atomic
def clear(
    *,
    draft: Draft,
    organization: Organization,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> CounselReview:
    """Counsel of a party says that they have read this text and have no objection."""
    fact, on = drafted.held(draft, at)
    decision = may_clear(fact, organization.slug, who or actor(by), on)
    decision.require()
    review = _reviewed(draft, organization, by.name, on, by=by, at=at)
    _record("draft.cleared", draft, organization, decision, by=by, at=at)
    return review


@transaction.atomic
def attest_review(
    *,
    draft: Draft,
    organization: Organization,
    counsel: str,
    read_on: date,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> CounselReview:
    """A steward records that counsel of their organization, who does not sign in, has read it."""
    fact, on = drafted.held(draft, at)
    decision = may_attest_review(fact, organization.slug, who or actor(by), on)
    decision.require()
    review = _reviewed(draft, organization, counsel, read_on, by=by, at=at)
    _record("draft.review_attested", draft, organization, decision, by=by, at=at)
    return review


@transaction.atomic
def send_back(
    *,
    draft: Draft,
    organization: Organization,
    why: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> None:
    """Counsel of a party sends it back to its writers with what must change."""
    fact, on = drafted.held(draft, at)
    decision = may_return(fact, organization.slug, who or actor(by), on)
    decision.require()
    drafted.move(draft, "return", at, why)
    _record("draft.returned", draft, organization, decision, by=by, at=at)


@transaction.atomic
def override(
    *,
    draft: Draft,
    organization: Organization,
    finding: str,
    reason: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> FindingOverride:
    """Counsel of a data owner lets a finding of law stand in this text, by name, for a reason."""
    fact, on = drafted.held(draft, at)
    decision = may_override(fact, organization.slug, finding, who or actor(by), on)
    decision.require()
    made = FindingOverride.objects.create(
        draft=draft,
        organization=organization,
        finding=finding,
        digest=facts.digest(draft.text),
        reason=reason,
        by=by,
        at=at,
    )
    detail = {"organization": organization.slug, "finding": finding}
    audit.record("draft.overridden", draft, by=by, at=at, decision=decision, detail=detail)
    return made


def _reviewed(
    draft: Draft, organization: Organization, counsel: str, on: date, *, by: User, at: datetime
) -> CounselReview:
    return CounselReview.objects.create(
        draft=draft,
        organization=organization,
        digest=facts.digest(draft.text),
        counsel=counsel,
        on=on,
        by=by,
        at=at,
    )


def _record(
    event: str,
    draft: Draft,
    organization: Organization,
    decision: Decision,
    *,
    by: User,
    at: datetime,
) -> None:
    detail = {"organization": organization.slug}
    audit.record(event, draft, by=by, at=at, decision=decision, detail=detail)
