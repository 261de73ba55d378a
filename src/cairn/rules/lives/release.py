"""What leaves, from draft to published and back."""

from typing import Final

from cairn.rules.lifecycle import Step
from cairn.rules.vocabulary import Action, ReleaseState

_R = ReleaseState

RELEASE: Final = (
    Step(_R.DRAFT, "check", _R.CHECKED, Action.PROTECT),
    Step(_R.CHECKED, "check", _R.CHECKED, Action.PROTECT),
    *(
        step
        for state in (_R.DRAFT, _R.CHECKED, _R.RETURNED)
        for step in (
            Step(state, "reword", state, Action.DRAFT_RELEASE),
            Step(state, "redraft", _R.DRAFT, Action.DRAFT_RELEASE),
        )
    ),
    *(
        step
        for state in (_R.IN_REVIEW, _R.SENT_BACK, _R.APPROVED)
        for step in (
            Step(state, "check again", _R.CHECKED, Action.PROTECT),
            Step(state, "stop", _R.RETURNED, Action.PROTECT),
        )
    ),
    Step(_R.CHECKED, "submit", _R.IN_REVIEW, Action.SUBMIT_RELEASE),
    Step(_R.IN_REVIEW, "review", _R.IN_REVIEW, Action.REVIEW_RELEASE),
    Step(_R.IN_REVIEW, "return", _R.RETURNED, Action.REVIEW_RELEASE),
    Step(_R.IN_REVIEW, "send back", _R.SENT_BACK, Action.SEND_BACK_RELEASE),
    Step(_R.RETURNED, "check", _R.CHECKED, Action.PROTECT),
    Step(_R.SENT_BACK, "confirm", _R.SENT_BACK, Action.ANSWER_SEND_BACK),
    Step(_R.SENT_BACK, "confirm last", _R.APPROVED, Action.ANSWER_SEND_BACK),
    Step(_R.SENT_BACK, "correct", _R.RETURNED, Action.ANSWER_SEND_BACK),
    Step(_R.SENT_BACK, "decline", _R.RETURNED, Action.ANSWER_SEND_BACK),
    Step(_R.SENT_BACK, "publish", _R.PUBLISHED, Action.PUBLISH_RELEASE),
    Step(_R.APPROVED, "publish", _R.PUBLISHED, Action.PUBLISH_RELEASE),
    Step(_R.PUBLISHED, "replace", _R.CORRECTED, Action.PUBLISH_RELEASE),
    *(
        Step(state, "withdraw", _R.WITHDRAWN, Action.WITHDRAW_RELEASE)
        for state in ReleaseState
        if state is not _R.WITHDRAWN
    ),
)
