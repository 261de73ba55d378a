"""A draft is begun, written, gone back on, sent to counsel, taken back, or given up."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.agreements import drafted, facts
from cairn.agreements.drafted import BadDraft
from cairn.agreements.models import Agreement, Draft, DraftVersion
from cairn.audit import log as audit
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.rules.actor import Actor
from cairn.rules.drafting import (
    may_amend,
    may_begin,
    may_join,
    may_save,
    may_set_aside,
    may_submit,
    may_take_back,
)
from cairn.rules.vocabulary import AgreementState


@transaction.atomic
def begin(
    *,
    text: str,
    organization: Organization,
    by: User,
    at: datetime,
    based_on: str = "",
    agreement: Agreement | None = None,
    batch: str = "",
    who: Actor | None = None,
) -> Draft:
    """Begin a draft as an organization's, from a text that may still lack much.

    `agreement` is the one of which this will be a new version; `based_on` names the template or
    the agreement whose text it is. Raises `BadDraft` where the reference is missing or taken.
    """
    asking, on = who or actor(by), _day(at)
    decision = may_begin(organization.slug, asking, on)
    decision.require()
    if agreement is not None:
        decision = may_amend(facts.agreement(agreement), organization.slug, asking, on)
        decision.require()
    elif joins := drafted.head(text).joins:
        base = Agreement.objects.filter(reference=joins).first()
        if base is None:
            raise BadDraft([f"No agreement has the reference “{joins}”."])
        decision = may_join(facts.agreement(base), organization.slug, asking, on)
        decision.require()
    draft = _begun(text, organization, agreement, based_on=based_on, batch=batch, by=by, at=at)
    detail = {"reference": draft.reference, "organization": organization.slug}
    audit.record("draft.begun", draft, by=by, at=at, decision=decision, detail=detail)
    return draft


@transaction.atomic
def begin_many(
    *,
    texts: Sequence[str],
    organization: Organization,
    based_on: str,
    batch: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> list[Draft]:
    """Begin one draft a text, all of one batch, or none of them. Raises `BadDraft`."""
    return [
        begin(
            text=text,
            organization=organization,
            based_on=based_on,
            batch=batch,
            by=by,
            at=at,
            who=who,
        )
        for text in texts
    ]


@transaction.atomic
def save(
    *, draft: Draft, text: str, note: str, by: User, at: datetime, who: Actor | None = None
) -> Draft:
    """Keep a changed text as the draft's next version; the same text again changes nothing."""
    fact, on = drafted.held(draft, at)
    decision = may_save(fact, who or actor(by), on)
    decision.require()
    if draft.text == text:
        audit.record("draft.unchanged", draft, by=by, at=at, decision=decision)
        return draft
    head = drafted.head(text)
    _free(head.reference, draft.agreement, beside=draft)
    draft.text, draft.version = text, draft.version + 1
    draft.reference, draft.title = head.reference, head.title
    draft.save(update_fields=["text", "version", "reference", "title"])
    _keep(draft, note, by=by, at=at)
    detail: dict[str, str | int] = {"version": draft.version, "sha256": facts.digest(text)}
    audit.record("draft.saved", draft, by=by, at=at, decision=decision, detail=detail)
    return draft


@transaction.atomic
def submit(*, draft: Draft, by: User, at: datetime, who: Actor | None = None) -> None:
    """Hand the text to counsel of its parties."""
    fact, on = drafted.held(draft, at)
    decision = may_submit(fact, who or actor(by), on)
    decision.require()
    drafted.move(draft, "submit", at)
    audit.record("draft.submitted", draft, by=by, at=at, decision=decision)


@transaction.atomic
def take_back(*, draft: Draft, by: User, at: datetime, who: Actor | None = None) -> None:
    """Take it back from counsel or from signature, to change it."""
    fact, on = drafted.held(draft, at)
    decision = may_take_back(fact, who or actor(by), on)
    decision.require()
    drafted.move(draft, "take back", at)
    audit.record("draft.taken_back", draft, by=by, at=at, decision=decision)


@transaction.atomic
def set_aside(*, draft: Draft, why: str, by: User, at: datetime, who: Actor | None = None) -> None:
    """Give a draft up for good; what was written of it stays readable."""
    fact, on = drafted.held(draft, at)
    decision = may_set_aside(fact, who or actor(by), on)
    decision.require()
    drafted.move(draft, "set aside", at, why)
    audit.record("draft.set_aside", draft, by=by, at=at, decision=decision)


def _begun(
    text: str,
    organization: Organization,
    agreement: Agreement | None,
    *,
    based_on: str,
    batch: str,
    by: User,
    at: datetime,
) -> Draft:
    head = drafted.head(text)
    _free(head.reference, agreement)
    draft = Draft.objects.create(
        reference=head.reference,
        title=head.title,
        text=text,
        base_text=text,
        state=AgreementState.DRAFT.value,
        organization=organization,
        agreement=agreement,
        based_on=based_on,
        batch=batch,
        began_by=by,
        began_at=at,
        moved_at=at,
    )
    _keep(draft, "", by=by, at=at)
    return draft


def _keep(draft: Draft, note: str, *, by: User, at: datetime) -> None:
    """The version beside the draft, and the partners that its text names."""
    DraftVersion.objects.create(
        draft=draft,
        version=draft.version,
        text=draft.text,
        digest=facts.digest(draft.text),
        note=note,
        saved_by=by,
        saved_at=at,
    )
    draft.parties.set(
        Organization.objects.filter(slug__in=drafted.parties(drafted.head(draft.text)))
    )


def _free(reference: str, agreement: Agreement | None, beside: Draft | None = None) -> None:
    """The reference is there, and no other draft or agreement has it. Raises `BadDraft`."""
    if not reference:
        raise BadDraft(["The draft needs a reference, such as “DSA-07”."])
    if agreement is not None and reference != agreement.reference:
        kept = f"A new version of {agreement.reference} keeps that reference."
        raise BadDraft([kept])
    if agreement is None and Agreement.objects.filter(reference=reference).exists():
        raise BadDraft([f"{reference} is an agreement on record: amend it, or choose another."])
    others = Draft.objects.filter(reference=reference, state__in=drafted.OPEN)
    if beside is not None:
        others = others.exclude(pk=beside.pk)
    if others.exists():
        raise BadDraft([f"Another open draft has the reference {reference}. Choose another."])


def _day(at: datetime) -> date:
    return timezone.localdate(at)
