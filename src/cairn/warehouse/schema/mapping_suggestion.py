"""Suggest a column mapping for a person to correct, from header spellings and a few cells.

A heading counts only where the cells can be what it says; a table of places is about no child.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from functools import cache
from types import MappingProxyType
from typing import Final

import pyarrow as pa

from cairn.warehouse.schema.clock_times import (
    TIME_IN_RULE,
    list_time_headings,
    parse_clock_time,
)
from cairn.warehouse.schema.column_mapping import (
    ADDED_MINUTES_RULE,
    CLASS_PERIOD_RULE,
    MINUTES_RULE,
    PERIOD_RULE,
    WHOLE_NAME,
    ColumnMapping,
    ColumnTarget,
    MappingProblem,
    UnknownHeadings,
    WideLayout,
)
from cairn.warehouse.schema.column_patterns import VAGUE_HEADING, explain_mismatch
from cairn.warehouse.schema.dates import parse_date_heading
from cairn.warehouse.schema.elements import (
    ElementField,
    RecordType,
    get_record_type,
    load_element_catalogue,
    normalize_spelling,
    remove_accents,
)
from cairn.warehouse.schema.headings import heading_context
from cairn.warehouse.schema.headings.class_periods import (
    are_class_periods,
    find_class_period_column,
)
from cairn.warehouse.schema.mapping_rules import DerivedColumn
from cairn.warehouse.schema.results.result_columns import (
    is_subject_name,
    propose_one_result,
    propose_result_columns,
)
from cairn.warehouse.schema.results.side_by_side import (
    group_columns,
    list_side_by_side_fields,
    propose_side_by_side,
)
from cairn.warehouse.schema.sheets import ROW_COLUMN, SHEET_NAME_COLUMN

__all__ = [
    "OFFENDER_ROLES",
    "STUDENT_ROLES",
    "count_other_people",
    "find_incident_role_column",
    "has_role_heading",
    "is_published_table",
    "list_heading_matches",
    "list_id_candidates",
    "suggest_mapping",
]

_WHOLE_NAME_HEADERS: Final = frozenset(
    {"name", "studentname", "childname", "fullname", "child", "student", "participant", "youth"}
    | {"participantname", "youthname", "membername", "member", "nameofchild", "nameofstudent"}
    | {"kid", "camper", "attendee", "childsname", "studentsname", "pupil", "learner", "client"}
    | {"clientname", "attendeename", "campername", "lastfirst", "personname", "nombrecompleto"}
    | {"nombredelestudiante"}
)
_CHILD_NAME_HEADERS: Final = frozenset(
    name for name in _WHOLE_NAME_HEADERS if name.startswith(("student", "child", "youth", "pupil"))
)

_MINUTES_HEADERS: Final = frozenset(
    {"minutes", "mins", "min", "minutesattended", "durationmin", "totalminutes", "contactminutes"}
    | {"totalminutesattended", "attendanceminutes", "minutesofservice", "timeattendedmin"}
    | {"durationminutes", "minutespresent"}
)
_ADDED_MINUTES_HEADERS: Final = frozenset({"minutes", "mins", "min"})
"""Beside hours these are the rest of them; "total minutes" says the same in another unit."""
_MINUTES_OF_HOUR: Final = 60
_ASSESSMENT: Final = "assessment"
_PROGRAM: Final = "participation"
_ATTENDANCE: Final = "attendance"
_STUDENT: Final = "student"
_CONTACT: Final = "contact"
_COURSE: Final = "course"
_IDENTITY_FIELDS: Final = frozenset(
    {"local_id", "state_id", "given_name", "middle_name", "family_name", "birth_date"}
)
_CONTACT_FIELDS: Final = frozenset({"guardian_name", "email", WHOLE_NAME})
_OUTCOMES_OF_APPLICATIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "fafsa": ("cycle", "fafsa_status", "completed_date"),
        "postsecondary": (
            *("enrollment_begin", "enrollment_end", "enrollment_status"),
            *("graduated", "graduation_date"),
        ),
    }
)
_MIN_ROSTER_FIELDS: Final = 3
_SESSIONS: Final = "session_attendance"
_LONGER_THAN_ONE: Final = frozenset({"guardian_name", "points"})
_SAMPLE_CELLS: Final = 200
_MIN_DAY_COLUMNS: Final = 2
_HOURS_OF_DAY: Final = 24
_NUMBER_CELL: Final = re.compile(r"\d+(\.\d+)?|\d{1,3}:\d{2}")
_WIDE_SCORE: Final = 8
"""A sheet with a column for each day is one of attendance, also with totals beside the days."""
_ANY_SCHOOL_YEAR: Final = "2027-28"
"""With it, 9/8 is known as a day, and 2/29 too; who knows the period of a file sets its year."""

PARENT_PREFIX: Final = "parent."
"""With it, columns of a nested table begin that repeat the record it belongs to."""

_PARENT_PATH: Final = re.compile(rf"(?:{re.escape(PARENT_PREFIX)})+")

_BARE_ID: Final = "id"
_LONGEST_NUMBER: Final = 18
_NAMES_OF_ANYTHING: Final = frozenset({"name"})
"""Also how directories write the names of organizations."""

_OWN_KEY: Final = "sourcedid"
"""OneRoster's name for the key of the row itself, also where the row is about no person."""

