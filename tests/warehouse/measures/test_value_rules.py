"""Children with several values of a group count once, by the rule that a definition names."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from random import Random
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from cairn.policy.engine.decision import Permit
from cairn.policy.vocabulary.actions import Action
from cairn.warehouse.engines import open_sql_engine
from cairn.warehouse.measures import outcome_counts
from cairn.warehouse.measures.breakdowns import ValueRule, load_breakdowns
from cairn.warehouse.measures.condition_parser import InvalidIndicator
from cairn.warehouse.measures.indicator_changes import are_comparable
from cairn.warehouse.measures.indicator_toml import format_indicator, parse_indicator
from cairn.warehouse.measures.indicators import IndicatorDefinition
from cairn.warehouse.measures.outcomes import load_outcome_catalogue
from cairn.warehouse.schema.elements import load_element_catalogue

Rows = list[dict[str, Any]]
EARLY, LATE = "2023-24", "2024-25"
NOT = outcome_counts.NOT_ON_RECORD

# Ana: Asian in two files of the first year, white in one of the second. Ben: one value. Cy: white
# in both years, Asian in two more files of the first. Dee: on the roster of the first year only.
ROSTER: Rows = [
    {"person": person, "race_ethnicity": race, "disability": served, "file_year": year}
    for person, race, served, year in (
        *[("ana", "asian", "yes", EARLY)] * 2, ("ana", "white", "no", LATE),
        ("ben", "black", "no", EARLY), ("ben", "black", "no", LATE),
        *[("cy", "asian", "no", EARLY)] * 3, ("cy", "white", "no", EARLY),
        ("cy", "white", "no", LATE),
        ("dee", "hispanic", "yes", EARLY),
    )
]  # fmt: skip
ENROLLED: Rows = [
    {"person": person, "school_year": LATE, "school_id": school, "grade": grade,
     "entry_date": date(2024, month, 1), "days_enrolled": days}
    for person, school, grade, month, days in (
        ("ana", "North", "3", 8, 120.0), ("ana", "South", "4", 12, 50.0),
        ("ben", "North", "5", 8, 170.0), ("cy", "South", "3", 8, 170.0),
        ("dee", "North", "5", 8, 170.0),
    )
]  # fmt: skip

# For each rule the values of Ana, Ben, Cy and Dee; the first rule is the one without a name.
_EXPECTED = {
    "race_ethnicity": {
        "most_common": "asian black asian hispanic",
        "most_recent": "white black white hispanic",
        "by_year": f"white black white {NOT}",
        "longest": "white black white hispanic",
    },
    "disability": {
        "most_common": "yes no no yes",
        "most_recent": "no no no yes",
        "by_year": f"no no no {NOT}",
        "longest": "no no no yes",
        "ever": "yes no no yes",
    },
    "grade": {"most_recent": "4 5 3 5", "longest": "3 5 3 5"},
    "school": {
        "longest": "North North South North",
        "most_recent": "South North South North",
    },
    "english_learner": {"by_year": "no yes no no", "ever": "yes yes no no"},
    "program:Chess": {"by_year": "no yes no no", "ever": "yes yes no no"},
}
SPELLS: Rows = [
    {"person": "ana", "start_date": date(2022, 9, 1), "end_date": date(2023, 6, 1)},
    {"person": "ben", "start_date": date(2024, 9, 1), "end_date": date(2025, 6, 1)},
]
CHESS: Rows = [{**row, "program": "Chess"} for row in SPELLS]


def _make_tables(**records: Rows) -> dict[str, pa.Table]:
    tables = {}
    for name in load_element_catalogue():
        schema = outcome_counts.complete_record_table(name, []).schema
        rows = [{"source": "river", **row} for row in records.get(name, [])]
        tables[name] = outcome_counts.complete_record_table(
            name, [pa.Table.from_pylist(rows, schema)]
        )
    return tables


DAYS: Rows = [
    {"person": person, "school_year": LATE, "days_enrolled": 170.0, "days_absent": 1.0}
    for person in ("ana", "ben", "cy", "dee")
]
TABLES = _make_tables(
    attendance_total=DAYS,
    student=ROSTER,
    enrollment=ENROLLED,
    english_learner=SPELLS,
    participation=CHESS,
)


def _name_rules(position: int) -> tuple[IndicatorDefinition, dict[str, str]]:
    """Name for each breakdown its rule at this position, or its last; and what it gives."""
    rules, expected = {}, {}
    for dimension, by_rule in _EXPECTED.items():
        name = dimension.partition(":")[0]
        assert [*by_rule] == [rule.value for rule in load_breakdowns()[name].value_rules]
        rules[name] = [*by_rule][min(position, len(by_rule) - 1)]
        expected[dimension] = by_rule[rules[name]]
    shipped = load_outcome_catalogue()["chronic_absence"]
    return replace(shipped, value_rules=rules if position else {}), expected


@pytest.mark.parametrize("position", range(5))
def test_each_child_counts_once_by_the_rule(permit: Callable[..., Permit], position: int) -> None:
    definition, expected = _name_rules(position)
    with_permit = {"permit": permit(Action.COUNT), "engine": open_sql_engine()}
    dims = [*expected, "district", "age"]
    rows = outcome_counts.tabulate_outcome(TABLES, definition, dims, **with_permit).to_pylist()
    for dimension, values in expected.items():
        tally: Counter[str] = Counter()
        for row in rows:
            tally[row[dimension]] += row["n"]
        assert tally == Counter(values.split()), dimension
    _unnamed, before = _name_rules(0)
    assert outcome_counts.count_changed_groups(TABLES, definition, dims, **with_permit) == {
        dimension: sum(a != b for a, b in zip(values.split(), old.split(), strict=True))
        for (dimension, values), old in zip(expected.items(), before.values(), strict=True)
        if position
    } | ({"district": 0} if position else {})


def test_no_rule_loses_or_repeats_a_child() -> None:
    chance, people = Random(52), [f"p{number}" for number in range(60)]
    roster: Rows = [
        {
            "person": chance.choice(people),
            "race_ethnicity": chance.choice(["asian", "white", "black", None]),
            "disability": chance.choice(["yes", "no", None]),
            "file_year": chance.choice([EARLY, LATE, None]),
        }
        for _row in range(200)
    ]
    enrolled = [{**chance.choice(ENROLLED), "person": chance.choice(people)} for _row in range(100)]
    days = [{**DAYS[0], "person": person} for person in people]
    tables = _make_tables(attendance_total=days, student=roster, enrollment=enrolled)
    permit: Any = SimpleNamespace(on=date(2026, 1, 1))
    for position in range(5):
        definition, expected = _name_rules(position)
        made = outcome_counts.tabulate_outcome(
            tables, definition, [*expected], permit=permit, engine=open_sql_engine()
        )
        assert sum(made.column("n").to_pylist()) == len(people)


def test_a_rule_is_one_of_those_of_its_breakdown() -> None:
    shipped = load_outcome_catalogue()["chronic_absence"]
    text = format_indicator(shipped)

    def parse(*rules: str) -> IndicatorDefinition:
        return parse_indicator("\n".join([text, "[value_rules]", *rules]))

    named = parse('race_ethnicity = "by_year"', 'grade = "most_recent"')
    assert named.value_rules == {"race_ethnicity": "by_year"}
    assert parse_indicator(format_indicator(named)) == named
    assert not are_comparable(shipped, named)
    assert parse().value_rules == {}
    for wrong, problem in {
        'gender = "ever"': "gender is one of: most_common, most_recent, by_year, longest",
        'district = "longest"': "district goes by the rule",
        'shoes = "longest"': "none of the breakdowns",
    }.items():
        with pytest.raises(InvalidIndicator, match=problem):
            parse(wrong)
    for breakdown in load_breakdowns().values():
        is_flag = [value.code for value in breakdown.values] == ["yes", "no"]
        assert ValueRule.EVER not in breakdown.value_rules or is_flag
