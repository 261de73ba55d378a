"""Lifecycle of a delivery, from received to destroyed."""

from typing import Final

from cairn.policy.lifecycles.state_machine import Transition
from cairn.policy.vocabulary import Action, DeliveryState

_D = DeliveryState

DELIVERY_TRANSITIONS: Final = (
    Transition(_D.RECEIVED, "begin", _D.CONFORMING, Action.CONFORM),
    Transition(_D.CONFORMING, "begin", _D.CONFORMING, Action.CONFORM),
    Transition(_D.CONFORMING, "finish", _D.CONFORMED, Action.CONFORM),
    Transition(_D.RECEIVED, "refuse", _D.REFUSED, Action.CONFORM),
    Transition(_D.CONFORMING, "refuse", _D.REFUSED, Action.CONFORM),
    Transition(_D.CONFORMED, "check again", _D.RECEIVED, Action.CONFORM),
    Transition(_D.CONFORMED, "remap", _D.RECEIVED, Action.CHANGE_MAPPING),
    Transition(_D.RECEIVED, "supersede", _D.SUPERSEDED, Action.RECEIVE),
    Transition(_D.CONFORMING, "supersede", _D.SUPERSEDED, Action.RECEIVE),
    Transition(_D.CONFORMED, "supersede", _D.SUPERSEDED, Action.RECEIVE),
    Transition(_D.SUPERSEDED, "reinstate", _D.RECEIVED, Action.WITHDRAW_DELIVERY),
    Transition(_D.RECEIVED, "withdraw", _D.WITHDRAWN, Action.WITHDRAW_DELIVERY),
    Transition(_D.CONFORMING, "withdraw", _D.WITHDRAWN, Action.WITHDRAW_DELIVERY),
    Transition(_D.CONFORMED, "withdraw", _D.WITHDRAWN, Action.WITHDRAW_DELIVERY),
    Transition(_D.WITHDRAWN, "reinstate", _D.RECEIVED, Action.WITHDRAW_DELIVERY),
    *(
        Transition(state, "destroy", _D.DESTROYED, Action.DESTROY)
        for state in DeliveryState
        if state not in (_D.DESTROYED, _D.CONFORMING)
    ),
)
