"""Write the forms that families sign, and the papers that they signed.

A form is published in versions and retired. A list of signed papers is recorded or undone, and a
scan is destroyed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cairn.governance.agreements.api import is_agreement_on_record
from cairn.governance.consents import facts
from cairn.governance.consents.actions.children import find_or_create_child
from cairn.governance.consents.actions.consents import (
    ConsentChangeFacts,
    create_consent,
    reinstate_replaced_consents,
)
from cairn.governance.consents.models.consent import Consent, Sitting
from cairn.governance.consents.models.consent_form import ConsentForm
from cairn.governance.consents.providers import load_program_sites
from cairn.governance.consents.queries import consents
from cairn.governance.consents.signature_lists import FamilySignature, SignedPaper
from cairn.governance.partners.api import Organization
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, has_role_at, load_current_actor
from cairn.platform.audit.api import record_audit_event
from cairn.platform.sealing.api import load_key_ring
from cairn.policy.engine import Permit
from cairn.policy.facts import AgreementFact, ConsentFormFact
from cairn.policy.lifecycles import CONSENT_TRANSITIONS, list_states_allowing
from cairn.policy.questions import (
    may_change_consents,
    may_destroy_data,
    may_name_agreement,
    may_record_consents,
)
from cairn.policy.vocabulary import Action, ConsentState, LegalBasis, Purpose
from cairn.warehouse.store import remove_attachment, store_attachment

__all__ = [
    "ConsentFormContent",
    "destroy_paper_scan",
    "publish_consent_form",
    "record_signed_papers",
]


@dataclass(frozen=True, slots=True)
class ConsentFormContent:
    """What a form says to families, and the parts of it that the policy reads.

    Attributes:
        texts: language ("en", "es") → part ("title", "what", "why") → text.
        records: data elements that are shared, as `record.field`.
        purposes: purposes for which they may be used.
        parties: organizations that may receive them.
        agreement: reference of the agreement under which they are shared; empty if none is named.
        clause: the clause of that agreement that names the form.
        ends: last day on which an answer counts; None if it counts until it is revoked.
        says_revocable: whether the paper form says that consent can be revoked. Cairn's own pages
            always do (45 CFR 1303.22).
        basis: legal basis that the form serves; it opens no records under another basis.
    """

    texts: Mapping[str, Mapping[str, str]]
    records: Iterable[str]
    purposes: Iterable[Purpose]
    parties: Iterable[Organization]
    agreement: str = ""
    clause: str = ""
    ends: date | None = None
    says_revocable: bool = True
    basis: LegalBasis = LegalBasis.CONSENT


def _get_form_organization(*, form: ConsentForm) -> tuple[str]:
    return (form.organization.slug,)


def _load_wording_facts(
    *, organization: Organization, wording: ConsentFormContent
) -> tuple[Action, str, str, bool]:
    reference = wording.agreement
    return (
        Action.CHANGE_CONSENT_FORM,
        organization.slug,
        reference,
        is_agreement_on_record(reference),
    )


@action("consent_form.published", asks=may_name_agreement, facts=_load_wording_facts)
def publish_consent_form(
    permit: Permit,
    /,
    *,
    organization: Organization,
    slug: str,
    wording: ConsentFormContent,
    by: User,
    at: datetime,
) -> ActionResult[ConsentForm]:
    """Publish a form to families; a form with the same name makes a new version of it.

    Consents to an earlier version keep the text of that version, which is no longer offered.

    Args:
        organization: the district that offers the form.
        slug: short name of the form.
        wording: content of the form.
        by: the acting user.
        at: when it is published.
    Returns:
        The new version.
    Raises:
        Refused: the policy does not allow it.
    """
    earlier = ConsentForm.objects.select_for_update().filter(organization=organization, slug=slug)
    newest = earlier.order_by("-version").first()
    earlier.filter(retired_at=None).update(retired_at=at)
    form = ConsentForm.objects.create(
        organization=organization,
        slug=slug,
        version=newest.version + 1 if newest else 1,
        texts={language: dict(text) for language, text in wording.texts.items()},
        records=sorted(wording.records),
        purposes=sorted(purpose.value for purpose in wording.purposes),
        agreement=wording.agreement,
        clause=wording.clause,
        ends=wording.ends,
        says_revocable=wording.says_revocable,
        basis=wording.basis.value,
        published_by=by,
        published_at=at,
    )
    form.parties.set(wording.parties)
    detail = {"form": form.name}
    return ActionResult(form, subject=form, detail=detail)


@action(
    "consent_form.retired",
    asks=has_role_at(Action.CHANGE_CONSENT_FORM),
    facts=_get_form_organization,
)
def retire_consent_form(
    permit: Permit, /, *, form: ConsentForm, by: User, at: datetime
) -> ActionResult[None]:
    """Stop offering a form. Consents that families gave stay valid."""
    form.retired_at = at
    form.save(update_fields=["retired_at"])
    return ActionResult(subject=form)


def _load_paper_facts(
    *, form: ConsentForm, collected_by: Organization
) -> tuple[ConsentFormFact, str]:
    return facts.load_consent_form_fact(form), collected_by.slug


def _list_undoable_consents(sitting: Sitting) -> list[Consent]:
    undoable = [state.value for state in list_states_allowing(CONSENT_TRANSITIONS, "undo")]
    return list(sitting.consents.filter(state__in=undoable))


def _load_undo_facts(*, sitting: Sitting, at: datetime) -> ConsentChangeFacts:
    """Load what the question asks about: also the students whose answers stay are on the scan."""
    states = {ConsentState(row.state) for row in _list_undoable_consents(sitting)}
    children = {row.child for row in sitting.consents.select_related("child")}
    slug = sitting.collected_by.slug
    sites = load_program_sites((slug,), children, timezone.localdate(at))
    return "undo", states, [slug], [sites.get(child.key, frozenset()) for child in children]


@action("consent.recorded", asks=may_record_consents, facts=_load_paper_facts)
def record_signed_papers(
    permit: Permit,
    /,
    *,
    form: ConsentForm,
    collected_by: Organization,
    papers: Sequence[SignedPaper],
    by: User,
    at: datetime,
    scan: bytes = b"",
) -> ActionResult[Sitting]:
    """Record a checked list of signed papers.

    Args:
        form: the form that was signed.
        collected_by: the organization that collected the papers.
        papers: the papers.
        by: the acting user.
        at: when they are recorded.
        scan: bytes of a scan of the papers; empty for none.
    Returns:
        The sitting that holds the new consents.
    Raises:
        Refused: the policy does not allow it.
        NoAttachment: the scan is not a file type that can be stored.
    """
    sitting = Sitting(form=form, collected_by=collected_by, recorded_by=by, recorded_at=at)
    if scan:
        attached = store_attachment(settings.CAIRN_DATA, load_key_ring(), scan)
        sitting.scan, sitting.scan_key = attached.name, attached.wrapped_key
        sitting.scan_type = attached.kind
    sitting.save()
    for paper in papers:
        create_consent(
            find_or_create_child(form.organization, paper.child, by=collected_by),
            form,
            FamilySignature(paper.signer, paper.relation, paper.signed_on, paper.language),
            event="record" if paper.agrees else "record refusal",
            records=paper.records,
            at=at,
            sitting=sitting,
            collected_by=collected_by,
        )
    detail: dict[str, str | int] = {"form": form.name, "papers": len(papers)}
    return ActionResult(sitting, subject=sitting, detail=detail)


@action("consent.undone", asks=may_change_consents, facts=_load_undo_facts)
def undo_paper_sitting(
    permit: Permit, /, *, sitting: Sitting, by: User, at: datetime
) -> ActionResult[int]:
    """Undo a sitting as if it had not happened, except what the district has verified since.

    Returns the number of answers that changed. The scan is destroyed with the last answer.
    """
    rows = _list_undoable_consents(sitting)
    Consent.objects.filter(pk__in=[row.pk for row in rows]).update(state=ConsentState.UNDONE.value)
    reinstate_replaced_consents(rows)
    sitting.undone_at = at
    if sitting.scan and not sitting.consents.exclude(state=ConsentState.UNDONE.value).exists():
        _delete_scan(sitting)
    sitting.save(update_fields=["undone_at", "scan", "scan_key"])
    detail = {"answers": len(rows)}
    return ActionResult(len(rows), subject=sitting, detail=detail)


@transaction.atomic
def destroy_paper_scan(*, sitting: Sitting, terms: AgreementFact, by: User, at: datetime) -> str:
    """Destroy the scan of signed papers as the agreement requires; the answers stay on record.

    Args:
        sitting: the sitting of the scan.
        terms: the agreement that the consents were signed for.
        by: the acting user.
        at: when it is destroyed.
    Returns:
        SHA-256 of the destroyed file; empty if there was none.
    Raises:
        Refused: the policy does not allow it.
    """
    decision = may_destroy_data(terms, load_current_actor(by), timezone.localdate(at))
    decision.require()
    sitting = Sitting.objects.select_for_update().get(pk=sitting.pk)
    destroyed_digest = consents.compute_scan_digest(sitting)
    if sitting.scan:
        _delete_scan(sitting)
        sitting.save(update_fields=["scan", "scan_key"])
        record_audit_event("consent.scan_destroyed", sitting, by=by, at=at, decision=decision)
    return destroyed_digest


def _delete_scan(sitting: Sitting) -> None:
    """Remove the key with the row, and the file after the transaction commits."""
    name = sitting.scan
    sitting.scan = sitting.scan_key = ""
    transaction.on_commit(lambda: remove_attachment(settings.CAIRN_DATA, name))
