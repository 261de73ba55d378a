"""Definitions that a community writes: read, written, refused, and counted from small tables."""

import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import product

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.policy.engine.decision import Permit
from cairn.policy.vocabulary.actions import Action
from cairn.warehouse.engines import open_sql_engine
from cairn.warehouse.measures import load_breakdowns, outcome_counts
from cairn.warehouse.measures.computed_records import load_counted_records
from cairn.warehouse.measures.condition_parser import InvalidIndicator, parse_condition
from cairn.warehouse.measures.condition_types import check_condition
from cairn.warehouse.measures.indicator_changes import (
    DefinitionChange,
    are_comparable,
    list_definition_changes,
)
from cairn.warehouse.measures.indicator_toml import format_indicator, parse_indicator
from cairn.warehouse.measures.indicators import (
    Denominator,
    FollowUp,
    IndicatorApproval,
    IndicatorDefinition,
    Numerator,
)
from cairn.warehouse.measures.outcomes import load_outcome_catalogue
from cairn.warehouse.measures.periods import PeriodKind
from cairn.warehouse.schema.elements import load_element_catalogue
from cairn.warehouse.schema.toml_format import format_toml

SUMMER = """
id = "summer_participation"
version = 3
direction = "higher"
level = "program"
period = "summer"
breakdowns = ["gender", "district"]
title = { en = "Youth in summer programs", es = "Jóvenes en programas de verano" }
why = { en = "Summer learning.", es = "Aprender en verano." }

[denominator]
record = "session_attendance"
dated_by = "date"
text = { en = "Attended in summer.", es = "Asistieron en verano." }

[numerator]
where = "hours > 2"
text = { en = "Stayed long.", es = "Se quedaron." }
heading = { en = "Two hours", es = "Dos horas" }

[approval]
by = "data committee"
on = 2026-10-02
"""
Permits = Callable[..., Permit]
Rows = list[dict[str, object]]


def tabulate(definition: IndicatorDefinition, permit: Permits, **records: Rows) -> Rows:
    tables = {}
    for record in load_element_catalogue():
        schema = outcome_counts.complete_record_table(record, []).schema
        rows = [{"source": "river", **row} for row in records.get(record, [])]
        tables[record] = pa.Table.from_pylist(rows, schema)
    counted = outcome_counts.tabulate_outcome(
        tables, definition, (), permit=permit(Action.COUNT), engine=open_sql_engine()
    )
    found: Rows = counted.to_pylist()
    return found


def test_a_definition_says_what_it_says() -> None:
    definition = parse_indicator(SUMMER)
    assert definition.breakdowns == ("district", "gender")
    assert definition.approval == IndicatorApproval("data committee", date(2026, 10, 2))
    assert (definition.version, definition.unit, definition.vintage) == (3, "percent", "summer")
    assert {"session_attendance.date", "session_attendance.hours"} <= definition.elements
    assert definition.elements.isdisjoint({"session_attendance.program", "student.local_id"})
    assert 'where = "hours > 2"' in format_indicator(definition)
    assert parse_indicator(format_indicator(definition)) == definition


