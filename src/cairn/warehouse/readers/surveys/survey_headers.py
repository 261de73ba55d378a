"""Recognize the export of a survey tool by its own columns, and read its header.

A tool's own columns are its signature: all of them must be there, and no share of matching ones
decides. Qualtrics writes three header rows (short name, wording, import ID), SurveyMonkey two
(question, choice); the others write one.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cairn.warehouse.schema import SurveyColumn, SurveyForm, SurveyRole, normalize_spelling

__all__ = ["MAX_SURVEY_HEADERS", "SurveyHeader", "find_survey_header"]

MAX_SURVEY_HEADERS: Final = 3


@dataclass(frozen=True, slots=True)
class SurveyHeader:
    """The header of a survey's export.

    Attributes:
        rows: number of header rows.
        names: the headings of the sheet, each of them different.
        form: the form of the survey.
    """

    rows: int
    names: tuple[str, ...]
    form: SurveyForm


@dataclass(frozen=True, slots=True)
class _SurveyFormat:
    """One tool's export with one header row.

    Attributes:
        tool: name of the tool.
        signature: headings that must all be there; of a group, any one.
        roles: heading → role of the tool's own columns.
        complete: texts of the status of complete responses.
        details: beginnings of headings that are no questions.
    """

    tool: str
    signature: tuple[tuple[str, ...], ...]
    roles: Mapping[str, SurveyRole]
    complete: tuple[str, ...] = ()
    details: tuple[str, ...] = ()


_Q, _ID, _DATE = SurveyRole.QUESTION, SurveyRole.RESPONSE_ID, SurveyRole.DATE
_LANGUAGE, _STATUS, _DETAIL = SurveyRole.LANGUAGE, SurveyRole.STATUS, SurveyRole.DETAIL


def _make_details(*headings: str) -> dict[str, SurveyRole]:
    return dict.fromkeys(headings, _DETAIL)


_QUALTRICS_ROLES: Final[Mapping[str, SurveyRole]] = {
    "EndDate": _DATE,
    "ResponseId": _ID,
    "UserLanguage": _LANGUAGE,
    "Status": _STATUS,
    "Finished": _STATUS,
    **_make_details("StartDate", "RecordedDate", "IPAddress", "Progress"),
    **_make_details("Duration (in seconds)", "RecipientLastName", "RecipientFirstName"),
    **_make_details("RecipientEmail", "ExternalReference", "LocationLatitude"),
    **_make_details("LocationLongitude", "DistributionChannel"),
}
_QUALTRICS_SIGNATURE: Final = ("StartDate", "EndDate", "Status", "Finished", "ResponseId")
# An export with coded values has the numbers instead of the texts.
_QUALTRICS_PREVIEWS: Final = (
    *("Survey Preview", "Survey Test", "Spam", "Preview", "Offline Survey Preview"),
    *("1", "2", "8", "9", "12", "17"),
)
_IMPORT_ID: Final = re.compile(r'\s*\{\s*"ImportId"')
_QUESTION_IMPORT_ID: Final = re.compile(r"QID\d")
_TEXT_ANSWER: Final = re.compile(r"(?:_TEXT$| - Text$)")

_MONKEY_SIGNATURE: Final = frozenset({"respondentid", "collectorid"})
_MONKEY_ROLES: Final[Mapping[str, SurveyRole]] = {
    "respondentid": _ID,
    "enddate": _DATE,
    **_make_details("collectorid", "startdate", "ipaddress", "emailaddress", "firstname"),
    **_make_details("lastname", "customdata", "customdata1"),
}
_MONKEY_RESPONSES: Final = frozenset({"response", "respuesta"})
_MONKEY_OPEN: Final = frozenset({"openendedresponse", "respuestaabierta"})

_KOBO_ROLES: Final[Mapping[str, SurveyRole]] = {
    "_id": _ID,
    "KEY": _ID,
    "_submission_time": _DATE,
    "SubmissionDate": _DATE,
    **_make_details("start", "end", "today", "username", "deviceid", "device_id", "phonenumber"),
    **_make_details("simserial", "subscriberid", "subscriberID", "audit", "SubmitterID"),
    **_make_details("SubmitterName", "AttachmentsPresent", "AttachmentsExpected", "Status"),
    **_make_details("ReviewState", "DeviceID", "Edits", "FormVersion", "instanceID"),
    **_make_details("meta-instanceID", "meta-instanceName", "instanceName", "PARENT_KEY"),
}
_KOBO_DETAILS: Final = ("_", "meta/", "formhub/", "SET-OF-")

_ONE_ROW_FORMATS: Final = (
    _SurveyFormat(
        "KoboToolbox",
        (("_id",), ("_uuid",), ("_submission_time",)),
        _KOBO_ROLES,
        details=_KOBO_DETAILS,
    ),
    _SurveyFormat(
        "KoboToolbox",
        (("_index",), ("_parent_index",), ("_parent_table_name", "_submission__id")),
        {},
        details=_KOBO_DETAILS,
    ),
    _SurveyFormat(
        "ODK",
        (("SubmissionDate",), ("KEY",), ("instanceID", "meta-instanceID", "SubmitterID")),
        _KOBO_ROLES,
        details=_KOBO_DETAILS,
    ),
    _SurveyFormat(
        "ODK",
        (("PARENT_KEY",), ("KEY",)),
        _make_details("PARENT_KEY", "KEY"),
        details=_KOBO_DETAILS,
    ),
    _SurveyFormat(
        "Alchemer",
        (("Response ID",), ("Time Started",), ("Date Submitted",), ("Status",)),
        {
            "Response ID": _ID,
            "Date Submitted": _DATE,
            "Status": _STATUS,
            "Language": _LANGUAGE,
            **_make_details("Time Started", "Contact ID", "Legacy Comments", "Comments", "Tags"),
            **_make_details("Referer", "Extended Referer", "SessionID", "User Agent", "Postal"),
            **_make_details("Extended User Agent", "Longitude", "Latitude", "Country", "City"),
            **_make_details("State/Region", "IP Address", "Link ID", "Link Name"),
        },
        complete=("Complete",),
    ),
    _SurveyFormat(
        "Formsite",
        (("Reference #",), ("Status",), ("Finish Time", "Start Time")),
        {
            "Reference #": _ID,
            "Date": _DATE,
            "Status": _STATUS,
            **_make_details("Start Time", "Finish Time", "Duration", "Duration (s)", "User"),
            **_make_details("Browser", "Device", "Referrer", "IP Address"),
        },
        complete=("Complete",),
    ),
    _SurveyFormat(
        "Microsoft Forms",
        (
            ("ID",),
            ("Start time", "Hora de inicio"),
            ("Completion time", "Hora de finalización"),
        ),
        {
            "ID": _ID,
            "Completion time": _DATE,
            "Hora de finalización": _DATE,
            "Language": _LANGUAGE,
            **_make_details("Start time", "Email", "Name", "Last modified time", "Total points"),
            **_make_details("Quiz feedback", "Grade posted time", "Hora de inicio"),
            **_make_details("Correo electrónico", "Nombre", "Hora de la última modificación"),
        },
        details=("Points - ", "Feedback - "),
    ),
)
_GOOGLE_STARTS: Final = frozenset({"timestamp", "marcatemporal"})
_GOOGLE_ROLES: Final[Mapping[str, SurveyRole]] = {
    "timestamp": _DATE,
    "marcatemporal": _DATE,
    **_make_details("emailaddress", "username", "score", "puntuación"),
    **_make_details("direccióndecorreoelectrónico", "nombredeusuario"),
}
_QUESTION_WORDS: Final = 4


def find_survey_header(rows: Sequence[Sequence[str]]) -> SurveyHeader | None:
    """Find the header of a survey's export.

    Args:
        rows: the first rows of the table, at least ``MAX_SURVEY_HEADERS`` if there are so many.

    Returns:
        The header; None if the table is not the export of a survey tool that Cairn knows.
    """
    if not any(rows):
        return None
    width = max(len(row) for row in rows)
    cells = [[_clean_cell(cell) for cell in (*row, *[""] * (width - len(row)))] for row in rows]
    return next((found for find in _FINDERS if (found := find(cells))), None)


def _find_qualtrics(rows: Sequence[Sequence[str]]) -> SurveyHeader | None:
    ids_row = next((i for i, row in enumerate(rows) if _has_import_ids(row)), 0)
    short = rows[0]
    if not (ids_row or {*_QUALTRICS_SIGNATURE} <= {*short}):
        return None
    wordings = rows[1] if ids_row > 1 else short
    import_ids = [_parse_import_id(c) for c in rows[ids_row]] if ids_row else [""] * len(short)
    headings = [
        f"{name}: {wording}"
        if wording and wording != name and name not in _QUALTRICS_ROLES
        else name
        for name, wording in zip(short, wordings, strict=True)
    ]
    columns = []
    names = _make_unique(headings)
    for heading, name, wording, own in zip(names, short, wordings, import_ids, strict=True):
        role = _QUALTRICS_ROLES.get(name)
        if role is None:
            is_question = not own or _QUESTION_IMPORT_ID.match(own)
            role = _Q if is_question else _DETAIL
        if role is not _Q:
            columns.append(
                SurveyColumn(
                    heading,
                    role,
                    drop=_QUALTRICS_PREVIEWS if name == "Status" else (),
                    keep=("True", "1", "Yes") if name == "Finished" else (),
                )
            )
            continue
        is_text = bool(_TEXT_ANSWER.search(own) or _TEXT_ANSWER.search(wording))
        text = wording.removesuffix(" - Selected Choice")
        stem, _, choice = text.rpartition(" - ")
        has_choice = bool(stem) and "_" in name and not is_text
        columns.append(
            SurveyColumn(
                heading,
                _Q,
                stem if has_choice else text,
                name,
                choice if has_choice else "",
                is_text,
            )
        )
    return SurveyHeader(ids_row + 1, names, SurveyForm("Qualtrics", "", tuple(columns)))


def _has_import_ids(row: Sequence[str]) -> bool:
    filled = [cell for cell in row if cell]
    return bool(filled) and all(_IMPORT_ID.match(cell) for cell in filled)


def _parse_import_id(cell: str) -> str:
    try:
        return str(json.loads(cell)["ImportId"])
    except (ValueError, KeyError, TypeError):
        return ""


def _find_survey_monkey(rows: Sequence[Sequence[str]]) -> SurveyHeader | None:
    keys = [normalize_spelling(cell) for cell in rows[0]]
    if not {*keys} >= _MONKEY_SIGNATURE:
        return None
    own_id = keys.index("respondentid")
    has_choices = len(rows) > 1 and not rows[1][own_id]
    choices = rows[1] if has_choices else [""] * len(keys)
    headings: list[str] = []
    found: list[tuple[SurveyRole, str, str, bool]] = []
    question = ""
    for key, wording, choice in zip(keys, rows[0], choices, strict=True):
        role = _MONKEY_ROLES.get(key, _Q)
        question = wording or question
        sub = normalize_spelling(choice)
        is_plain = not choice or sub in _MONKEY_RESPONSES | _MONKEY_OPEN
        is_named = bool(question) and (bool(wording) or bool(choice))
        headings.append((question if is_plain else f"{question}: {choice}") if is_named else "")
        found.append((role, question, "" if is_plain else choice, sub in _MONKEY_OPEN))
    names = _make_unique(headings)
    columns = [
        SurveyColumn(name, role)
        if role is not _Q
        else SurveyColumn(name, role, wording, f"Q{number}", choice, is_text)
        for number, (name, (role, wording, choice, is_text)) in enumerate(
            zip(names, found, strict=True), 1
        )
        if name
    ]
    form = SurveyForm("SurveyMonkey", "", tuple(columns))
    return SurveyHeader(1 + has_choices, names, form)


def _find_one_row_format(rows: Sequence[Sequence[str]]) -> SurveyHeader | None:
    present = {*rows[0]}
    for survey_format in _ONE_ROW_FORMATS:
        if all(present & {*any_of} for any_of in survey_format.signature):
            names = _make_unique(rows[0])
            columns = tuple(_describe_columns(names, survey_format))
            return SurveyHeader(1, names, SurveyForm(survey_format.tool, "", columns))
    return None


def _describe_columns(names: Sequence[str], survey_format: _SurveyFormat) -> Iterator[SurveyColumn]:
    """Describe the columns; of a question with a column for each choice, the choices."""
    is_nested = survey_format.details == _KOBO_DETAILS
    choices = _find_choices(names) if is_nested else {}
    groups = _find_groups(names, choices) if is_nested else {}
    divided = {wording for wording, _ in choices.values()}
    for number, name in enumerate(names, 1):
        if not name:
            continue
        role = survey_format.roles.get(name, _Q)
        if name.startswith(survey_format.details or ("\0",)) and name not in survey_format.roles:
            role = _DETAIL
        if role is not _Q or name in divided:
            keep = survey_format.complete if role is _STATUS else ()
            yield SurveyColumn(name, _DETAIL if role is _Q else role, keep=keep)
            continue
        wording, choice = choices.get(name, (name, ""))
        if survey_format.tool == "Alchemer" and ":" in name:
            choice, _, wording = (part.strip() for part in name.partition(":"))
        question_id = name if is_nested else f"Q{number}"
        yield SurveyColumn(name, _Q, groups.get(wording, wording), question_id, choice)


def _find_choices(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Find the columns of choices: "sports/chess" is one of "sports", which is a column too."""
    present = {name for name in names if name}
    found = {}
    for name in present:
        ends = [i for i, sign in enumerate(name) if sign == "/" and name[:i] in present]
        if ends:
            found[name] = (name[: ends[-1]], name[ends[-1] + 1 :])
    return found


