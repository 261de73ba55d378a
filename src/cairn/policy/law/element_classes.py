"""Fields that the law treats specially: special classes, direct identifiers, addresses."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from cairn.policy.vocabulary import SpecialClass

__all__ = [
    "ADDRESS_FIELDS",
    "DIRECT_IDENTIFIER_FIELDS",
    "IMPERSONAL_RECORDS",
    "find_special_class",
    "is_usually_withheld",
    "select_student_elements",
]

# Record types without rows about a student.
IMPERSONAL_RECORDS: Final = frozenset({"school", "calendar", "staff"})

# Record type → the law that protects every field of its rows, the student's ID included: a row
# says that the student was, for example, in foster care.
SPECIAL_RECORDS: Final[Mapping[str, SpecialClass]] = MappingProxyType(
    {
        "anonymous_survey_answer": SpecialClass.SURVEY,
        "child_welfare": SpecialClass.CHILD_WELFARE,
        "health_screening": SpecialClass.HEALTH,
        "homelessness": SpecialClass.HOMELESSNESS,
        "immunization": SpecialClass.IMMUNIZATION,
        "juvenile_justice": SpecialClass.JUVENILE,
        "migrant_education": SpecialClass.IMMIGRATION,
        "special_education": SpecialClass.DISABILITY,
        "survey_answer": SpecialClass.SURVEY,
    }
)

# Field → the law that protects it. The data dictionary must agree with this list (tested).
SPECIAL_FIELDS: Final[Mapping[str, SpecialClass]] = MappingProxyType(
    {
        "meal_status": SpecialClass.MEAL_STATUS,
        "disability": SpecialClass.DISABILITY,
        "homelessness": SpecialClass.HOMELESSNESS,
        "health": SpecialClass.HEALTH,
        "substance_use": SpecialClass.SUBSTANCE_USE,
        "employed": SpecialClass.WAGE,
        "wage": SpecialClass.WAGE,
        "employer": SpecialClass.WAGE,
        "industry": SpecialClass.WAGE,
        "hours_worked": SpecialClass.WAGE,
        "juvenile": SpecialClass.JUVENILE,
        "immigration": SpecialClass.IMMIGRATION,
        "early_intervention": SpecialClass.EARLY_INTERVENTION,
        "head_start": SpecialClass.HEAD_START,
        "child_welfare": SpecialClass.CHILD_WELFARE,
        "wic": SpecialClass.WIC,
        "snap": SpecialClass.SNAP,
        "tanf": SpecialClass.TANF,
        "domestic_violence": SpecialClass.DOMESTIC_VIOLENCE,
    }
)

# Fields that identify a person: no limited data set or de-identified record may hold one
# (45 CFR 164.514(e)(2); 34 CFR 99.3, "personally identifiable information").
DIRECT_IDENTIFIER_FIELDS: Final = frozenset(
    {
        "local_id",
        "state_id",
        "ssn",
        "given_name",
        "middle_name",
        "family_name",
        "preferred_name",
        "suffix",
        "guardian_name",
        "street",
        "address",
        "phone",
        "email",
        "encoding",
        "household_id",
    }
)

# Where a child lives. For a homeless child, or one with a protected address, a school withholds
# these (42 USC 11432(g)(3)(G)).
ADDRESS_FIELDS: Final = frozenset({"street", "address", "city", "county", "postal_code"})

# And how to contact the family. A school may withhold any element; these it usually withholds.
USUALLY_WITHHELD_FIELDS: Final = ADDRESS_FIELDS | {"phone", "email", "guardian_name"}


def is_usually_withheld(element: str) -> bool:
    """Tell whether an element reveals where a child lives or how to contact the family.

    Args:
        element: ``record.field``.
    Returns:
        True for address, phone, email and guardian name.
    """
    return element.rpartition(".")[2] in USUALLY_WITHHELD_FIELDS


def find_special_class(element: str) -> SpecialClass | None:
    """Find the special class of an element from its record type, or else from its field name.

    Args:
        element: ``record.field``.
    Returns:
        The class, ``None`` if no law of its own protects the element.
    """
    record, _, field = element.rpartition(".")
    return SPECIAL_RECORDS.get(record) or SPECIAL_FIELDS.get(field)


def select_student_elements(elements: Iterable[str]) -> frozenset[str]:
    """Select the elements that belong to records about students.

    Args:
        elements: elements as ``record.field``.
    Returns:
        The elements of records about students.
    """
    return frozenset(
        element for element in elements if element.partition(".")[0] not in IMPERSONAL_RECORDS
    )