_STUDENT_KEYS: Final = ("usersourcedid", "studentsourcedid")

_ID_HEADING: Final = re.compile(
    r"(student|child|pupil|participant|learner|person)\w*(id|identifier|number|num|no)"
    r"|(vendor|sis|district|local|state|system|alternate|other)(student|pupil|child|user)?"
    r"(id|identifier|number)"
)

_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_MEASURES: Final = frozenset(
    {"count", "counts", "percent", "pct", "percentage", "rate", "total", "num", "number"}
    | {"numerator", "denominator", "estimate", "moe", "pop", "population", "students"}
    | {"cohortsize", "frac", "unemployed", "share", "average"}
)
_PLACES: Final = frozenset(
    {"geoid", "fips", "county", "tract", "locality", "location", "division", "state", "countyname"}
    | {"subgroup", "geography", "nation", "region", "place", "census"}
)
_MIN_MEASURES: Final = 2

_ROLE_HEADINGS: Final = frozenset({"role", "roles", "userrole", "persontype", "usertype"})
STUDENT_ROLES: Final = ("student", "students", "pupil", "learner", "child", "youth")
"""How files write in a column of roles that a row is about a student."""


OFFENDER_ROLES: Final = ("offender", "perpetrator", "aggressor", "accused")
"""How files write in a column of roles that the student did what an incident is about."""

_OTHER_INCIDENT_ROLES: Final = frozenset(
    {"victim", "witness", "reporter", "target", "bystander", "nonoffender", "complainant"}
)


@cache
def _list_person_headers() -> frozenset[str]:
    fields = get_record_type("student").fields
    names = ("local_id", "given_name", "family_name")
    return frozenset(h for name in names for h in fields[name].headers) - {_OWN_KEY}


@cache
def _list_membership_headers() -> frozenset[str]:
    """List how files write the days enrolled in school, without those of programs."""
    headers = get_record_type("attendance_total").fields["days_enrolled"].headers
    return frozenset(headers) - {*get_record_type(_PROGRAM).fields["days_attended"].headers}


@cache
def _list_outcome_headers() -> frozenset[str]:
    """List how files write what followed an application: enrollment, a degree, or a FAFSA."""
    return frozenset(
        heading
        for record, fields in _OUTCOMES_OF_APPLICATIONS.items()
        for field in fields
        for heading in get_record_type(record).fields[field].headers
        if heading != "applicationstatus"
    )


@cache
def _list_child_headers() -> frozenset[str]:
    return _list_person_headers() | {*get_record_type("student").fields["birth_date"].headers}


