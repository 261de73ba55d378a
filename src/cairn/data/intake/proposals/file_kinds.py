"""Say what a file looks like that holds no record type, and what to do instead of mapping it."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from cairn.warehouse import schema
from cairn.warehouse.schema import Sheet

__all__ = ["describe_file_kind", "is_about_addresses"]

_PUBLISHED: Final = (
    "It looks like a published table about places or groups: it has counts or rates, and no column "
    "that names a child. It needs no agreement. Ask the data manager to add it under “Published "
    "data”."
)
_DIRECTORY: Final = (
    "It looks like a directory of organizations or services. Cairn keeps records about students, "
    "and has no place for a directory yet. Keep the file in the system that it comes from. To "
    "share who takes part in a program, send the list of its participants."
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

NO_HEADER: Final = (
    "Its first row looks like data, not like column headings. Add a row with a name for each "
    "column, and send the file again."
)
_SCIENTIFIC: Final = (
    "Its IDs are in scientific notation, such as 4.4E+09: a spreadsheet removed their last digits. "
    "Export the file again, and do not open it in a spreadsheet before you send it."
)
_PERIODS: Final = (
    "It has a column for each class period. Cairn also needs the day and the student ID of each "
    "row: add them as columns, and send the file again."
)
_PRESENT: Final = (
    "It has the days that students were enrolled, and not the days that they were absent. Add a "
    "column “Days absent”, and send the file again."
)
_CONTACTS: Final = (
    "It looks like a list of parents or contacts. Send one row for each student and contact, with "
    "the columns Student ID, Contact name and Relationship."
)

_PLACES: Final = (
    "It looks like a table about places, and no column names a child. If an agency published it, "
    "it needs no agreement: ask the data manager to add it under “Published data”."
)
_MAP: Final = (
    "It is a map of places (GeoJSON), and no column names a child. Cairn has no place for shapes. "
    "If its places have figures, ask the data manager to add those as CSV under “Published data”."
)

_DIRECTORY_WORDS: Final = ("organization", "service", "location", "agency")
_DIRECTORY_DETAILS: Final = ("phone", "url", "website", "email", "address", "description", "name")
_NAME_DETAIL: Final = "name"
_PLACE_HEADINGS: Final = frozenset(
    {"geoid", "fips", "tract", "censustract", "county", "countyname", "locality", "division"}
    | {"latitude", "longitude"}
)
_ADDRESS_HEADINGS: Final = frozenset(
    {"url", "uri", "website", "websiteurl", "latitude", "longitude", "alternatename"}
)
"""What organizations and services have, and children do not."""

_SURVEY_HEADINGS: Final = frozenset(
    {"timestamp", "responseid", "respondentid", "collectorid", "startdate", "enddate"}
    | {"recordeddate", "submissiondate", "responsedate", "progress", "durationinseconds"}
)
_LAYOUT_HEADINGS: Final = frozenset(
    {"columnname", "fieldname", "startindex", "endindex", "start", "length", "width", "position"}
    | {"datatype", "tablename", "constraintsunique"}
)
_STUDENT: Final = "student"
_ID_FIELDS: Final = frozenset({"local_id", "state_id"})
_NAME_FIELDS: Final = frozenset({"given_name", "family_name", "birth_date"})
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
    if any(_has_scientific_ids(sheet) for sheet in sheets):
        return _SCIENTIFIC
    if any(note.code == "geojson" for sheet in sheets for note in sheet.notes):
        return "" if any(_names_children(sheet.header) for sheet in sheets) else _MAP
    for looks_like, text in _KINDS:
        if any(looks_like(sheet.header) for sheet in sheets):
            return text
    return ""


def is_about_addresses(header: Sequence[str]) -> bool:
    """Return whether columns are those of organizations or places, such as a web address.

    Args:
        header: names of the columns.

    Returns:
        Whether a name beside them is not that of a child.
    """
    names = {schema.normalize_spelling(name.rpartition(".")[2]) for name in header}
    return bool(names & _ADDRESS_HEADINGS)


def _has_scientific_ids(sheet: Sheet) -> bool:
    student = schema.get_record_type(_STUDENT)
    return any(
        field in _ID_FIELDS and schema.holds_scientific_ids(sheet.table[name])
        for name, field in schema.list_heading_matches(sheet.header, student)
    )


def has_no_headings(header: Sequence[str]) -> bool:
    """Return whether the first row of a file is perhaps data: a message must not repeat it."""
    data = sum(1 for name in header if re.fullmatch(r"[\d./,:%$-]+", name))
    return len(header) > _MAX_TEXT_COLUMNS and data * _MIN_MATCHES >= len(header)


def _has_periods(header: Sequence[str]) -> bool:
    periods = [
        name
        for name in header
        if re.fullmatch(r"(?:p|per(?:iod)?|hour|blk|block)[ _.]*\d+", name, re.IGNORECASE)
    ]
    return len(periods) >= _MIN_MATCHES


def _has_membership(header: Sequence[str]) -> bool:
    total = schema.get_record_type("attendance_total")
    matched = {field for _name, field in schema.list_heading_matches(header, total)}
    return "days_enrolled" in matched and "days_absent" not in matched


def _has_contacts(header: Sequence[str]) -> bool:
    names = [name for name in header if re.search(r"parent|guardian|contact", name, re.IGNORECASE)]
    return len(names) >= _MIN_MATCHES and any("relation" in name.casefold() for name in names)


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
    has_more = any(not key.endswith(_NAME_DETAIL) for key in details)
    return bool(about) and has_more and len(details) >= _MIN_MATCHES


def _is_about_places(header: Sequence[str]) -> bool:
    keys = {schema.normalize_spelling(name) for name in header}
    return bool(keys & _PLACE_HEADINGS) and not _names_children(header)


def _is_text(header: Sequence[str]) -> bool:
    has_sentence = any(re.search(r"\w+ \w+ \w+ \w+", name) for name in header)
    return len(header) <= _MAX_TEXT_COLUMNS and has_sentence


def _has_student_ids(header: Sequence[str]) -> bool:
    return bool(_match_student_fields(header) & _ID_FIELDS)


def _names_children(header: Sequence[str]) -> bool:
    return bool(_match_student_fields(header) & (_ID_FIELDS | _NAME_FIELDS))


def _match_student_fields(header: Sequence[str]) -> set[str]:
    student = schema.get_record_type(_STUDENT)
    return {field for _name, field in schema.list_heading_matches(header, student)}


_KINDS: Final[tuple[tuple[Callable[[Sequence[str]], bool], str], ...]] = (
    (schema.is_published_table, _PUBLISHED),
    (_is_layout, _LAYOUT),
    (has_no_headings, NO_HEADER),
    (_is_text, _TEXT),
    (_has_periods, _PERIODS),
    (_has_membership, _PRESENT),
    (_has_contacts, _CONTACTS),
    (_is_survey, _SURVEY),
    (_has_student_ids, _SCORES),
    (_is_directory, _DIRECTORY),
    (_is_about_places, _PLACES),
)
