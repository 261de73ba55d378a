"""Write the forms that families sign: publish a version, retire a form."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cairn.governance.consents.models.form import ConsentForm
from cairn.governance.partners.api import Organization, get_organization_slug
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, has_role_at
from cairn.policy.engine import Permit
from cairn.policy.vocabulary import Action, Purpose

__all__ = ["ConsentFormContent", "publish_consent_form"]


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


def _get_form_organization(*, form: ConsentForm) -> tuple[str]:
    return (form.organization.slug,)


@action(
    "consent_form.published",
    asks=has_role_at(Action.CHANGE_CONSENT_FORM),
    facts=get_organization_slug,
)
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