def suggest_mapping(
    header: Sequence[str], sample: pa.Table | None = None, record: str | None = None
) -> ColumnMapping:
    """Suggest the most likely mapping of these columns.

    Args:
        header: names of the columns.
        sample: the first rows of the sheet, all text.
        record: fixes the record type; without it, the type with the best covered fields wins.

    Returns:
        A mapping to be confirmed by a person; without columns if the record type is fixed and no
        column is known.

    Raises:
        MappingProblem: no column looks like anything in the catalogue.
    """
    if record:
        types = [get_record_type(record)]
    else:
        is_published = is_published_table(header) or heading_context.is_household_list(header)
        is_school = any(normalize_spelling(name) in _list_membership_headers() for name in header)
        is_application = heading_context.is_application_list(header) and not any(
            normalize_spelling(name) in _list_outcome_headers() for name in header
        )
        types = [
            entry
            for entry in load_element_catalogue().values()
            if not (is_published and entry.subject)
            and not (is_school and entry.name == _PROGRAM)
            and not (is_application and entry.name in _OUTCOMES_OF_APPLICATIONS)
        ]
    scored_mappings = [
        (_score_mapping(header, sample, candidate, mapping), mapping)
        for candidate in types
        if (mapping := _guess_mapping(header, sample, candidate))
    ]
    if not scored_mappings and record:
        return ColumnMapping(record=record, columns={})
    if not scored_mappings:
        raise UnknownHeadings(
            "Cairn did not recognize any column name. Check that the header is in the first rows "
            "of the file. Or choose the record type, and map the columns yourself."
        )
    best = max(scored_mappings, key=lambda scored: scored[0])[1]
    students = next((m for _score, m in scored_mappings if m.record == _STUDENT), None)
    return students if students and _is_roster_with_contacts(best, students) else best


def _is_roster_with_contacts(contacts: ColumnMapping, students: ColumnMapping) -> bool:
    """Return whether a file of contacts says more about the students: it is their list then."""
    about = {*students.columns.values()} - {*get_record_type(_STUDENT).person}
    about = {target for target in about if target.partition(":")[0] not in _CONTACT_FIELDS}
    return contacts.record == _CONTACT and len(about) >= _MIN_ROSTER_FIELDS


def is_published_table(header: Sequence[str]) -> bool:
    """Return whether columns are those of a table about places or groups, not about children.

    It has places or groups and at least two measures, such as a count and a percentage, and no
    column that names a child.

    Args:
        header: names of the columns.

    Returns:
        True for such a table.
    """
    if any(_normalize_last(name) in _list_child_headers() for name in header):
        return False
    words = [{word.casefold() for word in _WORDS.findall(name)} for name in header]
    measures = sum(1 for entry in words if entry & _MEASURES)
    return measures >= _MIN_MEASURES and any(entry & _PLACES for entry in words)


def list_heading_matches(header: Sequence[str], record: RecordType) -> list[tuple[str, str]]:
    """List each column with a heading that is a known spelling of a field.

    Args:
        header: names of the columns.
        record: the record type.

    Returns:
        (column, field), the nearest spellings first.
    """
    return [(column, name) for _, column, name in sorted(_match_headers(header, record))]


def list_id_candidates(header: Sequence[str], sample: pa.Table | None) -> tuple[str, ...]:
    """List the columns that may be the ID by which the sender knows a student.

    Which of them it is cannot be seen from a file: a vendor's own number also is different for
    each student, and is found among a district's IDs by chance.

    Args:
        header: names of the columns.
        sample: rows of the sheet, all text.

    Returns:
        Names of columns with cells that can be IDs.
    """
    student = get_record_type("student")
    spellings = {h for name in ("local_id", "state_id") for h in student.fields[name].headers}
    local_id = student.fields["local_id"]
    distinct = {
        column: len({*_sample_cells(sample, column)})
        for column in _remove_own_key(header)
        if (
            _normalize_last(column) in spellings
            or _ID_HEADING.fullmatch(_normalize_last(column)) is not None
        )
        and not _explain_column(sample, column, local_id)
    }
    # A district's own ID is the same for many students.
    most = max(distinct.values(), default=0)
    return tuple(column for column, count in distinct.items() if count and count * 2 >= most)


