"""How a feed's columns are read: a new version for the next file, and for the file that is here."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.intake import queries
from cairn.intake.life import NotNow, move
from cairn.intake.models import Delivery, SavedMapping
from cairn.intake.versions import version_of
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.rules.actor import Actor
from cairn.rules.delivery import may_change_mapping
from cairn.warehouse.mapping import Mapping


@transaction.atomic
def change_mapping(
    *,
    organization: Organization,
    feed: str,
    mapping: Mapping,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> SavedMapping:
    """Save how a feed is read from now on. A mapping that says the same is not saved twice."""
    decision = may_change_mapping(organization.slug, who or actor(by), timezone.localdate(at))
    decision.require()
    row = version_of(organization, feed, mapping, by, at)
    audit.record(
        "mapping.changed", row, by=by, at=at, decision=decision, detail={"version": row.version}
    )
    return row


@transaction.atomic
def reread(*, delivery: Delivery, by: User, at: datetime, who: Actor | None = None) -> Delivery:
    """Read a delivery that is here by the newest mapping of its feed.

    Only columns that were kept can be read anew; for any other the file must be sent again.
    The delivery must then be conformed again.
    """
    decision = may_change_mapping(
        delivery.organization.slug, who or actor(by), timezone.localdate(at)
    )
    decision.require()
    row = Delivery.objects.select_for_update().get(pk=delivery.pk)
    newest = queries.newest_mapping(row.organization, row.feed)
    if newest is None or Mapping.parse(newest.text).record != row.record:
        raise NotNow("The new mapping is for another kind of records. Send the file again.")
    move(row, "remap")
    row.mapping = newest
    row.save(update_fields=["mapping", "state"])
    audit.record("delivery.reread", row, by=by, at=at, decision=decision)
    return row
