"""The condition language: what is read is what was written, and SQL and Python agree on rows."""

from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.warehouse.measures.condition_reading import is_met

from cairn.warehouse.engines import open_sql_engine
from cairn.warehouse.measures.computed_records import load_counted_records
from cairn.warehouse.measures.condition_parser import (
    DEEPEST_NESTING,
    LONGEST_CONDITION,
    RESERVED_WORDS,
    InvalidIndicator,
    parse_condition,
)
from cairn.warehouse.measures.condition_sql import ConditionCompiler, QueryParameters
from cairn.warehouse.measures.condition_types import check_condition, is_ordered_field
from cairn.warehouse.measures.conditions import (
    EVERY_ROW,
    AllConditions,
    AnyCondition,
    Condition,
    ListCondition,
    MissingCondition,
    NotCondition,
    PeriodDay,
    RangeCondition,
    ScaledField,
    ValueComparison,
    format_condition,
    list_condition_fields,
)
from cairn.warehouse.measures.outcome_counts import complete_record_table
from cairn.warehouse.measures.periods import PeriodKind, build_period_bounds
from cairn.warehouse.schema.elements import FieldType

ENROLLMENT = load_counted_records()["enrollment"]
ASSESSMENT = load_counted_records()["assessment"]
YEAR = "2024-25"
PERIOD = (date(2024, 7, 1), date(2025, 6, 30))

TEXTS = ["Elm", "ELM ", "e-l-m", "Oak", "-1", "1", "✓", "--", "", "Año", "año nuevo", "O'Hara", " "]
NUMBERS = [Decimal(n) for n in ("0", "0.1", "17", "170", "-3", "17.125", "366")]
DAYS = [
    date(2024, 7, 1),
    date(2024, 7, 31),
    date(2024, 8, 31),
    date(2025, 6, 30),
    date(2020, 2, 29),
]
YEARS = ["2023-24", "2024-25", "1999-00"]
GRADES = ["PK", "K", "1", "10", "12"]

# field → values that a condition about it may name
VALUES: dict[str, list[Any]] = {
    "school_id": [*TEXTS, ScaledField("district")],
    "district": TEXTS,
    "grade": GRADES,
    "school_year": YEARS,
    "entry_date": [
        *DAYS, ScaledField("exit_date"), PeriodDay("start"), PeriodDay("end", -2, "months"),
        PeriodDay("start", 30, "days"), PeriodDay("end", 8, "months"), PeriodDay("end", -366),
    ],
    "days_enrolled": [
        *NUMBERS, ScaledField("days_enrolled", Decimal("0.1")), ScaledField("days_enrolled"),
        ScaledField("days_enrolled", Decimal("-2.5")),
    ],
}  # fmt: skip
ROW_VALUES = {
    "school_id": TEXTS, "district": TEXTS, "grade": GRADES, "school_year": YEARS,
    "entry_date": DAYS, "exit_date": DAYS,
    "days_enrolled": [float(n) for n in NUMBERS],
}  # fmt: skip


@st.composite
def predicates(draw: st.DrawFn) -> Condition:
    name = draw(st.sampled_from(sorted(VALUES)))
    value = st.sampled_from(VALUES[name])
    has_order = is_ordered_field(ENROLLMENT.fields[name])
    kind = draw(st.sampled_from(["compare", "list", "missing", "range"]))
    if kind == "missing":
        return MissingCondition(name)
    if kind == "range" and has_order:
        return RangeCondition(name, draw(value), draw(value))
    plain = [v for v in VALUES[name] if not isinstance(v, ScaledField | PeriodDay)]
    if kind == "list":
        return ListCondition(
            name, tuple(draw(st.lists(st.sampled_from(plain), min_size=1, max_size=3)))
        )
    operators = ["=", "!=", "<", "<=", ">", ">="] if has_order else ["=", "!="]
    return ValueComparison(name, draw(st.sampled_from(operators)), draw(value))  # type: ignore[arg-type]


