"""What the cells of a column look like, and whether they can be what its heading says."""

import string

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.warehouse.schema.column_patterns import (
    count_codes,
    explain_mismatch,
    mask_text,
    summarize_column,
)
from cairn.warehouse.schema.elements import get_record_type

STUDENT = get_record_type("student").fields
ASSESSMENT = get_record_type("assessment").fields


@pytest.mark.parametrize(
    ("cells", "description"),
    [
        ([], "empty in the rows that were looked at"),
        (["", None, " "], "empty in the rows that were looked at"),
        (["12345678", "87654321"], "8 digits, all different"),
        (["7"], "1 digit"),
        (["12", "345"], "2 to 3 digits, all different"),
        (
            ["3/4/2016", "3/4/2016", "3/5/2016"],
            "looks like dates MM/DD/YYYY, 2 different in 3 rows",
        ),
        (["3/4/2016", "15/4/2016"], "looks like dates DD/MM/YYYY, all different"),
        (["2016-03-04", "2016-03-05 00:00"], "looks like dates YYYY-MM-DD, all different"),
        (["3/4/16"], "looks like dates MM/DD/YY"),
        (["1.5", "2"], "numbers, all different"),
        (["a@example.org", "b@example.org"], "email addresses, all different"),
        (["Y", "N", "Y"], "yes or no, 2 different in 3 rows"),
        (["Ada", "Ada"], "one word, the same in each row"),
        (["Ada Lund", "Bo"], "up to 2 words, all different"),
        (["A1", "B2"], "letters and digits, all different"),
    ],
)
def test_a_column_is_described_by_its_shape(cells: list[str | None], description: str) -> None:
    assert summarize_column(pa.array(cells, pa.string())).description == description


@pytest.mark.parametrize(
    ("field", "heading", "cells", "mismatch"),
    [
        ("family_name", "FamilyName", ["Reading Informational Text"] * 5, "like a title"),
        ("family_name", "Last Name", ["Ames", "De La Cruz", "O'Neil-Ray"], ""),
        ("family_name", "Last Name", ["Last 1", "Last_02"], ""),
        ("family_name", "Last Name", ["Fall"] * 20, "the same in each row"),
        ("family_name", "Last Name", ["101", "102"], "not mostly letters"),
        ("given_name", "First", ["", ""], ""),
        ("local_id", "Student ID", ["605001", "A-17"], ""),
        ("local_id", "Student", ["Ada Lund", "Bo Berg"], "words"),
        ("local_id", "Student ID", ["3/4/2016", "3/5/2016"], "dates"),
        ("local_id", "Student ID", ["1"] * 20, "the same in each row"),
        ("birth_date", "DOB", ["3/4/2016", "x"], ""),
        ("birth_date", "DOB", ["9", "10", "n/a"], "mostly not dates"),
        ("gender", "Sex", ["F", "M", "?"], ""),
        ("gender", "Sex", [f"text {n}" for n in range(50)], "50 different texts"),
    ],
)
def test_cells_support_or_contradict_a_heading(
    field: str, heading: str, cells: list[str], mismatch: str
) -> None:
    said = explain_mismatch(pa.array(cells), STUDENT[field], heading)
    assert (mismatch in said) if mismatch else said == ""


def test_a_test_level_is_no_performance_level() -> None:
    level = ASSESSMENT["performance_level"]
    assert "level of the test" in explain_mismatch(pa.array(["05", "12"]), level, "Level")
    assert explain_mismatch(pa.array(["3", "4"]), level, "Performance Level") == ""
    assert explain_mismatch(pa.array(["Proficient", "Basic"]), level, "Level") == ""


def test_numbers_years_and_whole_names_are_checked() -> None:
    assert "not numbers" in explain_mismatch(pa.array(["low", "high"]), ASSESSMENT["score"], "S")
    year = ASSESSMENT["school_year"]
    assert "school years" in explain_mismatch(pa.array(["fall", "spring"]), year, "Year")
    assert "full names" in explain_mismatch(pa.array(["Ohio", "Utah"]), None, "NAME")
    assert explain_mismatch(pa.array(["Lund, Ada", "Berg, Bo"]), None, "Name") == ""
    dates = pa.array(["030416", "030516"])
    assert explain_mismatch(dates, STUDENT["birth_date"], "DOB")
    assert not explain_mismatch(dates, STUDENT["birth_date"], "DOB", formats=["%m%d%y"])


def test_codes_are_counted_with_what_they_mean() -> None:
    cells = pa.array(["F", "f", "M", "Girl?", "Girl?", "", None])
    codes = count_codes(cells, STUDENT["gender"], {"Girl?": "F"})
    assert [(code.spelling, code.count, code.code) for code in codes] == [
        ("Girl?", 2, "F"),
        ("F", 1, "F"),
        ("M", 1, "M"),
        ("f", 1, "F"),
    ]
    (unknown,) = count_codes(pa.array(["zz", "zz"]), STUDENT["gender"], {})
    assert unknown.code is None
    (blank,) = count_codes(pa.array(["zz", "zz"]), STUDENT["gender"], {"zz": ""})
    assert blank.code == ""


@pytest.mark.parametrize(
    "cells", [["Ada", "Bo", "Cy"], [f"v{n}" for n in range(90)], ["x" * 41] * 9]
)
def test_texts_that_could_name_a_child_are_not_listed_as_codes(cells: list[str]) -> None:
    assert count_codes(pa.array(cells), STUDENT["gender"], {}) == ()


@given(st.text())
def test_a_mask_shows_shapes_only(text: str) -> None:
    masked = mask_text(text)
    assert len(masked) <= 25
    assert not set(masked) & (set(string.ascii_letters + string.digits) - set("Aa9"))
    assert mask_text("Ada-Lee 7/4") == "Aaa-Aaa 9/9"
