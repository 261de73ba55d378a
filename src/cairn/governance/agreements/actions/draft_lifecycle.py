"""Begin a draft, save its text, submit it to counsel, recall it, or set it aside.

Every other step locks the draft and moves it through the agreement lifecycle with these functions.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from cairn.governance.agreements import draft_facts, facts
from cairn.governance.agreements.draft_facts import BadDraft, build_draft_fact
from cairn.governance.agreements.models import Agreement, Draft, DraftVersion
from cairn.governance.partners.api import Organization
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, load_current_actor
from cairn.platform.audit.api import record_audit_event
from cairn.policy import questions
from cairn.policy.engine import Permit
from cairn.policy.facts import DraftFact
from cairn.policy.lifecycles import AGREEMENT_TRANSITIONS, find_next_state
from cairn.policy.vocabulary import AgreementState

__all__ = ["begin_draft", "submit_draft_to_counsel"]


def lock_draft(draft: Draft, at: datetime) -> tuple[DraftFact, date]:
    """Lock a draft's row until the transaction ends, and build its fact.

    Every action on a draft starts with this.

    Args:
        draft: the draft's row; it is refreshed from the database.
        at: the moment of the action.

    Returns:
        The draft's fact and the local date of `at`.
    """
    draft.refresh_from_db(from_queryset=Draft.objects.select_for_update())
    on = timezone.localdate(at)
    return build_draft_fact(draft, on), on


def lock_draft_facts(*, draft: Draft, at: datetime) -> tuple[DraftFact]:
    """Lock a draft, and load its fact for a policy question.

    Args:
        draft: the draft's row; it is refreshed from the database.
        at: the moment of the action.

    Returns:
        The draft's fact.
    """
    draft_fact, _on = lock_draft(draft, at)
    return (draft_fact,)


def lock_draft_party_facts(
    *, draft: Draft, organization: Organization, at: datetime
) -> tuple[DraftFact, str]:
    """Lock a draft, and load the facts for a policy question about one of its parties.

    Args:
        draft: the draft's row; it is refreshed from the database.
        organization: the party.
        at: the moment of the action.

    Returns:
        The draft's fact and the slug of the party.
    """
    return (*lock_draft_facts(draft=draft, at=at), organization.slug)


def transition_draft(draft: Draft, event: str, at: datetime, why: str = "") -> None:
    """Move a draft to the state that an event leads to, and save it.

    The caller has asked the policy question for this event, which reads the same state table.

    Args:
        draft: the draft's row, locked.
        event: the event's name in the agreement lifecycle, such as "submit".
        at: the moment of the action.
        why: what to change, when the draft goes back to its writers.
    """
    next_draft_state = find_next_state(AGREEMENT_TRANSITIONS, AgreementState(draft.state), event)
    draft.state = next_draft_state.value if next_draft_state else draft.state
    draft.moved_at, draft.returned_why = at, why
    draft.save(update_fields=["state", "moved_at", "returned_why"])


@transaction.atomic
def begin_draft(
    *,
    text: str,
    organization: Organization,
    by: User,
    at: datetime,
    based_on: str = "",
    agreement: Agreement | None = None,
    batch: str = "",
) -> Draft:
    """Begin a draft for an organization, from a text that may still be incomplete.

    Args:
        text: the text to start from (TOML).
        organization: the organization that writes the draft.
        by: the user who acts.
        at: the moment of the action.
        based_on: the template or the agreement that the text comes from.
        agreement: the agreement that the draft is a new version of, if any.
        batch: a label shared by drafts that were begun together.

    Returns:
        The draft's row.

    Raises:
        BadDraft: the reference is missing or taken, or the agreement to join does not exist.
        Refused: the policy does not allow it.
    """
    actor_facts, on = load_current_actor(by), _local_day(at)
    decision = questions.may_draft_agreement(organization.slug, actor_facts, on)
    decision.require()
    if agreement is not None:
        decision = questions.may_amend_agreement(
            facts.load_agreement_fact(agreement), organization.slug, actor_facts, on
        )
        decision.require()
    elif joins := draft_facts.read_unfinished_terms(text).joins:
        base = Agreement.objects.filter(reference=joins).first()
        if base is None:
            raise BadDraft([f"No agreement has the reference “{joins}”."])
        decision = questions.may_join_agreement(
            facts.load_agreement_fact(base), organization.slug, actor_facts, on
        )
        decision.require()
    draft = _create_draft(
        text, organization, agreement, based_on=based_on, batch=batch, by=by, at=at
    )
    detail = {"reference": draft.reference, "organization": organization.slug}
    record_audit_event("draft.begun", draft, by=by, at=at, decision=decision, detail=detail)
    return draft


@transaction.atomic
def begin_draft_batch(
    *,
    texts: Sequence[str],
    organization: Organization,
    based_on: str,
    batch: str,
    by: User,
    at: datetime,
) -> list[Draft]:
    """Begin one draft per text, all in one batch; if one fails, none is begun.

    Args:
        texts: the texts to start from (TOML).
        organization: the organization that writes the drafts.
        based_on: the template or the agreement that the texts come from.
        batch: the label of the batch.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The draft rows, in the order of the texts.

    Raises:
        BadDraft: a reference is missing or taken.
        Refused: the policy does not allow it.
    """
    return [
        begin_draft(
            text=text,
            organization=organization,
            based_on=based_on,
            batch=batch,
            by=by,
            at=at,
        )
        for text in texts
    ]


@transaction.atomic
def save_draft(*, draft: Draft, text: str, note: str, by: User, at: datetime) -> Draft:
    """Save a changed text as the draft's next version; the same text again changes nothing.

    Args:
        draft: the draft's row.
        text: the new text (TOML).
        note: what was changed.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The draft's row.

    Raises:
        BadDraft: the text is not TOML, or its reference is missing or taken.
        Refused: the policy does not allow it.
    """
    draft_fact, on = lock_draft(draft, at)
    decision = questions.may_save_agreement_draft(draft_fact, load_current_actor(by), on)
    decision.require()
    if draft.text == text:
        record_audit_event("draft.unchanged", draft, by=by, at=at, decision=decision)
        return draft
    terms = draft_facts.read_unfinished_terms(text)
    _check_reference_is_free(terms.reference, draft.agreement, except_draft=draft)
    draft.text, draft.version = text, draft.version + 1
    draft.reference, draft.title = terms.reference, terms.title
    draft.save(update_fields=["text", "version", "reference", "title"])
    _save_draft_version(draft, note, by=by, at=at)
    detail: dict[str, str | int] = {
        "version": draft.version,
        "sha256": facts.compute_text_digest(text),
    }
    record_audit_event("draft.saved", draft, by=by, at=at, decision=decision, detail=detail)
    return draft


@action("draft.submitted", asks=questions.may_submit_agreement_draft, facts=lock_draft_facts)
def submit_draft_to_counsel(
    permit: Permit, /, *, draft: Draft, by: User, at: datetime
) -> ActionResult[None]:
    """Submit a draft to counsel of its parties.

    Args:
        draft: the draft's row.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    transition_draft(draft, "submit", at)
    return ActionResult(subject=draft)


