"""Public face of cairn.governance.training: what other packages may import."""

from cairn.governance.training.actions import create_completion, sign_confidentiality, take_quiz
from cairn.governance.training.confidentiality import load_confidentiality_agreement
from cairn.governance.training.course_catalog import (
    Course,
    CourseKind,
    find_course,
    find_workshop,
    list_required_modules,
    load_courses,
)
from cairn.governance.training.facts import load_clearance, load_clearances
from cairn.governance.training.models import Completion

__all__ = [
    "Completion",
    "Course",
    "CourseKind",
    "create_completion",
    "find_course",
    "find_workshop",
    "list_required_modules",
    "load_clearance",
    "load_clearances",
    "load_confidentiality_agreement",
    "load_courses",
    "sign_confidentiality",
    "take_quiz",
]
