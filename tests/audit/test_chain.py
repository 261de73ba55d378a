"""Whatever a line says, a change of any of it changes its hash."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from cairn.audit.chain import GENESIS, Entry, digest, seal, seal_holds

words = st.text(max_size=20)
entries = st.builds(
    Entry,
    sequence=st.integers(1, 10**9),
    at=st.datetimes(timezones=st.just(UTC)),
    event=words,
    subject_kind=words,
    subject_id=words,
    actor_id=words,
    actor_label=words,
    decision_id=words,
    outcome=words,
    codes=st.lists(words, max_size=3).map(tuple),
    detail=st.dictionaries(words, words | st.integers(-(2**53), 2**53), max_size=3),
)


@given(entries, entries)
def test_two_entries_share_a_hash_only_when_equal(one: Entry, other: Entry) -> None:
    assert (digest(one, GENESIS) == digest(other, GENESIS)) == (one == other)


@given(entries, st.sampled_from(["event", "subject_id", "actor_label", "outcome"]), words)
def test_a_changed_field_changes_the_hash(entry: Entry, field: str, value: str) -> None:
    changed = replace(entry, **{field: value})
    assert (digest(entry, GENESIS) == digest(changed, GENESIS)) == (entry == changed)


@given(entries)
def test_the_hash_covers_what_came_before(entry: Entry) -> None:
    assert digest(entry, GENESIS) != digest(entry, "1" * 64)


def test_the_same_moment_in_two_zones_is_one_moment() -> None:
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    entry = Entry(1, at, "e", "k", "i", "", "", "", "", (), {})
    local = replace(entry, at=at.astimezone())
    assert digest(entry, GENESIS) == digest(local, GENESIS)


@given(st.binary(min_size=1), st.integers(0, 99), st.integers(0, 99))
def test_a_seal_holds_for_its_own_head_only(key: bytes, made: int, asked: int) -> None:
    sealed = seal(key, made, GENESIS)
    assert seal_holds(key, asked, GENESIS, sealed) == (made == asked)
    assert not seal_holds(key + b"x", made, GENESIS, sealed)
