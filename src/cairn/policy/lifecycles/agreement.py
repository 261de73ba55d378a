"""Lifecycle of an agreement, from the first draft to the last destruction.

Whether an agreement may be relied on is computed for a date by `checks.agreement_validity`; "in
force" is not a state. A terminated agreement still runs through its notice period, because its
last day decides and not its state.
"""

from typing import Final

from cairn.policy.lifecycles.state_machine import Transition
from cairn.policy.vocabulary import Action, AgreementState

_A = AgreementState

AGREEMENT_TRANSITIONS: Final = (
    Transition(_A.DRAFT, "save", _A.DRAFT, Action.DRAFT_AGREEMENT),
    Transition(_A.DRAFT, "submit", _A.COUNSEL_REVIEW, Action.DRAFT_AGREEMENT),
    Transition(_A.COUNSEL_REVIEW, "override", _A.COUNSEL_REVIEW, Action.OVERRIDE_FINDING),
    Transition(_A.COUNSEL_REVIEW, "clear", _A.COUNSEL_REVIEW, Action.REVIEW_AGREEMENT),
    Transition(_A.COUNSEL_REVIEW, "attest review", _A.COUNSEL_REVIEW, Action.ATTEST_REVIEW),
    Transition(_A.COUNSEL_REVIEW, "return", _A.DRAFT, Action.REVIEW_AGREEMENT),
    Transition(_A.COUNSEL_REVIEW, "take back", _A.DRAFT, Action.DRAFT_AGREEMENT),
    Transition(_A.COUNSEL_REVIEW, "send out", _A.OUT_FOR_SIGNATURE, Action.DRAFT_AGREEMENT),
    Transition(_A.OUT_FOR_SIGNATURE, "sign", _A.OUT_FOR_SIGNATURE, Action.SIGN_AGREEMENT),
    Transition(_A.OUT_FOR_SIGNATURE, "attest", _A.OUT_FOR_SIGNATURE, Action.ATTEST_SIGNATURE),
    Transition(_A.OUT_FOR_SIGNATURE, "sign last", _A.SIGNED, Action.SIGN_AGREEMENT),
    Transition(_A.OUT_FOR_SIGNATURE, "attest last", _A.SIGNED, Action.ATTEST_SIGNATURE),
    Transition(_A.OUT_FOR_SIGNATURE, "decline", _A.DRAFT, Action.SIGN_AGREEMENT),
    Transition(_A.OUT_FOR_SIGNATURE, "take back", _A.DRAFT, Action.DRAFT_AGREEMENT),
    Transition(_A.SIGNED, "amend", _A.SIGNED, Action.DRAFT_AGREEMENT),
    Transition(_A.SIGNED, "terminate", _A.TERMINATED, Action.TERMINATE_AGREEMENT),
    Transition(_A.TERMINATED, "take back", _A.SIGNED, Action.TERMINATE_AGREEMENT),
    Transition(_A.SIGNED, "begin closing", _A.CLOSING, Action.CLOSE_AGREEMENT),
    Transition(_A.TERMINATED, "begin closing", _A.CLOSING, Action.CLOSE_AGREEMENT),
    Transition(_A.CLOSING, "close", _A.CLOSED, Action.CLOSE_AGREEMENT),
    *(
        Transition(state, "set aside", _A.CLOSED, Action.DRAFT_AGREEMENT)
        for state in (_A.DRAFT, _A.COUNSEL_REVIEW, _A.OUT_FOR_SIGNATURE)
    ),
)
