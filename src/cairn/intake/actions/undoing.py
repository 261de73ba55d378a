"""A delivery is taken back, or destroyed when its time is over."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.intake import facts
from cairn.intake.life import move
from cairn.intake.lineage import made_of
from cairn.intake.models import Delivery
from cairn.intake.storehouse import open_storehouse
from cairn.partners.facts import actor
from cairn.rules.actor import Actor
from cairn.rules.delivery import may_withdraw_delivery
from cairn.rules.retention import may_destroy
from cairn.rules.vocabulary import DeliveryState
from cairn.warehouse.manifest import Manifest
from cairn.warehouse.zones import FileRef


@transaction.atomic
def withdraw(*, delivery: Delivery, by: User, at: datetime, who: Actor | None = None) -> Delivery:
    """Take a delivery back: its rows count no longer, and the one it replaced counts again.

    That one is received anew: it must be conformed, which finds what was made of it before.
    """
    on = timezone.localdate(at)
    decision = may_withdraw_delivery(delivery.organization.slug, who or actor(by), on)
    decision.require()
    row = Delivery.objects.select_for_update().get(pk=delivery.pk)
    move(row, "withdraw")
    row.save(update_fields=["state"])
    audit.record("delivery.withdrawn", row, by=by, at=at, decision=decision)
    earlier = row.supersedes
    if earlier and earlier.state == DeliveryState.SUPERSEDED:
        move(earlier, "reinstate")
        earlier.save(update_fields=["state"])
        audit.record("delivery.reinstated", earlier, by=by, at=at, decision=decision)
    return row


@transaction.atomic
def destroy(
    *, delivery: Delivery, by: User, at: datetime, who: Actor | None = None
) -> tuple[Manifest, ...]:
    """Destroy a delivery's rows and everything made from them that is not yet safe; what went.

    That is what was conformed and linked from it, each mart that it went into and what was counted
    in that; figures that were made safe stay.

    The keys go first, so that a crash half way leaves nothing readable of what is gone. The
    record of the delivery stays.
    """
    law = facts.agreement(delivery.agreement_reference)
    decision = may_destroy(law, who or actor(by), timezone.localdate(at))
    permit = decision.require()
    row = Delivery.objects.select_for_update().get(pk=delivery.pk)
    move(row, "destroy")
    store = open_storehouse()
    files = made_of(store, row)
    for record in files:
        store.destroy(FileRef.parse(record.name), permit=permit)
    row.save(update_fields=["state"])
    audit.record(
        "delivery.destroyed", row, by=by, at=at, decision=decision, detail={"files": len(files)}
    )
    return files
