"""Send a draft out for signature, sign it, and put the agreement on record.

On record come a loaded paper, and a text that its parties signed in Cairn: the last signature makes
it an agreement.
"""

import hashlib
import secrets
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from cairn.governance.agreements import draft_facts, facts
from cairn.governance.agreements.actions import draft_lifecycle
from cairn.governance.agreements.actions.termination import SHARED_FIELDS
from cairn.governance.agreements.confirmation_links import LINK_DAYS, hash_confirmation_key
from cairn.governance.agreements.models import (
    Agreement,
    AgreementVersion,
    Draft,
    PaperSignature,
    Signature,
    SignedPage,
)
from cairn.governance.agreements.queries import visible_agreements
from cairn.governance.agreements.scanned_pages import ScannedPage
from cairn.governance.agreements.toml_format.mistakes import BadAgreement, MistakeLog
from cairn.governance.agreements.toml_format.parser import parse_agreement
from cairn.governance.partners.api import Organization
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, load_current_actor
from cairn.platform.audit.api import record_audit_event
from cairn.policy import questions
from cairn.policy.engine import Decision, Permit
from cairn.policy.facts import Actor, AgreementFact, list_part_agreements
from cairn.policy.questions import may_load_agreement, may_replace_agreement
from cairn.policy.vocabulary import AgreementState, SignatureMethod

__all__ = ["load_agreement"]

_LONGEST_TITLE = 240


def save_agreement_version(text: str, terms: AgreementFact, *, by: User, at: datetime) -> Agreement:
    """Save a text as the newest version of its agreement, with a copy in the version history.

    Args:
        text: the agreed text (TOML).
        terms: the parsed text.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The agreement's row, new or updated; its parties are set to the registered parties of
        the text.
    """
    row, is_new = Agreement.objects.get_or_create(
        reference=terms.reference,
        defaults={
            "title": terms.title,
            "text": text,
            "joins": terms.joins,
            "pilot": bool(terms.pilot),
        },
    )
    if not is_new:
        row.title, row.text, row.version = terms.title, text, row.version + 1
        row.joins, row.state = terms.joins, AgreementState.SIGNED.value
        row.save(update_fields=["title", "text", "version", "joins", "state"])
    AgreementVersion.objects.create(
        agreement=row,
        version=row.version,
        text=text,
        digest=facts.compute_text_digest(text),
        loaded_by=by,
        loaded_at=at,
    )
    slugs = {party.organization for party in terms.parties}
    row.parties.set(Organization.objects.filter(slug__in=slugs))
    _save_parts(row, terms, at)
    return row


def _save_parts(whole: Agreement, terms: AgreementFact, at: datetime) -> None:
    """Save a row for each part of a text; a part that a new version leaves out has ended."""
    part_agreements = list_part_agreements(terms)
    for part in part_agreements:
        part_row, _is_new = Agreement.objects.update_or_create(
            reference=part.reference,
            defaults={
                "whole": whole,
                "part": part.part_id,
                "title": part.title[:_LONGEST_TITLE],
                "text": whole.text,
                "version": whole.version,
                "pilot": whole.pilot,
                **{field: getattr(whole, field) for field in SHARED_FIELDS},
            },
        )
        part_row.parties.set(whole.parties.all())
    letters = [part.part_id for part in part_agreements]
    whole.parts.exclude(part__in=letters).filter(state=AgreementState.SIGNED.value).update(
        state=AgreementState.TERMINATED.value, terminated_on=timezone.localdate(at)
    )


@transaction.atomic
def load_agreement(
    *, text: str, by: User, at: datetime, newcomers: Collection[str] = ()
) -> Agreement:
    """Put an agreement's text on record.

    The same text again changes nothing. Another text for the same reference becomes a new
    version; that needs the right to load the old version too, and fails if a party has ended
    the agreement.

    Args:
        text: the agreement's text (TOML).
        by: the user who acts.
        at: the moment of the action.
        newcomers: slugs of unknown parties that the user asked to register; any other unknown
            party is a mistake.

    Returns:
        The agreement's row.

    Raises:
        BadAgreement: the text has mistakes, names an unknown party or program, or depends on
            itself.
        Refused: the policy does not allow it.
    """
    terms = parse_agreement(text)
    actor_facts = load_current_actor(by)
    decision = may_load_agreement(terms, actor_facts, timezone.localdate(at))
    decision.require()
    row = Agreement.objects.select_for_update().filter(reference=terms.reference).first()
    if row is not None:
        may_load_agreement(
            facts.load_agreement_fact(row), actor_facts, timezone.localdate(at)
        ).require()
    if row is not None and row.text == text:
        record_audit_event("agreement.unchanged", row, by=by, at=at, decision=decision)
        return row
    if row is not None:
        on = timezone.localdate(at)
        may_replace_agreement(facts.load_agreement_fact(row), actor_facts, on, new=terms).require()
    if cycle := facts.find_reference_cycle(terms):
        raise BadAgreement([_CYCLE_MESSAGE.format(" → ".join(cycle))])
    _register_parties(terms, newcomers)
    _check_programs_are_registered(text, terms)
    row = save_agreement_version(text, terms, by=by, at=at)
    detail: dict[str, str | int] = {
        "reference": row.reference,
        "version": row.version,
        "sha256": facts.compute_text_digest(text),
    }
    record_audit_event("agreement.loaded", row, by=by, at=at, decision=decision, detail=detail)
    return row


