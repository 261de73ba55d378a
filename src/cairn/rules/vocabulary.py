"""The field's nouns, spelled once: the same words in code, in TOML files and on pages.

One file although it is long: a word that is spelled in two places is two words.
"""

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a person does for one organization.

    ``PUBLIC`` is anyone who is not signed in; ``FAMILY`` is whoever opened one child's family page.
    """

    DATA_MANAGER = "data_manager"
    STEWARD = "steward"
    ANALYST = "analyst"
    REVIEWER = "reviewer"
    PROGRAM_STAFF = "program_staff"
    COUNSEL = "counsel"
    COMMITTEE_MEMBER = "committee_member"
    FAMILY = "family"
    PUBLIC = "public"


STAFF_ROLES: Final = frozenset(Role) - {Role.FAMILY, Role.PUBLIC}
"""The roles that a person holds at an organization, and signs in for."""


class Action(StrEnum):
    """Everything a door can ask for. A route, command or task that asks for none is a defect."""

    # The shell
    VIEW_HOME = "view_home"
    VIEW_WORK = "view_work"
    VIEW_AUDIT = "view_audit"
    SEE_CHILDREN = "see_children"
    VERIFY = "verify"
    # Who we are
    VIEW_PARTNERS = "view_partners"
    CHANGE_PARTNERS = "change_partners"
    VIEW_PEOPLE = "view_people"
    CHANGE_PEOPLE = "change_people"
    # Who may touch: confidentiality, training, the organization's own security
    VIEW_CLEARANCE = "view_clearance"
    TAKE_TRAINING = "take_training"
    ATTEST_TRAINING = "attest_training"
    CHANGE_SECURITY = "change_security"
    BAR_PARTNER = "bar_partner"
    # What we agreed
    VIEW_DICTIONARY = "view_dictionary"
    CHANGE_DICTIONARY = "change_dictionary"
    VIEW_AGREEMENT = "view_agreement"
    RELY_ON_AGREEMENT = "rely_on_agreement"
    LOAD_AGREEMENT = "load_agreement"
    VIEW_DRAFT = "view_draft"
    DRAFT_AGREEMENT = "draft_agreement"
    REVIEW_AGREEMENT = "review_agreement"
    OVERRIDE_FINDING = "override_finding"
    SIGN_AGREEMENT = "sign_agreement"
    ATTEST_REVIEW = "attest_review"
    ATTEST_SIGNATURE = "attest_signature"
    TERMINATE_AGREEMENT = "terminate_agreement"
    CLOSE_AGREEMENT = "close_agreement"
    # Which question, by whose leave
    VIEW_PROJECT = "view_project"
    CHANGE_PROJECT = "change_project"
    CHECK_PROJECT = "check_project"
    APPROVE_PROJECT = "approve_project"
    VIEW_COMMITTEE = "view_committee"
    CHANGE_COMMITTEE = "change_committee"
    VOTE = "vote"
    VIEW_POLICY = "view_policy"
    CHANGE_POLICY = "change_policy"
    ACKNOWLEDGE_POLICY = "acknowledge_policy"
    AUTHORIZE = "authorize"
    # What families allow and decline
    VIEW_OPT_OUTS = "view_opt_outs"
    RECORD_OPT_OUT = "record_opt_out"
    VIEW_CONSENTS = "view_consents"
    RECORD_CONSENT = "record_consent"
    VERIFY_CONSENT = "verify_consent"
    STATE_OF_CHILDREN = "state_of_children"
    REVOKE_CONSENT = "revoke_consent"
    CHANGE_CONSENT_FORM = "change_consent_form"
    INVITE_FAMILY = "invite_family"
    ENTER_FAMILY = "enter_family"
    PARENT_VIEW = "parent_view"
    FAMILY_ANSWER = "family_answer"
    ANSWER_FAMILY = "answer_family"
    # What is done with data about children (the one decision of a use)
    VIEW = "view"
    LIST = "list"
    EXPORT = "export"
    DELIVER = "deliver"
    REFER = "refer"
    MATCH = "match"
    AGGREGATE = "aggregate"
    RELEASE = "release"
    PUBLISH = "publish"
    EMERGENCY = "emergency"
    # What is on record, and what is due
    ASK = "ask"
    VIEW_DISCLOSURES = "view_disclosures"
    VIEW_DUTIES = "view_duties"
    DEMAND_DESTRUCTION = "demand_destruction"
    ACCEPT_CERTIFICATE = "accept_certificate"
    VIEW_DEADLINES = "view_deadlines"
    VIEW_REGISTER = "view_register"
    # What arrives
    VIEW_DELIVERY = "view_delivery"
    CHANGE_MAPPING = "change_mapping"
    RECEIVE = "receive"
    CONFORM = "conform"
    WITHDRAW_DELIVERY = "withdraw_delivery"
    # Who is who
    VIEW_LINKAGE = "view_linkage"
    LINK = "link"
    REVIEW_MATCH = "review_match"
    FIND_CHILD = "find_child"
    # What may leave
    BUILD_MART = "build_mart"
    COUNT = "count"
    PROTECT = "protect"
    VIEW_RELEASE = "view_release"
    DRAFT_RELEASE = "draft_release"
    SUBMIT_RELEASE = "submit_release"
    REVIEW_RELEASE = "review_release"
    SEND_BACK_RELEASE = "send_back_release"
    REPORT_RELEASE = "report_release"
    ANSWER_SEND_BACK = "answer_send_back"
    VIEW_OWN_FIGURES = "view_own_figures"
    VIEW_WRONG_FIGURES = "view_wrong_figures"
    VIEW_GIVE_BACK = "view_give_back"
    GIVE_BACK = "give_back"
    PUBLISH_RELEASE = "publish_release"
    WITHDRAW_RELEASE = "withdraw_release"
    APPROVE_AS_NATION = "approve_as_nation"
    VIEW_PUBLISHED = "view_published"
    COMPARE_OWN_FIGURES = "compare_own_figures"
    CHANGE_TARGET = "change_target"
    VIEW_EXTRACT = "view_extract"
    REQUEST_EXTRACT = "request_extract"
    PREPARE_EXTRACT = "prepare_extract"
    READ_TEXT = "read_text"
    REVIEW_EXTRACT = "review_extract"
    ISSUE_EXTRACT = "issue_extract"
    WITHDRAW_EXTRACT = "withdraw_extract"
    DESTROY = "destroy"


class Purpose(StrEnum):
    """What a disclosure is for; an agreement names the ones it allows."""

    PUBLIC_REPORTING = "public_reporting"
    PROGRAM_EVALUATION = "program_evaluation"
    RESEARCH = "research"
    IMPROVE_INSTRUCTION = "improve_instruction"
    SERVICE_COORDINATION = "service_coordination"


class LegalBasis(StrEnum):
    """Why a provider may disclose at all.

    ``NO_DISCLOSURE`` is a document that by itself discloses nothing: a memorandum, a promise of
    confidentiality, a form. Others rest on it.
    """

    CONSENT = "consent"
    # FERPA's exceptions, 34 CFR 99.31 and 20 USC 1232g(b)(1)(L)
    SCHOOL_OFFICIAL = "school_official"
    STUDIES = "studies"
    AUDIT_EVALUATION = "audit_evaluation"
    DIRECTORY = "directory"
    TRANSFER = "transfer"
    SUBPOENA = "subpoena"
    EMERGENCY = "emergency"
    CHILD_WELFARE = "child_welfare"
    DE_IDENTIFIED = "de_identified"
    # Health records: 45 CFR Part 164 and 42 CFR Part 2
    HIPAA_AUTHORIZATION = "hipaa_authorization"
    BUSINESS_ASSOCIATE = "business_associate"
    LIMITED_DATA_SET = "limited_data_set"
    PART2_CONSENT = "part2_consent"
    # Records that no law above reaches
    OWN_RECORDS = "own_records"
    PUBLIC_DATA = "public_data"
    NO_DISCLOSURE = "no_disclosure"


class Tier(StrEnum):
    """The kind of written agreement."""

    MEMORANDUM = "memorandum"
    DATA_SHARING_AGREEMENT = "data_sharing_agreement"
    DATA_USE_LICENSE = "data_use_license"
    CONFIDENTIALITY = "confidentiality"
    CONSENT_FORM = "consent_form"
    BUSINESS_ASSOCIATE = "business_associate"
    VENDOR = "vendor"
    TERMS_AND_CONDITIONS = "terms_and_conditions"
    INTERAGENCY = "interagency"
    DATA_PLAN = "data_plan"
    AMENDMENT = "amendment"
    JOINDER = "joinder"


class AgreementState(StrEnum):
    """The life of a written agreement. Whether it is in force is computed, never a state."""

    DRAFT = "draft"
    COUNSEL_REVIEW = "counsel_review"
    OUT_FOR_SIGNATURE = "out_for_signature"
    SIGNED = "signed"
    TERMINATED = "terminated"
    CLOSING = "closing"
    CLOSED = "closed"


class SignatureMethod(StrEnum):
    """How it is known who signed: a session with a second factor, or somebody saw the paper."""

    SESSION = "session"
    PAPER = "paper"


class PartyRole(StrEnum):
    """What an organization is in one agreement."""

    PROVIDER = "provider"
    RECIPIENT = "recipient"
    PROCESSOR = "processor"
    AUTHORIZED_REPRESENTATIVE = "authorized_representative"


RECIPIENTS: Final = (
    PartyRole.RECIPIENT,
    PartyRole.PROCESSOR,
    PartyRole.AUTHORIZED_REPRESENTATIVE,
)
"""The roles in an agreement that receive data under it."""


class OrganizationKind(StrEnum):
    """What an organization is, which decides the law that binds it."""

    SCHOOL_DISTRICT = "school_district"
    STATE_EDUCATION_AGENCY = "state_education_agency"
    POSTSECONDARY = "postsecondary"
    COMMUNITY_PROGRAM = "community_program"
    HEALTH = "health"
    GOVERNMENT = "government"
    TRIBAL_NATION = "tribal_nation"
    BACKBONE = "backbone"
    VENDOR = "vendor"


FERPA_AGENCIES: Final = frozenset(
    {
        OrganizationKind.SCHOOL_DISTRICT,
        OrganizationKind.STATE_EDUCATION_AGENCY,
        OrganizationKind.POSTSECONDARY,
    }
)
"""The kinds whose records about students are education records."""


class Level(StrEnum):
    """How close to one child the data are."""

    POPULATION = "population"
    PROGRAM = "program"
    DE_IDENTIFIED = "de_identified"
    INDIVIDUAL = "individual"
    SYSTEMS = "systems"


class IdentifierClass(StrEnum):
    """How an element identifies. What nobody classified counts as direct."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    NONE = "none"


