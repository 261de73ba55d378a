"""Name data elements, purposes and legal bases in plain words, for staff and for families.

Words for staff come from the data element catalog. Words for families are short enough for every
reader to understand; their Spanish translation is in the catalog of `services.families`.

What a school can withhold is listed in the same words, usual choices first. Many elements are in
several record types, such as a child's first name. A choice without a dot means the element in
every record type, so that no choice appears twice and none is missed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from cairn.policy.law import ADDRESS_FIELDS, is_usually_withheld
from cairn.policy.vocabulary import LegalBasis, Purpose
from cairn.warehouse.schema import ElementField, load_element_catalogue

__all__ = [
    "ADDRESS_CHOICE",
    "describe_basis_for_families",
    "describe_element_for_families",
    "describe_purposes_for_families",
    "describe_records_for_families",
    "list_address_elements",
]

FAMILY_RECORD_NAMES: Final[Mapping[str, StrPromise]] = {
    "assessment": _("test results"),
    "attendance": _("daily school attendance"),
    "attendance_total": _("total days absent"),
    "career_technical": _("career and technical classes"),
    "child_welfare": _("foster care and child protection"),
    "contact": _("names and phone numbers of parents and other contacts"),
    "course": _("classes and grades"),
    "discipline": _("school discipline"),
    "dosage_target": _("how much help is planned"),
    "early_care": _("child care and preschool"),
    "encoded_child": _("a code that replaces the student's name"),
    "english_learner": _("help with learning English"),
    "enrollment": _("school and grade"),
    "fafsa": _("forms for college aid (FAFSA)"),
    "graduation": _("graduation"),
    "health_screening": _("health checks, such as vision and hearing"),
    "home_visit": _("home visits"),
    "homelessness": _("housing help"),
    "immunization": _("shots"),
    "juvenile_justice": _("juvenile court"),
    "migrant_education": _("help for children of migrant workers"),
    "participation": _("programs outside school"),
    "postsecondary": _("college classes and degrees"),
    "referral": _("referrals to services"),
    "service": _("services received"),
    "session_attendance": _("program attendance"),
    "special_education": _("special education"),
    "student": _("name, birth date and other personal details"),
    "survey_answer": _("answers to surveys"),
    "title_i": _("extra help at school (Title I)"),
    "workforce": _("jobs after leaving school"),
}

FAMILY_PURPOSE_NAMES: Final[Mapping[Purpose, StrPromise]] = {
    Purpose.PUBLIC_REPORTING: _("to make public reports that do not name any child"),
    Purpose.PROGRAM_EVALUATION: _("to find out if a program helps students"),
    Purpose.RESEARCH: _("to study how children learn"),
    Purpose.IMPROVE_INSTRUCTION: _("to improve teaching"),
    Purpose.SERVICE_COORDINATION: _("to give the student help and services"),
    Purpose.ADAPTIVE_LEARNING: _("to fit lessons to how the student learns"),
    Purpose.SERVICE_IMPROVEMENT: _("to make the service that the school uses better"),
    Purpose.PRODUCT_IMPROVEMENT: _("to make learning products better, without names"),
    Purpose.SALE: _("to sell the records"),
    Purpose.TARGETED_ADVERTISING: _("to show ads that fit the student"),
    Purpose.PROFILING: _("to build a profile of the student for other uses"),
    Purpose.MODEL_TRAINING: _("to train computer models for other uses"),
}

_STUDIES_SENTENCE: Final = _(
    "The school allows a study to improve teaching. Reports do not name any child."
)

_WRITTEN_PERMISSION_SENTENCE: Final = _("The law allows this only with written permission.")

FAMILY_BASIS_SENTENCES: Final[Mapping[LegalBasis, StrPromise]] = {
    LegalBasis.CONSENT: _WRITTEN_PERMISSION_SENTENCE,
    LegalBasis.SCHOOL_OFFICIAL: _(
        "They do work for the school, and the school controls how they use the records."
    ),
    LegalBasis.STUDIES: _STUDIES_SENTENCE,
    LegalBasis.AUDIT_EVALUATION: _(
        "The law lets schools share records to find out how well a school program works."
    ),
    LegalBasis.DIRECTORY: _("The school calls this directory information. You can opt out."),
    LegalBasis.TRANSFER: _("Records go with the student to a new school."),
    LegalBasis.SUBPOENA: _("A court order or subpoena requires it."),
    LegalBasis.EMERGENCY: _("There is an emergency, and sharing helps keep someone safe."),
    LegalBasis.CHILD_WELFARE: _("A child welfare agency is responsible for the child."),
    LegalBasis.FINANCIAL_AID: _("The student asked for financial aid, and it depends on this."),
    LegalBasis.ACCREDITATION: _("A group that checks the quality of schools needs it."),
    LegalBasis.JUVENILE_JUSTICE: _("A state law lets the juvenile justice system have it."),
    LegalBasis.TREATMENT: _("A health care provider needs it to treat the student."),
    LegalBasis.IMMUNIZATION_PROOF: _("A school must have proof of shots, and a parent agreed."),
    LegalBasis.RESEARCH_WAIVER: _("A review board allows this study. It does not name anyone."),
    LegalBasis.OWN_RECORDS: _("These are the program's own records about the people it serves."),
    LegalBasis.PUBLIC_DATA: _("This information is already public."),
    LegalBasis.HIPAA_AUTHORIZATION: _WRITTEN_PERMISSION_SENTENCE,
    LegalBasis.PART2_CONSENT: _WRITTEN_PERMISSION_SENTENCE,
    LegalBasis.DE_IDENTIFIED: _("The records have no names and do not show who a student is."),
    LegalBasis.NO_DISCLOSURE: _("This document does not share any data by itself."),
}

_OTHER_BASIS: Final = _("Another part of the law allows this.")
_OTHER_RECORDS: Final = _("other school information")


def describe_basis_for_families(code: LegalBasis) -> StrPromise:
    """Explain in one sentence for families why the law allows a use.

    Args:
        code: legal basis of the use.
    Returns:
        A sentence that is translated when it is rendered.
    """
    return FAMILY_BASIS_SENTENCES.get(code, _OTHER_BASIS)


def describe_records_for_families(elements: Iterable[str]) -> list[str]:
    """Name the kinds of records that data elements belong to, in words for families.

    Args:
        elements: data elements such as `student.birth_date` or `attendance.*`.
    Returns:
        The kinds of records in order, each once, in the active language.
    """
    kinds = dict.fromkeys(element.partition(".")[0] for element in sorted(elements))
    return list(dict.fromkeys(str(FAMILY_RECORD_NAMES.get(kind, _OTHER_RECORDS)) for kind in kinds))


def describe_element_for_families(name: str) -> str:
    """Name one data element that a family can agree to or decline, in plain words.

    Args:
        name: the element as `record.field`, or the name of a record type.

    Returns:
        The kind of record and the field ("School attendance: days absent"); the kind alone where
        the field has no plain name.
    """
    record, _dot, field = name.partition(".")
    kind = str(FAMILY_RECORD_NAMES.get(record, _OTHER_RECORDS))
    field_name = str(FAMILY_FIELD_NAMES[field]) if field in FAMILY_FIELD_NAMES else ""
    return f"{kind}: {field_name}" if field_name else kind


FAMILY_FIELD_NAMES: Final[Mapping[str, StrPromise]] = {
    "birth_date": _("birth date"),
    "days_absent": _("days absent"),
    "days_enrolled": _("days enrolled"),
    "district": _("district"),
    "family_name": _("last name"),
    "gender": _("gender"),
    "given_name": _("first name"),
    "grade": _("grade"),
    "local_id": _("student ID"),
    "meal_status": _("school meals"),
    "race_ethnicity": _("race and ethnicity"),
    "school_id": _("school ID"),
    "school_name": _("school"),
    "school_year": _("school year"),
}


def describe_purposes_for_families(codes: Iterable[str]) -> list[str]:
    """Name purposes in words for families.

    Args:
        codes: values of `Purpose`; unknown values are ignored.
    Returns:
        The names in the order of `Purpose`, in the active language.
    """
    purpose_codes = set(codes)
    return [
        str(FAMILY_PURPOSE_NAMES[purpose]) for purpose in Purpose if purpose.value in purpose_codes
    ]


ADDRESS_CHOICE: Final = "address"

CONFIDENTIAL_ADDRESS_CHOICE: Final = "confidential_address"

_USUAL_CHOICES: Final[Mapping[str, Any]] = {
    CONFIDENTIAL_ADDRESS_CHOICE: _(
        "Address Confidentiality Program: everything that tells where the child lives or how to "
        "reach the family"
    ),
    ADDRESS_CHOICE: _("Home address: street, city, county and ZIP code"),
    "phone": _("Family phone numbers"),
    "email": _("Email addresses"),
    "guardian_name": _("Names of parents and guardians"),
}

_LISTED_FIELDS: Final = ADDRESS_FIELDS | _USUAL_CHOICES.keys()
ChoiceGroup = tuple[Any, list[tuple[str, Any]]]


def list_address_elements() -> frozenset[str]:
    """List every data element that says where a child lives.

    Returns:
        The elements, such as `student.street`.
    """
    return frozenset(
        field.element for field in _iterate_child_fields() if field.name in ADDRESS_FIELDS
    )


def expand_choices(chosen: Iterable[str]) -> frozenset[str]:
    """Return the data elements that these choices mean."""
    return frozenset(element for choice in chosen for element in _expand_choice(choice))


def list_choice_groups() -> list[ChoiceGroup]:
    """List the choices: usual ones, those in several record types, then each type's own."""
    own_choices = [
        (
            record.title,
            [
                (field.element, field.label)
                for field in record.fields.values()
                if _is_own_field(field)
            ],
        )
        for record in load_element_catalogue().values()
        if record.subject
    ]
    return [
        (_("Common choices"), list(_USUAL_CHOICES.items())),
        (_("Fields in several record types"), list(_map_shared_fields().items())),
        *((title, choices) for title, choices in own_choices if choices),
    ]


def _expand_choice(choice: str) -> frozenset[str]:
    if choice == ADDRESS_CHOICE:
        return list_address_elements()
    if choice == CONFIDENTIAL_ADDRESS_CHOICE:
        return frozenset(
            field.element for field in _iterate_child_fields() if is_usually_withheld(field.element)
        )
    return frozenset(
        field.element for field in _iterate_child_fields() if choice in {field.name, field.element}
    )


def _is_own_field(field: ElementField) -> bool:
    return field.name not in _LISTED_FIELDS and field.name not in _map_shared_fields()


@cache
def _map_shared_fields() -> Mapping[str, str]:
    """Return name → label of fields that have the same label in several record types."""
    labels: dict[str, list[str]] = defaultdict(list)
    for field in _iterate_child_fields():
        labels[field.name].append(field.label)
    return {
        name: texts[0]
        for name, texts in labels.items()
        if name not in _LISTED_FIELDS and len(texts) > 1 and len(set(texts)) == 1
    }


def _iterate_child_fields() -> Iterator[ElementField]:
    """Yield every data element that is about a child."""
    for record in load_element_catalogue().values():
        if record.subject:
            yield from record.fields.values()
