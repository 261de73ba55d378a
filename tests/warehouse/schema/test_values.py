"""Text → codes, numbers, school years; failures say why and leave the cell empty."""

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.warehouse.schema import values
from cairn.warehouse.schema.elements import (
    UnknownElement,
    describe_element,
    describe_elements_in_text,
    get_element,
    get_record_type,
    load_element_catalogue,
    normalize_spelling,
)
from cairn.warehouse.schema.failures import Failure

ON = date(2026, 1, 15)


def _convert_value(
    name: str, text: str, rule: str = "", codes: dict[str, str] | None = None
) -> object:
    made = values.convert_column(pa.array([text]), get_element(name), on=ON, rule=rule, codes=codes)
    if made.failed is not None and made.failed[0].is_valid:
        assert made.values[0].as_py() is None
        return Failure(made.failed[0].as_py())
    return made.values[0].as_py()


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("student.gender", " female ", "F"),
        ("student.gender", "uri://ed-fi.org/SexDescriptor#Male", "M"),
        ("student.gender", "Q", Failure.UNKNOWN_CODE),
        ("student.gender", "unknown", None),
        ("student.gender", "--", None),
        ("student.race_ethnicity", "Black or African American", "black"),
        ("student.race_ethnicity", "Black/African American", "black"),
        ("student.race_ethnicity", "White; Asian", "two_or_more"),
        ("student.race_ethnicity", "White; Hispanic", "hispanic"),
        ("student.race_ethnicity_2024", "White; Hispanic", "two_or_more"),
        ("student.race_ethnicity_2024", "Middle Eastern", "mena"),
        ("student.race_ethnicity", "White and Hispanic", "hispanic"),
        ("student.race_ethnicity", "White; Martian", Failure.UNKNOWN_CODE),
        ("student.disability", "1", "yes"),
        ("student.disability", "N", "no"),
        ("student.meal_status", "None", "paid"),
        ("enrollment.grade", "03", "3"),
        ("enrollment.grade", "3.0", "3"),
        ("enrollment.grade", "-1", "PK"),
        ("enrollment.grade", "Twelfth grade", "12"),
        ("enrollment.grade", "13", Failure.UNKNOWN_CODE),
        ("attendance.event", "uri://x#Excused Absence", "absent_excused"),
        ("attendance.event", "Tardy", "tardy"),
        ("session_attendance.hours", "1.5", 1.5),
        ("session_attendance.hours", "1,5", 1.5),
        ("session_attendance.hours", "1:30", 1.5),
        ("session_attendance.hours", "01:30:00", 1.5),
        ("session_attendance.hours", "1h 30m", 1.5),
        ("session_attendance.hours", "2 hours", 2.0),
        ("session_attendance.hours", "45 min", 0.75),
        ("session_attendance.hours", "25", Failure.OUT_OF_RANGE),
        ("session_attendance.hours", "a while", Failure.NOT_A_NUMBER),
        ("assessment.score", "1,234.5", 1234.5),
        ("assessment.score", "85%", 85.0),
        ("assessment.score", "-3", -3.0),
        ("assessment.score", "<5", Failure.NOT_A_NUMBER),
        ("assessment.score", "nan", None),
        ("assessment.score", "inf", Failure.NOT_A_NUMBER),
        ("assessment.score", "1_000", Failure.NOT_A_NUMBER),
        ("workforce.quarter", "Q3", 3),
        ("workforce.quarter", "2025Q4", 4),
        ("workforce.quarter", "5", Failure.OUT_OF_RANGE),
        ("workforce.year", "2025.5", Failure.NOT_A_NUMBER),
        ("enrollment.school_year", "2025-2026", "2025-26"),
        ("enrollment.school_year", "2025-26", "2025-26"),
        ("enrollment.school_year", "25/26", "2025-26"),
        ("enrollment.school_year", "SY26", "2025-26"),
        ("enrollment.school_year", "2526", "2025-26"),
        ("enrollment.school_year", "2021", "2020-21"),
        ("enrollment.school_year", "2026", "2025-26"),
        ("enrollment.school_year", "1999-00", "1999-00"),
        ("enrollment.school_year", "98-99", "1998-99"),
        ("enrollment.school_year", "2025-27", Failure.NOT_A_SCHOOL_YEAR),
        ("enrollment.school_year", "1066", Failure.NOT_A_SCHOOL_YEAR),
        ("enrollment.school_year", "this year", Failure.NOT_A_SCHOOL_YEAR),
        ("student.local_id", " 00123 ", "00123"),
        ("student.local_id", "604821.0", "604821"),
        ("student.local_id", '="00123"', "00123"),
        ("student.local_id", "  ", None),
        ("student.family_name", "Null", "Null"),
    ],
)
def test_spellings(name: str, text: str, value: object) -> None:
    assert _convert_value(name, text) == value


