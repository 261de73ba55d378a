"""The dirt of real dictionaries, spelling by spelling."""

import io

import pytest
import xlsxwriter

from cairn.governance.dictionaries.reader.cell_values import (
    ColumnType,
    SchoolYearSpan,
    parse_column_type,
    parse_school_year_span,
)
from cairn.governance.dictionaries.reader.entries import BadDictionary, read_dictionary_file
from cairn.policy.facts.agreements.data_dictionary import STILL_COLLECTED


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2016-", "2016-17", STILL_COLLECTED),
        ("2016 -", "2016-17", STILL_COLLECTED),
        ("2016+", "2016-17", STILL_COLLECTED),
        ("2006-07 To Present", "2006-07", STILL_COLLECTED),
        ("2006-07 to current", "2006-07", STILL_COLLECTED),
        ("SY 2014/15", "2014-15", "2014-15"),
        ("2014-2015", "2014-15", "2014-15"),
        ("1999-00", "1999-00", "1999-00"),
        ("2006-07 - 2012-13", "2006-07", "2012-13"),
        ("2006-07, 2008-09", "2006-07", "2008-09"),
        # Two readings: the one that promises less.
        ("2006-2012", "2006-07", "2011-12"),
        ("2006-12", "2006-07", "2011-12"),
        ("2006 to 2012", "2006-07", "2011-12"),
        ("since 2010", "2010-11", STILL_COLLECTED),
        ("2010 onward", "2010-11", STILL_COLLECTED),
        ("2010", "2010-11", "2010-11"),
    ],
)
def test_years_as_people_write_them(written: str, first: str, last: str) -> None:
    assert parse_school_year_span(written) == SchoolYearSpan(first, last)


@pytest.mark.parametrize("written", ["", "  ", "N/A", "?", "TBD"])
def test_years_that_say_nothing_are_unknown(written: str) -> None:
    assert parse_school_year_span(written) == SchoolYearSpan(None, None)


@pytest.mark.parametrize("written", ["varies", "all", "2012 to 2006", "2012-2006"])
def test_years_that_cannot_be_read_are_said_to_be(written: str) -> None:
    assert parse_school_year_span(written) == SchoolYearSpan(None, None, readable=False)


@pytest.mark.parametrize(
    ("written", "kind", "misspelt"),
    [
        ("VARCHAR(50)", "text", False),
        ("Charcter", "text", True),
        ("Interger", "integer", True),
        ("nvarchar", "text", False),
        ("Yes/No", "yes or no", False),
        ("Bolean", "yes or no", True),
        ("Decimal (5,2)", "decimal", False),
        ("Datetme", "date", True),
        ("xyzzy", "", False),
        ("", "", False),
    ],
)
def test_kinds_as_people_write_them(written: str, kind: str, misspelt: bool) -> None:
    assert parse_column_type(written) == ColumnType(kind, misspelt)


DIRTY = """Element Name,Definition,Data Type,Values,Years Available
STDNT_FRST_NM,First name of the student,VARCHAR(50),,2006-07 To Present
LUNCH_STS,,Charcter,"F, R, P",2016-
DAYS_ABS,Days absent,Interger,,2012-13 - 2018-19
SHOE_SIZE,,colour,,
DAYS_ABS,Days absent again,int,,
,a definition without a name,text,,
GRADE,Grade level,text,,varies
"""


def test_a_dirty_dictionary_is_read_with_counts_and_rows() -> None:
    found = read_dictionary_file("fields.csv", DIRTY.encode())
    assert [d.name for d in found.data_sets] == ["fields"]
    entries = {e.name: e for e in found.data_sets[0].entries}
    assert list(entries) == ["STDNT_FRST_NM", "LUNCH_STS", "DAYS_ABS", "SHOE_SIZE", "GRADE"]
    assert entries["DAYS_ABS"].last_year == "2018-19"
    assert entries["LUNCH_STS"].kind == "text"
    assert found.report.counts() == {
        "elements": 5,
        "blank_definitions": 2,
        "kinds_put_right": 2,
        "kinds_unknown": 1,
        "still_collected": 2,
        "without_years": 2,
        "years_unreadable": 1,
        "repeated": 1,
        "without_name": 1,
        "empty_sheets": 0,
    }
    assert found.report.rows["repeated"] == [6]
    assert found.report.rows["without_name"] == [7]