def count_other_people(header: Sequence[str], sample: pa.Table | None) -> tuple[str, int]:
    """Count the rows that are about people who are not students, such as teachers.

    Args:
        header: names of the columns.
        sample: rows of the sheet, all text.

    Returns:
        The column that says the role, and the number of rows; empty and 0 if none does.
    """
    for column in header:
        if sample is not None and normalize_spelling(column) in _ROLE_HEADINGS:
            roles = [normalize_spelling(c) for c in sample[column].to_pylist() if c and c.strip()]
            if {*roles} & {*OFFENDER_ROLES, *_OTHER_INCIDENT_ROLES}:
                continue  # which part each student had in an incident
            return column, sum(1 for role in roles if role not in STUDENT_ROLES)
    return "", 0


def has_role_heading(header: Sequence[str]) -> bool:
    """Return whether a column says which role each person has, as in a list of users.

    Args:
        header: names of the columns.

    Returns:
        Whether any heading is one of roles.
    """
    return any(normalize_spelling(name) in _ROLE_HEADINGS for name in header)


def find_incident_role_column(header: Sequence[str], sample: pa.Table | None) -> tuple[str, bool]:
    """Find the column that says whether a student did what an incident is about, or suffered it.

    Args:
        header: names of the columns.
        sample: rows of the sheet, all text.

    Returns:
        The column, empty if no column has such roles; and whether it also has roles that
        are not known.
    """
    for column in header:
        if sample is None or "rol" not in normalize_spelling(column):
            continue
        cells = (cell or "" for cell in sample[column].unique().to_pylist())
        roles = {normalize_spelling(cell) for cell in cells} - {""}
        if roles & _OTHER_INCIDENT_ROLES:
            return column, not roles <= {*OFFENDER_ROLES, *_OTHER_INCIDENT_ROLES}
    return "", False


def _guess_mapping(
    header: Sequence[str], sample: pa.Table | None, record: RecordType
) -> ColumnMapping | None:
    columns: dict[str, str] = {}
    header = list(_remove_own_key(header))
    for element in record.fields.values():
        if element.flags and (flags := _match_flag_columns(header, element)):
            columns.update(flags)
    for column, name in list_heading_matches(header, record):
        used_fields = {t for t in columns.values() if ":" not in t}
        is_free = column not in columns and name not in used_fields
        if name == "program" and record.name == _SESSIONS and are_class_periods(column, sample):
            continue
        if is_free and not _explain_column(sample, column, record.fields[name]):
            columns[column] = name
    _match_whole_name(header, sample, record, columns)
    _match_bare_id(header, sample, record, columns)
    _match_minutes(header, sample, record, columns)
    derived = _match_times(header, sample, record, columns)
    wide = _detect_wide_layout([h for h in header if h not in columns], sample, record, columns)
    # The list of IDs within a record says nothing of its own; its record is another sheet.
    if wide is None and all(column.startswith(PARENT_PREFIX) for column in columns):
        return None
    _match_sheet_name(header, sample, record, columns)
    ordered = {h: columns[h] for h in header if h in columns}
    ordered |= {name: columns[name] for name in derived}
    found = _find_result_columns(header, sample, record) or _find_side_by_side(
        header, sample, record, {*ordered.values()}
    )
    if found:
        own = list_side_by_side_fields(record.name)
        ordered = {h: t for h, t in ordered.items() if h not in found and t not in own}
        grouped = group_columns(record.name, {**ordered, **found})
        with suppress(MappingProblem):
            return ColumnMapping(
                record=record.name,
                columns=grouped.columns,
                results=grouped.results,
                derived=grouped.derived,
            )
    constants: dict[str, str] = {}
    if not found:
        constants = _match_one_result(header, sample, record, ordered)
        every = {name: ordered.get(name, "") for name in (*header, *derived)}
        derived = {**derived, **_match_by_context(every, sample, record, wide)}
        ordered = {name: target for name, target in every.items() if target}
    return ColumnMapping(
        record=record.name, columns=ordered, wide=wide, derived=derived, constants=constants
    )


