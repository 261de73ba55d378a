"""Lifecycle of an extract (rows without names for one project), request to download."""

from typing import Final

from cairn.policy.lifecycles.state_machine import Transition
from cairn.policy.vocabulary import Action, ExtractState

_X = ExtractState

EXTRACT_TRANSITIONS: Final = (
    *(
        Transition(state, "prepare", _X.IN_REVIEW, Action.PREPARE_EXTRACT)
        for state in (_X.ASKED, _X.RETURNED, _X.IN_REVIEW, _X.ISSUED)
    ),
    *(Transition(state, "read", state, Action.READ_TEXT) for state in (_X.IN_REVIEW, _X.RETURNED)),
    Transition(_X.IN_REVIEW, "review", _X.IN_REVIEW, Action.REVIEW_EXTRACT),
    Transition(_X.IN_REVIEW, "return", _X.RETURNED, Action.REVIEW_EXTRACT),
    Transition(_X.IN_REVIEW, "issue", _X.ISSUED, Action.ISSUE_EXTRACT),
    Transition(_X.ISSUED, "issue", _X.ISSUED, Action.ISSUE_EXTRACT),
    Transition(_X.ISSUED, "fetch", _X.FETCHED, Action.EXPORT),
    *(
        Transition(state, "withdraw", _X.WITHDRAWN, Action.WITHDRAW_EXTRACT)
        for state in (_X.ASKED, _X.RETURNED, _X.IN_REVIEW, _X.ISSUED, _X.FETCHED)
    ),
    *(
        Transition(state, "destroy", _X.DESTROYED, Action.DESTROY)
        for state in (_X.RETURNED, _X.IN_REVIEW, _X.ISSUED, _X.FETCHED, _X.WITHDRAWN)
    ),
)
