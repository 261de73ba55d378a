"""State tables of every noun with a lifecycle: agreement, delivery, release, project and others."""

from enum import StrEnum
from typing import Final

from cairn.policy.lifecycles.state_machine import Lifecycle, Transition
from cairn.policy.vocabulary import (
    Action,
    AgreementState,
    AmendmentState,
    AppointmentState,
    BreachState,
    ConsentState,
    DeliveryState,
    DutyState,
    ExtractState,
    LegalProcessState,
    ProjectState,
    PublicRequestState,
    ReleaseState,
)

__all__ = [
    "AGREEMENT_TRANSITIONS",
    "AMENDMENT_TRANSITIONS",
    "APPOINTMENT_TRANSITIONS",
    "BREACH_TRANSITIONS",
    "CONSENT_TRANSITIONS",
    "DATA_USE_STATES",
    "DELIVERY_TRANSITIONS",
    "DESTRUCTION_TRANSITIONS",
    "EXTRACT_TRANSITIONS",
    "LEGAL_PROCESS_TRANSITIONS",
    "PROJECT_TRANSITIONS",
    "PUBLIC_REQUEST_TRANSITIONS",
    "RELEASE_TRANSITIONS",
    "STATES_THROUGH_APPROVAL",
    "TrainingState",
]

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
"""An agreement, from the first draft to the last destruction.

Whether an agreement may be relied on is computed for a date by `checks.agreement_validity`; "in
force" is not a state. A terminated agreement still runs through its notice period, because its
last day decides and not its state.
"""


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
    *(
        Transition(state, "renew", state, Action.DRAFT_RELEASE)
        for state in ReleaseState
        if state not in {_R.CORRECTED, _R.WITHDRAWN}
    ),
)
"""A release, from draft to published or withdrawn."""


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
"""An extract (rows without names for one project), from request to download."""


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
    Transition(_D.RECEIVED, "hold", _D.HELD, Action.RECEIVE),
    Transition(_D.HELD, "replace", _D.RECEIVED, Action.RECEIVE),
    Transition(_D.HELD, "add as part", _D.RECEIVED, Action.RECEIVE),
    Transition(_D.HELD, "cancel", _D.DESTROYED, Action.CANCEL_DELIVERY),
    *(
        Transition(state, "destroy", _D.DESTROYED, Action.DESTROY)
        for state in DeliveryState
        if state not in (_D.DESTROYED, _D.CONFORMING)
    ),
)
"""A delivery, from received to destroyed.

A file that would replace a different one is held first, until a person decides.
"""


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
    # A published workflow may have no staff check, or no committee.
    Transition(_P.SUBMITTED, "pass to providers", _P.PROVIDER_REVIEW, Action.CHECK_PROJECT),
    Transition(_P.SUBMITTED, "pass to committee", _P.COMMITTEE, Action.CHECK_PROJECT),
    Transition(_P.STAFF_CHECK, "pass to providers", _P.PROVIDER_REVIEW, Action.CHECK_PROJECT),
    Transition(_P.STAFF_CHECK, "pass to committee", _P.COMMITTEE, Action.CHECK_PROJECT),
    Transition(_P.STAFF_CHECK, "return", _P.RETURNED, Action.CHECK_PROJECT),
    Transition(_P.PROVIDER_REVIEW, "answer", _P.PROVIDER_REVIEW, Action.APPROVE_PROJECT),
    Transition(_P.PROVIDER_REVIEW, "answer last", _P.COMMITTEE, Action.APPROVE_PROJECT),
    Transition(_P.PROVIDER_REVIEW, "approve last", _P.APPROVED, Action.APPROVE_PROJECT),
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
"""A project version, from an idea to its closing."""


_S = DutyState