def replace_text(text: str, old: str, new: str) -> str:
    assert old in text, old
    return text.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("version = 3", "version =", "This is not TOML"),
        ("version = 3", f"version = {'9' * 5000}", "This is not TOML"),
        ("version = 3", f"version = {'[' * 5000}", "This is not TOML"),
        (
            "version = 3",
            'version = 3\nmeasure = { among = "x" }',
            "A measure cannot be written here",
        ),
        (
            "version = 3",
            'version = 3\ncount = { among = "x" }',
            "A count of the people of another indicator",
        ),
        (
            'where = "hours > 2"',
            f'record = "enrollment"\ndated_by = "entry_date"\nwhere = "grade in [{"0," * 600}0]"',
            "numerator.where: A condition has at most 2,000 characters; this one has 3,0",
        ),
        (
            'where = "hours > 2"',
            (
                f'where = "{"(" * 20}hours > 2 or hours > 1 and hours < 3'
                f'{") and hours < 5) or hours < 6" * 10}"'
            ),
            "nested too deeply",
        ),
        (
            'record = "session_attendance"\ndated_by = "date"',
            'record = "enrollment"\ndated_by = "entry_date"\nlatest_by = "grade"',
            "enrollment.grade has no order",
        ),
        ('id = "summer_participation"', 'id = "Summer!"', "3 to 40 lower-case letters"),
        ('id = "summer_participation"', "", "the definition has no id"),
        ("version = 3", "version = 0", "whole number from 1"),
        ("version = 3", "titel = 3", "has no entry “titel”. Did you mean “title”"),
        ('direction = "higher"', "", "direction is one of: higher, lower, none"),
        ('period = "summer"', 'period = "month"', "period is one of: school_year"),
        ('period = "summer"', 'period = "summer"\nended_periods_only = 1', "true or false"),
        ('period = "summer"', 'period = "graduation_cohort"', "does not say in which graduation"),
        ('["gender", "district"]', '["gendre"]', "no breakdown “gendre”. Did you mean “gender”"),
        ('["gender", "district"]', '"gender"', "breakdowns is a list"),
        (', es = "Jóvenes en programas de verano"', "", "title.es is missing"),
        ('record = "session_attendance"', 'record = "sesion_attendance"', "Did you mean “session_"),
        ('record = "session_attendance"', 'record = "school"', "about people"),
        ('record = "session_attendance"', "", "denominator has no record"),
        ('dated_by = "date"', 'dated_by = "dat"', "no element “dat”.*Did you mean “date”"),
        ('dated_by = "date"', 'dated_by = "date"\ndistinct = "row"', 'Write distinct = "person"'),
        ('dated_by = "date"', 'dated_by = "date"\nlatest_by = "program"', "has no order"),
        ('dated_by = "date"', 'dated_by = "date"\nschool = "record"', "names no school"),
        ('dated_by = "date"', 'dated_by = "date"\nplace = "year"', "place is one of: latest"),
        ('dated_by = "date"', 'dated_by = "date"\nwhere = 1', "denominator.where is a text"),
        ("hours > 2", "minutes > 0", "numerator.where: There is no element “minutes”"),
        ("[numerator]", "[numerator]\nsql = '1'", "numerator has no entry “sql”"),
        ("[numerator]", "[denominator.x]", "denominator has no entry “x”"),
        ("on = 2026-10-02", "on = 'May'", "approval.on is a day"),
        ('period = "summer"', 'period = "summer"\nunit = "count"', "A count has no numerator"),
        (
            "[approval]", '[numerator.follow_up]\nuntil = "date"\nwithin_months = 2\n[approval]',
            "Add record",
        ),
        (
            "[numerator]",
            ('[numerator.follow_up]\nuntil = "hours"\nwithin_months = 2\n[numerator]\n'
            'record = "session_attendance"'),
            "is no day",
        ),
        (
            "[numerator]",
            ('[numerator.follow_up]\nuntil = "date"\nwithin_months = 999\n[numerator]\n'
            'record = "session_attendance"'),
            "from 1 to 240",
        ),
    ],
)  # fmt: skip
def test_a_wrong_definition_names_the_entry_and_says_what_to_write(
    old: str, new: str, message: str
) -> None:
    with pytest.raises(InvalidIndicator, match=message):
        parse_indicator(replace_text(SUMMER, old, new))


def test_no_value_of_a_wrong_type_breaks_the_reader() -> None:
    """Each entry of a definition is replaced by values of every type that TOML has."""
    text = (
        SUMMER[: SUMMER.index("[approval]")]
        + """
record = "session_attendance"
[numerator.follow_up]
since = "date"
until = "date"
within_months = 3
"""
    )
    paths = [(name,) for name in tomllib.loads(text)]
    for table in ("denominator", "numerator"):
        paths += [(table, name) for name in (*tomllib.loads(text)[table], "latest_by", "where")]
    paths += [("numerator", "follow_up", name) for name in ("since", "until", "within_months")]
    refused = 0
    for path, value in product(paths, (5, 1.5, True, "x", " ", [1], ["x"], {"en": 1})):
        data = tomllib.loads(text)
        holder = data
        for name in path[:-1]:
            holder = holder[name]
        holder[path[-1]] = value
        try:
            parse_indicator(format_toml(data))
        except InvalidIndicator:
            refused += 1
    assert refused > len(paths) * 6


def test_a_definition_without_its_parts_is_refused() -> None:
    with pytest.raises(InvalidIndicator, match=r"no table \[numerator\]"):
        parse_indicator(SUMMER[: SUMMER.index("[numerator]")])
    with pytest.raises(InvalidIndicator, match=r"no table \[denominator\]"):
        parse_indicator(SUMMER[: SUMMER.index("[denominator]")])


_TEXT = st.fixed_dictionaries({"en": st.sampled_from(["A “b”", "C\\d"]), "es": st.just("Ñ\té")})
_ATTENDANCE = load_counted_records()["session_attendance"]
_WHERE = st.sampled_from(["", "hours > 1 and present = 'yes'", "program in ['A', 'O''B']"]).map(
    lambda text: check_condition(parse_condition(text), _ATTENDANCE)
)


