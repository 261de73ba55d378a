"""Whatever a line says, a change of any of it changes its hash."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from cairn.platform.audit.chain import (
    GENESIS_HASH,
    ChainEntry,
    hash_entry,
    is_seal_valid,
    seal_head,
)

words = st.text(max_size=20)
entries = st.builds(
    ChainEntry,
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
def test_two_entries_share_a_hash_only_when_equal(one: ChainEntry, other: ChainEntry) -> None:
    assert (hash_entry(one, GENESIS_HASH) == hash_entry(other, GENESIS_HASH)) == (one == other)


@given(entries, st.sampled_from(["event", "subject_id", "actor_label", "outcome"]), words)
def test_a_changed_field_changes_the_hash(entry: ChainEntry, field: str, value: str) -> None:
    changed = replace(entry, **{field: value})
    assert (hash_entry(entry, GENESIS_HASH) == hash_entry(changed, GENESIS_HASH)) == (
        entry == changed
    )


@given(entries)
def test_the_hash_covers_what_came_before(entry: ChainEntry) -> None:
    assert hash_entry(entry, GENESIS_HASH) != hash_entry(entry, "1" * 64)


def test_the_same_moment_in_two_zones_is_one_moment() -> None:
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    entry = ChainEntry(1, at, "e", "k", "i", "", "", "", "", (), {})
    local = replace(entry, at=at.astimezone())
    assert hash_entry(entry, GENESIS_HASH) == hash_entry(local, GENESIS_HASH)


@given(st.binary(min_size=1), st.integers(0, 99), st.integers(0, 99))
def test_a_seal_holds_for_its_own_head_only(key: bytes, made: int, asked: int) -> None:
    sealed = seal_head(key, made, GENESIS_HASH)
    assert is_seal_valid(key, asked, GENESIS_HASH, sealed) == (made == asked)
    assert not is_seal_valid(key + b"x", made, GENESIS_HASH, sealed)
