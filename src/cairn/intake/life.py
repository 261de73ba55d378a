"""How a delivery moves from state to state: as `rules.lives.delivery` says, or not at all."""

from cairn.intake.models import Delivery
from cairn.rules.lifecycle import next_state
from cairn.rules.lives.delivery import DELIVERY
from cairn.rules.vocabulary import DeliveryState


class NotNow(Exception):
    """The delivery's state does not allow it; the message says what to do instead."""


def move(row: Delivery, event: str) -> None:
    """Change a delivery's state by an event; raises `NotNow` where the table has no such step."""
    then = next_state(DELIVERY, DeliveryState(row.state), event)
    if then is None:
        raise NotNow(
            f"This delivery is “{row.get_state_display()}” and cannot {event} now. "
            "Look at its page again: its state may have changed meanwhile."
        )
    row.state = then.value
