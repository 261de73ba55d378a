"""A delivery is checked: types, dates, codes; good rows kept, bad rows set aside with reasons."""

import json
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.intake import children, facts, roster, rows
from cairn.intake.life import move
from cairn.intake.models import Delivery
from cairn.intake.storehouse import open_storehouse
from cairn.partners.facts import actor
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.decision import Permit
from cairn.rules.delivery import may_conform
from cairn.rules.lifecycle import states_with
from cairn.rules.lives.delivery import DELIVERY
from cairn.rules.vocabulary import Action, DeliveryState
from cairn.warehouse.conform import Conformed, Progress
from cairn.warehouse.conform import conform as make
from cairn.warehouse.zones import FileRef


def conform(
    *, delivery: Delivery, by: User, at: datetime, progress: Progress | None = None
) -> Delivery:
    """Check a delivery's rows. Safe to run again at any point: the storehouse knows what is made.

    A delivery that is checked already, or was replaced or withdrawn meanwhile, stays as it is.
    """
    begun = _begin(delivery.pk, by, at)
    if begun is None:
        delivery.refresh_from_db()
        return delivery
    row, permit = begun
    landed = FileRef.parse(row.landed)
    store, mapping = open_storehouse(), facts.mapping(row)
    known = roster.known(row, store) if permit.populations else {}
    whose = rows.rows_of(row.organization.slug, row.agreement_reference, known)
    made = make(store, landed, mapping, permit=permit, rows=whose, progress=progress)
    return _finish(row, made, by, at)


@transaction.atomic
def check_again(
    *, delivery: Delivery, by: User, at: datetime, who: Actor | None = None
) -> Delivery:
    """Lets a checked delivery be checked once more: what was not known of its children then may be
    known since. It must then be conformed again."""
    row = Delivery.objects.select_for_update().get(pk=delivery.pk)
    organization, on = row.organization.slug, timezone.localdate(at)
    decision = may_open(Action.CONFORM, who or actor(by), organization=organization, on=on)
    decision.require()
    move(row, "check again")
    row.save(update_fields=["state"])
    audit.record("delivery.checked_again", row, by=by, at=at, decision=decision)
    return row


@transaction.atomic
def _begin(pk: int, by: User, at: datetime) -> tuple[Delivery, Permit] | None:
    row = Delivery.objects.select_for_update(of=("self",)).select_related("organization", "mapping")
    delivery = row.get(pk=pk)
    if delivery.state not in states_with(DELIVERY, "begin"):
        return None
    law = facts.agreement(delivery.agreement_reference)
    on, whose = timezone.localdate(at), delivery.organization
    landed, mapping = FileRef.parse(delivery.landed), facts.mapping(delivery)
    ids = children.ids(open_storehouse(), landed, mapping)
    told = (rows.fact(law, {whose.slug: ids}, on),)
    decision = may_conform(facts.delivery(delivery), law, actor(by), on, rows=told)
    permit = decision.require()
    move(delivery, "begin")
    delivery.save(update_fields=["state"])
    audit.record("delivery.conforming", delivery, by=by, at=at, decision=decision)
    return delivery, permit


@transaction.atomic
def _finish(begun: Delivery, made: Conformed, by: User, at: datetime) -> Delivery:
    row = Delivery.objects.select_for_update().get(pk=begun.pk)
    if row.state != DeliveryState.CONFORMING or row.mapping_id != begun.mapping_id:
        return row
    move(row, "finish")
    row.conformed, row.quarantined = str(made.ref), str(made.quarantine_ref)
    row.rows_in, row.rows_kept = made.report.rows_in, made.report.rows_kept
    row.conformed_at = at
    row.report = json.loads(made.report.to_json())
    row.save()
    audit.record(
        "delivery.conformed",
        row,
        by=by,
        at=at,
        detail={"rows": row.rows_in, "kept": row.rows_kept, "left_out": made.report.left_out},
    )
    return row
