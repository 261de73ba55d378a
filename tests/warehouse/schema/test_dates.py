"""Dates as people write them: by the evidence of a column, never by a guess about one cell."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.warehouse.schema import dates
from cairn.warehouse.schema.dates import choose_date_reader, parse_date_heading
from cairn.warehouse.schema.failures import Failure

ON = date(2026, 1, 15)


def _read(*values: str, birth: bool = False, formats: tuple[str, ...] = ()) -> list[object]:
    reader, _ = choose_date_reader(values, on=ON, birth=birth, formats=formats)
    return [reader.read(v) for v in values]


def _notes(*values: str) -> list[str]:
    return [n.code for n in choose_date_reader(values, on=ON)[1]]


@pytest.mark.parametrize(
    "text",
    [
        "2016-03-04", "2016/3/4", "3/4/2016", "03-04-2016", "3.4.2016", "3/4/16", "20160304",
        "Mar 4, 2016", "March 4 2016", "4 March 2016", "4-Mar-16", "4th mar. 2016", "mar 4th, 2016",
        "2016-03-04T00:00:00", "2016-03-04 13:05:09.123Z", "3/4/2016 1:05 PM", "Fri, Mar 4, 2016",
        "42433", "42433.5",
    ],
)  # fmt: skip
def test_the_same_day_in_many_spellings(text: str) -> None:
    assert _read(text) == [date(2016, 3, 4)]


def test_one_telling_date_decides_for_the_column() -> None:
    assert _read("3/4/2016", "25/4/2016") == [date(2016, 4, 3), date(2016, 4, 25)]
    assert _read("3/4/2016", "4/25/2016") == [date(2016, 3, 4), date(2016, 4, 25)]
    assert _notes("3/4/2016", "25/4/2016") == ["day_first"]
    assert _notes("3/4/2016", "4/25/2016") == []
    assert _notes("3/4/16") == ["month_first_assumed", "two_digit_years"]


def test_where_cells_disagree_only_the_telling_ones_are_read() -> None:
    values = ("3/4/2016", "25/4/2016", "4/26/2016", "5/5/2016")
    assert _read(*values) == [
        Failure.DATE_AMBIGUOUS,
        date(2016, 4, 25),
        date(2016, 4, 26),
        date(2016, 5, 5),
    ]
    assert _notes(*values) == ["dates_disagree"]


def test_a_slip_does_not_overturn_a_column() -> None:
    values = [f"3/{d}/2016" for d in range(1, 29)] * 2 + ["25/3/2016"]
    read = _read(*values)
    assert read[3] == date(2016, 3, 4)
    assert read[-1] is Failure.NOT_A_DATE


def test_eight_digits_begin_with_the_year_or_end_with_it() -> None:
    assert _read("03042016", "12312015") == [date(2016, 3, 4), date(2015, 12, 31)]
    assert _read("20160304", "20151231") == [date(2016, 3, 4), date(2015, 12, 31)]


def test_two_digits_are_the_latest_year_that_can_be() -> None:
    assert _read("7/4/27") == [Failure.NOT_A_DATE] or _read("7/4/27") == [date(1927, 7, 4)]
    assert _read("12/31/26", birth=True) == [date(1926, 12, 31)]
    assert _read("12/31/26") == [date(2026, 12, 31)]
    assert _read("2/30/16") == [Failure.NOT_A_DATE]


@pytest.mark.parametrize("text", ["1899-12-30", "1/0/1900", "1/1/1900", "0000-00-00", "1/1/0001"])
def test_an_empty_spreadsheet_date_is_no_date(text: str) -> None:
    assert _read(text)[0] in (Failure.DATE_PLACEHOLDER, Failure.NOT_A_DATE)


def test_nobody_is_born_tomorrow() -> None:
    tomorrow = (ON + timedelta(days=1)).isoformat()
    assert _read(tomorrow, birth=True) == [Failure.DATE_AHEAD]
    assert _read(tomorrow) == [ON + timedelta(days=1)]
    assert _read("2919-07-04") == [Failure.DATE_AHEAD]


@pytest.mark.parametrize(
    "text", ["hello", "13/45/2016", "2/30/2020", "Foo 4, 2016", "4 Mar", "1/2"]
)
def test_what_is_no_date(text: str) -> None:
    assert _read(text) == [Failure.NOT_A_DATE]


def test_declared_formats_are_kept_to() -> None:
    assert _read("04.03.2016", formats=("%d.%m.%Y",)) == [date(2016, 3, 4)]
    assert _read("04/03/16", formats=("%Y", "%d/%m/%y")) == [date(2016, 3, 4)]
    assert _read("Mar 4, 2016", formats=("%d.%m.%Y",)) == [Failure.NOT_A_DATE]
    # What a spreadsheet itself holds as a date arrives as year-month-day.
    assert _read("2016-03-04", formats=("%m/%d/%Y",)) == [date(2016, 3, 4)]


@pytest.mark.parametrize(
    ("text", "year", "day"),
    [
        ("9/8", "2025-26", date(2025, 9, 8)),
        ("3/8", "2025-26", date(2026, 3, 8)),
        ("Mon 9/8", "2025-26", date(2025, 9, 8)),
        ("Sept 8", "2025-26", date(2025, 9, 8)),
        ("8 Jan", "2025-26", date(2026, 1, 8)),
        ("2025-09-08", "", date(2025, 9, 8)),
        ("9/8/2025", "2025-26", date(2025, 9, 8)),
        ("9/8", "", None),
        ("Room 8", "2025-26", None),
        ("45000", "2025-26", None),
        ("Name", "2025-26", None),
    ],
)
def test_a_heading_can_be_a_day(text: str, year: str, day: date | None) -> None:
    assert parse_date_heading(text, year) == day


@given(
    st.lists(st.dates(date(1930, 1, 1), date(2026, 1, 1)), min_size=1, max_size=30),
    st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%d %B %Y", "%b %d, %Y", "%m/%d/%Y"]),
)
def test_every_unambiguous_spelling_comes_back(days: list[date], spelling: str) -> None:
    if spelling == "%m/%d/%Y":
        days = [*days, date(2020, 1, 31)]
    values = [d.strftime(spelling) for d in days]
    assert _read(*values) == days


@given(st.text(max_size=12))
def test_any_text_is_a_plausible_date_or_a_reason(text: str) -> None:
    (found,) = _read(text.strip() or "x")
    assert isinstance(found, Failure) or date(1901, 1, 1) < found < date(2028, 1, 1)


def test_the_oldest_date_is_the_one_that_people_are_told() -> None:
    oldest = dates._OLDEST_DATE
    assert _read(f"{oldest:%Y-%m-%d}") == [oldest]
    assert _read(f"{oldest - timedelta(days=1):%Y-%m-%d}") == [Failure.DATE_PLACEHOLDER]
    told = f"before {oldest:%B} {oldest.day}, {oldest.year}"
    assert told in Failure.DATE_PLACEHOLDER.message
    assert told in Path(dates.__file__).parents[1].joinpath("README.md").read_text("utf-8")
