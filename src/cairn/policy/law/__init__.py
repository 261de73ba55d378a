"""The law as data: rule cards, law packs, role permissions, business days."""

from cairn.policy.law.business_days import (
    add_business_days,
    count_business_days_left,
    subtract_business_days,
)
from cairn.policy.law.cards.audience_messages import NOT_COVERED, NOT_PUBLIC, SOME_LEFT_OUT
from cairn.policy.law.cards.governance.access import ROLE
from cairn.policy.law.cards.governance.data_use import KEPT_BACK_UNSAID
from cairn.policy.law.cards.legal_bases.state_law import UTAH_REPORT
from cairn.policy.law.cards.outputs.release_narrative import MISSING_GROUPS
from cairn.policy.law.element_classes import (
    ADDRESS_FIELDS,
    DIRECT_IDENTIFIER_FIELDS,
    IMPERSONAL_RECORDS,
    find_special_class,
    is_usually_withheld,
    select_student_elements,
)
from cairn.policy.law.packs.catalog import BASIS_CRITERIA, CLASS_PACKS, list_criteria_keys
from cairn.policy.law.packs.pack import (
    ClassPack,
    StatePack,
    format_authority_key,
    format_condition_key,
)
from cairn.policy.law.packs.state_packs import STATE_PACKS
from cairn.policy.law.role_permissions import (
    PROTECTIVE_ACTIONS,
    ROLE_PERMISSIONS,
    STUDENT_DATA_ACTIONS,
    STUDENT_DATA_ROLES,
    RoleReach,
)
from cairn.policy.law.rule_card import RuleCard, RuleSource
from cairn.policy.law.sentence_templates import fill_template, format_count

__all__ = [
    "ADDRESS_FIELDS",
    "BASIS_CRITERIA",
    "CLASS_PACKS",
    "DIRECT_IDENTIFIER_FIELDS",
    "IMPERSONAL_RECORDS",
    "KEPT_BACK_UNSAID",
    "MISSING_GROUPS",
    "NOT_COVERED",
    "NOT_PUBLIC",
    "PROTECTIVE_ACTIONS",
    "ROLE",
    "ROLE_PERMISSIONS",
    "SOME_LEFT_OUT",
    "STATE_PACKS",
    "STUDENT_DATA_ACTIONS",
    "STUDENT_DATA_ROLES",
    "UTAH_REPORT",
    "ClassPack",
    "RoleReach",
    "RuleCard",
    "RuleSource",
    "StatePack",
    "add_business_days",
    "count_business_days_left",
    "fill_template",
    "find_special_class",
    "format_authority_key",
    "format_condition_key",
    "format_count",
    "is_usually_withheld",
    "list_criteria_keys",
    "select_student_elements",
    "subtract_business_days",
]
