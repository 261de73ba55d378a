"""What the public hears about an outcome and about the law, in the reader's language."""

from collections.abc import Mapping

from django.utils.translation import get_language, gettext_lazy

from cairn.rules.vocabulary import LegalBasis

_STAGES = {
    "kindergarten_readiness": gettext_lazy("Early childhood"),
    "early_grade_reading": gettext_lazy("Elementary school"),
    "middle_grade_math": gettext_lazy("Middle school"),
    "chronic_absence": gettext_lazy("Along the way"),
    "high_school_graduation": gettext_lazy("High school"),
    "postsecondary_enrollment": gettext_lazy("After high school"),
    "postsecondary_success": gettext_lazy("College and training"),
    "workforce_success": gettext_lazy("Career"),
}
_BASES = {
    LegalBasis.CONSENT: gettext_lazy("Written consent (34 CFR 99.30)"),
    LegalBasis.SCHOOL_OFFICIAL: gettext_lazy(
        "Services for the school, under its direct control (34 CFR 99.31(a)(1)(i)(B))"
    ),
    LegalBasis.STUDIES: gettext_lazy("A study to improve instruction (34 CFR 99.31(a)(6))"),
    LegalBasis.AUDIT_EVALUATION: gettext_lazy(
        "Evaluation of education programs (34 CFR 99.31(a)(3) and 99.35)"
    ),
    LegalBasis.DIRECTORY: gettext_lazy("Directory information (34 CFR 99.31(a)(11) and 99.37)"),
    LegalBasis.OWN_RECORDS: gettext_lazy("The partner's own records, shared by written agreement"),
    LegalBasis.PUBLIC_DATA: gettext_lazy("Data that were public already"),
}
_VINTAGES = {
    "school year": gettext_lazy("each school year"),
    "graduation cohort": gettext_lazy("each graduation cohort, by the year it finishes"),
    "calendar year": gettext_lazy("each calendar year"),
}


def spoken(text: Mapping[str, str]) -> str:
    """A definition's text in the reader's language; English where it has no other."""
    language = (get_language() or "en").partition("-")[0]
    return text.get(language, text["en"])


def stage(outcome: str) -> str:
    """Where on the way from cradle to career an outcome stands."""
    return str(_STAGES.get(outcome, ""))


def basis(found: LegalBasis) -> str:
    """A legal basis in plain words with its citation."""
    return str(_BASES[found])


def vintage(word: str) -> str:
    """What a year of the figures is."""
    return str(_VINTAGES.get(word, word))