def test_a_workbook_has_a_data_set_for_each_sheet_and_a_column_may_name_it() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        pages = {
            "Enrollment": [["Field", "Description"], ["GRADE", "The grade"]],
            "Notes": [["Version"], ["3"]],
            "More": [
                ["Table", "Column", "Start year", "End year"],
                ["Discipline", "ACTION", "2012", "2015"],
                ["Discipline", "DAYS", "2012", ""],
            ],
        }
        for name, rows in pages.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    found = read_dictionary_file("dictionary.xlsx", file.getvalue())
    assert {d.name: len(d.entries) for d in found.data_sets} == {"Enrollment": 1, "Discipline": 2}
    action, days = found.data_sets[1].entries
    assert (action.first_year, action.last_year) == ("2012-13", "2014-15")
    assert (days.first_year, days.last_year) == ("2012-13", STILL_COLLECTED)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"Who,When\nAda,today\n"])
def test_what_is_no_dictionary_is_refused_with_what_to_send(content: bytes) -> None:
    with pytest.raises(BadDictionary, match=r"resend|CSV|Element name"):
        read_dictionary_file("file.csv", content)


GROUPED = """Agency,Program,Data Category,Element Name,Definition,Years
Bay Early Years,Bright Start,Enrollment,Entry Date,Day the child began,2015-
Bay Early Years,Home Visits,Enrollment,Entry Date,Day of the first visit,2018-
Bay Early Years,Home Visits,Enrollment,Entry Date,again,2018-
Bay Housing Aid,,,Entry Date,Day of entry,2012-
"""


def test_program_category_and_agency_are_part_of_what_an_element_is() -> None:
    found = read_dictionary_file("bay.csv", GROUPED.encode())
    (data_set,) = found.data_sets
    assert [(e.group, e.first_year) for e in data_set.entries] == [
        ("Bay Early Years · Bright Start · Enrollment", "2015-16"),
        ("Bay Early Years · Home Visits · Enrollment", "2018-19"),
        ("Bay Housing Aid", "2012-13"),
    ]
    assert found.report.repeated == 1
    assert found.report.rows["repeated"] == [4]


@pytest.mark.parametrize(
    "rows",
    [
        "",
        "<name of the element>,<what it means>,\n",
        "[Element name],,\nExample: Birth date,Day of birth,2016-\n____,,\n",
        ",,2016-\n",
    ],
)
def test_an_empty_template_is_said_to_be_one(rows: str) -> None:
    content = f"Element Name,Definition,Years\n{rows}"
    with pytest.raises(BadDictionary, match="is an empty template"):
        read_dictionary_file("template.csv", content.encode())


def test_an_empty_sheet_beside_a_full_one_is_counted() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        for name, row in {"Full": ["GRADE", "Level"], "Empty": ["", "Say what it is"]}.items():
            sheet = book.add_worksheet(name)
            for number, cells in enumerate([["Field", "Description"], row]):
                sheet.write_row(number, 0, cells)
    found = read_dictionary_file("dictionary.xlsx", file.getvalue())
    assert [d.name for d in found.data_sets] == ["Full"]
    assert found.report.empty_sheets == 1
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("Empty").write_row(0, 0, ["Field", "Description"])
    with pytest.raises(BadDictionary, match="is an empty template"):
        read_dictionary_file("dictionary.xlsx", file.getvalue())


def test_an_element_that_begins_like_a_hint_is_one() -> None:
    content = b"Element Name,Definition\nSample size,How many\nType of diploma,Which\n"
    (data_set,) = read_dictionary_file("a.csv", content).data_sets
    assert [e.name for e in data_set.entries] == ["Sample size", "Type of diploma"]
