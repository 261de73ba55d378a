"""What was made of a delivery, read from the manifests, which know their inputs."""

from cairn.intake.models import Delivery
from cairn.warehouse.manifest import Manifest
from cairn.warehouse.zones import Storehouse, Zone

_ABOUT_CHILDREN = frozenset(Zone) - {Zone.RELEASED}


def made_of(store: Storehouse, row: Delivery) -> tuple[Manifest, ...]:
    """The landed file and every file about children that came of it, by whatever way."""
    came = {row.landed} if row.landed else set()
    records = list(store.manifests())
    while grown := {r.name for r in records if came.intersection(r.inputs)} - came:
        came |= grown
    return tuple(
        record
        for record in records
        if record.name in came and record.zone in _ABOUT_CHILDREN and not record.destroyed
    )
