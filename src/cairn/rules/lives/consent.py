"""A family's written answer to one form. A form that is offered and not answered has no row yet.

That a consent is live, has run out, or that the right passed to the student is computed for a
date (`rules.family.standing`), and is no state.
"""

from typing import Final

from cairn.rules.lifecycle import Step
from cairn.rules.vocabulary import Action, ConsentState

_C = ConsentState
_OPEN: Final = (_C.GRANTED, _C.VERIFIED)

CONSENT: Final = (
    Step(_C.OFFERED, "agree", _C.GRANTED, Action.FAMILY_ANSWER),
    Step(_C.OFFERED, "decline", _C.REFUSED, Action.FAMILY_ANSWER),
    Step(_C.OFFERED, "record", _C.GRANTED, Action.RECORD_CONSENT),
    Step(_C.OFFERED, "record refusal", _C.REFUSED, Action.RECORD_CONSENT),
    Step(_C.GRANTED, "verify", _C.VERIFIED, Action.VERIFY_CONSENT),
    Step(_C.GRANTED, "return", _C.RETURNED, Action.VERIFY_CONSENT),
    *(Step(state, "revoke", _C.REVOKED, Action.FAMILY_ANSWER) for state in _OPEN),
    *(Step(state, "record revocation", _C.REVOKED, Action.REVOKE_CONSENT) for state in _OPEN),
    Step(_C.REVOKED, "take back", _C.VERIFIED, Action.FAMILY_ANSWER),
    Step(_C.REVOKED, "take back unverified", _C.GRANTED, Action.FAMILY_ANSWER),
    Step(_C.REVOKED, "uphold", _C.VERIFIED, Action.ANSWER_FAMILY),
    *(
        Step(state, "supersede", _C.SUPERSEDED, action)
        for state in (*_OPEN, _C.RETURNED, _C.REFUSED)
        for action in (Action.RECORD_CONSENT, Action.FAMILY_ANSWER)
    ),
    *(
        Step(state, "undo", _C.UNDONE, Action.RECORD_CONSENT)
        for state in (_C.GRANTED, _C.REFUSED, _C.RETURNED)
    ),
)