@given(
    st.builds(
        IndicatorDefinition,
        id=st.sampled_from(["abc", "summer_2"]),
        title=_TEXT,
        why=_TEXT,
        direction=st.sampled_from(["higher", "lower", "none"]),
        denominator=st.builds(
            Denominator,
            text=_TEXT,
            record=st.just("session_attendance"),
            dated_by=st.just("date"),
            where=_WHERE,
            latest_by=st.sampled_from(["", "date"]),
            place=st.just("latest"),
            school=st.just("enrollment"),
        ),
        numerator=st.one_of(
            st.builds(Numerator, text=_TEXT, heading=_TEXT, where=_WHERE),
            st.builds(
                Numerator,
                text=_TEXT,
                heading=_TEXT,
                where=_WHERE,
                record=st.just("session_attendance"),
                dated_by=st.just("date"),
            ),
            st.builds(
                Numerator,
                text=_TEXT,
                heading=_TEXT,
                where=_WHERE,
                record=st.just("session_attendance"),
                follow_up=st.builds(
                    FollowUp, st.sampled_from(["", "date"]), st.just("date"), st.integers(1, 240)
                ),
            ),
        ),
        period=st.sampled_from(["summer", "school_year", "calendar_year"]).map(PeriodKind),
        version=st.integers(1, 9),
        level=st.sampled_from(["population", "program", "individual", "systems"]),
        about=st.sampled_from(["youth", "system"]),
        kind=st.sampled_from(["quantitative", "qualitative"]),
        breakdowns=st.sampled_from([(), tuple(load_breakdowns()), ("school",)]),
        ended_periods_only=st.booleans(),
        source_note=st.none() | _TEXT,
        approval=st.none() | st.builds(IndicatorApproval, st.just("B"), st.dates()),
    )
)
@settings(max_examples=60, deadline=None)
def test_a_definition_reads_the_same_from_what_is_written(definition: IndicatorDefinition) -> None:
    assert parse_indicator(format_indicator(definition)) == definition


def session(person: str, day: date, hours: float | None = 1.0) -> dict[str, object]:
    return {"person": person, "date": day, "hours": hours}


def test_a_summer_is_june_to_august_and_counts_each_person_once(permit: Permits) -> None:
    sessions = [
        session("a", date(2024, 6, 1)), session("a", date(2024, 8, 31), 3.0),
        session("b", date(2024, 7, 4), None), session("c", date(2024, 9, 1), 9.0),
        session("d", date(2025, 7, 1), 3.0),
    ]  # fmt: skip
    assert tabulate(parse_indicator(SUMMER), permit, session_attendance=sessions) == [
        {"school_year": "2024", "result": "no", "n": 1},
        {"school_year": "2024", "result": "yes", "n": 1},
        {"school_year": "2025", "result": "yes", "n": 1},
    ]


def test_a_count_names_the_people_of_an_indicator_that_says_all_of_them() -> None:
    text = """
id = "children"
direction = "none"
title = { en = "T", es = "U" }
why = { en = "W", es = "X" }
[count]
among = "program_participation"
"""
    bases = load_outcome_catalogue()
    count = parse_indicator(text, bases=bases)
    base = bases["program_participation"]
    assert (count.people, count.is_count, count.has_share) == (base.id, True, False)
    assert (count.denominator, count.numerator.where) == (base.denominator, base.numerator.where)
    assert count.numerator.text == base.denominator.text
    assert parse_indicator(format_indicator(count), bases=bases) == count
    for name in ("program_reach", "days_absent", "program_children"):
        with pytest.raises(InvalidIndicator, match="one record says everything"):
            parse_indicator(text.replace("program_participation", name), bases=bases)
    with pytest.raises(InvalidIndicator, match="no indicator “nothing”"):
        parse_indicator(text.replace("program_participation", "nothing"), bases=bases)


@pytest.mark.parametrize(
    ("period", "expected"),
    [("calendar_year", {("2024", 2), ("2025", 1)}), ("school_year", {("2024-25", 2)})],
)
def test_a_period_that_has_not_ended_waits(
    permit: Permits, period: str, expected: set[tuple[str, int]]
) -> None:
    count = parse_indicator(
        replace_text(SUMMER[: SUMMER.index("[numerator]")], 'period = "summer"', f"""
unit = "count"
period = "{period}"
ended_periods_only = true
""")
    )  # fmt: skip
    assert parse_indicator(format_indicator(count)) == count
    sessions = [
        session("a", date(2024, 8, 1)), session("b", date(2024, 9, 1)),
        session("b", date(2025, 1, 5)), session("c", date(2026, 1, 5)),
    ]  # fmt: skip
    rows = tabulate(count, permit, session_attendance=sessions)
    assert {(row["school_year"], row["n"]) for row in rows} == expected
    assert {row["result"] for row in rows} == {"yes"}


