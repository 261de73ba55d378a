"""Propose how the answers of a survey become rows: one for each respondent and question.

Named filters of the mapping leave rows out, and a person sees and confirms them: previews and
tests, incomplete responses, and respondents who did not consent.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pyarrow as pa

from cairn.warehouse.schema.column_mapping import ColumnMapping, ColumnTarget, MappingProblem
from cairn.warehouse.schema.column_patterns import explain_mismatch
from cairn.warehouse.schema.elements import RecordType, get_record_type
from cairn.warehouse.schema.mapping_rules import DerivedColumn, ResultGroup, RowFilter
from cairn.warehouse.schema.mapping_suggestion import list_heading_matches
from cairn.warehouse.schema.sheets import Sheet
from cairn.warehouse.schema.survey_form import (
    FOUND_STATUS_HEADING,
    SurveyColumn,
    SurveyForm,
    SurveyRole,
)
from cairn.warehouse.schema.surveys.survey_questions import (
    NO_SIGNATURES,
    SCALE_PATTERN,
    AnswerKind,
    find_affirmative_spellings,
    find_answer_kind,
    find_consent_answers,
    find_student_field,
    has_written_answers,
    is_affirmative_answer,
    is_consent_question,
    is_identity_question,
)
from cairn.warehouse.schema.values import find_filled_cells

__all__ = [
    "ANONYMOUS_ANSWERS",
    "CONSENT_RULE",
    "INCOMPLETE_RULE",
    "SURVEY_ANSWERS",
    "SURVEY_RECORDS",
    "describe_plain_survey",
    "drop_consent_rule",
    "drop_incomplete_rules",
    "explain_survey_columns",
    "find_new_consent",
    "find_opened_questions",
    "has_answer_rows",
    "is_consent_column",
    "suggest_survey_mapping",
]

SURVEY_ANSWERS: Final = "survey_answer"
ANONYMOUS_ANSWERS: Final = "anonymous_survey_answer"
OPEN_ANSWER: Final = "answer_text"
SURVEY_RECORDS: Final = (SURVEY_ANSWERS, ANONYMOUS_ANSWERS)

_PREVIEWS: Final = "previews and tests"
INCOMPLETE_RULE: Final = "incomplete responses"
CONSENT_RULE: Final = "respondents who did not consent"
_NUMBER_SUFFIX: Final = " (number)"
_DAY_SUFFIX: Final = " (day)"
_DAY_PATTERN: Final = (
    r"([A-Za-z]{3,9}\.? \d{1,2},? \d{4}|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})"  # without the time
)
_NO_NAME: Final = frozenset({"", "anonymous", "anónimo", "anonimo"})
_OWN_IDS: Final = frozenset({"local_id", "state_id"})
_NAMES_NEED: Final = frozenset({"local_id", "state_id", "birth_date"})
_NAMES: Final = frozenset({"given_name", "middle_name", "family_name", "suffix", "preferred_name"})
_TYPICAL_FIELDS: Final = frozenset({"question", "answer"})


@dataclass(frozen=True, slots=True)
class _SurveyTables:
    """The sheets of one survey: the main one, and those of repeated groups."""

    sheets: tuple[Sheet, ...]
    form: SurveyForm

    def list_columns(self) -> list[SurveyColumn]:
        """List the columns of all sheets, each heading once."""
        forms = [sheet.survey for sheet in self.sheets if sheet.survey]
        columns = {column.heading: column for form in reversed(forms) for column in form.columns}
        order = dict.fromkeys(column.heading for form in forms for column in form.columns)
        return [columns[heading] for heading in order]

    def get_cells(self, heading: str) -> pa.ChunkedArray:
        """Return the cells of a column, of every sheet that has it."""
        chunks = [
            chunk
            for sheet in self.sheets
            if heading in sheet.header
            for chunk in sheet.table[heading].chunks
        ]
        return pa.chunked_array(chunks, pa.string())


def suggest_survey_mapping(sheets: Sequence[Sheet], record: str | None = None) -> ColumnMapping:
    """Suggest the mapping of a survey's export.

    Args:
        sheets: the main sheet with its form, and the sheets of its repeated groups.
        record: "survey_answer" or "anonymous_survey_answer"; None to choose by whether the export
            has a student ID.

    Returns:
        The mapping. Open questions go to a field of their own, which an agreement covers or not.

    Raises:
        MappingProblem: no answer of a consent question is a yes or a no, or the export has
            names or addresses of respondents and no student ID.
    """
    form = sheets[0].survey
    if form is None:
        raise MappingProblem("This table is not the export of a survey.")
    tables = _SurveyTables(tuple(sheets), form)
    columns = tables.list_columns()
    people = _find_people(tables, columns)
    if record is None:
        record = _choose_record_type(tables, columns, people)
    about = get_record_type(record)
    read = dict(people) if about.subject else {}
    derived: dict[str, DerivedColumn] = {}
    read |= _map_response(tables, about, derived)
    questions = [
        column
        for column in columns
        if column.role is SurveyRole.QUESTION
        and column.heading not in people
        and not is_consent_column(column, tables.get_cells(column.heading))
    ]
    results = [*_list_results(tables, questions, derived)]
    if not results:
        raise MappingProblem("Cairn found no question in this survey.")
    return ColumnMapping(
        record=record,
        columns=read,
        constants={"survey": form.title or "Survey"},
        derived=derived,
        filters=tuple(_list_filters(tables, columns)),
        results=tuple(results),
    )


def describe_plain_survey(sheet: Sheet) -> SurveyForm:
    """Describe a table as a survey by its headings alone.

    Args:
        sheet: a table with one row for each respondent.

    Returns:
        The form: known headings are details, and every other heading is a question.
    """
    about = get_record_type(SURVEY_ANSWERS)
    known = dict(list_heading_matches(sheet.header, about))
    roles = {
        "response_id": SurveyRole.RESPONSE_ID,
        "date": SurveyRole.DATE,
        "language": SurveyRole.LANGUAGE,
    }
    columns = []
    for number, heading in enumerate(sheet.header, 1):
        field = known.get(heading, "")
        if field in roles:
            columns.append(SurveyColumn(heading, roles[field]))
        elif field in about.person or is_identity_question(heading):
            columns.append(SurveyColumn(heading, SurveyRole.DETAIL))
        else:
            columns.append(SurveyColumn(heading, SurveyRole.QUESTION, heading, f"Q{number}"))
    return SurveyForm("", sheet.name, tuple(columns))


def has_answer_rows(sheet: Sheet) -> bool:
    """Tell whether a table has a row for each answer already.

    Args:
        sheet: the table.

    Returns:
        Whether it has a column with the question and one with the answer.
    """
    about = get_record_type(SURVEY_ANSWERS)
    known = {field for _, field in list_heading_matches(sheet.header, about)}
    return known >= _TYPICAL_FIELDS


def is_consent_column(column: SurveyColumn, cells: pa.Array | pa.ChunkedArray) -> bool:
    """Tell whether a column holds the answer to a question that asks for consent.

    Args:
        column: the column.
        cells: its cells.

    Returns:
        Whether it does. Of a question with a column for each choice, only the column of the
        choice that gives consent does.
    """
    if column.role is not SurveyRole.QUESTION:
        return False
    if not is_consent_question(f"{column.wording} {column.choice}"):
        return False
    return not column.choice or is_affirmative_answer(column.choice)


def explain_survey_columns(sheets: Sequence[Sheet], mapping: ColumnMapping) -> dict[str, str]:
    """Explain what the columns of a survey are, for the person who confirms the mapping.

    Args:
        sheets: the sheets of the survey.
        mapping: the mapping.

    Returns:
        Heading → explanation, without any answer. Columns that their heading and cells explain
        are left out, and so is every column of a file that is not a survey.
    """
    tables = _find_survey_tables(sheets, mapping)
    if tables is None:
        return {}
    columns = tables.list_columns()
    results = mapping.find_result_columns([column.heading for column in columns])
    filtered = {rule.column for rule in mapping.filters}
    reasons = {
        heading: f"made from “{rule.sources[0]}”" for heading, rule in mapping.derived.items()
    }
    for column in columns:
        if column.heading in filtered:
            is_status = column.role is SurveyRole.STATUS
            reasons[column.heading] = _STATUS_REASON if is_status else _CONSENT_REASON
        elif target := results.get(column.heading):
            reasons[column.heading] = _explain_question(column, target, mapping)
        elif reason := _explain_detail(column, mapping):
            reasons[column.heading] = reason
    return reasons


def _explain_question(column: SurveyColumn, target: ColumnTarget, mapping: ColumnMapping) -> str:
    if column.choice:
        return "a choice of a question; each chosen one becomes an answer"
    if f"{column.heading}{_NUMBER_SUFFIX}" in mapping.derived:
        return _SCALE_REASON
    return _OPEN_REASON if target.field == OPEN_ANSWER else _CHOICE_REASON


def _explain_detail(column: SurveyColumn, mapping: ColumnMapping) -> str | None:
    field = mapping.columns.get(column.heading, "")
    if field in mapping.type.person:
        return "asks for the student" if find_student_field(column.wording) == field else None
    return "the survey tool's own column" if field in _RESPONSE_FIELDS else None


_RESPONSE_FIELDS: Final = ("response_id", "language")
_SCALE_REASON: Final = "a question with a scale; each answer is kept as text and as a number"
_CHOICE_REASON: Final = "a question with choices; each answer becomes a row"
_OPEN_REASON: Final = (
    "an open question; it is read only if the agreement covers answers to open questions, because "
    "they may name people"
)
_STATUS_REASON: Final = "says which responses are previews, tests or incomplete; they are left out"
_CONSENT_REASON: Final = "asks for consent; respondents who did not answer yes are left out"


def find_opened_questions(sheets: Sequence[Sheet], mapping: ColumnMapping) -> list[str]:
    """Find the questions that were mapped as choices, and have open answers in this file.

    Args:
        sheets: the sheets of a file.
        mapping: its confirmed mapping.

    Returns:
        Headings of the questions.
    """
    tables = _find_survey_tables(sheets, mapping)
    if tables is None:
        return []
    closed = {
        heading
        for group in mapping.list_results()
        for heading, target in group.columns.items()
        if target == "answer"
    }
    return [
        column.heading
        for column in tables.list_columns()
        if column.heading in closed
        and not column.choice
        and has_written_answers(tables.get_cells(column.heading))
    ]


def find_new_consent(sheets: Sequence[Sheet], mapping: ColumnMapping) -> list[str]:
    """Find the questions with a new spelling of yes, which the mapping would leave out.

    Args:
        sheets: the sheets of a file.
        mapping: its confirmed mapping.

    Returns:
        Headings of the questions.
    """
    found = []
    for rule in mapping.filters:
        known = {text.casefold() for text in rule.keep}
        for sheet in sheets if rule.name == CONSENT_RULE and known else ():
            if rule.column in sheet.header:
                spellings = find_affirmative_spellings(sheet.table[rule.column])
                found += [rule.column] if {*spellings} - known else []
    return list(dict.fromkeys(found))


def drop_consent_rule(mapping: ColumnMapping, heading: str) -> ColumnMapping:
    """Return the mapping without the filter of a question that does not ask for consent.

    Args:
        mapping: the mapping.
        heading: heading of the question.

    Returns:
        The mapping, in which the question is an open one.
    """
    filters = tuple(
        rule for rule in mapping.filters if (rule.name, rule.column) != (CONSENT_RULE, heading)
    )
    constants = {"question": heading, "question_id": f"Q{len(mapping.results) + 1}"}
    group = ResultGroup({heading: OPEN_ANSWER}, constants, needs=(heading,))
    return replace(mapping, filters=filters, results=(*mapping.results, group))


def drop_incomplete_rules(mapping: ColumnMapping) -> ColumnMapping:
    """Return the mapping without the filters that leave out incomplete responses.

    Args:
        mapping: the mapping.

    Returns:
        The mapping, which reads what the respondents answered before they stopped.
    """
    filters = tuple(rule for rule in mapping.filters if rule.name != INCOMPLETE_RULE)
    return replace(mapping, filters=filters)


def _find_survey_tables(sheets: Sequence[Sheet], mapping: ColumnMapping) -> _SurveyTables | None:
    """Return the tables of a survey that is read as one row for each respondent."""
    if mapping.record not in SURVEY_RECORDS or not mapping.results:
        return None
    described = tuple(
        sheet if sheet.survey else replace(sheet, survey=describe_plain_survey(sheet))
        for sheet in sheets
    )
    form = described[0].survey if described else None
    return _SurveyTables(described, form) if form else None


def _choose_record_type(
    tables: _SurveyTables, columns: Sequence[SurveyColumn], people: dict[str, str]
) -> str:
    if _NAMES_NEED & {*people.values()}:
        return SURVEY_ANSWERS
    named = [
        column.heading
        for column in columns
        if column.role in (SurveyRole.DETAIL, SurveyRole.QUESTION)
        and not column.choice
        and is_identity_question(column.wording or column.heading)
        and _has_names(tables.get_cells(column.heading))
    ]
    if named:
        raise MappingProblem(
            "This survey names its respondents and has no student ID. Columns with names or "
            f"addresses: {', '.join(named[:_MAX_NAMED])}. Add a column with the student ID and "
            "resend it. If the survey is anonymous, remove these columns first."
        )
    return ANONYMOUS_ANSWERS


_MAX_NAMED: Final = 5


def _has_names(cells: pa.ChunkedArray) -> bool:
    return any(
        (text or "").strip().casefold() not in _NO_NAME for text in cells.unique().to_pylist()
    )


def _find_people(tables: _SurveyTables, columns: Sequence[SurveyColumn]) -> dict[str, str]:
    """Find the columns that identify the student, with their fields; the first of each field.

    The name of a respondent may be that of a parent. It counts only where the question asks for
    the student's name, or beside a date of birth if there is no student ID.
    """
    about = get_record_type(SURVEY_ANSWERS)
    candidates = [c for c in columns if c.role in (SurveyRole.DETAIL, SurveyRole.QUESTION)]
    known: dict[str, str] = {}
    for column in candidates:
        heading = column.wording or column.heading
        for _, field in list_heading_matches([heading], about):
            if field in about.person:
                known.setdefault(column.heading, field)
    people: dict[str, str] = {}
    asked: set[str] = set()
    for column in candidates:
        asked_field = find_student_field(column.wording or column.heading)
        field = known.get(column.heading) or asked_field
        if not field or field in people.values():
            continue
        cells = tables.get_cells(column.heading)
        is_filled = find_filled_cells(cells).unique().to_pylist() != [False] and len(cells)
        if is_filled and not explain_mismatch(cells, about.fields[field], column.heading):
            people[column.heading] = field
            asked |= {field} if asked_field else set()
    if {*people.values()} & {*_OWN_IDS} or "birth_date" not in people.values():
        return {name: f for name, f in people.items() if f not in _NAMES or f in asked}
    return people


def _map_response(
    tables: _SurveyTables, about: RecordType, derived: dict[str, DerivedColumn]
) -> dict[str, str]:
    """Map the columns about the response itself: its ID, its day and its language."""
    read = {}
    for column in list(tables.form.list_columns(SurveyRole.RESPONSE_ID))[:1]:
        read[column.heading] = "response_id"
    for column in list(tables.form.list_columns(SurveyRole.LANGUAGE))[:1]:
        read[column.heading] = "language"
    for column in list(tables.form.list_columns(SurveyRole.DATE))[:1]:
        cells = tables.get_cells(column.heading)
        rule = DerivedColumn((column.heading,), pattern=_DAY_PATTERN)
        if not explain_mismatch(rule.compute([cells]), about.fields["date"], column.heading):
            name = f"{column.heading}{_DAY_SUFFIX}"
            derived[name] = rule
            read[name] = "date"
    return read


def _list_results(
    tables: _SurveyTables, questions: Sequence[SurveyColumn], derived: dict[str, DerivedColumn]
) -> Iterator[ResultGroup]:
    """Yield one group for each question, or for each choice of a question."""
    for number, column in enumerate(questions, 1):
        kind = find_answer_kind(
            tables.get_cells(column.heading), column.wording, is_text=column.is_text
        )
        if column.choice:
            kind = AnswerKind.CHOICE
        constants = {
            "question": column.wording or column.heading,
            "question_id": column.question_id or f"Q{number}",
        }
        columns = {column.heading: OPEN_ANSWER if kind is AnswerKind.OPEN else "answer"}
        if kind is AnswerKind.SCALE:
            name = f"{column.heading}{_NUMBER_SUFFIX}"
            derived[name] = DerivedColumn((column.heading,), pattern=SCALE_PATTERN)
            columns[name] = "answer_value"
        yield ResultGroup(columns, constants, needs=(column.heading,))


def _list_filters(tables: _SurveyTables, columns: Sequence[SurveyColumn]) -> Iterator[RowFilter]:
    """Yield what leaves rows out: previews, incomplete responses, then missing consent.

    What the reader found to be incomplete comes last: who does not consent stops early too.

    Raises:
        MappingProblem: no answer of a consent question is a yes or a no.
    """
    last: list[RowFilter] = []
    for column in tables.form.list_columns(SurveyRole.STATUS):
        if column.drop:
            yield RowFilter(_PREVIEWS, column.heading, drop=column.drop)
        if column.keep:
            rule = RowFilter(INCOMPLETE_RULE, column.heading, keep=column.keep)
            if column.heading == FOUND_STATUS_HEADING:
                last.append(rule)
            else:
                yield rule
    for column in columns:
        cells = tables.get_cells(column.heading)
        if not is_consent_column(column, cells):
            continue
        answers = find_consent_answers(cells)
        if answers is None:
            yield RowFilter(CONSENT_RULE, column.heading, drop=NO_SIGNATURES)
            continue
        if not answers:
            raise MappingProblem(
                f"Cairn cannot tell which answers to “{column.heading}” give consent. Export the "
                "survey with the text of the choices, such as Yes and No, and resend it."
            )
        yield RowFilter(CONSENT_RULE, column.heading, keep=answers)
    yield from last
