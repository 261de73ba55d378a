"""The field's terms as enums, each spelled once for code, TOML files and pages.

Import the enums from this package; the modules below group them by noun.
"""

from cairn.policy.vocabulary.access import STAFF_ROLES, Role, SecondFactor
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.agreements import (
    RECIPIENT_ROLES,
    AgreementState,
    AgreementTier,
    Frequency,
    PartyRole,
    PenaltyKind,
    RenewalKind,
    RetentionEvent,
    SecurityCondition,
    SignatureMethod,
)
from cairn.policy.vocabulary.data_use import (
    IdentifierClass,
    LegalBasis,
    Level,
    Purpose,
    SpecialClass,
)
from cairn.policy.vocabulary.decisions import Audience, Outcome
from cairn.policy.vocabulary.deliveries import Channel, DeliveryState
from cairn.policy.vocabulary.families import (
    AgeStatus,
    ConsentDefect,
    ConsentMethod,
    ConsentState,
    ConsentStatus,
    OptOutScope,
    SignerRelation,
)
from cairn.policy.vocabulary.organizations import FERPA_AGENCY_KINDS, OrganizationKind
from cairn.policy.vocabulary.projects import (
    Ballot,
    Decider,
    KeyQuestion,
    NoResponseEffect,
    Principle,
    ProjectState,
    StepAnswer,
    StepRequirement,
)
from cairn.policy.vocabulary.releases import (
    ATTACKER_DESCRIPTIONS,
    Attacker,
    ExtractState,
    NationAnswer,
    OwnerAnswer,
    ReleaseState,
    ReviewVerdict,
)
from cairn.policy.vocabulary.retention import DutyCause, DutyState

__all__ = [
    "ATTACKER_DESCRIPTIONS",
    "FERPA_AGENCY_KINDS",
    "RECIPIENT_ROLES",
    "STAFF_ROLES",
    "Action",
    "AgeStatus",
    "AgreementState",
    "AgreementTier",
    "Attacker",
    "Audience",
    "Ballot",
    "Channel",
    "ConsentDefect",
    "ConsentMethod",
    "ConsentState",
    "ConsentStatus",
    "Decider",
    "DeliveryState",
    "DutyCause",
    "DutyState",
    "ExtractState",
    "Frequency",
    "IdentifierClass",
    "KeyQuestion",
    "LegalBasis",
    "Level",
    "NationAnswer",
    "NoResponseEffect",
    "OptOutScope",
    "OrganizationKind",
    "Outcome",
    "OwnerAnswer",
    "PartyRole",
    "PenaltyKind",
    "Principle",
    "ProjectState",
    "Purpose",
    "ReleaseState",
    "RenewalKind",
    "RetentionEvent",
    "ReviewVerdict",
    "Role",
    "SecondFactor",
    "SecurityCondition",
    "SignatureMethod",
    "SignerRelation",
    "SpecialClass",
    "StepAnswer",
    "StepRequirement",
]
