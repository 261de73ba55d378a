"""What a partner sent, from received to destroyed."""

from typing import Final

from cairn.rules.lifecycle import Step
from cairn.rules.vocabulary import Action, DeliveryState

_D = DeliveryState

DELIVERY: Final = (
    Step(_D.RECEIVED, "begin", _D.CONFORMING, Action.CONFORM),
    Step(_D.CONFORMING, "begin", _D.CONFORMING, Action.CONFORM),
    Step(_D.CONFORMING, "finish", _D.CONFORMED, Action.CONFORM),
    Step(_D.RECEIVED, "refuse", _D.REFUSED, Action.CONFORM),
    Step(_D.CONFORMING, "refuse", _D.REFUSED, Action.CONFORM),
    Step(_D.CONFORMED, "check again", _D.RECEIVED, Action.CONFORM),
    Step(_D.CONFORMED, "remap", _D.RECEIVED, Action.CHANGE_MAPPING),
    Step(_D.RECEIVED, "supersede", _D.SUPERSEDED, Action.RECEIVE),
    Step(_D.CONFORMING, "supersede", _D.SUPERSEDED, Action.RECEIVE),
    Step(_D.CONFORMED, "supersede", _D.SUPERSEDED, Action.RECEIVE),
    Step(_D.SUPERSEDED, "reinstate", _D.RECEIVED, Action.WITHDRAW_DELIVERY),
    Step(_D.RECEIVED, "withdraw", _D.WITHDRAWN, Action.WITHDRAW_DELIVERY),
    Step(_D.CONFORMING, "withdraw", _D.WITHDRAWN, Action.WITHDRAW_DELIVERY),
    Step(_D.CONFORMED, "withdraw", _D.WITHDRAWN, Action.WITHDRAW_DELIVERY),
    Step(_D.WITHDRAWN, "reinstate", _D.RECEIVED, Action.WITHDRAW_DELIVERY),
    *(
        Step(state, "destroy", _D.DESTROYED, Action.DESTROY)
        for state in DeliveryState
        if state not in (_D.DESTROYED, _D.CONFORMING)
    ),
)