class SpecialClass(StrEnum):
    """Elements that a law of their own protects beyond FERPA."""

    MEAL_STATUS = "meal_status"
    DISABILITY = "disability"
    HOMELESSNESS = "homelessness"
    HEALTH = "health"
    SUBSTANCE_USE = "substance_use"
    WAGE = "wage"
    JUVENILE = "juvenile"
    IMMIGRATION = "immigration"
    EARLY_INTERVENTION = "early_intervention"
    HEAD_START = "head_start"
    CHILD_WELFARE = "child_welfare"
    WIC = "wic"
    SNAP = "snap"
    TANF = "tanf"
    SURVEY = "survey"
    ONLINE_UNDER_13 = "online_under_13"


class Channel(StrEnum):
    """The ways a delivery can come."""

    UPLOAD = "upload"
    COMMAND = "command"


class OptOutScope(StrEnum):
    """What a family declines."""

    DIRECTORY = "directory"
    ALL_DISCRETIONARY = "all_discretionary"


class ConsentState(StrEnum):
    """What became of one written consent. Whether it is live is computed, and is no state."""

    OFFERED = "offered"
    GRANTED = "granted"
    VERIFIED = "verified"
    RETURNED = "returned"
    REFUSED = "refused"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    UNDONE = "undone"


class Relation(StrEnum):
    """What whoever signed a consent is to the child."""

    PARENT = "parent"
    GUARDIAN = "guardian"
    ACTING_PARENT = "acting_parent"
    FOSTER_PARENT = "foster_parent"
    STUDENT = "student"
    AGENCY = "agency"
    OTHER = "other"