DESTRUCTION_TRANSITIONS: Final = (
    Transition(_S.DUE, "begin", _S.RUNNING, Action.DESTROY),
    Transition(_S.DUE, "demand", _S.DEMANDED, Action.DEMAND_DESTRUCTION),
    Transition(_S.DEMANDED, "take back", _S.DUE, Action.DEMAND_DESTRUCTION),
    Transition(_S.DEMANDED, "begin", _S.RUNNING, Action.DESTROY),
    Transition(_S.RUNNING, "begin", _S.RUNNING, Action.DESTROY),
    Transition(_S.RUNNING, "certify", _S.CERTIFIED, Action.DESTROY),
    Transition(_S.CERTIFIED, "dispute", _S.DISPUTED, Action.ACCEPT_CERTIFICATE),
    Transition(_S.DISPUTED, "begin", _S.RUNNING, Action.DESTROY),
    Transition(_S.CERTIFIED, "accept", _S.ACCEPTED, Action.ACCEPT_CERTIFICATE),
)
"""A duty to destroy: due or demanded, done, certified, accepted."""


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
"""A family's written answer to one form.

An offered form without an answer has no row yet. Whether a consent is live or expired, or the right
has passed to the student, is computed for a date and is not a state.
"""


_M = AmendmentState

AMENDMENT_TRANSITIONS: Final = (
    Transition(_M.REQUESTED, "amend", _M.AMENDED, Action.DECIDE_AMENDMENT),
    Transition(_M.REQUESTED, "refuse", _M.REFUSED, Action.DECIDE_AMENDMENT),
    Transition(_M.REFUSED, "request hearing", _M.HEARING_REQUESTED, Action.FAMILY_ANSWER),
    Transition(_M.HEARING_REQUESTED, "schedule", _M.HEARING_SCHEDULED, Action.DECIDE_AMENDMENT),
    Transition(_M.HEARING_SCHEDULED, "schedule", _M.HEARING_SCHEDULED, Action.DECIDE_AMENDMENT),
    Transition(_M.HEARING_SCHEDULED, "amend after hearing", _M.AMENDED, Action.DECIDE_AMENDMENT),
    Transition(_M.HEARING_SCHEDULED, "uphold", _M.UPHELD, Action.DECIDE_AMENDMENT),
    Transition(_M.UPHELD, "place statement", _M.STATEMENT_PLACED, Action.FAMILY_ANSWER),
    *(
        Transition(state, "withdraw", _M.WITHDRAWN, Action.FAMILY_ANSWER)
        for state in (_M.REQUESTED, _M.HEARING_REQUESTED, _M.HEARING_SCHEDULED)
    ),
)
"""A family's request to amend a record, from the request to the statement (34 CFR 99.20-99.22).

A statement is never taken out again: it is kept as long as the record (34 CFR 99.21(c)).
"""


_L = LegalProcessState
_PENDING_PROCESS: Final = (_L.ON_HOLD, _L.CLEARED, _L.CONTESTED)

LEGAL_PROCESS_TRANSITIONS: Final = (
    Transition(_L.ON_HOLD, "comply", _L.CLEARED, Action.DECIDE_LEGAL_PROCESS),
    Transition(_L.ON_HOLD, "contest", _L.CONTESTED, Action.DECIDE_LEGAL_PROCESS),
    Transition(_L.CONTESTED, "comply", _L.CLEARED, Action.DECIDE_LEGAL_PROCESS),
    Transition(_L.CLEARED, "contest", _L.CONTESTED, Action.DECIDE_LEGAL_PROCESS),
    *(
        Transition(state, "notify", state, Action.HANDLE_LEGAL_REQUEST)
        for state in _PENDING_PROCESS
    ),
    Transition(_L.CLEARED, "disclose", _L.DISCLOSED, Action.HANDLE_LEGAL_REQUEST),
    *(
        Transition(state, "withdraw", _L.WITHDRAWN, Action.HANDLE_LEGAL_REQUEST)
        for state in _PENDING_PROCESS
    ),
)
"""A subpoena, court order, warrant or other demand: on hold until the data owner's counsel decides
(34 CFR 99.31(a)(9)).
"""


