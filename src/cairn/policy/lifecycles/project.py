"""Lifecycle of a project version, from an idea to its closing."""

from typing import Final

from cairn.policy.lifecycles.state_machine import Transition
from cairn.policy.vocabulary import Action, ProjectState

__all__ = ["DATA_USE_STATES", "STATES_THROUGH_APPROVAL"]

_P = ProjectState

STATES_THROUGH_APPROVAL: Final = (
    _P.IDEA,
    _P.FEEDBACK,
    _P.NARROWED,
    _P.SUBMITTED,
    _P.STAFF_CHECK,
    _P.PROVIDER_REVIEW,
    _P.COMMITTEE,
    _P.CONDITIONS,
    _P.RETURNED,
    _P.APPROVED,
)

DATA_USE_STATES: Final = (_P.ACTIVE, _P.ANALYSIS)

PROJECT_TRANSITIONS: Final = (
    Transition(_P.IDEA, "ask for feedback", _P.FEEDBACK, Action.CHANGE_PROJECT),
    Transition(_P.FEEDBACK, "answer", _P.FEEDBACK, Action.APPROVE_PROJECT),
    Transition(_P.FEEDBACK, "narrow", _P.NARROWED, Action.CHANGE_PROJECT),
    Transition(_P.IDEA, "submit", _P.SUBMITTED, Action.CHANGE_PROJECT),
    Transition(_P.NARROWED, "submit", _P.SUBMITTED, Action.CHANGE_PROJECT),
    Transition(_P.RETURNED, "submit", _P.SUBMITTED, Action.CHANGE_PROJECT),
    Transition(_P.SUBMITTED, "take up", _P.STAFF_CHECK, Action.CHECK_PROJECT),
    Transition(_P.STAFF_CHECK, "pass to providers", _P.PROVIDER_REVIEW, Action.CHECK_PROJECT),
    Transition(_P.STAFF_CHECK, "pass to committee", _P.COMMITTEE, Action.CHECK_PROJECT),
    Transition(_P.STAFF_CHECK, "return", _P.RETURNED, Action.CHECK_PROJECT),
    Transition(_P.PROVIDER_REVIEW, "answer", _P.PROVIDER_REVIEW, Action.APPROVE_PROJECT),
    Transition(_P.PROVIDER_REVIEW, "answer last", _P.COMMITTEE, Action.APPROVE_PROJECT),
    Transition(_P.PROVIDER_REVIEW, "return", _P.RETURNED, Action.APPROVE_PROJECT),
    Transition(_P.PROVIDER_REVIEW, "decline", _P.RETURNED, Action.APPROVE_PROJECT),
    Transition(_P.COMMITTEE, "answer", _P.COMMITTEE, Action.APPROVE_PROJECT),
    Transition(_P.COMMITTEE, "answer last", _P.APPROVED, Action.APPROVE_PROJECT),
    Transition(_P.COMMITTEE, "return", _P.RETURNED, Action.APPROVE_PROJECT),
    Transition(_P.COMMITTEE, "decline", _P.RETURNED, Action.APPROVE_PROJECT),
    Transition(_P.COMMITTEE, "vote", _P.COMMITTEE, Action.VOTE),
    Transition(_P.COMMITTEE, "voted for", _P.APPROVED, Action.CHANGE_COMMITTEE),
    Transition(_P.COMMITTEE, "voted for on conditions", _P.CONDITIONS, Action.CHANGE_COMMITTEE),
    Transition(_P.COMMITTEE, "voted to return", _P.RETURNED, Action.CHANGE_COMMITTEE),
    Transition(_P.COMMITTEE, "voted against", _P.REJECTED, Action.CHANGE_COMMITTEE),
    Transition(_P.CONDITIONS, "meet the last condition", _P.APPROVED, Action.CHECK_PROJECT),
    Transition(_P.APPROVED, "check", _P.APPROVED, Action.CHECK_PROJECT),
    Transition(_P.APPROVED, "authorize", _P.ACTIVE, Action.AUTHORIZE),
    Transition(_P.ACTIVE, "check", _P.ACTIVE, Action.CHECK_PROJECT),
    Transition(_P.ACTIVE, "begin the analysis", _P.ANALYSIS, Action.CHANGE_PROJECT),
    *(
        step
        for state in DATA_USE_STATES
        for step in (
            Transition(state, "answer", state, Action.APPROVE_PROJECT),
            Transition(state, "end", _P.CLOSING, Action.CHANGE_PROJECT),
            Transition(state, "revoke", _P.CLOSING, Action.AUTHORIZE),
            Transition(state, "supersede", _P.SUPERSEDED, Action.AUTHORIZE),
        )
    ),
    Transition(_P.CLOSING, "reflect and close", _P.CLOSED, Action.CHANGE_PROJECT),
    *(
        Transition(state, "withdraw", _P.WITHDRAWN, Action.CHANGE_PROJECT)
        for state in STATES_THROUGH_APPROVAL
    ),
)
