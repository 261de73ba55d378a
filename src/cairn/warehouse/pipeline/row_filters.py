"""Filter rows by student: what a permit opens, and which students an agreement covers.

A student is named as their own organization names them, through ``StudentNaming``: the
warehouse itself knows no names. Where a permit opens rows student by student, rows of other
students go no further. A cell that a student's consent does not cover, or that is withheld for
the student, is left empty; so are the cells of a school that has not yet stated what it
withholds.

An agreement may cover a population only, such as one grade. Each row is compared with that
population. The facts about a student come from the rows of the file and from the partner's
earlier deliveries (its roster). A row that itself holds what the filter asks is judged by that;
any other row follows its student, in the school year of the row. A row of unknown status is set
aside too: unknown means deny.
"""

from collections import abc, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.policy.engine import Permit, digest_facts
from cairn.policy.facts import (
    NO_SCHOOL_YEARS,
    Enrollment,
    Population,
    PopulationMatch,
    SchoolYears,
    match_population,
)
from cairn.warehouse.schema import LOCAL_ID, ColumnMapping, ColumnTarget, repair_id

__all__ = [
    "POPULATION_FIELDS",
    "UNKNOWN_STUDENT",
    "ConformedColumns",
    "KnownStudent",
    "KnownStudents",
    "RowOrigin",
    "collect_known_students",
    "has_population_fields",
    "merge_known_student",
    "place_rows_in_population",
]

StudentNaming = Callable[[pa.Array], pa.Array]
"""The IDs by which an organization knows students (Array[str], none of them null or blank) → the
keys that a permit gives the students (Array[str], in the same order)."""


@dataclass(frozen=True, slots=True)
class KnownStudent:
    """What one partner's rows state of one student.

    Attributes:
        born: birth date; None if no row states it.
        enrollments: the student's enrollments; None if no row states any.
    """

    born: date | None = None
    enrollments: tuple[Enrollment, ...] | None = None


KnownStudents = Mapping[str, KnownStudent]
"""Facts about a partner's students, by the partner's own ID; kept in memory only."""


@dataclass(frozen=True, slots=True)
class RowOrigin:
    """Where rows come from, and how a permit names their students.

    Attributes:
        agreement: reference of the agreement under which they came.
        organization: slug of the organization that delivered them.
        name: turns the organization's IDs of students into the keys that a permit uses.
        roster: what the organization has delivered about its students before; needed for agreements
            that cover a population only.
        on_named: receives the keys of the students of the remaining rows (Array[str]), if the
            permit names students, so that a caller that needs them does not compute them again.
        file_year: the school year of the period of the file; empty if it is unknown.
    """

    agreement: str
    organization: str
    name: StudentNaming
    roster: KnownStudents = field(default_factory=dict)
    on_named: Callable[[pa.Array], object] | None = None
    file_year: str = ""

    def is_affected_by(self, permit: Permit) -> bool:
        """Return whether the permit says anything about single students of these rows."""
        is_row_level = self.agreement in permit.rows or bool(permit.kept_back)
        return is_row_level or self.organization in permit.shut.get(self.agreement, ())

    def is_withheld(self, permit: Permit, student: str | None, elements: frozenset[str]) -> bool:
        """Return whether the permit keeps some of these elements out of a row of this student."""
        return bool(permit.find_withheld(self.agreement, self.organization, student, elements))

    def get_student_keys(self, ids: pa.Array | pa.ChunkedArray) -> pa.DictionaryArray:
        """Return the key of the student of each row, null for a row without an ID.

        Each different ID is named once.
        """
        combined = ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids
        encoded = combined.cast(pa.string()).dictionary_encode()
        distinct = encoded.dictionary
        if pc.all(pc.ascii_is_alnum(distinct)).as_py():  # nothing to repair, and none is blank
            return pa.DictionaryArray.from_arrays(encoded.indices, self.name(distinct))
        repaired = [i if i.isalnum() else repair_id(i) for i in distinct.to_pylist()]
        ids = pa.array([i if i.strip() else None for i in repaired], pa.string())
        keys = pc.replace_with_mask(ids, pc.is_valid(ids), self.name(ids.drop_null()))
        return pa.DictionaryArray.from_arrays(encoded.indices, keys)


def filter_opened_rows(
    table: pa.Table,
    targets: abc.Mapping[str, ColumnTarget],
    mapping: ColumnMapping,
    permit: Permit,
    rows: RowOrigin | None,
) -> tuple[pa.Table, pa.Array]:
    """Remove rows and blank cells that the permit does not open.

    Args:
        table: a landed table.
        targets: what each column is.
        mapping: the column mapping.
        permit: the permit of the step.
        rows: where the rows come from; None if the permit is not about single students.

    Returns:
        The remaining table, and for each original row whether it stays out. A row stays out if
        its student does not open every element without which the row is of no use.
    """
    if rows is None or not mapping.type.subject or not rows.is_affected_by(permit):
        return table, pa.repeat(value=False, size=table.num_rows)
    id_column = next(
        (name for name, column_target in targets.items() if column_target.field == LOCAL_ID), None
    )
    students = rows.get_student_keys(
        table.column(id_column) if id_column else pa.nulls(table.num_rows, pa.string())
    )
    is_left_out = find_closed_rows(students, rows, _list_required_elements(mapping, permit), permit)
    has_left_out = pc.any(is_left_out).as_py()
    if rows.on_named:
        remaining = students.dictionary
        if has_left_out:
            indices = students.indices.filter(pc.invert(is_left_out)).drop_null()
            remaining = remaining.take(indices.unique())
        rows.on_named(remaining.drop_null())
    elements_by_column = {
        name: frozenset(mapping.type.fields[f].element for f in target.fields(mapping.type))
        & permit.elements
        for name, target in targets.items()
    }
    table = blank_closed_cells(table, students, rows, elements_by_column, permit)
    if has_left_out:
        table = table.filter(pc.invert(is_left_out))
    return table, is_left_out


