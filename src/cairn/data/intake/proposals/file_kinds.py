"""Say what a file looks like that holds no record type, and what to do instead of mapping it."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from cairn.warehouse import schema
from cairn.warehouse.schema import Sheet

__all__ = ["describe_file_kind"]

_PUBLISHED: Final = (
    "It looks like a published table about places or groups: it has counts or rates, and no column "
    "that names a child. It needs no agreement. Ask the data manager to add it under “Published "
    "data”."
)
_DIRECTORY: Final = (
    "It looks like a directory of organizations or services. Cairn keeps records about students, "
    "and has no place for a directory yet."
)
_SURVEY: Final = (
    "It looks like the export of a survey: its headings are questions. Choose the record type "
    "“Survey answers” if a column holds the student ID, else “Anonymous survey answers”."
)
_LAYOUT: Final = (
    "It looks like the description of a file layout, not like data. Send the data file that it "
    "describes."
)
_TEXT: Final = "It looks like plain text, not like a table. Send the data as CSV or Excel."
_SCORES: Final = (
    "It has student IDs, and no column that Cairn knows as a result. If it is an assessment, "
    "choose that record type and map its columns."
)

_DIRECTORY_WORDS: Final = ("organization", "service", "location", "agency")
_DIRECTORY_DETAILS: Final = ("phone", "url", "website", "email", "address", "description", "name")
_SURVEY_HEADINGS: Final = frozenset(
    {"timestamp", "responseid", "respondentid", "collectorid", "startdate", "enddate"}
    | {"recordeddate", "submissiondate", "responsedate", "progress", "durationinseconds"}
)
_LAYOUT_HEADINGS: Final = frozenset(
    {"columnname", "fieldname", "startindex", "endindex", "start", "length", "width", "position"}
    | {"datatype", "tablename", "constraintsunique"}
)
_MIN_MATCHES: Final = 2
_QUESTION_WORDS: Final = 5
_MAX_TEXT_COLUMNS: Final = 2


def describe_file_kind(sheets: Sequence[Sheet]) -> str:
    """Describe what a file looks like that fits no record type, and what to do with it.

    Args:
        sheets: sheets of the file.

    Returns:
        Sentences for the sender; empty if it looks like no kind of file that Cairn knows.
    """
    for looks_like, text in _KINDS:
        if any(looks_like(sheet.header) for sheet in sheets):
            return text
    return ""


def _is_layout(header: Sequence[str]) -> bool:
    keys = {schema.normalize_spelling(name) for name in header}
    return len(keys & _LAYOUT_HEADINGS) >= _MIN_MATCHES


def _is_survey(header: Sequence[str]) -> bool:
    keys = {schema.normalize_spelling(name) for name in header}
    questions = sum(1 for name in header if "?" in name or len(name.split()) > _QUESTION_WORDS)
    return questions >= _MIN_MATCHES or (questions > 0 and bool(keys & _SURVEY_HEADINGS))


def _is_directory(header: Sequence[str]) -> bool:
    keys = [schema.normalize_spelling(name) for name in header]
    about = [key for key in keys if any(word in key for word in _DIRECTORY_WORDS)]
    details = [key for key in keys if any(word in key for word in _DIRECTORY_DETAILS)]
    return bool(about) and len(details) >= _MIN_MATCHES


def _is_text(header: Sequence[str]) -> bool:
    has_sentence = any(re.search(r"\w+ \w+ \w+ \w+", name) for name in header)
    return len(header) <= _MAX_TEXT_COLUMNS and has_sentence


def _has_student_ids(header: Sequence[str]) -> bool:
    student = schema.get_record_type("student")
    matched = {field for _name, field in schema.list_heading_matches(header, student)}
    return bool(matched & {"local_id", "state_id"})


_KINDS: Final[tuple[tuple[Callable[[Sequence[str]], bool], str], ...]] = (
    (schema.is_published_table, _PUBLISHED),
    (_is_layout, _LAYOUT),
    (_is_text, _TEXT),
    (_is_survey, _SURVEY),
    (_has_student_ids, _SCORES),
    (_is_directory, _DIRECTORY),
)