def _register_parties(terms: AgreementFact, newcomers: Collection[str]) -> None:
    new = visible_agreements.find_unregistered_parties(terms)
    unknown = [party for party in new if party.organization not in newcomers]
    if unknown:
        raise BadAgreement(
            [_NOT_REGISTERED_MESSAGE.format(party.organization) for party in unknown]
        )
    for party in new:
        Organization.objects.create(slug=party.organization, name=party.name, kind=party.kind.value)


def _check_programs_are_registered(text: str, terms: AgreementFact) -> None:
    """Check that every program in the population filter is registered as a partner.

    No child could match the filter through an unknown program.
    """
    program_slugs = terms.children.programs if terms.children else frozenset()
    registered = set(
        Organization.objects.filter(slug__in=program_slugs).values_list("slug", flat=True)
    )
    log = MistakeLog(text)
    for program in sorted(program_slugs - registered):
        message = f"names {program}, which is not registered: add it on the Partners page"
        log.add_mistake(("children",), "programs", message)
    if log.found:
        raise BadAgreement([str(mistake) for mistake in log.found])


_CYCLE_MESSAGE = (
    "The agreement would depend on itself: {}. Remove one of these references. Nothing was saved."
)

_NOT_REGISTERED_MESSAGE = (
    "“{}” is not registered as a partner. Add it on the Partners page, correct its short name, or "
    "register it with this agreement."
)


@action(
    "draft.sent_out",
    asks=questions.may_send_agreement_for_signature,
    facts=draft_lifecycle.lock_draft_facts,
)
def send_draft_for_signature(
    permit: Permit, /, *, draft: Draft, by: User, at: datetime
) -> ActionResult[None]:
    """Let the parties sign: counsel has read the text, no legal finding is open, all are
    registered.

    Args:
        draft: the draft's row.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    draft_lifecycle.transition_draft(draft, "send out", at)
    return ActionResult(subject=draft)


@transaction.atomic
def sign_draft(
    *, draft: Draft, organization: Organization, capacity: str, by: User, at: datetime
) -> Signature:
    """Sign exactly this text for a party, in the signer's own name, with a second factor.

    Args:
        draft: the draft's row.
        organization: the party.
        capacity: the signer's capacity, such as superintendent.
        by: the signer.
        at: the moment of the action.

    Returns:
        The signature's row.

    Raises:
        Refused: the policy does not allow it.
    """
    draft_fact, on = draft_lifecycle.lock_draft(draft, at)
    actor = load_current_actor(by)
    decision = questions.may_sign_agreement(draft_fact, organization.slug, actor, on)
    decision.require()
    return _save_signature(
        draft,
        Signature(
            organization=organization,
            name=by.name,
            capacity=capacity,
            method=questions.find_signature_method(actor).value,
            on=on,
        ),
        decision,
        event="sign",
        by=by,
        confirmed_by=by,
        at=at,
    )


class ConfirmationLink(NamedTuple):
    """A paper signature that waits, and the key of the link by which its signer confirms it."""

    paper: PaperSignature
    key: str


@transaction.atomic
def record_paper_signature(
    *,
    draft: Draft,
    organization: Organization,
    name: str,
    capacity: str,
    signed_on: date,
    page: ScannedPage,
    by: User,
    at: datetime,
) -> ConfirmationLink:
    """Record a signature that the user has seen on paper; it counts once its signer confirms it.

    An earlier record for the same party is replaced, and its link no longer works.

    Args:
        draft: the draft's row.
        organization: the party.
        name: who signed.
        capacity: the signer's capacity.
        signed_on: the date on the paper.
        page: the scan of the signed page.
        by: the user who saw the paper.
        at: the moment of the action.

    Returns:
        The waiting signature, and the key of the one-time link, which is kept nowhere.

    Raises:
        Refused: the policy does not allow it.
    """
    draft_fact, on = draft_lifecycle.lock_draft(draft, at)
    decision = questions.may_attest_signature(
        draft_fact, organization.slug, load_current_actor(by), on
    )
    decision.require()
    key = secrets.token_urlsafe(32)
    draft.paper_signatures.filter(organization=organization).delete()
    paper = PaperSignature.objects.create(
        draft=draft,
        organization=organization,
        digest=draft_fact.digest,
        name=name,
        capacity=capacity,
        on=signed_on,
        media_type=page.media_type,
        page=page.content,
        key=hash_confirmation_key(key),
        expires_on=on + timedelta(days=LINK_DAYS),
        by=by,
        at=at,
    )
    detail = _describe_paper(paper)
    record_audit_event(
        "draft.paper_recorded", draft, by=by, at=at, decision=decision, detail=detail
    )
    return ConfirmationLink(paper, key)


@transaction.atomic
def confirm_paper_signature(
    *, paper: PaperSignature, who: Actor, by: User | None, at: datetime
) -> Signature:
    """Let the signer confirm a signature on paper: from now on it counts.

    Args:
        paper: the waiting signature, found by its link.
        who: the person who follows the link; the public without a sign-in.
        by: the signed-in user, if any.
        at: the moment of the action.

    Returns:
        The signature's row.

    Raises:
        Refused: the policy does not allow it.
    """
    draft = paper.draft
    decision = _decide_confirmation(paper, who, at)
    decision.require()
    signature = _save_signature(
        draft,
        Signature(
            organization=paper.organization,
            name=paper.name,
            capacity=paper.capacity,
            method=SignatureMethod.PAPER.value,
            on=paper.on,
        ),
        decision,
        event="attest",
        by=paper.by,
        confirmed_by=by,
        at=at,
    )
    content = bytes(paper.page)
    page = SignedPage.objects.create(
        signature=signature,
        media_type=paper.media_type,
        content=content,
        digest=hashlib.sha256(content).hexdigest(),
    )
    detail = {**_describe_paper(paper), "scan": page.digest}
    record_audit_event(
        "draft.paper_confirmed", draft, by=by, at=at, decision=decision, detail=detail
    )
    paper.delete()
    return signature


@transaction.atomic
def deny_paper_signature(
    *, paper: PaperSignature, who: Actor, by: User | None, at: datetime
) -> None:
    """Let the named signer say that the signature is not theirs: the record is dropped.

    Args:
        paper: the waiting signature, found by its link.
        who: the person who follows the link; the public without a sign-in.
        by: the signed-in user, if any.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    decision = _decide_confirmation(paper, who, at)
    decision.require()
    detail = _describe_paper(paper)
    record_audit_event(
        "draft.paper_denied", paper.draft, by=by, at=at, decision=decision, detail=detail
    )
    paper.delete()