conditions = st.recursive(
    predicates(),
    lambda inner: st.one_of(
        inner.map(NotCondition),
        st.lists(inner, min_size=2, max_size=3).map(lambda c: AllConditions(tuple(c))),
        st.lists(inner, min_size=2, max_size=3).map(lambda c: AnyCondition(tuple(c))),
    ),
    max_leaves=6,
)
rows = st.lists(
    st.fixed_dictionaries(
        {name: st.sampled_from([None, *values]) for name, values in ROW_VALUES.items()}
    ),
    min_size=1,
    max_size=8,
)


@given(conditions)
@settings(max_examples=150, deadline=None)
def test_what_is_written_reads_the_same(condition: Condition) -> None:
    assert parse_condition(format_condition(condition)) == condition


@given(conditions, rows)
@example(
    parse_condition("entry_date <= end of period + 8 months"),
    [{**dict.fromkeys(ROW_VALUES), "entry_date": date(2026, 2, 28)}],
)
@settings(max_examples=60, deadline=None)
def test_compiled_counts_equal_a_plain_reading_of_the_rows(
    condition: Condition, drawn: list[dict[str, Any]]
) -> None:
    checked = check_condition(condition, ENROLLMENT)
    parameters = QueryParameters()
    bounds = build_period_bounds(PeriodKind.SCHOOL_YEAR, f"'{YEAR}'")
    compiler = ConditionCompiler(ENROLLMENT.fields, "enrollment", bounds, parameters)
    sql = compiler.compile_condition(checked)
    schema = complete_record_table("enrollment", []).schema
    found = open_sql_engine().query(
        f"SELECT {sql} AS met FROM enrollment",  # noqa: S608
        {"enrollment": pa.Table.from_pylist(drawn, schema)},
        parameters.values,
    )
    expected = [
        is_met(checked, dict.fromkeys(ENROLLMENT.fields) | row, ENROLLMENT, PERIOD) for row in drawn
    ]
    assert found["met"].to_pylist() == expected
    # No value stands in the text: it holds names, numbers of Cairn's own, and parameters.
    assert "Elm" not in sql
    assert "Hara" not in sql


