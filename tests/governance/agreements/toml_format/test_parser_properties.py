"""Whatever is written, reading says what is wrong with it and never fails in another way."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.governance.agreements.toml_format.test_declaration import build_complete_text

from cairn.governance.agreements.toml_format.declaration import FORMAT_TABLES
from cairn.governance.agreements.toml_format.line_numbers import (
    find_line_numbers,
    find_nearest_line,
)
from cairn.governance.agreements.toml_format.mistakes import BadAgreement
from cairn.governance.agreements.toml_format.parser import parse_agreement, parse_as_far_as_possible
from cairn.governance.agreements.toml_format.writer import write_agreement_text, write_tables

ODD = (
    *("3", "0", "-1.5", "inf", "true", '""', '"all"', "[]", "[[]]", "[1, 2]", '["a", "a"]', "{}"),
    *("{ a = 1 }", "[{}]", "2026-07-01", "2026-07-01T10:00:00", "10:00:00"),
)
KEYS = [(table.key, field.key) for table in FORMAT_TABLES for field in table.fields]
TABLES = [table.key for table in FORMAT_TABLES if table.key]
unhurried = settings(deadline=None, max_examples=40)


def list_mistakes(text: str) -> tuple[str, ...]:
    """The mistakes of a text, however wrong it is."""
    try:
        reading = parse_as_far_as_possible(text)
    except BadAgreement as bad:
        return bad.mistakes
    lines = text.count("\n") + 1
    assert all(1 <= mistake.line <= lines for mistake in reading.mistakes)
    return tuple(map(str, reading.mistakes))


@unhurried
@given(st.text(max_size=60))
def test_any_text_is_answered(text: str) -> None:
    assert list_mistakes(text)


def _line(text: str, table: str, key: str) -> int:
    """Where a key of the first table of a name stands."""
    where = find_line_numbers(text)
    path = next(p for p in ((table, 0, key), (table, key), (key,)) if p in where)
    return find_nearest_line(where, path)


@unhurried
@given(place=st.sampled_from(KEYS), odd=st.sampled_from(ODD))
def test_anything_may_stand_at_a_key(place: tuple[str, str], odd: str) -> None:
    table, key = place
    text = write_tables(build_complete_text(parts="part" in place))
    if key == "criteria":
        head = "[[part]]" if table == "part" else "[legal_basis]"
        changed = text.replace(head, f"{head}\ncriteria = {odd}")
    else:
        lines = text.splitlines()
        number = _line(text, table, key) - 1
        last = number
        while lines[last].endswith(("[", ",")):
            last += 1
        lines[number : last + 1] = [f"{key} = {odd}"]
        changed = "\n".join(lines) + "\n"
    if not list_mistakes(changed):
        terms = parse_agreement(changed)
        assert parse_agreement(write_agreement_text(terms)) == terms


@unhurried
@given(key=st.sampled_from(TABLES), odd=st.sampled_from(ODD))
def test_anything_may_stand_in_the_place_of_a_table(key: str, odd: str) -> None:
    said: dict[str, Any] = build_complete_text(parts=key == "part")
    del said[key]
    assert any(
        f"“{key}”" in one for one in list_mistakes(f"{key} = {odd}\n" + write_tables(said))
    ) or (odd in ("{}", "{ a = 1 }", "[{}]"))


@unhurried
@given(gone=st.sampled_from(KEYS))
def test_a_key_that_is_missing_is_told_or_not_needed(gone: tuple[str, str]) -> None:
    table, key = gone
    said: dict[str, Any] = build_complete_text(parts="part" in gone)
    within = said if not table else said[table]
    del (within[0] if isinstance(within, list) else within)[key]
    mistakes = list_mistakes(write_tables(said))
    required = next(f for t in FORMAT_TABLES if t.key == table for f in t.fields if f.key == key)
    if required.required:
        assert any(f"“{key}”" in mistake for mistake in mistakes)