class ConsentMethod(StrEnum):
    """How a consent was given: a signature on paper, or an approval in an electronic session."""

    PAPER = "paper"
    ELECTRONIC = "electronic"


class Outcome(StrEnum):
    """The answer to a request, or to one element or one child of it.

    ``COARSEN`` answers for an element: not as it is, but a coarser form of the same fact.
    """

    ALLOW = "allow"
    ALLOW_SUBSET = "allow_subset"
    COARSEN = "coarsen"
    DENY = "deny"
    NEEDS_PERSON = "needs_person"


class Audience(StrEnum):
    """Who hears a reason: a reason can itself disclose."""

    STEWARD = "steward"
    RECIPIENT = "recipient"
    FAMILY = "family"
    PUBLIC = "public"


class SecondFactor(StrEnum):
    """Whether a session proved a second factor.

    ``EXCUSED`` exists for the demo's invented accounts while the server listens on loopback.
    """

    PRESENT = "present"
    ABSENT = "absent"
    EXCUSED = "excused"
    LOCAL_SHELL = "local_shell"


class ReleaseState(StrEnum):
    """The life of what leaves."""

    DRAFT = "draft"
    CHECKED = "checked"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    PUBLISHED = "published"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


class ExtractState(StrEnum):
    """The life of rows without names that one person may fetch once."""

    ASKED = "asked"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    ISSUED = "issued"
    FETCHED = "fetched"
    WITHDRAWN = "withdrawn"
    DESTROYED = "destroyed"


