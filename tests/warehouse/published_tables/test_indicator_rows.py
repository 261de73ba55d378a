"""Published tables become indicator rows; no cell with a figure is left out."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.warehouse.published_tables import (
    ColumnRole,
    IndicatorRow,
    LayoutProblem,
    ValueKind,
    build_indicator_rows,
    count_value_kinds,
    find_student_columns,
    propose_column_roles,
)
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema import Sheet


def _read(text: str | bytes, name: str = "t.csv") -> Sheet:
    content = text.encode() if isinstance(text, str) else text
    (sheet,) = read_file(name, content, keep_totals=True)
    return sheet


def _propose(sheet: Sheet) -> dict[str, ColumnRole]:
    return {p.column: p.role for p in propose_column_roles(sheet)}


_CARD = (
    "School Year,Division Name,Subgroup,Pass Count,Total Count,Pass Rate\n"
    '2022 - 2023,Oak County,All Students,"1,070",1300,82.3\n'
    "2022 - 2023,Oak County,Asian,<10,12,GE95\n"
    "AY 2021-22,Oak County,Total,PS,NA,50-54\n"
)


def test_a_report_card_has_rates_with_their_counts() -> None:
    sheet = _read(_CARD)
    assert [*_propose(sheet).values()] == [
        ColumnRole.PERIOD,
        ColumnRole.PLACE,
        ColumnRole.GROUP,
        ColumnRole.NUMERATOR,
        ColumnRole.DENOMINATOR,
        ColumnRole.ESTIMATE,
    ]
    first, second, third = build_indicator_rows(sheet, _propose(sheet))
    assert (first.period, third.period) == ("2022-23", "2021-22")
    assert first.numerator is not None
    assert (first.numerator.low, first.estimate.low) == (1070, 82.3)
    assert (second.estimate.low, second.estimate.high) == (95, None)
    assert third.numerator is not None
    assert third.numerator.kind is ValueKind.SUPPRESSED
    assert (third.group, third.measure) == ("Total", "Pass Rate")


def test_the_census_has_margins_and_marks() -> None:
    sheet = _read(
        b'[["NAME","B17_002E","B17_002M","state","county","tract"],'
        b'["Tract 1","120","35","51","003","010100"],'
        b'["Tract 2","-666666666","-222222222","51","003","010201"]]',
        "acs.json",
    )
    first, second = build_indicator_rows(sheet, _propose(sheet))
    assert (first.place, first.place_id) == ("Tract 1", "51003010100")
    assert first.margin is not None
    assert (first.estimate.low, first.margin.low) == (120, 35)
    assert (second.estimate.kind, second.estimate.low) == (ValueKind.MISSING, None)


@pytest.mark.parametrize(
    ("roles", "says"),
    [
        ({"a": ColumnRole.PLACE}, "at least one column with figures"),
        ({"a": ColumnRole.PLACE, "b": ColumnRole.PLACE, "c": ColumnRole.ESTIMATE}, "only one"),
        (
            {"a": ColumnRole.NUMERATOR, "b": ColumnRole.ESTIMATE, "c": ColumnRole.ESTIMATE},
            "belongs to one",
        ),
        (
            {"a": ColumnRole.MARGIN, "b": ColumnRole.ESTIMATE, "c": ColumnRole.ESTIMATE},
            "margin of no column",
        ),
    ],
)
def test_roles_that_cannot_be_are_refused(roles: dict[str, ColumnRole], says: str) -> None:
    with pytest.raises(LayoutProblem, match=says):
        build_indicator_rows(_read("a,b,c\nx,1,2\ny,3,4\n"), roles)


@given(
    st.lists(
        st.lists(st.sampled_from(["1", "*", "<10", "NA", "x"]), min_size=2, max_size=2),
        min_size=1,
        max_size=6,
    )
)
def test_every_cell_with_a_figure_is_a_row(cells: list[list[str]]) -> None:
    sheet = _read("Place,one,two\n" + "".join(f"p{i},{','.join(c)}\n" for i, c in enumerate(cells)))
    roles = {"Place": ColumnRole.PLACE, "one": ColumnRole.ESTIMATE, "two": ColumnRole.ESTIMATE}
    rows = build_indicator_rows(sheet, roles)
    assert [row.estimate.text for row in rows] == [cell for row in cells for cell in row]
    assert sum(count_value_kinds(rows).values()) == len(rows) == 2 * sheet.table.num_rows


def test_counts_beside_several_figures_are_figures_of_their_own() -> None:
    sheet = _read("year,locality,fc_count,pop_17under,fc_rate\n2022,Oak,101,21879,4.6\n")
    rows = build_indicator_rows(sheet, _propose(sheet))
    assert [row.measure for row in rows] == ["fc_count", "pop_17under", "fc_rate"]


def test_every_published_file_has_a_proposal_that_can_be(real_data: Path) -> None:
    files = sorted((real_data / "charlottesville").glob("*/*.csv"))
    assert len(files) > 15
    for path in files:
        sheet = _read(path.read_bytes(), path.name)
        rows = build_indicator_rows(sheet, _propose(sheet))
        assert count_value_kinds(rows)[ValueKind.UNREAD] == 0, path.name


def test_a_list_of_students_is_recognized() -> None:
    assert find_student_columns(_read("Student ID,First Name,Score\n1,Ana,2\n"))
    assert find_student_columns(_read(_CARD)) == ()


_OUTCOMES = {
    # file: rows, columns with figures, rows that must be there (place, period, group, number)
    "pals_kindergarten_updated.csv": (54, ("Virginia", "2002-03", "State", 20.4)),
    "sol_pass.csv": (288, ("Albemarle County", "2005-06", "English:Reading · Grade 3", 87.88)),
    "alb_absenteeism_2022_2023.csv": (
        12,
        ("Albemarle County Public Schools", "2022-23", "DIV · All Students", 17.7),
    ),
    "graduation_rates.csv": (
        45,
        ("Albemarle County", "2008", "On-Time Graduation Rate · 4 yr rate", 87.94),
    ),
    "postsecondary_education_race.csv": (280, ("Charlottesville", "2016", "Asian", 11)),
    "student_totals.csv": (60, ("Charlottesville", "2003-04", "", 4416)),
}


def _list_values(rows: list[IndicatorRow]) -> list[tuple[str, str, str, float | None]]:
    return [(r.place, r.period, r.group, r.estimate.low) for r in rows]


@pytest.mark.parametrize("name", _OUTCOMES)
def test_published_outcome_files_as_they_are(real_data: Path, name: str) -> None:
    path = real_data / "charlottesville" / "outcomes" / name
    sheet = _read(path.read_bytes(), name)
    count, known = _OUTCOMES[name]
    rows = build_indicator_rows(sheet, _propose(sheet))
    assert len({row.row for row in rows}) == count
    assert known in _list_values(rows)
    assert not [row for row in rows if row.estimate.kind is ValueKind.UNREAD]


@pytest.mark.parametrize(
    "name", ["acs_tract_cville.csv", "cdcplaces_cville_tract.csv", "lifeexp_cville_tract.csv"]
)
def test_published_tables_of_tracts_as_they_are(real_data: Path, name: str) -> None:
    path = real_data / "charlottesville" / "acs" / name
    sheet = _read(path.read_bytes(), name)
    rows = build_indicator_rows(sheet, _propose(sheet))
    assert not [row for row in rows if row.estimate.kind is ValueKind.UNREAD]
    if name.startswith("acs"):
        (people,) = (r for r in rows if r.place_id == "51065020200" and r.measure == "totalpopE")
        assert people.margin is not None
        assert (people.period, people.estimate.low, people.margin.low) == ("2019", 4863, 383)
