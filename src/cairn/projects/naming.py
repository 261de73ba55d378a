"""The names that projects and questions get."""

from datetime import date

from cairn.projects.models import Project, Version


def next_reference(on: date) -> str:
    """P-2026-01, P-2026-02, … in the order in which projects of a year are begun."""
    begun = Project.objects.filter(reference__startswith=f"P-{on.year}-").count()
    return f"P-{on.year}-{begun + 1:02}"


def next_code(version: Version) -> str:
    """Q1, Q2, … ; a dropped question keeps its number."""
    numbers = [int(code[1:]) for code in version.questions.values_list("code", flat=True)]
    return f"Q{max(numbers, default=0) + 1}"