@action(
    "draft.taken_back",
    asks=questions.may_recall_agreement_draft,
    facts=lock_draft_facts,
)
def recall_draft(permit: Permit, /, *, draft: Draft, by: User, at: datetime) -> ActionResult[None]:
    """Recall a draft from counsel or from signature in order to change it.

    Args:
        draft: the draft's row.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    transition_draft(draft, "take back", at)
    return ActionResult(subject=draft)


@action(
    "draft.set_aside",
    asks=questions.may_abandon_agreement_draft,
    facts=lock_draft_facts,
)
def set_draft_aside(
    permit: Permit, /, *, draft: Draft, why: str, by: User, at: datetime
) -> ActionResult[None]:
    """Give up a draft for good; its texts stay readable.

    Args:
        draft: the draft's row.
        why: the reason.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    transition_draft(draft, "set aside", at, why)
    return ActionResult(subject=draft)


def _create_draft(
    text: str,
    organization: Organization,
    agreement: Agreement | None,
    *,
    based_on: str,
    batch: str,
    by: User,
    at: datetime,
) -> Draft:
    terms = draft_facts.read_unfinished_terms(text)
    _check_reference_is_free(terms.reference, agreement)
    draft = Draft.objects.create(
        reference=terms.reference,
        title=terms.title,
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
    _save_draft_version(draft, "", by=by, at=at)
    return draft


def _save_draft_version(draft: Draft, note: str, *, by: User, at: datetime) -> None:
    """Save the draft's text as a version, and set the draft's parties to the partners that it
    names.
    """
    DraftVersion.objects.create(
        draft=draft,
        version=draft.version,
        text=draft.text,
        digest=facts.compute_text_digest(draft.text),
        note=note,
        saved_by=by,
        saved_at=at,
    )
    draft.parties.set(
        Organization.objects.filter(
            slug__in=draft_facts.list_party_slugs(draft_facts.read_unfinished_terms(draft.text))
        )
    )


def _check_reference_is_free(
    reference: str, agreement: Agreement | None, except_draft: Draft | None = None
) -> None:
    """Check that the reference is present and that no other draft or agreement has it."""
    if not reference:
        raise BadDraft(["The draft needs a reference, such as “DSA-07”."])
    if agreement is not None and reference != agreement.reference:
        message = f"A new version of {agreement.reference} must keep that reference."
        raise BadDraft([message])
    if agreement is None and Agreement.objects.filter(reference=reference).exists():
        raise BadDraft([f"{reference} is an agreement on record: amend it, or choose another."])
    others = Draft.objects.filter(reference=reference, state__in=draft_facts.OPEN_DRAFT_STATES)
    if except_draft is not None:
        others = others.exclude(pk=except_draft.pk)
    if others.exists():
        raise BadDraft([f"Another open draft has the reference {reference}. Choose another."])


def _local_day(at: datetime) -> date:
    return timezone.localdate(at)
