"""Columns that are several assessment results in each row are found and grouped by result."""

import pytest

from cairn.warehouse.readers import read_file
from cairn.warehouse.schema.column_mapping import ColumnMapping
from cairn.warehouse.schema.mapping_suggestion import suggest_mapping
from cairn.warehouse.schema.results.result_columns import (
    group_result_columns,
    is_subject_name,
    propose_one_result,
    propose_result_columns,
)

_FOUND = (
    (
        "Fall Scale Score,Fall Level,Spring Scale Score,Spring Level",
        {"fall Overall": ["score", "performance_level"], "spring Overall": ["score"]},
    ),
    (
        "boy_score,boy_pctile,eoy_score,eoy_pctile",
        {"fall Overall": ["score", "percentile"], "spring Overall": ["score", "percentile"]},
    ),
    (
        "ELA Scale Score,Math Scale Score,Math Test Date,ELA Test Date",
        {"ELA Overall": ["score", "date"], "Math Overall": ["score", "date"]},
    ),
    (
        "Reading BOY Tier,Reading EOY Tier,Math BOY Tier",
        {"fall Reading Overall": ["performance_level"], "fall Math Overall": []},
    ),
    (
        "Letter Sounds Score,Letter Sounds Risk,Rhyming Score,Rhyming Risk",
        {"Letter Sounds": ["score", "performance_level"], "Rhyming": ["score"]},
    ),
    (
        "Fall Reading Fluency Score,Winter Reading Fluency Score",
        {"fall Reading skills Fluency": ["score"], "winter Reading skills Fluency": ["score"]},
    ),
    (
        "24-25 Fall RIT,24-25 Spring RIT,25-26 Fall RIT",
        {"2024-25 fall Overall": ["score"], "2025-26 fall Overall": ["score"]},
    ),
    (
        "Fall 2025 Score,Winter 2026 Score,Spring 2026 Score",
        {"2025-26 winter Overall": ["score"], "2025-26 spring Overall": ["score"]},
    ),
    (
        "Winter 2026 Score,Summer 2026 Score",
        {"winter Overall": ["score"], "summer Overall": ["score"]},
    ),
    ("Fall,Winter,Spring", {"fall Overall": ["score"], "spring Overall": ["score"]}),
)


@pytest.mark.parametrize(("header", "expected"), _FOUND)
def test_results_are_told_apart_by_season_subject_or_part(
    header: str, expected: dict[str, list[str]]
) -> None:
    names = header.split(",")
    columns = propose_result_columns(names)
    assert [*columns] == names
    repeated, groups = group_result_columns({"ID": "local_id", **columns})
    assert repeated == {"ID": "local_id"}
    mapping = ColumnMapping(record="assessment", columns=repeated, results=groups)
    found = {group.name: [*group.columns.values()] for group in mapping.list_results()}
    for name, fields in expected.items():
        assert found[name][: len(fields)] == fields
    assert ColumnMapping.parse(mapping.dump()) == mapping
    assert all("date" not in group.needs and group.columns for group in groups)


@pytest.mark.parametrize(
    "header",
    [
        "Score,Level,Percentile",
        "Fall Score,Spring Date",
        "Fall to Spring Growth Score,Winter to Spring Growth Score",
        "Fall Score,Fall Scale Score",
        "Winter 2024 Score,Winter 2025 Score",
        "Quiz A Score,Quiz B Score",
        "Math Teacher Level,Reading Teacher Level",
    ],
)
def test_one_result_and_unclear_ones_are_not_proposed(header: str) -> None:
    assert propose_result_columns(header.split(",")) == {}


def test_what_a_person_chose_is_grouped_even_if_the_headings_say_nothing() -> None:
    chosen = {"A": "score", "B": "score", "A Level": "performance_level", "Day": "date"}
    repeated, groups = group_result_columns(chosen)
    assert repeated == {"Day": "date"}
    assert [dict(group.constants) for group in groups] == [{"measure": "A"}, {"measure": "B"}]
    same = {"Fall Score": "score", "Fall Scale Score": "score", "Term": "season"}
    repeated, groups = group_result_columns(same)
    assert repeated == {"Term": "season"}
    assert [dict(g.constants) for g in groups] == [
        {"measure": "Overall"},
        {"measure": "Fall Scale Score"},
    ]
    assert group_result_columns({"A": "score"}) == ({"A": "score"}, ())


def test_only_the_name_of_a_subject_is_one() -> None:
    names = ["Math", "ELA", "Language Arts", "Oak", "Math Fall", "Math Score", "Math facts"]
    assert [is_subject_name(name) for name in names] == [True] * 3 + [False] * 4


def test_an_export_with_a_column_a_season_is_an_assessment() -> None:
    text = "Student ID,Last Name,First Name,Fall Score,Spring Score,Spring Level\n"
    text += "".join(f"{n},Ames,Ana,{400 + n},{420 + n},Tier 1\n" for n in range(5))
    (sheet,) = read_file("x.csv", text.encode())
    mapping = suggest_mapping(sheet.header, sheet.table)
    assert mapping.record == "assessment"
    assert [*mapping.columns] == ["Student ID", "Last Name", "First Name"]
    assert [group.name for group in mapping.list_results()] == ["fall Overall", "spring Overall"]
    words = text.replace("Fall Score", "Fall Comment Score").replace("40", "good ")
    (sheet,) = read_file("x.csv", words.encode())
    assert "Fall Comment Score" not in suggest_mapping(sheet.header, sheet.table).columns


def test_the_subject_of_the_only_result_is_in_its_headings() -> None:
    header = "Student ID,Last Name,First Name,MATH SCALE SCORE,MATH PERFORMANCE LEVEL,Test Date"
    rows = "7,Ames,Ana,1501,3,05/15/2026\n8,Boyd,Ben,1422,2,05/15/2026\n"
    (sheet,) = read_file("x.csv", f"{header}\n{rows}".encode())
    mapping = suggest_mapping(sheet.header, sheet.table)
    assert (mapping.record, mapping.constants) == ("assessment", {"subject": "MATH"})
    assert mapping.columns["MATH SCALE SCORE"] == "score"
    assert mapping.columns["MATH PERFORMANCE LEVEL"] == "performance_level"
    assert propose_one_result(["Student ID", "Reading Level"]) == ({}, "")
    assert propose_one_result(["Math Score", "ELA Score"]) == ({}, "")