def _match_one_result(
    header: Sequence[str], sample: pa.Table | None, record: RecordType, columns: dict[str, str]
) -> dict[str, str]:
    """Match “Math Score”, the only result of a row; return its subject, which no column says."""
    if record.name != _ASSESSMENT or {"score", "subject"} & {*columns.values()}:
        return {}
    proposed, subject = propose_one_result([name for name in header if name not in columns])
    if {*proposed.values()} & {*columns.values()} or any(
        _explain_column(sample, column, record.fields[field]) for column, field in proposed.items()
    ):
        return {}
    columns.update(proposed)
    return {"subject": subject} if subject else {}


def _match_sheet_name(
    header: Sequence[str], sample: pa.Table | None, record: RecordType, columns: dict[str, str]
) -> None:
    """Take the names of sheets for subjects, where each is one and no column says the subject."""
    if SHEET_NAME_COLUMN not in header or record.name != _ASSESSMENT:
        return
    names = {*_sample_cells(sample, SHEET_NAME_COLUMN)}
    if names and "subject" not in columns.values() and all(is_subject_name(n) for n in names):
        columns[SHEET_NAME_COLUMN] = "subject"


def _find_result_columns(
    header: Sequence[str], sample: pa.Table | None, record: RecordType
) -> dict[str, str]:
    """Find the columns of several results in each row, with cells that fit; none of fewer."""
    if record.name != _ASSESSMENT:
        return {}
    proposed = propose_result_columns(header)
    fitting = {
        column: field
        for column, field in proposed.items()
        if not _explain_column(sample, column, record.fields[field])
    }
    return fitting if len(fitting) == len(proposed) else propose_result_columns([*fitting])


def _find_side_by_side(
    header: Sequence[str], sample: pa.Table | None, record: RecordType, mapped: Set[str]
) -> dict[str, str]:
    """Find the columns of several contacts, doses, grades or class periods in each row."""

    def fits(column: str, name: str) -> bool:
        cells = [cell.strip() for cell in _sample_cells(sample, column)]
        short = sum(1 for cell in cells if len(cell) == 1)
        # One sign is a code or a mark, such as 3 of a scale to 4, and no name or percentage.
        if name in _LONGER_THAN_ONE and short * 2 > len(cells):
            return False
        numbers = sum(1 for cell in cells if _NUMBER_CELL.fullmatch(cell))
        if name == "event" and numbers * 2 > len(cells):
            return False
        return not _explain_column(sample, column, record.fields[name])

    if record.name == _COURSE and propose_result_columns(header):
        return {}  # scores of an assessment each quarter
    found = propose_side_by_side(record.name, header, mapped, fits)
    is_day = record.name == _ATTENDANCE  # its periods are one event of the day
    return {name: f"{t}:{PERIOD_RULE}" for name, t in found.items()} if is_day else found


def _match_by_context(
    columns: dict[str, str],
    sample: pa.Table | None,
    record: RecordType,
    wide: WideLayout | None,
) -> dict[str, DerivedColumn]:
    """Match what other columns or cells explain: marks, class periods, course titles, terms."""
    if record.name == _COURSE and (title := heading_context.find_course_title(columns)):
        columns[title] = "course_title"
    if record.name == _ASSESSMENT:
        return heading_context.split_term_names(columns, sample)
    if record.name != _ATTENDANCE:
        return {}
    derived = (
        {}
        if wide
        else heading_context.join_attendance_marks(columns, sample, record.fields["event"])
    )
    has_event = wide is not None or "event" in columns.values()
    if has_event and (name := find_class_period_column(columns, sample)):
        columns[name] = f"event:{CLASS_PERIOD_RULE}"
    return derived


def _match_times(
    header: Sequence[str], sample: pa.Table | None, record: RecordType, columns: dict[str, str]
) -> dict[str, DerivedColumn]:
    """Find the times at which children came and left, where no column has the hours.

    Returns:
        The column with their day, where no other has it; its entry is in ``columns`` too.
    """
    fields = [name for name, element in record.fields.items() if element.unit == "hours"]
    is_known = any(target.partition(":")[0] in fields for target in columns.values())
    if is_known or not fields or "date" not in record.fields:  # hours of a day, not of a year
        return {}
    element = record.fields[fields[0]]
    named = list_time_headings([name for name in header if name not in columns])
    rules = list_time_headings(
        [name for name in named if not _explain_column(sample, name, element, TIME_IN_RULE)]
    )
    columns.update({name: f"{element.name}:{rule}" for name, rule in rules.items()})
    starts = [name for name, rule in rules.items() if rule == TIME_IN_RULE]
    if "date" in columns.values() or not starts:
        return {}
    times = [parse_clock_time(cell) for cell in _sample_cells(sample, starts[0])]
    if not times or not all(time and time[0] for time in times):
        return {}
    name = f"{starts[0]} (day)"
    columns[name] = "date"
    return {name: DerivedColumn((starts[0],))}


