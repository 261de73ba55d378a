"""Puts on record that something was given back."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.disclosures import log as disclosures
from cairn.intake.models import Delivery
from cairn.partners.facts import actor
from cairn.releases.give_back import facts
from cairn.releases.models import GiveBack
from cairn.rules.give_back import may_give_back

_INTEREST = "the owner learns what became of its own delivery"


@transaction.atomic
def give_back(*, delivery: Delivery, what: str, how: str, by: User, at: datetime) -> GiveBack:
    """Something that the agreement promises was given to the owner of a delivery, on a day."""
    on = timezone.localdate(at)
    decision = may_give_back(facts.report(delivery), actor(by), on)
    decision.require()
    owner = delivery.organization.slug
    disclosures.record(decision, by=by, at=at, parties=[owner], interest=_INTEREST)
    row = GiveBack.objects.create(delivery=delivery, what=what, how=how, given_on=on, given_by=by)
    detail: dict[str, str | int] = {"delivery": delivery.pk, "owner": owner}
    audit.record("release.given_back", row, by=by, at=at, decision=decision, detail=detail)
    return row