BREACH_TRANSITIONS: Final = (
    Transition(BreachState.OPEN, "notify", BreachState.OPEN, Action.RECORD_BREACH),
    Transition(BreachState.OPEN, "close", BreachState.CLOSED, Action.RECORD_BREACH),
)
"""A breach of data: each data owner is notified, then it is closed with what was done."""


_Q = PublicRequestState

PUBLIC_REQUEST_TRANSITIONS: Final = tuple(
    Transition(_Q.OPEN, event, state, Action.HANDLE_LEGAL_REQUEST)
    for event, state in (
        ("release", _Q.RELEASED),
        ("deny", _Q.DENIED),
        ("withdraw", _Q.WITHDRAWN),
    )
)
"""A request under a public-records law."""


_V = AppointmentState

APPOINTMENT_TRANSITIONS: Final = (
    Transition(_V.PLANNED, "hold", _V.HELD, Action.WRITE_NOTE),
    Transition(_V.PLANNED, "miss", _V.MISSED, Action.WRITE_NOTE),
    Transition(_V.PLANNED, "cancel", _V.CANCELLED, Action.WRITE_NOTE),
    Transition(_V.PLANNED, "reschedule", _V.RESCHEDULED, Action.WRITE_NOTE),
    *(
        Transition(state, "undo", _V.PLANNED, Action.WRITE_NOTE)
        for state in (_V.HELD, _V.MISSED, _V.CANCELLED)
    ),
)
"""An appointment about a participant. A new appointment replaces one that is rescheduled."""


class TrainingState(StrEnum):
    """A person's progress with the training that everyone with access must complete."""

    LEARNING = "learning"
    READY = "ready"
    CLEARED = "cleared"
    LAPSED = "lapsed"


_T = TrainingState

TRAINING_TRANSITIONS: Final = (
    Transition(_T.LEARNING, "sign", _T.LEARNING, Action.TAKE_TRAINING),
    Transition(_T.LEARNING, "pass a module", _T.LEARNING, Action.TAKE_TRAINING),
    Transition(_T.LEARNING, "pass the last module", _T.READY, Action.TAKE_TRAINING),
    Transition(_T.READY, "sign", _T.READY, Action.TAKE_TRAINING),
    Transition(_T.READY, "take part in the workshop", _T.CLEARED, Action.ATTEST_TRAINING),
    Transition(_T.CLEARED, "renew", _T.CLEARED, Action.TAKE_TRAINING),
    Transition(_T.CLEARED, "run out", _T.LAPSED, Action.TAKE_TRAINING),
    Transition(_T.LAPSED, "renew", _T.CLEARED, Action.TAKE_TRAINING),
    Transition(_T.LAPSED, "take part in the workshop", _T.CLEARED, Action.ATTEST_TRAINING),
)
"""A person's clearance: learning, ready for the workshop, cleared, lapsed.

No row holds this state: `find_training_state` computes it for a date from what was signed and
passed.
"""


LIFECYCLES: Final = (
    Lifecycle("release", RELEASE_TRANSITIONS),
    Lifecycle("extract", EXTRACT_TRANSITIONS),
    Lifecycle("delivery", DELIVERY_TRANSITIONS),
    Lifecycle("agreement", AGREEMENT_TRANSITIONS),
    Lifecycle("project", PROJECT_TRANSITIONS),
    Lifecycle("destruction", DESTRUCTION_TRANSITIONS),
    Lifecycle("consent", CONSENT_TRANSITIONS),
    Lifecycle("amendment", AMENDMENT_TRANSITIONS),
    Lifecycle("breach record", BREACH_TRANSITIONS),
    Lifecycle("legal process", LEGAL_PROCESS_TRANSITIONS),
    Lifecycle("public-records request", PUBLIC_REQUEST_TRANSITIONS),
    Lifecycle("appointment", APPOINTMENT_TRANSITIONS),
    Lifecycle("training", TRAINING_TRANSITIONS),
)