def _remove_own_key(header: Sequence[str]) -> Iterator[str]:
    """Yield the columns that may be mapped; a row's own key is no student's where one is named."""
    has_student_key = any(
        normalize_spelling(name) in _STUDENT_KEYS or name.startswith(PARENT_PREFIX)
        for name in header
    )
    for name in header:
        if not (has_student_key and normalize_spelling(name) == _OWN_KEY):
            yield name


def _explain_column(
    sample: pa.Table | None, column: str, element: ElementField | None, rule: str = ""
) -> str:
    if sample is None or column not in sample.column_names:
        return ""
    return explain_mismatch(sample[column], element, column, rule=rule)


def _normalize_last(column: str) -> str:
    return _normalize_heading(column.rpartition(".")[2])


def _normalize_heading(column: str) -> str:
    """Normalize a heading: “Student #” is a number, “Grade (%)” a percent; no accents are left."""
    plain = re.sub(r"(?<=\w)\s*#\s*$", " number", remove_accents(column))
    plain = re.sub(r"(?<=\w)\s*\(?%\)?\s*$", " percent", plain)
    return normalize_spelling(plain)


def _match_headers(header: Sequence[str], record: RecordType) -> Iterable[tuple[int, str, str]]:
    """Yield (distance, column, field) for each header spelling that the catalogue knows."""
    is_nested = _is_nested_table(header)
    for column in header:
        own = _PARENT_PATH.sub("", column) if is_nested else column
        full_key, last_key = _normalize_heading(own), _normalize_last(column)
        for name, element in record.fields.items():
            if full_key in element.headers:
                yield element.headers.index(full_key), column, name
            elif last_key in element.headers:
                depth = column.count(".")
                yield 100 * depth + element.headers.index(last_key), column, name
            elif name in _IDENTITY_FIELDS and not heading_context.find_name_part_order(column):
                for spelling in heading_context.list_child_headings(column):
                    if spelling in element.headers:
                        yield 1000 + element.headers.index(spelling), column, name
                        break


def _is_nested_table(header: Sequence[str]) -> bool:
    """Return whether the columns of a parent are those of the record around, not of a guardian.

    A row that names a student itself may have an object ``parent`` with the name of one.
    """
    own = [name for name in header if not name.startswith(PARENT_PREFIX)]
    return len(own) < len(header) and not any(
        _normalize_last(name) in _list_person_headers() for name in own
    )


def _match_flag_columns(header: Sequence[str], element: ElementField) -> dict[str, str]:
    """Find columns that say yes or no to one code each; a single such column means nothing."""
    flag_columns: dict[str, str] = {}
    for column in header:
        for code, spellings in element.flags.items():
            if (
                normalize_spelling(column) in spellings
                and f"{element.name}:{code}" not in flag_columns.values()
            ):
                flag_columns[column] = f"{element.name}:{code}"
    has_plain_column = any(normalize_spelling(c) in element.headers for c in header)
    return flag_columns if len(flag_columns) > 1 or has_plain_column else {}


def _match_whole_name(
    header: Sequence[str], sample: pa.Table | None, record: RecordType, columns: dict[str, str]
) -> None:
    if "given_name" not in record.fields or {"given_name", "family_name"} & {*columns.values()}:
        return
    for column in header:
        stated_order = heading_context.find_name_part_order(column)
        spellings = {_normalize_heading(column), *heading_context.list_child_headings(column)}
        if column in columns or not (stated_order or spellings & _WHOLE_NAME_HEADERS):
            continue
        if not _explain_column(sample, column, None):
            cells = _sample_cells(sample, column)
            commas = sum(1 for c in cells if "," in c)
            order = "last_first" if commas * 2 > len(cells) else "first_last"
            columns[column] = f"{WHOLE_NAME}:{stated_order or order}"
            for middle in [c for c, f in columns.items() if f in ("middle_name", "suffix")]:
                del columns[middle]
            return