def test_an_empty_condition_is_met_by_every_row() -> None:
    assert parse_condition("  ") == EVERY_ROW
    assert format_condition(EVERY_ROW) == ""
    assert list_condition_fields(EVERY_ROW) == frozenset()
    bounds = build_period_bounds(PeriodKind.SCHOOL_YEAR, "''")
    compiler = ConditionCompiler({}, "t", bounds, QueryParameters())
    assert compiler.compile_condition(EVERY_ROW) == "TRUE"


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("a = 1 AND b = 2 or NOT c = 3", "(a = 1 and b = 2) or (not c = 3)"),
        ("a not in ['x']", "not a in ['x']"),
        ("a not between 1 and 2", "not a between 1 and 2"),
        ("a is not missing", "not a is missing"),
        ("a > -1.50", "a > -1.5"),
        ("day = start of period - 1 day", "day = start of period - 1 days"),
        ("a = 'it''s'", "a = 'it''s'"),
    ],
)
def test_spellings_of_one_condition(text: str, same: str) -> None:
    assert parse_condition(text) == parse_condition(same)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("grade", "After grade comes"),
        ("grade = ", "A value is missing at the end"),
        ("grade = 'K", "Close the quotation mark"),
        ('grade = "K"', "single quotes"),
        ("grade = 'K' grade = '1'", "Join conditions with and, or"),
        ("(grade = 'K'", "should be “\\)”"),
        ("grade in 'K'", "should be “\\[”"),
        ("grade in ['K'", "should be “\\]”"),
        ("days between 1", "should be “and”"),
        ("grade is empty", "should be “missing”"),
        ("and = 1", "a data element, such as grade"),
        ("= 1", "a data element, such as grade"),
        ("day = 2026-02-30", "is not a day"),
        ("n = 0.1234567", "too long"),
        ("n = 1234567890123", "too long"),
        ("n = - x", "A number is missing"),
        ("n = 2 * 3", "a data element after \\*"),
        ("n = [", "Here should be a value"),
        ("day > start of year", "should be “period”"),
        ("day > end of period + 1 weeks", "whole days or months"),
        ("day > end of period + 1.5 days", "whole days or months"),
        ("day > end of period + 1201 months", "At most 1,200 months"),
        ("day > end of period +", "A number is missing"),
        ("(" * (DEEPEST_NESTING + 2) + "a = 1" + ")" * (DEEPEST_NESTING + 2), "nested too deeply"),
        ("not " * (DEEPEST_NESTING + 2) + "a = 1", "nested too deeply"),
        (f"a = '{'x' * LONGEST_CONDITION}'", "Shorten its lists"),
        ("a = 1; drop table student", "cannot be read"),
    ],
)
def test_a_text_that_is_no_condition_says_where_and_what_to_write(text: str, message: str) -> None:
    with pytest.raises(InvalidIndicator, match=message):
        parse_condition(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("graed = '3'", "no element “graed” in Enrollments .enrollment.. Did you mean “grade”"),
        ("zzz = '3'", "There are: "),
        ("local_id = '3'", "identifies a single child"),
        ("grade = '13'", "has no code “13”"),
        ("grade = 2026-01-01", "has no code"),
        ("grade in [start of period]", "holds values only"),
        ("school_id < 'b'", "has no order, so “<” cannot compare"),
        ("school_id between 'a' and 'b'", "has no order"),
        ("school_id = 7", "is text. Write it in quotes, such as '7'"),
        ("days_enrolled = 'x'", "is a number"),
        ("entry_date = 'x'", "is a day. Write it as 2026-09-01"),
        ("school_year = '2025-2026'", "Write it as '2025-26'"),
        ("school_year = 2025", "such as '2025-26'"),
        ("school_id = grade", "not of one kind"),
        ("entry_date = 2 * exit_date", "not of one kind"),
        ("days_enrolled > 2 * shoes", "no element “shoes”"),
    ],
)
def test_a_condition_that_does_not_fit_names_the_element(text: str, message: str) -> None:
    with pytest.raises(InvalidIndicator, match=message):
        check_condition(parse_condition(text), ENROLLMENT)


def test_spellings_become_codes() -> None:
    checked = check_condition(parse_condition("grade between 0 and 12"), ENROLLMENT)
    assert format_condition(checked) == "grade between 'K' and '12'"
    assert list_condition_fields(
        parse_condition("not (a = 2 * b or c between d and e) and f in [1]")
    ) == set("abcdef")


@pytest.mark.parametrize(
    "text",
    ["entry_date < exit_date", "school_id = district", "days_enrolled > 0.5 * days_enrolled"],
)
def test_elements_of_one_kind_compare(text: str) -> None:
    assert check_condition(parse_condition(text), ENROLLMENT) == parse_condition(text)


def test_a_compound_condition_is_checked_as_a_whole() -> None:
    wrong = parse_condition("met = 'yes' or not (grade = '3' and subjekt = 'Math')")
    with pytest.raises(InvalidIndicator, match="Did you mean “subject”"):
        check_condition(wrong, ASSESSMENT)


def test_no_element_has_a_word_of_the_language_as_its_name() -> None:
    names = {name for record in load_counted_records().values() for name in record.fields}
    assert not names & RESERVED_WORDS


def test_an_encoding_is_no_element_of_a_condition() -> None:
    encodings = [
        (record, element.name)
        for record in load_counted_records().values()
        for element in record.fields.values()
        if element.type is FieldType.ENCODING
    ]
    for record, name in encodings:
        with pytest.raises(InvalidIndicator, match="identifies a single child"):
            check_condition(MissingCondition(name), record)
