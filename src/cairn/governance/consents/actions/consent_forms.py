"""Write the forms that families sign: publish a version, retire a form."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from cairn.governance.consents.models.form import ConsentForm
from cairn.governance.partners.api import Organization, load_actor
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import record_audit_event
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action, Purpose


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
    """

    texts: Mapping[str, Mapping[str, str]]
    records: Iterable[str]
    purposes: Iterable[Purpose]
    parties: Iterable[Organization]
    agreement: str = ""
    clause: str = ""
    ends: date | None = None
    says_revocable: bool = True


@transaction.atomic
def publish_consent_form(
    *,
    organization: Organization,
    slug: str,
    wording: ConsentFormContent,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> ConsentForm:
    """Publish a form to families; a form with the same name makes a new version of it.

    Consents to an earlier version keep the text of that version, which is no longer offered.

    Args:
        organization: the district that offers the form.
        slug: short name of the form.
        wording: content of the form.
        by: the acting user.
        at: when it is published.
        who: facts about the acting user; loaded from `by` if absent.
    Returns:
        The new version.
    Raises:
        Refused: the policy does not allow it.
    """
    acting, on = who or load_actor(by), timezone.localdate(at)
    action = Action.CHANGE_CONSENT_FORM
    decision = may_open_page(action, acting, organization=organization.slug, on=on)
    decision.require()
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
        published_by=by,
        published_at=at,
    )
    form.parties.set(wording.parties)
    detail = {"form": form.name}
    record_audit_event(
        "consent_form.published", form, by=by, at=at, decision=decision, detail=detail
    )
    return form


@transaction.atomic
def retire_consent_form(
    *, form: ConsentForm, by: User, at: datetime, who: Actor | None = None
) -> None:
    """Stop offering a form. Consents that families gave stay valid."""
    acting, on = who or load_actor(by), timezone.localdate(at)
    action, organization = Action.CHANGE_CONSENT_FORM, form.organization.slug
    decision = may_open_page(action, acting, organization=organization, on=on)
    decision.require()
    form.retired_at = at
    form.save(update_fields=["retired_at"])
    record_audit_event("consent_form.retired", form, by=by, at=at, decision=decision)
