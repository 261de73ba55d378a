"""Writes: the forms that families sign, one version after another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.consents.models import ConsentForm
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.vocabulary import Action, Purpose


@dataclass(frozen=True, slots=True)
class Wording:
    """What a form says: its texts by language, and its parts that the rules read."""

    texts: Mapping[str, Mapping[str, str]]
    records: Iterable[str]
    purposes: Iterable[Purpose]
    parties: Iterable[Organization]
    agreement: str = ""
    clause: str = ""
    ends: date | None = None
    says_revocable: bool = True


@transaction.atomic
def publish_form(
    *,
    organization: Organization,
    slug: str,
    wording: Wording,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> ConsentForm:
    """Offer a form to families. A form of the same name makes a new version of it.

    Consents to an earlier version keep what that version said; it is no longer offered.
    """
    asking, on = who or actor(by), timezone.localdate(at)
    action = Action.CHANGE_CONSENT_FORM
    decision = may_open(action, asking, organization=organization.slug, on=on)
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
        purposes=sorted(p.value for p in wording.purposes),
        agreement=wording.agreement,
        clause=wording.clause,
        ends=wording.ends,
        says_revocable=wording.says_revocable,
        published_by=by,
        published_at=at,
    )
    form.parties.set(wording.parties)
    detail = {"form": form.name}
    audit.record("consent_form.published", form, by=by, at=at, decision=decision, detail=detail)
    return form


@transaction.atomic
def retire_form(*, form: ConsentForm, by: User, at: datetime, who: Actor | None = None) -> None:
    """No longer offer a form. Consents that families gave to it stand."""
    asking, on = who or actor(by), timezone.localdate(at)
    action, organization = Action.CHANGE_CONSENT_FORM, form.organization.slug
    decision = may_open(action, asking, organization=organization, on=on)
    decision.require()
    form.retired_at = at
    form.save(update_fields=["retired_at"])
    audit.record("consent_form.retired", form, by=by, at=at, decision=decision)