class NationAnswer(StrEnum):
    """A tribal nation's word on figures that would count its children. The last one counts."""

    APPROVE = "approve"
    DECLINE = "decline"


class Verdict(StrEnum):
    """What a reviewer says of a release."""

    APPROVE = "approve"
    RETURN = "return"


class Answer(StrEnum):
    """What a data owner says of a release that was sent back before anyone else saw it."""

    CONFIRM = "confirm"
    CORRECT = "correct"
    DECLINE = "decline"


class Silence(StrEnum):
    """What an agreement makes of an owner who does not answer within the days agreed."""

    LAPSES = "lapses"
    WAITS = "waits"


class DeliveryState(StrEnum):
    """The life of what a partner sent."""

    RECEIVED = "received"
    CONFORMING = "conforming"
    CONFORMED = "conformed"
    REFUSED = "refused"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    DESTROYED = "destroyed"


class DutyState(StrEnum):
    """The life of a duty to destroy. Whether it is overdue is computed for a date."""

    DUE = "due"
    DEMANDED = "demanded"
    RUNNING = "running"
    CERTIFIED = "certified"
    DISPUTED = "disputed"
    ACCEPTED = "accepted"


class DutyCause(StrEnum):
    """Why data must be destroyed."""

    TERM = "term"
    AGREEMENT_ENDED = "agreement_ended"
    TERMINATED = "terminated"
    PROJECT_ENDED = "project_ended"
    DEMAND = "demand"
    REVOKED = "revoked"


class ProjectState(StrEnum):
    """The life of a project's version; whether it may touch data is computed for a date."""

    IDEA = "idea"
    FEEDBACK = "feedback"
    NARROWED = "narrowed"
    SUBMITTED = "submitted"
    STAFF_CHECK = "staff_check"
    PROVIDER_REVIEW = "provider_review"
    COMMITTEE = "committee"
    CONDITIONS = "conditions"
    RETURNED = "returned"
    REJECTED = "rejected"
    APPROVED = "approved"
    ACTIVE = "active"
    ANALYSIS = "analysis"
    CLOSING = "closing"
    CLOSED = "closed"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class StepAnswer(StrEnum):
    """What one of those who decide a step says of a project."""

    COMMENT = "comment"
    APPROVE = "approve"
    RETURN = "return"
    DECLINE = "decline"


class Decider(StrEnum):
    """Who completes a step of a project's way."""

    REQUESTER = "requester"
    STAFF = "staff"
    PROVIDERS = "providers"
    NATIONS = "nations"
    COMMITTEE = "committee"
    EXECUTIVE = "executive"
    PUBLIC = "public"


class Ballot(StrEnum):
    """How a member of a body votes."""

    APPROVE = "approve"
    CONDITIONS = "conditions"
    RETURN = "return"
    REJECT = "reject"
    ABSTAIN = "abstain"
