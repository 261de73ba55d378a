"""Label codes in messages with the words that pages use for the same codes."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from cairn.policy.vocabulary.access import Role, SecondFactor
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.agreements import AgreementState
from cairn.policy.vocabulary.data_use import LegalBasis, Level, Purpose, SpecialClass
from cairn.policy.vocabulary.deliveries import Channel
from cairn.policy.vocabulary.families import AmendmentState, ConsentState, CopyExclusion
from cairn.policy.vocabulary.projects import Decider, ProjectState
from cairn.policy.vocabulary.releases import ExtractState, ReleaseState
from cairn.policy.vocabulary.retention import DutyState

__all__ = ["label_code"]

# Members of different enums with the same value are equal, so each enum has a table of its own.
_LABELS: Final[Mapping[type[StrEnum], Mapping[str, str]]] = MappingProxyType(
    {
        Action: {
            Action.EMERGENCY: "disclose in an emergency",
            Action.PARENT_VIEW: "show a family its child's records",
        },
        AgreementState: {AgreementState.COUNSEL_REVIEW: "in counsel review"},
        AmendmentState: {
            AmendmentState.AMENDED: "record amended",
            AmendmentState.UPHELD: "record kept after the hearing",
            AmendmentState.STATEMENT_PLACED: "statement placed in the record",
        },
        Channel: {Channel.UPLOAD: "web upload", Channel.COMMAND: "command-line upload"},
        ConsentState: {
            ConsentState.GRANTED: "not yet verified",
            ConsentState.RETURNED: "returned by the district",
            ConsentState.REFUSED: "declined",
            ConsentState.SUPERSEDED: "replaced by a newer answer",
        },
        CopyExclusion: {
            CopyExclusion.PARENTS_FINANCES: "financial records of parents",
            CopyExclusion.CONFIDENTIAL_LETTERS: "confidential letters of recommendation",
        },
        Decider: {
            Decider.REQUESTER: "the requester",
            Decider.STAFF: "partnership staff",
            Decider.PROVIDERS: "data owners",
            Decider.NATIONS: "Tribal nations",
            Decider.COMMITTEE: "the data committee",
            Decider.EXECUTIVE: "the executive body",
            Decider.PUBLIC: "the public",
        },
        DutyState: {
            DutyState.DEMANDED: "requested by data owner",
            DutyState.RUNNING: "in progress",
            DutyState.CERTIFIED: "certified, awaiting data owner",
            DutyState.DISPUTED: "disputed by data owner",
            DutyState.ACCEPTED: "accepted by data owner",
        },
        ExtractState: {
            ExtractState.ASKED: "requested",
            ExtractState.ISSUED: "ready to download",
            ExtractState.FETCHED: "downloaded",
        },
        LegalBasis: {
            LegalBasis.CONSENT: "written consent",
            LegalBasis.SCHOOL_OFFICIAL: "school official exception",
            LegalBasis.STUDIES: "studies exception",
            LegalBasis.AUDIT_EVALUATION: "audit or evaluation exception",
            LegalBasis.DIRECTORY: "directory information",
            LegalBasis.TRANSFER: "transfer to another school",
            LegalBasis.SUBPOENA: "judicial order or subpoena",
            LegalBasis.EMERGENCY: "health or safety emergency",
            LegalBasis.CHILD_WELFARE: "child welfare agency exception",
            LegalBasis.FINANCIAL_AID: "financial aid exception",
            LegalBasis.ACCREDITATION: "accreditation exception",
            LegalBasis.JUVENILE_JUSTICE: "juvenile justice exception",
            LegalBasis.TREATMENT: "treatment by a health care provider",
            LegalBasis.RESEARCH_WAIVER: "research with a waiver of authorization",
            LegalBasis.IMMUNIZATION_PROOF: "proof of immunization to a school",
            LegalBasis.DE_IDENTIFIED: "de-identified records",
            LegalBasis.HIPAA_AUTHORIZATION: "HIPAA authorization",
            LegalBasis.PART2_CONSENT: "42 CFR Part 2 consent",
        },
        Level: {
            Level.DE_IDENTIFIED: "de-identified records",
            Level.INDIVIDUAL: "individual student",
        },
        ProjectState: {
            ProjectState.FEEDBACK: "collecting feedback",
            ProjectState.NARROWED: "narrowing the request",
            ProjectState.STAFF_CHECK: "staff review",
            ProjectState.PROVIDER_REVIEW: "data owner review",
            ProjectState.COMMITTEE: "committee review",
            ProjectState.CONDITIONS: "approved with conditions",
            ProjectState.RETURNED: "returned for changes",
            ProjectState.REJECTED: "not approved",
            ProjectState.ANALYSIS: "in analysis",
            ProjectState.SUPERSEDED: "replaced by a newer version",
        },
        Purpose: {
            Purpose.IMPROVE_INSTRUCTION: "improving instruction",
            Purpose.SERVICE_IMPROVEMENT: "improving the contracted service",
            Purpose.PRODUCT_IMPROVEMENT: "improving products with de-identified records",
            Purpose.SALE: "sale of data",
            Purpose.PROFILING: "profiling beyond the service",
            Purpose.MODEL_TRAINING: "training models beyond the service",
        },
        ReleaseState: {
            ReleaseState.RETURNED: "returned to author",
            ReleaseState.SENT_BACK: "data-owner preview",
        },
        Role: {
            Role.STEWARD: "data steward",
            Role.REVIEWER: "release reviewer",
            Role.COMMITTEE_MEMBER: "data committee member",
        },
        SpecialClass: {
            SpecialClass.SUBSTANCE_USE: "substance use treatment",
            SpecialClass.WAGE: "wages",
            SpecialClass.JUVENILE: "juvenile justice",
            SpecialClass.HEAD_START: "Head Start",
            SpecialClass.WIC: "WIC",
            SpecialClass.SNAP: "SNAP",
            SpecialClass.TANF: "TANF",
            SpecialClass.SURVEY: "survey on a protected topic",
            SpecialClass.ONLINE_UNDER_13: "collected online from children under 13",
        },
        SecondFactor: {
            SecondFactor.PRESENT: "verified in this session",
            SecondFactor.EXCUSED: "not required in this demonstration",
            SecondFactor.LOCAL_SHELL: "command on the server itself",
        },
    }
)


def label_code(code: StrEnum) -> str:
    """Label a code as it stands within a sentence.

    Args:
        code: a member of a vocabulary, such as ``Purpose.PROGRAM_EVALUATION``.

    Returns:
        The label, such as "program evaluation".
    """
    return _LABELS.get(type(code), {}).get(code, code.value.replace("_", " "))