@pytest.mark.parametrize("name", ["student.birth_date", "student.death_date"])
def test_a_day_of_life_is_not_ahead(name: str) -> None:
    assert _convert_value(name, "2026-01-15") == ON
    assert _convert_value(name, "2026-01-16") == Failure.DATE_AHEAD
    assert _convert_value("enrollment.exit_date", "2026-01-16") == date(2026, 1, 16)


def test_a_mapping_has_the_last_word_on_codes() -> None:
    own = {"1": "M", "Left": "", "w-h": "white"}
    assert _convert_value("student.gender", "1", codes=own) == "M"
    assert _convert_value("student.gender", "left", codes=own) is None
    assert _convert_value("student.race_ethnicity", "W-H", codes=own) == "white"


def test_minutes_become_hours() -> None:
    assert _convert_value("session_attendance.hours", "90", rule="minutes") == 1.5
    assert (
        _convert_value("session_attendance.hours", "3000", rule="minutes") is Failure.OUT_OF_RANGE
    )


def test_nulls_stay_nulls() -> None:
    made = values.convert_column(
        pa.array([None, "F"], pa.string()), get_element("student.gender"), on=ON
    )
    assert made.values.to_pylist() == [None, "F"]
    assert made.failed is None


def test_flags_make_one_code() -> None:
    yes, no = pa.array(["yes", "no", None, "yes"]), pa.array(["no", "yes", None, "yes"])
    assert values.combine_flag_columns({"white": yes, "asian": no}, None).to_pylist() == [
        "white", "asian", None, "two_or_more",
    ]  # fmt: skip
    flags = {"hispanic": yes, "white": yes}
    assert values.combine_flag_columns(flags, None, "hispanic").to_pylist() == [
        "hispanic", None, None, "hispanic",
    ]  # fmt: skip
    plain = pa.array(["white", "white", "black", None])
    assert values.combine_flag_columns({"white": yes}, plain).to_pylist() == [
        "white",
        "white",
        "black",
        "white",
    ]


@given(st.lists(st.sampled_from(["F", "male", "x", "?", "", "zz", " M "]), max_size=40))
def test_a_column_is_its_cells(cells: list[str]) -> None:
    made = values.convert_column(pa.array(cells, pa.string()), get_element("student.gender"), on=ON)
    for i, cell in enumerate(cells):
        one = _convert_value("student.gender", cell)
        assert made.values[i].as_py() == (None if isinstance(one, Failure) else one)


_ODD_CELLS = ["1", "1.0", " 1", "4.4E+09", "12_", "F", "x", "", "N/A", "9/8/2025", None, "2,5"]


