"""Remove the names of destroyed rows from the person index."""

from collections.abc import Mapping
from datetime import datetime

from cairn.data.identity.actions import linkage
from cairn.data.identity.index.record_erasure import erase_records
from cairn.data.identity.models.person_index import Record, Statement
from cairn.data.identity.relationships import relationship_update
from cairn.data.identity.runs.run_outputs import NothingToLink
from cairn.data.identity.storage.statements import IdentitySealer
from cairn.data.intake.api import Delivery
from cairn.platform.accounts.api import User
from cairn.platform.storage.api import open_key_ring
from cairn.policy.vocabulary import DeliveryState

NAMES_REMAINING_LABEL = "names in the person index"


def erase_destroyed_records(by: User, at: datetime) -> Mapping[str, int]:
    """Link the remaining deliveries again, or empty the index if none remains.

    Records of a source that destroyed a delivery are erased if nothing is stated of them any more.

    Args:
        by: the user who destroyed the rows.
        at: the current time.
    Returns:
        The number of statements with names that the index still holds.
    """
    if Record.objects.exists():
        try:
            linkage.link_current_deliveries(by=by, at=at)
        except NothingToLink:
            linkage.erase_person_index(by=by, at=at)
        destroyed = Delivery.objects.filter(state=DeliveryState.DESTROYED)
        relationship_update.withdraw_residences(destroyed.values_list("pk", flat=True))
        erase_records(set(destroyed.values_list("organization__slug", flat=True)))
        relationship_update.refresh_relationships(IdentitySealer(open_key_ring()), at)
    return {NAMES_REMAINING_LABEL: Statement.objects.count()}
