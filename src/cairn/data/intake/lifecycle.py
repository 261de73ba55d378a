"""Change the state of a delivery, only as the lifecycle table `delivery` allows."""

from cairn.data.intake.models import Delivery
from cairn.policy.lifecycles import DELIVERY_TRANSITIONS, find_next_state
from cairn.policy.vocabulary import DeliveryState


class DeliveryStateConflict(Exception):
    """The delivery's state does not allow the action; the message says what to do instead."""


def transition_delivery(delivery: Delivery, event: str) -> None:
    """Change a delivery's state by an event.

    Raises:
        DeliveryStateConflict: the lifecycle has no such step.
    """
    next_value = find_next_state(DELIVERY_TRANSITIONS, DeliveryState(delivery.state), event)
    if next_value is None:
        raise DeliveryStateConflict(
            f"This delivery is “{delivery.get_state_display()}” and cannot {event} now. "
            "Look at its page again: its state may have changed meanwhile."
        )
    delivery.state = next_value.value
