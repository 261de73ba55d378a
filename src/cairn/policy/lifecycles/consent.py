"""Lifecycle of a family's written answer to one form.

An offered form without an answer has no row yet.

Whether a consent is live or expired, or the right has passed to the student, is computed for a
date and is not a state.
"""

from typing import Final

from cairn.policy.lifecycles.state_machine import Transition
from cairn.policy.vocabulary import Action, ConsentState

_C = ConsentState
_ACTIVE_STATES: Final = (_C.GRANTED, _C.VERIFIED)

CONSENT_TRANSITIONS: Final = (
    Transition(_C.OFFERED, "agree", _C.GRANTED, Action.FAMILY_ANSWER),
    Transition(_C.OFFERED, "decline", _C.REFUSED, Action.FAMILY_ANSWER),
    Transition(_C.OFFERED, "record", _C.GRANTED, Action.RECORD_CONSENT),
    Transition(_C.OFFERED, "record refusal", _C.REFUSED, Action.RECORD_CONSENT),
    Transition(_C.GRANTED, "verify", _C.VERIFIED, Action.VERIFY_CONSENT),
    Transition(_C.GRANTED, "return", _C.RETURNED, Action.VERIFY_CONSENT),
    *(Transition(state, "revoke", _C.REVOKED, Action.FAMILY_ANSWER) for state in _ACTIVE_STATES),
    *(
        Transition(state, "record revocation", _C.REVOKED, Action.REVOKE_CONSENT)
        for state in _ACTIVE_STATES
    ),
    Transition(_C.REVOKED, "take back", _C.VERIFIED, Action.FAMILY_ANSWER),
    Transition(_C.REVOKED, "take back unverified", _C.GRANTED, Action.FAMILY_ANSWER),
    Transition(_C.REVOKED, "uphold", _C.VERIFIED, Action.ANSWER_FAMILY),
    *(
        Transition(state, "supersede", _C.SUPERSEDED, action)
        for state in (*_ACTIVE_STATES, _C.RETURNED, _C.REFUSED)
        for action in (Action.RECORD_CONSENT, Action.FAMILY_ANSWER)
    ),
    *(
        Transition(state, "undo", _C.UNDONE, Action.RECORD_CONSENT)
        for state in (_C.GRANTED, _C.REFUSED, _C.RETURNED)
    ),
)