def _match_bare_id(
    header: Sequence[str], sample: pa.Table | None, record: RecordType, columns: dict[str, str]
) -> None:
    """Match a column “ID” beside the names of students, if it is the student's.

    Each name has one ID, most rows have one, and they do not count the rows, with or without gaps.
    In a list of visits, some name is there twice with one ID: else it may be the visit's.
    """
    names = [
        name
        for name, target in columns.items()
        if _is_name_target(target) and _normalize_last(name) not in _NAMES_OF_ANYTHING
    ]
    is_known = bool({"local_id", "state_id"} & {*columns.values()})
    if sample is None or not names or is_known or "local_id" not in record.fields:
        return
    for column in header:
        if normalize_spelling(column) != _BARE_ID or column in columns:
            continue
        rows = sample.select([column, *names]).slice(0, _SAMPLE_CELLS).to_pylist()
        ids_of: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for row in rows:
            if (row[column] or "").strip():
                ids_of[tuple(row[name] for name in names)].append(row[column].strip())
        ids = [one for each in ids_of.values() for one in each]
        mixed = sum(1 for each in ids_of.values() if len({*each}) > 1)
        is_repeated = any(len(each) > len({*each}) for each in ids_of.values())
        is_students = (
            2 * len(ids) > len(rows)
            and 10 * mixed <= len(ids_of)
            and not _is_counter(ids)
            and (is_repeated or "date" not in record.fields)
        )
        if is_students and not _explain_column(sample, column, record.fields["local_id"]):
            columns[column] = "local_id"
        return


def _is_counter(ids: Sequence[str]) -> bool:
    """Return whether numbers count something: they are close together, each is there once."""
    numbers = {int(one) for one in ids if one.isdecimal() and len(one) <= _LONGEST_NUMBER}
    is_dense = bool(numbers) and max(numbers) - min(numbers) < 2 * len(ids)
    return len(numbers) == len(ids) and is_dense


def _is_name_target(target: str) -> bool:
    return target.partition(":")[0] in {WHOLE_NAME, "given_name", "family_name"}


def _match_minutes(
    header: Sequence[str], sample: pa.Table | None, record: RecordType, columns: dict[str, str]
) -> None:
    """Find columns with minutes: of a field without hours, or beyond the whole hours of one."""
    fields = [name for name, element in record.fields.items() if element.unit == "hours"]
    free = [name for name in fields if name not in columns.values()]
    for column in header:
        heading = normalize_spelling(column)
        if column in columns or heading not in _MINUTES_HEADERS:
            continue
        whole = next((name for name, target in columns.items() if target in fields), None)
        if free and not (whole and heading in _ADDED_MINUTES_HEADERS):
            columns[column] = f"{free.pop()}:{MINUTES_RULE}"
        elif whole and heading in _ADDED_MINUTES_HEADERS and _are_added(sample, whole, column):
            columns[column] = f"{columns[whole]}:{ADDED_MINUTES_RULE}"
            return


def _are_added(sample: pa.Table | None, hours: str, minutes: str) -> bool:
    """Return whether the cells are whole hours, and minutes that make no hour."""
    parts = [_NUMBER_CELL.fullmatch(c.strip()) for c in _sample_cells(sample, minutes)]
    return all(
        float(part[0]) < _MINUTES_OF_HOUR for part in parts if part and ":" not in part[0]
    ) and all(cell.strip().isdigit() for cell in _sample_cells(sample, hours))