def _decide_confirmation(paper: PaperSignature, who: Actor, at: datetime) -> Decision:
    draft_fact, on = draft_lifecycle.lock_draft(paper.draft, at)
    # Under the lock: it may have been replaced or answered since the link was opened.
    paper.refresh_from_db()
    paper_fact = draft_facts.build_paper_signature_fact(paper)
    return questions.may_confirm_signature(draft_fact, paper_fact, who, on)


def _describe_paper(paper: PaperSignature) -> dict[str, str | int]:
    return {"organization": paper.organization.slug, "sha256": paper.digest}


@action(
    "draft.declined",
    asks=questions.may_decline_to_sign,
    facts=draft_lifecycle.lock_draft_party_facts,
)
def decline_signature(
    permit: Permit, /, *, draft: Draft, organization: Organization, why: str, by: User, at: datetime
) -> ActionResult[None]:
    """Return a draft unsigned for a party; a party is never obliged to share (34 CFR 99.31(d)).

    Args:
        draft: the draft's row.
        organization: the party.
        why: the reason, shown to the writers.
        by: the signatory.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    draft_lifecycle.transition_draft(draft, "decline", at, why)
    detail = {"organization": organization.slug}
    return ActionResult(subject=draft, detail=detail)


def _save_signature(
    draft: Draft,
    signature: Signature,
    decision: Decision,
    *,
    event: str,
    by: User,
    confirmed_by: User | None,
    at: datetime,
) -> Signature:
    """Save a signature; the last one makes the draft an agreement, or its next version.

    `by` recorded it; `confirmed_by` acts now, and is None for a signer without an account.
    """
    signature.draft, signature.digest = draft, facts.compute_text_digest(draft.text)
    signature.by, signature.at = by, at
    signature.save(force_insert=True)
    detail: dict[str, str | int] = {
        "organization": signature.organization.slug,
        "sha256": signature.digest,
        "method": signature.method,
    }
    record_audit_event(
        "draft.signed", draft, by=confirmed_by, at=at, decision=decision, detail=detail
    )
    draft_fact = draft_facts.build_draft_fact(draft, timezone.localdate(at))
    draft_lifecycle.transition_draft(draft, event if draft_fact.unsigned else f"{event} last", at)
    if not draft_fact.unsigned:
        draft.agreement = save_agreement_version(
            draft.text, facts.parse_cached_text(draft.text), by=by, at=at
        )
        draft.save(update_fields=["agreement"])
        agreement_detail: dict[str, str | int] = {
            "reference": draft.reference,
            "version": draft.agreement.version,
            "sha256": signature.digest,
        }
        record_audit_event(
            "agreement.signed",
            draft.agreement,
            by=confirmed_by,
            at=at,
            decision=decision,
            detail=agreement_detail,
        )
    return signature
