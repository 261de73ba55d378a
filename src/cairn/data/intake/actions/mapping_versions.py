"""Change how a feed's columns are read: for the next file, and for the stored one."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.data.intake import queries
from cairn.data.intake.models import (
    Delivery,
    DeliveryStateConflict,
    SavedMapping,
    transition_delivery,
)
from cairn.data.intake.proposals.layout_proposal import ConfirmedLayout
from cairn.data.intake.queries import get_newest_mapping
from cairn.governance.partners.api import Organization, load_actor
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import record_audit_event
from cairn.policy.facts import Actor
from cairn.policy.questions import may_change_column_mapping
from cairn.warehouse.schema import ColumnMapping


@transaction.atomic
def change_column_mapping(
    *,
    organization: Organization,
    feed: str,
    mapping: ColumnMapping,
    by: User,
    at: datetime,
    requester: Actor | None = None,
) -> SavedMapping:
    """Save how a feed is read from now on. An identical mapping is not saved twice.

    Args:
        organization: the sender.
        feed: short name of the feed.
        mapping: the new mapping.
        by: the user who changes it.
        at: the time.
        requester: facts about ``by``, where a browser session supplied them.

    Returns:
        The saved version.

    Raises:
        Refused: policy does not allow it.
    """
    decision = may_change_column_mapping(
        organization.slug, requester or load_actor(by), timezone.localdate(at)
    )
    decision.require()
    row = save_mapping_version(organization, feed, mapping, by, at)
    record_audit_event(
        "mapping.changed", row, by=by, at=at, decision=decision, detail={"version": row.version}
    )
    return row


@transaction.atomic
def remap_delivery(
    *, delivery: Delivery, by: User, at: datetime, requester: Actor | None = None
) -> Delivery:
    """Read a stored delivery by the newest mapping of its feed.

    Only columns that were kept can be read again; for any other the file must be sent again.
    The delivery must then be conformed again.

    Raises:
        Refused: policy does not allow it.
        DeliveryStateConflict: the new mapping is for another record type.
    """
    decision = may_change_column_mapping(
        delivery.organization.slug, requester or load_actor(by), timezone.localdate(at)
    )
    decision.require()
    row = Delivery.objects.select_for_update().get(pk=delivery.pk)
    newest = queries.get_newest_mapping(row.organization, row.feed)
    if newest is None or ColumnMapping.parse(newest.text).record != row.record:
        raise DeliveryStateConflict(
            "The new column mapping is for another record type. Upload the file again."
        )
    transition_delivery(row, "remap")
    row.mapping = newest
    row.save(update_fields=["mapping", "state"])
    record_audit_event("delivery.reread", row, by=by, at=at, decision=decision)
    return row


def save_mapping_version(
    organization: Organization,
    feed: str,
    mapping: ColumnMapping,
    by: User,
    at: datetime,
    layout: ConfirmedLayout | None = None,
) -> SavedMapping:
    """Return the saved version with exactly this mapping: the newest one, or a new one.

    Args:
        organization: the sender.
        feed: short name of the feed.
        mapping: the mapping.
        by: the user who confirmed it.
        at: the time.
        layout: the layout of the file with which it was confirmed; None to keep the recorded one.

    Returns:
        The version. It is new if the mapping is, or if the file has what no confirmed one had.
    """
    newest = get_newest_mapping(organization, feed)
    text = mapping.dump()
    recorded = ConfirmedLayout.parse(newest.layout) if newest else ConfirmedLayout()
    if newest and newest.text == text:
        if layout is None or recorded.merge(layout) == recorded:
            return newest
        layout = recorded.merge(layout)
    elif newest:
        layout = recorded.merge(layout or ConfirmedLayout())
        # Only columns of this mapping can be confirmed as absent from its files.
        layout = replace(layout, absent=layout.absent & {*mapping.columns})
    return SavedMapping.objects.create(
        organization=organization,
        feed=feed,
        version=newest.version + 1 if newest else 1,
        text=text,
        layout=layout.dump() if layout else {},
        saved_by=by,
        saved_at=at,
    )