def _detect_wide_layout(
    unmapped: Sequence[str], sample: pa.Table | None, record: RecordType, columns: dict[str, str]
) -> WideLayout | None:
    """Recognize one column for each day.

    Only for record types about days, where no column has the date.
    """
    marks = {"present", "event"} & record.fields.keys()
    if "date" not in record.fields or not marks or "date" in columns.values():
        return None
    days = [h for h in unmapped if parse_date_heading(h, _ANY_SCHOOL_YEAR)]
    if len(days) < _MIN_DAY_COLUMNS:
        return None
    year = "" if all(parse_date_heading(d, "") for d in days) else _ANY_SCHOOL_YEAR
    return WideLayout(_find_day_value(sample, days, record), school_year=year)


def _find_day_value(sample: pa.Table | None, days: Sequence[str], record: RecordType) -> str:
    """Find what the cells below days say: whether a child came, for how many hours, or minutes."""
    cells = [c for d in days for c in _sample_cells(sample, d)]
    if "present" not in record.fields:
        return "event"
    known = record.fields["present"].list_code_spellings()
    if all(normalize_spelling(c) in known for c in cells) or "hours" not in record.fields:
        return "present"
    numbers = [c for c in cells if _NUMBER_CELL.fullmatch(c.strip())]
    if 2 * len(numbers) < len(cells):
        return "present"  # letters; a person says what each means
    lengths = [float(c) for c in numbers if ":" not in c and float(c) > 0]
    long = sum(1 for length in lengths if length > _HOURS_OF_DAY)
    return f"hours:{MINUTES_RULE}" if 2 * long > len(lengths) else "hours"


def _sample_cells(sample: pa.Table | None, column: str) -> list[str]:
    if sample is None or column not in sample.column_names or column == ROW_COLUMN:
        return []
    return [c for c in sample[column].slice(0, _SAMPLE_CELLS).to_pylist() if c and c.strip()]


def _score_mapping(
    header: Sequence[str], sample: pa.Table | None, record: RecordType, mapping: ColumnMapping
) -> float:
    """Score how much of the record type is there.

    A field that many types have says little, and a type without any of its typical fields is
    unlikely.
    """
    fields = {f for t in mapping.targets(mapping.columns).values() for f in t.fields(record)}
    fields |= {target.field for target in mapping.list_result_targets().values()}
    if mapping.wide:
        fields |= {mapping.wide.field, ColumnTarget.parse(mapping.wide.value).field}
    side_by_side = len(mapping.find_result_columns(header)) if record.name != _ASSESSMENT else 0
    side_by_side += len(mapping.list_joint_columns()) + 2 * bool(mapping.class_period_column)
    vague = {t for column, t in mapping.columns.items() if _normalize_last(column) == VAGUE_HEADING}
    specificity = sum(
        1 / sum(f in other.fields for other in load_element_catalogue().values())
        for f in fields - vague
    )
    has_required = [n in fields for n, e in record.fields.items() if e.required]
    about_children = any(
        normalize_spelling(h) in _list_person_headers() | _CHILD_NAME_HEADERS for h in header
    )
    typical = 2 * sum(1 for f in record.telling if f in fields) or -bool(record.telling)
    penalty = 3 if about_children and not record.subject else 0
    required = sum(1 if n else -1 for n in has_required)
    wide = _score_days(header, sample, record) if mapping.wide else 0
    return specificity + typical + required + wide + min(side_by_side, _WIDE_SCORE) - penalty


def _score_days(header: Sequence[str], sample: pa.Table | None, record: RecordType) -> float:
    """Score a sheet with a column for each day; its codes show whether a school or a program
    keeps it.

    A program writes who came; a school writes who did not come, and why.
    """
    days = [name for name in header if parse_date_heading(name, _ANY_SCHOOL_YEAR)]
    cells = {normalize_spelling(c) for name in days for c in _sample_cells(sample, name)}
    program, school = (
        {*get_record_type(name).fields[field].list_code_spellings()}
        for name, field in ((_SESSIONS, "present"), (_ATTENDANCE, "event"))
    )
    # T is "true" beside F, and "tardy" beside A.
    of_school = {code for code in school - program if len(code) > 1}  # a letter may be anything
    is_school = bool(cells & of_school) or ("t" in cells and "f" not in cells)
    return _WIDE_SCORE if (record.name == _ATTENDANCE) is is_school else 0
