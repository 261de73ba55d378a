"""The table of permissions: for each action, the roles that may take it and their reach."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from cairn.policy.vocabulary import STAFF_ROLES, Action, Role

__all__ = [
    "PROTECTIVE_ACTIONS",
    "ROLE_PERMISSIONS",
    "STUDENT_DATA_ACTIONS",
    "STUDENT_DATA_ROLES",
    "RoleReach",
]


class RoleReach(StrEnum):
    """How far a role reaches: its own organization, all from the backbone, or all organizations."""

    OWN = "own"
    FROM_BACKBONE = "from_backbone"
    BACKBONE_ONLY = "backbone_only"
    EVERY = "every"


_OWN, _HUB, _ONLY_HUB, _EVERY = (
    RoleReach.OWN,
    RoleReach.FROM_BACKBONE,
    RoleReach.BACKBONE_ONLY,
    RoleReach.EVERY,
)

_DM, _STEWARD, _ANALYST = Role.DATA_MANAGER, Role.STEWARD, Role.ANALYST
_REVIEWER, _STAFF = Role.REVIEWER, Role.PROGRAM_STAFF
_COUNSEL, _COMMITTEE = Role.COUNSEL, Role.COMMITTEE_MEMBER

ROLE_PERMISSIONS: Final[Mapping[Action, Mapping[Role, RoleReach]]] = MappingProxyType(
    {
        Action.VIEW_HOME: dict.fromkeys(Role, _EVERY),
        Action.VIEW_WORK: dict.fromkeys(STAFF_ROLES, _EVERY),
        Action.VIEW_AUDIT: {_DM: _ONLY_HUB},
        Action.SEE_CHILDREN: {_DM: _HUB, _STEWARD: _OWN, _ANALYST: _HUB, _STAFF: _OWN},
        Action.VERIFY: {_DM: _ONLY_HUB},
        Action.VIEW_PARTNERS: dict.fromkeys(STAFF_ROLES, _EVERY),
        Action.CHANGE_PARTNERS: {_DM: _HUB},
        Action.VIEW_PEOPLE: {_DM: _HUB, _STEWARD: _OWN},
        Action.CHANGE_PEOPLE: {_DM: _HUB},
        Action.CHANGE_OWN_ACCOUNT: dict.fromkeys(STAFF_ROLES, _EVERY),
        Action.RECEIVE_TASK_EMAIL: dict.fromkeys(STAFF_ROLES, _EVERY),
        Action.MANAGE_EMAIL: {_DM: _ONLY_HUB},
        Action.MANAGE_SCHEDULE: {_DM: _ONLY_HUB},
        Action.VIEW_CLEARANCE: dict.fromkeys(STAFF_ROLES, _HUB),
        Action.TAKE_TRAINING: dict.fromkeys(STAFF_ROLES, _EVERY),
        Action.ATTEST_TRAINING: {_DM: _HUB, _STEWARD: _OWN},
        Action.CHANGE_SECURITY: {_DM: _HUB, _STEWARD: _OWN},
        Action.BAR_PARTNER: {_DM: _ONLY_HUB},
        Action.REVIEW_STATE_LAW: {_COUNSEL: _OWN, _STEWARD: _OWN},
        Action.VIEW_DICTIONARY: dict.fromkeys(STAFF_ROLES, _EVERY),
        Action.CHANGE_DICTIONARY: {_DM: _HUB, _STEWARD: _OWN},
        Action.VIEW_AGREEMENT: {
            _DM: _HUB,
            _STEWARD: _OWN,
            _ANALYST: _HUB,
            _REVIEWER: _EVERY,
            _STAFF: _OWN,
            _COUNSEL: _OWN,
            _COMMITTEE: _EVERY,
        },
        Action.VIEW_DRAFT: {_DM: _HUB, _STEWARD: _OWN, _COUNSEL: _OWN},
        Action.DRAFT_AGREEMENT: {_DM: _HUB, _STEWARD: _OWN},
        Action.REVIEW_AGREEMENT: {_COUNSEL: _OWN},
        Action.OVERRIDE_FINDING: {_COUNSEL: _OWN},
        Action.SIGN_AGREEMENT: {_STEWARD: _OWN, _DM: _OWN},
        Action.ATTEST_REVIEW: {_STEWARD: _OWN},
        Action.ATTEST_SIGNATURE: {_STEWARD: _OWN, _DM: _HUB},
        Action.CLOSE_AGREEMENT: {_DM: _HUB},
        Action.TERMINATE_AGREEMENT: {_STEWARD: _OWN, _DM: _HUB},
        Action.RELY_ON_AGREEMENT: dict.fromkeys(Role, _EVERY),
        Action.LOAD_AGREEMENT: {_DM: _HUB},
        Action.VIEW_OPT_OUTS: {_DM: _HUB, _STEWARD: _OWN},
        Action.RECORD_OPT_OUT: {_DM: _HUB, _STEWARD: _OWN},
        Action.VIEW_ANNUAL_NOTICE: {_DM: _HUB, _STEWARD: _OWN, _COUNSEL: _OWN},
        # The school or district gives the notice, not the hub (34 CFR 99.37(a)).
        Action.RECORD_ANNUAL_NOTICE: {_STEWARD: _OWN},
        Action.VIEW_PROJECT: dict.fromkeys(STAFF_ROLES, _EVERY),
        Action.CHANGE_PROJECT: {_DM: _HUB, _ANALYST: _OWN},
        Action.CHECK_PROJECT: {_DM: _ONLY_HUB},
        Action.APPROVE_PROJECT: {_STEWARD: _OWN},
        Action.VIEW_COMMITTEE: dict.fromkeys(STAFF_ROLES, _EVERY),
        Action.CHANGE_COMMITTEE: {_DM: _ONLY_HUB},
        Action.VOTE: {_COMMITTEE: _EVERY},
        Action.AUTHORIZE: {_DM: _ONLY_HUB},
        Action.VIEW_POLICY: dict.fromkeys(STAFF_ROLES, _EVERY),
        Action.CHANGE_POLICY: {_DM: _ONLY_HUB},
        Action.ACKNOWLEDGE_POLICY: {_DM: _OWN, _STEWARD: _OWN},
        Action.VIEW_CONSENTS: {_DM: _HUB, _STEWARD: _OWN, _STAFF: _OWN},
        Action.RECORD_CONSENT: {_DM: _HUB, _STEWARD: _OWN, _STAFF: _OWN},
        Action.VERIFY_CONSENT: {_STEWARD: _OWN},
        # A school's declaration about all its students shows no single student.
        Action.STATE_OF_CHILDREN: {_STEWARD: _OWN},
        Action.REVOKE_CONSENT: {_DM: _HUB, _STEWARD: _OWN, _STAFF: _OWN},
        Action.CHANGE_CONSENT_FORM: {_DM: _HUB, _STEWARD: _OWN},
        Action.INVITE_FAMILY: {_DM: _HUB, _STEWARD: _OWN},
        Action.ENTER_FAMILY: dict.fromkeys(Role, _EVERY),
        Action.PARENT_VIEW: {Role.FAMILY: _OWN},
        Action.FAMILY_ANSWER: {Role.FAMILY: _OWN},
        Action.ANSWER_FAMILY: {_DM: _HUB, _STEWARD: _OWN},
        # The organization that keeps the record decides, not the hub (34 CFR 99.20(b)).
        Action.DECIDE_AMENDMENT: {_STEWARD: _OWN},
        Action.VIEW: {_DM: _HUB, _STEWARD: _OWN, _STAFF: _OWN},
        Action.LIST: {_DM: _HUB, _STEWARD: _OWN, _STAFF: _OWN},
        Action.EXPORT: {_DM: _HUB, _STEWARD: _OWN, _STAFF: _OWN, _ANALYST: _OWN},
        Action.DELIVER: {_DM: _HUB, _STEWARD: _OWN},
        Action.REFER: {_DM: _HUB, _STEWARD: _OWN, _STAFF: _OWN},
        Action.MATCH: {_DM: _ONLY_HUB},
        Action.AGGREGATE: {_DM: _HUB, _ANALYST: _OWN},
        Action.RELEASE: {_DM: _HUB, _ANALYST: _HUB},
        Action.PUBLISH: {_DM: _HUB},
        Action.EMERGENCY: {_DM: _HUB, _STEWARD: _OWN},
        Action.ASK: dict.fromkeys(STAFF_ROLES, _EVERY),
        Action.VIEW_BREACHES: {_DM: _HUB, _STEWARD: _OWN, _COUNSEL: _OWN},
        Action.RECORD_BREACH: {_DM: _HUB, _STEWARD: _OWN},
        Action.VIEW_LEGAL_REQUESTS: {_DM: _HUB, _STEWARD: _OWN, _COUNSEL: _OWN},
        Action.HANDLE_LEGAL_REQUEST: {_DM: _HUB, _STEWARD: _OWN, _COUNSEL: _OWN},
        # The data owner's counsel alone; no one answers legal process without counsel.
        Action.DECIDE_LEGAL_PROCESS: {_COUNSEL: _OWN},
        Action.VIEW_DISCLOSURES: {_DM: _HUB, _STEWARD: _OWN, _COUNSEL: _OWN},
        Action.VIEW_DUTIES: {_DM: _HUB, _STEWARD: _OWN, _COUNSEL: _OWN},
        Action.DEMAND_DESTRUCTION: {_STEWARD: _OWN, _DM: _OWN},
        Action.ACCEPT_CERTIFICATE: {_STEWARD: _OWN},
        Action.VIEW_DEADLINES: dict.fromkeys(STAFF_ROLES, _HUB),
        Action.VIEW_REGISTER: dict.fromkeys(Role, _EVERY),
        Action.VIEW_DELIVERY: {_DM: _HUB, _STEWARD: _OWN, _STAFF: _OWN},
        Action.CHANGE_MAPPING: {_DM: _HUB, _STEWARD: _OWN, _STAFF: _OWN},
        Action.RECEIVE: {_DM: _HUB, _STEWARD: _OWN, _STAFF: _OWN},
        Action.CANCEL_DELIVERY: {_DM: _HUB, _STEWARD: _OWN, _STAFF: _OWN},
        Action.END_FOLDER_WATCH: {_DM: _HUB, _STEWARD: _OWN, _STAFF: _OWN},
        Action.DISMISS_FOLDER_FILE: {_DM: _HUB, _STEWARD: _OWN, _STAFF: _OWN},
        Action.CONFORM: {_DM: _HUB, _STEWARD: _OWN, _STAFF: _OWN},
        Action.WITHDRAW_DELIVERY: {_DM: _HUB, _STEWARD: _OWN},
        Action.REQUEST_FILE: {_DM: _HUB, _STEWARD: _OWN},
        # The key of the link is what the sender has; it opens no data.
        Action.SEND_REQUESTED_FILE: dict.fromkeys(Role, _EVERY),
        Action.MANAGE_SURVEY: {_DM: _HUB, _STEWARD: _OWN},
        # Names of an organization's own students, for its own letters.
        Action.NAME_SURVEY_LINKS: {_STEWARD: _OWN},
        # Without an account; the link opens no data.
        Action.ANSWER_SURVEY: dict.fromkeys(Role, _EVERY),
        Action.VIEW_PUBLIC_SOURCE: dict.fromkeys(STAFF_ROLES, _EVERY),
        Action.ADD_PUBLIC_SOURCE: {_DM: _ONLY_HUB},
        Action.SHOW_PUBLIC_SOURCE: {_DM: _ONLY_HUB},
        Action.VIEW_LINKAGE: {_DM: _ONLY_HUB, _ANALYST: _ONLY_HUB},
        Action.LINK: {_DM: _ONLY_HUB},
        Action.REVIEW_MATCH: {_DM: _ONLY_HUB},
        Action.FIND_CHILD: {_DM: _HUB, _STEWARD: _OWN, _STAFF: _OWN},
        Action.BUILD_MART: {_DM: _ONLY_HUB, _ANALYST: _ONLY_HUB},
        Action.COUNT: {_DM: _ONLY_HUB, _ANALYST: _ONLY_HUB},
        Action.PROTECT: {_DM: _ONLY_HUB, _ANALYST: _ONLY_HUB},
        Action.VIEW_RELEASE: {_DM: _HUB, _STEWARD: _OWN, _ANALYST: _HUB, _REVIEWER: _EVERY},
        Action.DRAFT_RELEASE: {_DM: _HUB, _ANALYST: _HUB},
        Action.SUBMIT_RELEASE: {_DM: _HUB, _ANALYST: _HUB},
        Action.REVIEW_RELEASE: {_REVIEWER: _EVERY},
        Action.SEND_BACK_RELEASE: {_DM: _HUB, _ANALYST: _HUB},
        Action.REPORT_RELEASE: {_DM: _HUB},
        Action.ANSWER_SEND_BACK: {_STEWARD: _OWN},
        Action.VIEW_OWN_FIGURES: {_STEWARD: _OWN},
        Action.VIEW_WRONG_FIGURES: {_DM: _HUB, _STEWARD: _OWN, _ANALYST: _HUB},
        Action.VIEW_GIVE_BACK: {_DM: _HUB, _STEWARD: _OWN},
        Action.GIVE_BACK: {_DM: _HUB},
        Action.PUBLISH_RELEASE: {_DM: _HUB},
        Action.WITHDRAW_RELEASE: {_DM: _HUB, _STEWARD: _OWN},
        Action.APPROVE_AS_NATION: {_STEWARD: _OWN},
        Action.CONFIRM_SIGNATURE: dict.fromkeys(Role, _EVERY),
        Action.VIEW_PUBLISHED: dict.fromkeys(Role, _EVERY),
        Action.COMPARE_OWN_FIGURES: {_STEWARD: _OWN},
        # The committee sets priorities; the data manager enters what it decided.
        Action.CHANGE_TARGET: {_DM: _ONLY_HUB, _COMMITTEE: _EVERY},
        # Published figures only, arranged for people who decide.
        Action.VIEW_DASHBOARDS: dict.fromkeys(STAFF_ROLES, _EVERY),
        # A question opens no data; an answer holds no record of a student.
        Action.ASK_FOR_FIGURE: dict.fromkeys(Role, _EVERY),
        Action.ANSWER_FIGURE_QUESTION: {_DM: _ONLY_HUB, _COMMITTEE: _EVERY},
        # A definition holds no record of a student.
        Action.VIEW_INDICATOR: dict.fromkeys(STAFF_ROLES, _EVERY),
        Action.CHANGE_INDICATOR: {_DM: _HUB, _ANALYST: _HUB},
        Action.APPROVE_INDICATOR: {_COMMITTEE: _EVERY},
        Action.VIEW_EXTRACT: {_DM: _HUB, _STEWARD: _OWN, _ANALYST: _HUB, _REVIEWER: _EVERY},
        Action.REQUEST_EXTRACT: {_DM: _HUB, _ANALYST: _OWN},
        Action.PREPARE_EXTRACT: {_DM: _ONLY_HUB, _ANALYST: _ONLY_HUB},
        # The reader of free text sees children in it, and takes no part in the project.
        Action.READ_TEXT: {_DM: _ONLY_HUB},
        Action.REVIEW_EXTRACT: {_REVIEWER: _EVERY},
        Action.ISSUE_EXTRACT: {_DM: _ONLY_HUB},
        Action.WITHDRAW_EXTRACT: {_DM: _HUB, _STEWARD: _OWN, _ANALYST: _OWN},
        Action.DESTROY: {_DM: _HUB},
        # Its own organization alone: the data manager sees no participant of a program.
        Action.VIEW_PROGRAM_RECORDS: {_STEWARD: _OWN, _STAFF: _OWN},
        Action.CHANGE_PROGRAM: {_STEWARD: _OWN, _STAFF: _OWN},
        Action.DESTROY_PROGRAM_RECORDS: {_STEWARD: _OWN},
        Action.TAKE_ATTENDANCE: {_STEWARD: _OWN, _STAFF: _OWN},
        Action.REPORT_TO_FUNDER: {_STEWARD: _OWN, _STAFF: _OWN},
        Action.CLOSE_INCIDENT: {_STEWARD: _OWN},
        # It shows no child.
        Action.ASSIGN_STAFF: {_STEWARD: _OWN},
        Action.WRITE_NOTE: {_STEWARD: _OWN, _STAFF: _OWN},
        # Families without an account; it opens no data.
        Action.REGISTER_CHILD: dict.fromkeys(Role, _EVERY),
        # The organization that keeps the records answers for them to families, not the hub.
        Action.SHOW_TO_FAMILIES: {_STEWARD: _OWN},
        Action.RELEASE_COPY: {_STEWARD: _OWN},
        # A person who serves the student; the data manager reviews identities and sees no record.
        Action.VIEW_STUDENT: {_STEWARD: _OWN, _STAFF: _OWN},
        Action.VIEW_PROGRAM_RESULTS: {_STEWARD: _OWN, _STAFF: _OWN},
    }
)

# Actions that can show a child, one at a time or by identifying elements.
STUDENT_DATA_ACTIONS: Final = frozenset(
    {
        Action.SEE_CHILDREN,
        Action.VIEW_OPT_OUTS,
        Action.RECORD_OPT_OUT,
        Action.VIEW_CONSENTS,
        Action.RECORD_CONSENT,
        Action.VERIFY_CONSENT,
        Action.REVOKE_CONSENT,
        Action.INVITE_FAMILY,
        Action.ANSWER_FAMILY,
        Action.DECIDE_AMENDMENT,
        Action.VIEW,
        Action.LIST,
        Action.EXPORT,
        Action.DELIVER,
        Action.REFER,
        Action.MATCH,
        Action.AGGREGATE,
        Action.EMERGENCY,
        Action.VIEW_DELIVERY,
        Action.CHANGE_MAPPING,
        Action.RECEIVE,
        Action.CANCEL_DELIVERY,
        Action.END_FOLDER_WATCH,
        Action.DISMISS_FOLDER_FILE,
        Action.CONFORM,
        Action.WITHDRAW_DELIVERY,
        # The file is received in the name of the person who asked for it.
        Action.REQUEST_FILE,
        # The links of a survey by roster are listed by student ID.
        Action.MANAGE_SURVEY,
        Action.NAME_SURVEY_LINKS,
        Action.LINK,
        Action.REVIEW_MATCH,
        Action.FIND_CHILD,
        Action.BUILD_MART,
        Action.COUNT,
        Action.VIEW_OWN_FIGURES,
        Action.VIEW_WRONG_FIGURES,
        Action.VIEW_GIVE_BACK,
        Action.GIVE_BACK,
        Action.PREPARE_EXTRACT,
        Action.READ_TEXT,
        # Small numbers of an organization's own children, which its steward could identify.
        Action.COMPARE_OWN_FIGURES,
        Action.DESTROY,
        Action.VIEW_PROGRAM_RECORDS,
        Action.CHANGE_PROGRAM,
        Action.DESTROY_PROGRAM_RECORDS,
        Action.TAKE_ATTENDANCE,
        Action.REPORT_TO_FUNDER,
        Action.CLOSE_INCIDENT,
        Action.WRITE_NOTE,
        Action.RELEASE_COPY,
        Action.VIEW_STUDENT,
        Action.VIEW_PROGRAM_RESULTS,
    }
)

# The actions among these that take a child's data out of use. A barred organization, or one with an
# expired assessment, must still be able to take them; the person who acts must be cleared.
PROTECTIVE_ACTIONS: Final = frozenset(
    {
        Action.RECORD_OPT_OUT,
        Action.REVOKE_CONSENT,
        Action.CANCEL_DELIVERY,
        Action.END_FOLDER_WATCH,
        Action.WITHDRAW_DELIVERY,
        Action.DESTROY,
        Action.DESTROY_PROGRAM_RECORDS,
    }
)

# A person with one of these roles has access, and counts toward their organization's clearance.
STUDENT_DATA_ROLES: Final = frozenset(
    role for action in STUDENT_DATA_ACTIONS for role in ROLE_PERMISSIONS[action]
)