def digest_opened_rows(mapping: ColumnMapping, permit: Permit, rows: RowOrigin | None) -> str:
    """Compute a digest of everything on which `filter_opened_rows` depends beside the rows.

    Filtered rows of the same digest are opened already: the filter would change nothing.

    Args:
        mapping: the column mapping.
        permit: the permit of the step.
        rows: where the rows come from.

    Returns:
        The digest.
    """
    origin = (rows.agreement, rows.organization) if rows else ()
    elements = sorted(permit.elements)
    return digest_facts(
        mapping.digest, origin, elements, permit.rows, permit.kept_back, permit.shut
    )


def _list_required_elements(mapping: ColumnMapping, permit: Permit) -> frozenset[str]:
    """List the elements without which a row is of no use.

    They are the student's ID, the required fields, and what the mapping sets for every row
    alike.
    """
    fields = mapping.type.fields
    names = {name for name, element in fields.items() if element.required} | {LOCAL_ID}
    names |= mapping.constants.keys() & {element.rpartition(".")[2] for element in permit.elements}
    if mapping.wide:
        names |= {mapping.wide.field, ColumnTarget.parse(mapping.wide.value).field}
    return frozenset(fields[name].element for name in names)


def blank_closed_cells(
    table: pa.Table,
    students: pa.DictionaryArray,
    rows: RowOrigin,
    elements: abc.Mapping[str, frozenset[str]],
    permit: Permit,
) -> pa.Table:
    """Blank each cell that the student of its row does not open.

    Args:
        table: any table.
        students: key of the student of each row.
        rows: where the rows come from.
        elements: the elements that each column holds; other columns are about no student.
        permit: the permit of the step.

    Returns:
        The table with these cells empty.
    """
    for name, column_elements in elements.items():
        is_closed = find_closed_rows(students, rows, column_elements, permit)
        if pc.any(is_closed).as_py():
            column = table.column(name)
            blank = pa.scalar(None, column.type)
            cells = pc.if_else(is_closed, blank, column)
            table = table.set_column(table.column_names.index(name), table.field(name), cells)
    return table


def find_closed_rows(
    students: pa.DictionaryArray, rows: RowOrigin, elements: frozenset[str], permit: Permit
) -> pa.Array:
    """Return True for each row of a student who does not open all of these elements.

    Only the students that the permit names are checked one by one; any other has the same answer.
    A row without a student counts as one unknown student.
    """
    common = rows.is_withheld(permit, _OTHER_STUDENT, elements)
    others = [
        student
        for student in {"", *permit.list_single_students(rows.agreement)}
        if rows.is_withheld(permit, student, elements) is not common
    ]
    if not others:
        return pa.repeat(common, len(students))
    named = pc.fill_null(students.dictionary, "")
    differs = pc.is_in(named, value_set=pa.array(others, pa.string())).take(students.indices)
    differs = pc.fill_null(differs, "" in others)
    return pc.invert(differs) if common else differs


_OTHER_STUDENT: Final = "\x00"
"""An ID that no student has: its answer is that of every student that a permit does not name."""

_ENROLLMENT_FIELDS: Final = {
    "school": "school_id",
    "grade": "grade",
    "school_year": "school_year",
    "starts": "entry_date",
    "ends": "exit_date",
}

_PARTICIPATION_FIELDS: Final = {"grade": "grade", "starts": "start_date", "ends": "end_date"}
_PARTICIPATION: Final = "participation"

POPULATION_FIELDS: Final = tuple(
    dict.fromkeys(
        (LOCAL_ID, "birth_date", *_ENROLLMENT_FIELDS.values(), *_PARTICIPATION_FIELDS.values())
    )
)
"""Every field that says something about a population filter."""

UNKNOWN_STUDENT: Final = KnownStudent()
ConformedColumns = Mapping[str, pa.Array | pa.ChunkedArray]