def _find_groups(names: Sequence[str], choices: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Find the wordings without the group of questions: two questions or more share a group."""
    questions = [name for name in names if "/" in name and name not in choices]
    shared = Counter(name.rpartition("/")[0] for name in questions)
    return {
        name: name.rpartition("/")[2] for name in questions if shared[name.rpartition("/")[0]] > 1
    }


def _find_google_forms(rows: Sequence[Sequence[str]]) -> SurveyHeader | None:
    """Recognize Google Forms: the time comes first, and further headings are questions."""
    keys = [normalize_spelling(cell) for cell in rows[0]]
    if keys[0] not in _GOOGLE_STARTS:
        return None
    if not any(
        "?" in cell or len(cell.split()) >= _QUESTION_WORDS or cell.endswith("]")
        for cell in rows[0][1:]
    ):
        return None
    names = _make_unique(rows[0])
    columns = [
        SurveyColumn(name, _GOOGLE_ROLES[key])
        if key in _GOOGLE_ROLES
        else SurveyColumn(name, _Q, name, f"Q{number}")
        for number, (name, key) in enumerate(zip(names, keys, strict=True))
        if name
    ]
    return SurveyHeader(1, names, SurveyForm("Google Forms", "", tuple(columns)))


_FINDERS: Final[tuple[Callable[[Sequence[Sequence[str]]], SurveyHeader | None], ...]] = (
    _find_qualtrics,
    _find_survey_monkey,
    _find_one_row_format,
    _find_google_forms,
)


def _clean_cell(cell: str) -> str:
    return " ".join(cell.replace("\ufeff", "").split())


def _make_unique(headings: Sequence[str]) -> tuple[str, ...]:
    """Make each heading different; empty ones stay empty."""
    used: set[str] = set()
    names = []
    for heading in headings:
        name, suffix = heading, 1
        while name and name.casefold() in used:
            suffix += 1
            name = f"{heading} ({suffix})"
        used.add(name.casefold())
        names.append(name)
    return tuple(names)
