"""Lifecycle of a release, from draft to published or withdrawn."""

from typing import Final

from cairn.policy.lifecycles.state_machine import Transition
from cairn.policy.vocabulary import Action, ReleaseState

_R = ReleaseState

RELEASE_TRANSITIONS: Final = (
    Transition(_R.DRAFT, "check", _R.CHECKED, Action.PROTECT),
    Transition(_R.CHECKED, "check", _R.CHECKED, Action.PROTECT),
    *(
        step
        for state in (_R.DRAFT, _R.CHECKED, _R.RETURNED)
        for step in (
            Transition(state, "reword", state, Action.DRAFT_RELEASE),
            Transition(state, "redraft", _R.DRAFT, Action.DRAFT_RELEASE),
        )
    ),
    *(
        step
        for state in (_R.IN_REVIEW, _R.SENT_BACK, _R.APPROVED)
        for step in (
            Transition(state, "check again", _R.CHECKED, Action.PROTECT),
            Transition(state, "stop", _R.RETURNED, Action.PROTECT),
        )
    ),
    Transition(_R.CHECKED, "submit", _R.IN_REVIEW, Action.SUBMIT_RELEASE),
    Transition(_R.IN_REVIEW, "review", _R.IN_REVIEW, Action.REVIEW_RELEASE),
    Transition(_R.IN_REVIEW, "return", _R.RETURNED, Action.REVIEW_RELEASE),
    Transition(_R.IN_REVIEW, "send back", _R.SENT_BACK, Action.SEND_BACK_RELEASE),
    Transition(_R.RETURNED, "check", _R.CHECKED, Action.PROTECT),
    Transition(_R.SENT_BACK, "confirm", _R.SENT_BACK, Action.ANSWER_SEND_BACK),
    Transition(_R.SENT_BACK, "confirm last", _R.APPROVED, Action.ANSWER_SEND_BACK),
    Transition(_R.SENT_BACK, "correct", _R.RETURNED, Action.ANSWER_SEND_BACK),
    Transition(_R.SENT_BACK, "decline", _R.RETURNED, Action.ANSWER_SEND_BACK),
    Transition(_R.SENT_BACK, "publish", _R.PUBLISHED, Action.PUBLISH_RELEASE),
    Transition(_R.APPROVED, "publish", _R.PUBLISHED, Action.PUBLISH_RELEASE),
    Transition(_R.PUBLISHED, "replace", _R.CORRECTED, Action.PUBLISH_RELEASE),
    *(
        Transition(state, "withdraw", _R.WITHDRAWN, Action.WITHDRAW_RELEASE)
        for state in ReleaseState
        if state is not _R.WITHDRAWN
    ),
)
