"""A published figure: exact, a range, suppressed or missing; never a guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.warehouse.published_tables import ValueKind, parse_published_value


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("1,217,511", 1217511),
        ("87.94%", 87.94),
        ("$69,679", 69679),
        ("-3.5", -3.5),
        (".5", 0.5),
        ("1e3", 1000),
    ],
)
def test_numbers(text: str, number: float) -> None:
    value = parse_published_value(text)
    assert (value.kind, value.low, value.high) == (ValueKind.EXACT, number, number)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("<10", None, 10),
        ("≤ 5%", None, 5),
        ("LE5", None, 5),
        ("LT50", None, 50),
        ("n<10", None, 10),
        ("fewer than 10", None, 10),
        ("2,500-", None, 2500),
        (">=95", 95, None),
        (">95%", 95, None),
        ("GE95", 95, None),
        ("GT50", 50, None),
        ("250,000+", 250000, None),
        ("95 or more", 95, None),
        ("50-54", 50, 54),
        ("50%-54%", 50, 54),
        ("21 to 39", 21, 39),
        ("21\u201339", 21, 39),
    ],
)
def test_ranges(text: str, low: float | None, high: float | None) -> None:
    value = parse_published_value(text)
    assert (value.kind, value.low, value.high) == (ValueKind.INTERVAL, low, high)


@pytest.mark.parametrize("text", ["PS", "*", "S", "‡", "n<", "-999999999", "Suppressed"])
def test_suppressed(text: str) -> None:
    assert parse_published_value(text).kind is ValueKind.SUPPRESSED


@pytest.mark.parametrize(
    "text", ["", None, "NA", "n/a", "(X)", "-", "†", "-666666666", "-666666666.0", "-888888888"]
)
def test_missing(text: str | None) -> None:
    value = parse_published_value(text)
    assert (value.kind, value.low, value.high) == (ValueKind.MISSING, None, None)
    assert value.reason


@pytest.mark.parametrize("text", ["abc", "12 apples", "54-50", "1e999", "1,2,3", "<", "--5"])
def test_anything_else_is_kept_and_named(text: str) -> None:
    value = parse_published_value(text)
    assert (value.kind, value.text) == (ValueKind.UNREAD, text)


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_a_range_holds_both_of_its_ends(one: float, two: float) -> None:
    low, high = sorted((round(one, 3), round(two, 3)))
    value = parse_published_value(f"{low:.3f}-{high:.3f}")
    assert value.low is not None
    assert value.high is not None
    assert value.low <= low <= high <= value.high


@given(st.text(max_size=30))
def test_any_text_is_some_kind_of_value(text: str) -> None:
    value = parse_published_value(text)
    assert value.text == text.strip()
    assert (value.low is None and value.high is None) == (
        value.kind not in (ValueKind.EXACT, ValueKind.INTERVAL)
    )