@pytest.mark.parametrize(
    "element",
    [
        "student.local_id",
        "student.given_name",
        "student.gender",
        "student.birth_date",
        "attendance.school_year",
        "session_attendance.hours",
    ],
)
@given(st.lists(st.sampled_from(_ODD_CELLS), max_size=30))
def test_texts_that_are_stored_once_become_the_same_values(
    element: str, cells: list[str | None]
) -> None:
    column, codes = pa.array(cells, pa.string()), {"x": "F"}
    written_out = values.convert_column(column, get_element(element), on=ON, codes=codes)
    stored_once = values.convert_column(
        column.dictionary_encode(), get_element(element), on=ON, codes=codes
    )
    assert stored_once.values.cast(written_out.values.type).equals(written_out.values)
    assert (stored_once.failed, stored_once.notes) == (written_out.failed, written_out.notes)


def test_texts_stay_stored_once_and_spellings_of_one_become_one() -> None:
    for name, cells in (("student.family_name", ["Boyd", " Boyd"]), ("student.gender", ["F", "f"])):
        column = pa.array(cells * 3).dictionary_encode()
        made = values.convert_column(column, get_element(name), on=ON).values
        assert pa.types.is_dictionary(made.type)
        assert len(made.dictionary) == 1


@given(st.sampled_from(sorted(load_element_catalogue())), st.text(max_size=10), st.data())
def test_no_text_breaks_a_column(record: str, text: str, data: st.DataObject) -> None:
    field = data.draw(st.sampled_from(sorted(load_element_catalogue()[record].fields)))
    _convert_value(f"{record}.{field}", text)


def test_the_catalogue_is_sound() -> None:
    for record in load_element_catalogue().values():
        assert set(record.person) | set(record.telling) <= record.fields.keys()
        assert record.fields["record_id"].element == f"{record.name}.record_id"
        for field in record.fields.values():
            assert len(field.label.split()) <= 5, f"{field.element}: a label is short"
            assert not field.label.endswith(".")
            assert field.label[0].isupper()
            assert not field.description or field.description.endswith(".")
            spelled = [s for c in field.codes.values() for s in c.spellings]
            assert len(spelled) == len(set(spelled)), f"{field.element}: one spelling, two codes"
            assert len(field.headers) == len(set(field.headers))


def test_labels_are_told_apart_within_a_record_type() -> None:
    for record in load_element_catalogue().values():
        labels = [field.label for field in record.fields.values()]
        assert len(labels) == len(set(labels)), record.name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("attendance_total.days_absent", "Attendance totals: days absent"),
        ("student.postal_code", "Students: ZIP code"),
        ("student.local_id", "Students: local student ID"),
        ("attendance.*", "Attendance events: all fields"),
        ("student.shoe_size", "student.shoe_size"),
        ("unheard.of", "unheard.of"),
        ("STDNT_FRST_NM", "STDNT_FRST_NM"),
    ],
)
def test_an_element_is_named_by_its_record_type_and_label(name: str, words: str) -> None:
    assert describe_element(name) == words


def test_elements_in_a_sentence_have_their_labels_and_other_names_stay() -> None:
    text = "It needs “attendance_total.school_id”, and not roster.csv or student_id."
    words = "It needs “Attendance totals: school ID”, and not roster.csv or student_id."
    assert describe_elements_in_text(text) == words


def test_unknown_elements_say_what_there_is() -> None:
    with pytest.raises(UnknownElement, match="student"):
        get_record_type("pupil")
    with pytest.raises(UnknownElement, match="shoe"):
        get_element("student.shoe_size")


def test_every_reason_has_words_and_holds_no_value() -> None:
    for failure in Failure:
        assert failure.message.endswith(".")


def test_keys_ignore_case_space_and_signs() -> None:
    assert normalize_spelling("Student_ID ") == normalize_spelling("studentId") == "studentid"
    assert normalize_spelling("✓") == "✓"
    assert normalize_spelling("-1") == "-1"


@pytest.mark.parametrize(
    ("record", "title"),
    [
        ("calendar", "school calendar"),
        ("fafsa", "FAFSA completion"),
        ("title_i", "Title I services"),
    ],
)
def test_a_record_type_has_a_title_within_a_sentence(record: str, title: str) -> None:
    assert get_record_type(record).title_in_sentence == title
