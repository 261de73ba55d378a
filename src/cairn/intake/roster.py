"""What a partner has delivered of its own children, so that an agreement's population can be held
up to rows that say nothing of it themselves."""

from collections.abc import Iterator, Mapping

from cairn.consents.child_key import child_key
from cairn.intake.models import Delivery
from cairn.rules.vocabulary import DeliveryState
from cairn.warehouse.meant import FIELDS, LOCAL_ID, NOBODY, Columns, Known, Roster, joined, roster
from cairn.warehouse.zones import FileRef, Storehouse


def known(delivery: Delivery, store: Storehouse) -> Roster:
    """The children of the sender, by its own ids, from its other deliveries that count.

    They are the sender's own records, under any of its agreements; nothing of them leaves memory.
    What is invented says nothing of real children, nor they of it.
    """
    rows = Delivery.objects.filter(
        organization=delivery.organization, state=DeliveryState.CONFORMED.value
    ).exclude(pk=delivery.pk)
    rows = rows.exclude(synthetic="") if delivery.pilot else rows.filter(synthetic="")
    files = ((row.record, FileRef.parse(row.conformed)) for row in rows.order_by("pk"))
    return roster(_read(store, files), delivery.organization.slug)


def of_children(store: Storehouse, children: Mapping[str, str]) -> dict[str, Known]:
    """What organizations have delivered of their own children: ``children`` maps a child's key to
    its organization (slug). Files of a pilot say nothing here; nothing leaves memory.
    """
    found: dict[str, Known] = {}
    for slug in sorted(set(children.values())):
        rows = Delivery.objects.filter(
            organization__slug=slug, state=DeliveryState.CONFORMED.value, synthetic=""
        )
        files = ((row.record, FileRef.parse(row.conformed)) for row in rows.order_by("pk"))
        for local_id, one in roster(_read(store, files), slug).items():
            if children.get(key := child_key(slug, local_id)) == slug:
                found[key] = joined(found.get(key, NOBODY), one)
    return found


def _read(store: Storehouse, files: Iterator[tuple[str, FileRef]]) -> Iterator[tuple[str, Columns]]:
    for record, ref in files:
        named = {name for name, _ in store.manifest(ref).columns}
        wanted = [name for name in FIELDS if name in named]
        if LOCAL_ID in wanted and len(wanted) > 1:
            table = store.read(ref)
            yield record, {name: table.column(name) for name in wanted}
