"""Rows without names for one project: from what a researcher asks to the one fetch."""

from typing import Final

from cairn.rules.lifecycle import Step
from cairn.rules.vocabulary import Action, ExtractState

_X = ExtractState

EXTRACT: Final = (
    *(
        Step(state, "prepare", _X.IN_REVIEW, Action.PREPARE_EXTRACT)
        for state in (_X.ASKED, _X.RETURNED, _X.IN_REVIEW, _X.ISSUED)
    ),
    *(Step(state, "read", state, Action.READ_TEXT) for state in (_X.IN_REVIEW, _X.RETURNED)),
    Step(_X.IN_REVIEW, "review", _X.IN_REVIEW, Action.REVIEW_EXTRACT),
    Step(_X.IN_REVIEW, "return", _X.RETURNED, Action.REVIEW_EXTRACT),
    Step(_X.IN_REVIEW, "issue", _X.ISSUED, Action.ISSUE_EXTRACT),
    Step(_X.ISSUED, "issue", _X.ISSUED, Action.ISSUE_EXTRACT),
    Step(_X.ISSUED, "fetch", _X.FETCHED, Action.EXPORT),
    *(
        Step(state, "withdraw", _X.WITHDRAWN, Action.WITHDRAW_EXTRACT)
        for state in (_X.ASKED, _X.RETURNED, _X.IN_REVIEW, _X.ISSUED, _X.FETCHED)
    ),
    *(
        Step(state, "destroy", _X.DESTROYED, Action.DESTROY)
        for state in (_X.RETURNED, _X.IN_REVIEW, _X.ISSUED, _X.FETCHED, _X.WITHDRAWN)
    ),
)