def test_a_row_of_another_record_counts_in_the_same_period(permit: Permits) -> None:
    definition = parse_indicator("""
id = "early_help"
direction = "higher"
period = "school_year"
title = { en = "T", es = "T" }
why = { en = "W", es = "W" }
[denominator]
record = "enrollment"
dated_by = "school_year"
where = "grade < '3'"
text = { en = "D", es = "D" }
[numerator]
record = "session_attendance"
dated_by = "date"
where = "date between start of period and start of period + 2 months and program = 'readers'"
text = { en = "N", es = "N" }
heading = { en = "H", es = "H" }
""")
    enrolled: Rows = [
        {"person": person, "school_year": year, "grade": grade}
        for person, grade in (("a", "K"), ("b", "2"), ("c", "3"))
        for year in ("2023-24", "2024-25")
    ]
    sessions = [
        {**session("a", date(2024, 8, 1)), "program": "READERS"},
        {**session("b", date(2024, 10, 1)), "program": "Readers"},
        {**session("b", date(2024, 8, 1)), "program": "Chess"},
    ]
    # Nothing is on record of the year before, so that year is not counted.
    assert tabulate(definition, permit, enrollment=enrolled, session_attendance=sessions) == [
        {"school_year": "2024-25", "result": "no", "n": 1},
        {"school_year": "2024-25", "result": "yes", "n": 1},
    ]


def test_time_after_the_end_of_the_period(permit: Permits) -> None:
    definition = parse_indicator("""
id = "college_soon"
direction = "higher"
period = "graduation_cohort"
title = { en = "T", es = "T" }
why = { en = "W", es = "W" }
[denominator]
record = "graduation"
dated_by = "cohort_year"
text = { en = "D", es = "D" }
[numerator]
record = "postsecondary"
text = { en = "N", es = "N" }
heading = { en = "H", es = "H" }
[numerator.follow_up]
until = "enrollment_begin"
within_months = 6
""")
    cohort: Rows = [{"person": p, "cohort_year": "2023-24"} for p in "abc"]
    college: Rows = [
        {"person": "a", "enrollment_begin": date(2024, 12, 30)},
        {"person": "b", "enrollment_begin": date(2024, 6, 30)},
        {"person": "c", "enrollment_begin": date(2025, 1, 1)},
    ]
    assert tabulate(definition, permit, graduation=cohort, postsecondary=college) == [
        {"school_year": "2023-24", "result": "no", "n": 2},
        {"school_year": "2023-24", "result": "yes", "n": 1},
    ]


def test_what_is_computed_comes_from_elements_of_the_catalogue() -> None:
    computed = [record for record in load_counted_records().values() if record.sql]
    assert {record.name for record in computed} == {
        "program_attendance_year", "school_attendance_year",
    }  # fmt: skip
    for record in computed:
        assert record.needs_any <= set(load_element_catalogue())
        for element in record.computed_from:
            record_name, _, field = element.partition(".")
            assert field in load_element_catalogue()[record_name].fields
    assert "school" not in load_counted_records()
    assert load_outcome_catalogue()["program_reach"].denominator_record.computed_from == frozenset()


def test_two_definitions_are_compared_entry_by_entry() -> None:
    first = parse_indicator(SUMMER)
    reworded = parse_indicator(
        replace_text(replace_text(SUMMER, "version = 3", "version = 4"), "Summer learning.", "New.")
    )
    assert [(c.entry, c.before, c.after) for c in list_definition_changes(first, reworded)] == [
        ("why.en", "Summer learning.", "New.")
    ]
    assert are_comparable(first, reworded)
    assert (first.release_id, parse_indicator(SUMMER.replace("= 3", "= 1")).release_id) == (
        "summer_participation-v3", "summer_participation",
    )  # fmt: skip
    published = replace(first, id=first.release_id)
    assert published.indicator == first.indicator == "summer_participation"
    assert published.release_id == first.release_id
    same_count = replace(
        first, level="systems", direction="lower", about="system", kind="qualitative"
    )
    assert len(list_definition_changes(first, same_count)) == 4
    assert are_comparable(first, same_count)
    other = parse_indicator(replace_text(SUMMER, 'where = "hours > 2"', ""))
    assert list_definition_changes(first, other) == (
        DefinitionChange("numerator.where", "hours > 2", ""),
    )
    assert not are_comparable(first, other)
    assert list_definition_changes(first, first) == ()
