"""What linkage does once rows were destroyed: their names leave the person index too."""

from collections.abc import Mapping
from datetime import datetime

from cairn.accounts.models import User
from cairn.intake.models import Delivery
from cairn.intake.storehouse import key_ring
from cairn.linkage import actions, kinship
from cairn.linkage.actions import NothingToLink
from cairn.linkage.forgotten import forget
from cairn.linkage.models import Record, Statement
from cairn.linkage.sealing import Sealer
from cairn.rules.vocabulary import DeliveryState

LINKS_WITH_NAMES = "names in the person index"


def after_destruction(by: User, at: datetime) -> Mapping[str, int]:
    """Links anew what is left, or empties the index where nothing is; the names it then holds.

    Of a source that destroyed a delivery, no record is remembered of which nothing is said now.
    """
    if Record.objects.exists():
        try:
            actions.link(by=by, at=at)
        except NothingToLink:
            actions.forget_everyone(by=by, at=at)
        destroyed = Delivery.objects.filter(state=DeliveryState.DESTROYED)
        kinship.withdraw(destroyed.values_list("pk", flat=True))
        forget(set(destroyed.values_list("organization__slug", flat=True)))
        kinship.refresh(Sealer(key_ring()), at)
    return {LINKS_WITH_NAMES: Statement.objects.count()}