def collect_known_students(
    files: Iterable[tuple[str, ConformedColumns]], organization: str
) -> KnownStudents:
    """Collect what conformed files of one organization say of its students.

    Args:
        files: record type of each file, and those of its columns that are in
            ``POPULATION_FIELDS``.
        organization: slug of the organization.

    Returns:
        The known facts, by the organization's own student ID.
    """
    birth_dates: dict[str, date] = {}
    enrolled: dict[str, dict[Enrollment, None]] = defaultdict(dict)
    for record, columns in files:
        for row in _iterate_rows(columns):
            student = row.get(LOCAL_ID)
            if not student:
                continue
            if (birth_date := row.get("birth_date")) is not None:
                birth_dates[student] = birth_date
            if (enrollment := _read_enrollment(record, row, organization)) is not None:
                enrolled[student][enrollment] = None
    return {
        student: KnownStudent(
            birth_dates.get(student), tuple(enrolled[student]) if student in enrolled else None
        )
        for student in birth_dates.keys() | enrolled.keys()
    }


def has_population_fields(record: str, fields: Collection[str]) -> bool:
    """Return whether a file with these fields says which population its students belong to.

    It does so by birth date, school or grade, or by taking part in a program.

    Args:
        record: record type of the file.
        fields: names of its fields.

    Returns:
        True if the file can place students.
    """
    decisive = {"birth_date", "school_id", "grade"}.intersection(fields)
    return LOCAL_ID in fields and (bool(decisive) or record == _PARTICIPATION)


def merge_known_student(own: KnownStudent, other: KnownStudent) -> KnownStudent:
    """Merge what one file says of a student with what other files say.

    Args:
        own: what the file says.
        other: what other files say.

    Returns:
        Both together; the file's own birth date goes first.
    """
    known_lists = [e for e in (own.enrollments, other.enrollments) if e is not None]
    enrollments = tuple(
        dict.fromkeys(enrollment for known_list in known_lists for enrollment in known_list)
    )
    return KnownStudent(own.born or other.born, enrollments if known_lists else None)


def place_rows_in_population(
    record: str,
    columns: ConformedColumns,
    population: Population,
    organization: str,
    earlier: KnownStudents,
) -> list[PopulationMatch]:
    """Decide for each row whether its student is inside, outside, or unknown to a population.

    Args:
        record: record type of the file.
        columns: the conformed columns of the file.
        population: population of the agreement.
        organization: slug of the organization that sent the file.
        earlier: what its other files say of its students.

    Returns:
        One place for each row.
    """
    own_students = collect_known_students([(record, columns)], organization)
    cache: dict[tuple[object, ...], PopulationMatch] = {}
    results = []
    for row in _iterate_rows(columns):
        student = row.get(LOCAL_ID) or ""
        known_student = merge_known_student(
            own_students.get(student, UNKNOWN_STUDENT), earlier.get(student, UNKNOWN_STUDENT)
        )
        birth_date = row.get("birth_date") or known_student.born
        own_enrollment = _read_enrollment(record, row, organization)
        is_decisive = own_enrollment is not None and _answers_filter(own_enrollment, population)
        year = row.get("school_year")
        years: SchoolYears = (year, year) if year else NO_SCHOOL_YEARS
        enrollments = (
            (own_enrollment,)
            if is_decisive and own_enrollment is not None
            else _list_known_enrollments(known_student, population, years)
        )
        cache_key = (birth_date, enrollments, years)
        if cache_key not in cache:
            cache[cache_key] = match_population(population, birth_date, enrollments, years)
        results.append(cache[cache_key])
    return results


def _iterate_rows(columns: ConformedColumns) -> Iterator[dict[str, Any]]:
    names = [name for name in POPULATION_FIELDS if name in columns]
    columns_as_lists: Sequence[list[Any]] = [columns[name].to_pylist() for name in names]
    for values in zip(*columns_as_lists, strict=True):
        yield dict(zip(names, values, strict=True))


def _read_enrollment(record: str, row: Mapping[str, Any], organization: str) -> Enrollment | None:
    """Read where a row says that its student is enrolled; None where it does not say."""
    field_names = _PARTICIPATION_FIELDS if record == _PARTICIPATION else _ENROLLMENT_FIELDS
    values = {name: row[field] for name, field in field_names.items() if row.get(field) is not None}
    if record == _PARTICIPATION:
        return Enrollment(program=organization, **values)
    return Enrollment(**values) if values.keys() & {"school", "grade"} else None


def _answers_filter(own_enrollment: Enrollment, population: Population) -> bool:
    """Return whether a row by itself holds everything that the filter asks about enrollment."""
    answers = {
        "grade": own_enrollment.grade,
        "school": own_enrollment.school,
        "program": own_enrollment.program,
        "days of enrollment": own_enrollment.starts,
    }
    return all(answers[name] for name in population.needed_facts & answers.keys())


def _list_known_enrollments(
    known: KnownStudent, population: Population, years: SchoolYears
) -> tuple[Enrollment, ...] | None:
    """List the known enrollments of a student in these years.

    Where none of them is of the kind that the filter asks about, an unknown enrollment is
    added.
    """
    if known.enrollments is None:
        return None
    current = [e for e in known.enrollments if not years[0] or e.school_year in ("", years[0])]
    asks_schooling = bool(population.needed_facts & {"grade", "school"})
    is_incomplete = asks_schooling and not any(e.grade or e.school for e in current)
    is_incomplete |= "program" in population.needed_facts and not any(e.program for e in current)
    return (*current, Enrollment()) if is_incomplete or not current else tuple(current)
