"""The law's codes in a family's words, short enough to be read by anyone; Spanish in `locale`."""

from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from cairn.rules.vocabulary import LegalBasis, Purpose

RECORDS: Final[Mapping[str, StrPromise]] = {
    "assessment": _("test results"),
    "attendance": _("days at school and days missed"),
    "attendance_total": _("how many days were missed"),
    "encoded_child": _("who the student is, as a code instead of a name"),
    "enrollment": _("which school and grade"),
    "graduation": _("whether and when school was finished"),
    "participation": _("programs outside of school"),
    "postsecondary": _("college classes and degrees"),
    "session_attendance": _("days at the program"),
    "student": _("who the student is: name, birth date and the like"),
    "workforce": _("work after school"),
}
PURPOSES: Final[Mapping[Purpose, StrPromise]] = {
    Purpose.PUBLIC_REPORTING: _("to make public reports that name no child"),
    Purpose.PROGRAM_EVALUATION: _("to find out if a program helps"),
    Purpose.RESEARCH: _("to study how children learn"),
    Purpose.IMPROVE_INSTRUCTION: _("to teach better"),
    Purpose.SERVICE_COORDINATION: _("to help the student"),
}
_STUDY: Final = _("The school lets someone study how to teach better. No report names a child.")
BASES: Final[Mapping[LegalBasis, StrPromise]] = {
    LegalBasis.CONSENT: _("Only if you say yes in writing."),
    LegalBasis.SCHOOL_OFFICIAL: _("They do work that the school would do, under its control."),
    LegalBasis.STUDIES: _STUDY,
    LegalBasis.AUDIT_EVALUATION: _("The law lets schools have their programs checked."),
    LegalBasis.DIRECTORY: _("The school calls this directory information. You can say no."),
    LegalBasis.TRANSFER: _("Records go along to a new school."),
    LegalBasis.SUBPOENA: _("A court can order it."),
    LegalBasis.EMERGENCY: _("In an emergency, to keep someone safe."),
    LegalBasis.CHILD_WELFARE: _("The agency is responsible for the child."),
    LegalBasis.OWN_RECORDS: _("The program's own records about those it serves."),
    LegalBasis.PUBLIC_DATA: _("Facts that are public already."),
}
_OTHER: Final = _("The law has a rule for it.")
_SOMETHING: Final = _("other facts about school")


def basis(code: LegalBasis) -> StrPromise:
    """Why the law allows it, in one sentence."""
    return BASES.get(code, _OTHER)


def records(elements: Iterable[str]) -> list[str]:
    """What is shared, by kind of record, in order and each once."""
    kinds = dict.fromkeys(element.partition(".")[0] for element in sorted(elements))
    return list(dict.fromkeys(str(RECORDS.get(kind, _SOMETHING)) for kind in kinds))


def element(name: str) -> str:
    """One thing that a family can say yes or no to."""
    record, _dot, field = name.partition(".")
    kind = str(RECORDS.get(record, _SOMETHING))
    plain = str(FIELDS[field]) if field in FIELDS else ""
    return f"{kind}: {plain}" if plain else kind


FIELDS: Final[Mapping[str, StrPromise]] = {
    "birth_date": _("birth date"),
    "days_absent": _("days missed"),
    "days_enrolled": _("school days"),
    "district": _("district"),
    "family_name": _("last name"),
    "gender": _("gender"),
    "given_name": _("first name"),
    "grade": _("grade"),
    "local_id": _("student number"),
    "meal_status": _("school meals"),
    "race_ethnicity": _("race and ethnicity"),
    "school_id": _("school number"),
    "school_name": _("school"),
    "school_year": _("school year"),
}


def purposes(codes: Iterable[str]) -> list[str]:
    """What it is for."""
    named = set(codes)
    return [str(PURPOSES[purpose]) for purpose in Purpose if purpose.value in named]
