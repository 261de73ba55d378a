"""Define the columns of the file of a survey's answers, and what each is."""

from typing import Final

from cairn.warehouse.schema import CONSENT_RULE, ColumnMapping, RowFilter

_FIELDS: Final = {
    "Survey": "survey",
    "Response ID": "response_id",
    "Student ID": "local_id",
    "Question ID": "question_id",
    "Question": "question",
    "Answer": "answer",
    "Answer as a number": "answer_value",
    "Answer to an open question": "answer_text",
    "Survey language": "language",
    "Response date": "date",
    "School year": "school_year",
}
_CONSENT: Final = "Consent"
_STUDENT: Final = "Student ID"

COLUMNS: Final = (*_FIELDS, _CONSENT)


def build_answer_mapping(*, is_by_roster: bool) -> ColumnMapping:
    """Build the column mapping of the file of a survey's answers.

    Args:
        is_by_roster: whether each answer has a student.

    Returns:
        The mapping. It leaves out rows without consent; the file has none.
    """
    columns = {name: field for name, field in _FIELDS.items() if is_by_roster or name != _STUDENT}
    return ColumnMapping(
        record="survey_answer" if is_by_roster else "anonymous_survey_answer",
        columns=columns,
        filters=(RowFilter(CONSENT_RULE, _CONSENT, keep=("yes",)),),
    )
