"""What the public hears about an outcome, in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cairn.warehouse.outcomes import OutcomeDefinition

_STAGES = {
    "kindergarten_readiness": gettext_lazy("Early childhood"),
    "early_grade_reading": gettext_lazy("Elementary school"),
    "middle_grade_math": gettext_lazy("Middle school"),
    "chronic_absence": gettext_lazy("Along the way"),
    "days_absent": gettext_lazy("Along the way"),
    "high_school_graduation": gettext_lazy("High school"),
    "postsecondary_enrollment": gettext_lazy("After high school"),
    "postsecondary_success": gettext_lazy("College and training"),
    "workforce_success": gettext_lazy("Career"),
}
FILES = {
    "csv": gettext_lazy("CSV, for every program"),
    "xlsx": gettext_lazy("Excel"),
    "json": gettext_lazy("JSON, with its description"),
    "zip": gettext_lazy("Data package: the table, its columns and its sources"),
    "pdf": gettext_lazy("PDF, to print"),
}
"""The files in which a reader may take figures along, by how their names end."""
_VINTAGES = {
    "school year": gettext_lazy("each school year"),
    "graduation cohort": gettext_lazy("each graduation cohort, by the year it finishes"),
    "calendar year": gettext_lazy("each calendar year"),
}


def stage(outcome: str) -> str:
    """Where on the way from cradle to career an outcome stands."""
    return str(_STAGES.get(outcome, ""))


def vintage(word: str) -> str:
    """What a year of the figures is."""
    return str(_VINTAGES.get(word, word))


def counted(definition: OutcomeDefinition) -> str:
    """What a definition says of the people it counts: who reached it, or what is measured."""
    return _("Measured") if definition.measure else _("Reached")


def why_withheld(statistic: str) -> str:
    """What the word in the place of a figure means. It never says which of its reasons."""
    if statistic:
        return _(
            "“Withheld”: the group is small, or its figure would tell what one child has, or would "
            "give away such a figure. Which of these is not shown, on purpose."
        )
    return _(
        "“Withheld”: the group is small, or its number would give away a small one. Which of the "
        "two is not shown, on purpose."
    )
