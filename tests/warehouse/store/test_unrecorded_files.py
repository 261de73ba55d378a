"""Which files no record names, by their manifests; and the time at which a step last used one."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.policy.engine.decision import Permit
from cairn.policy.vocabulary.actions import Action
from cairn.warehouse.store.file_refs import FileRef, Zone, hold_write_lock
from cairn.warehouse.store.file_store import FileStore
from cairn.warehouse.store.manifests import Manifest
from cairn.warehouse.store.unrecorded_files import find_unrecorded_files

Permits = Callable[..., Permit]
TABLE: Final = pa.table({"n": [1, 2]})


def _manifest(zone: Zone, number: int, *inputs: Manifest, **changes: object) -> Manifest:
    made = Manifest(
        zone=zone.value,
        digest=f"{number:064x}",
        rows=1,
        size=1,
        columns=(),
        step="step",
        engine="duckdb",
        action="conform",
        decision_id="",
        actor="1",
        on="2026-11-01",
        agreements=(),
        purpose=None,
        minimum_cell=None,
        ends_on=None,
        elements=(),
        inputs=tuple(entry.name for entry in inputs),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


LANDED: Final = _manifest(Zone.LANDED, 1)
QUARANTINED: Final = _manifest(Zone.QUARANTINED, 2, LANDED)
CONFORMED: Final = _manifest(
    Zone.CONFORMED, 3, LANDED, note={"quarantine": QUARANTINED.name, "report": "{}"}
)
LINKED: Final = _manifest(Zone.LINKED, 4, CONFORMED)
MART: Final = _manifest(Zone.MART, 5, LINKED)
COUNTED: Final = _manifest(Zone.COUNTED, 6, MART)
PROTECTED: Final = _manifest(Zone.RELEASED, 7, COUNTED, action="protect")
PUBLISHED: Final = _manifest(Zone.RELEASED, 8, PROTECTED, action="publish_release")
EXTRACT: Final = _manifest(Zone.EXTRACT, 9, MART)
TEXTS: Final = _manifest(Zone.TEXTS, 10, MART)
CHAIN: Final = (
    LANDED, QUARANTINED, CONFORMED, LINKED, MART, COUNTED, PROTECTED, PUBLISHED, EXTRACT, TEXTS,
)  # fmt: skip
DESTROYED: Final = {"actor": "1", "decision_id": "", "on": "2026-11-02"}


@pytest.mark.parametrize(
    ("recorded", "unrecorded"),
    [
        # What was made from a landed file is kept with it; the rest needs a record of its own.
        ([LANDED], [PUBLISHED, EXTRACT, TEXTS]),
        ([LANDED, PUBLISHED, EXTRACT, TEXTS], []),
        # No record names the landed file: nothing is kept with it.
        ([], CHAIN),
        ([CONFORMED], [e for e in CHAIN if e not in (CONFORMED, QUARANTINED)]),
        ([COUNTED, PUBLISHED], [e for e in CHAIN if e not in (COUNTED, PUBLISHED)]),
    ],
)
def test_a_chain_of_files(recorded: list[Manifest], unrecorded: list[Manifest]) -> None:
    names = {entry.name for entry in recorded}
    assert find_unrecorded_files(CHAIN, names) == list(unrecorded)


def test_rows_set_aside_twice_are_kept_once() -> None:
    """A check was killed between its two files: its repetition wrote the first again."""
    second = _manifest(Zone.QUARANTINED, 20, LANDED)
    assert find_unrecorded_files([LANDED, QUARANTINED, CONFORMED, second], {LANDED.name}) == [
        second
    ]


def test_an_earlier_check_is_kept_with_the_rows_that_it_set_aside() -> None:
    newer_rows = _manifest(Zone.QUARANTINED, 21, LANDED)
    newer = _manifest(Zone.CONFORMED, 22, LANDED, note={"quarantine": newer_rows.name})
    recorded = {LANDED.name, newer.name, newer_rows.name}
    files = [LANDED, QUARANTINED, CONFORMED, newer_rows, newer]
    assert find_unrecorded_files(files, recorded) == []


def test_what_was_made_from_destroyed_data_is_kept_with_nothing() -> None:
    landed = replace(LANDED, destroyed=DESTROYED)
    gone = replace(LINKED, destroyed=DESTROYED)
    assert find_unrecorded_files([landed, CONFORMED, gone], {landed.name}) == [CONFORMED]


def test_a_mart_is_kept_while_the_data_of_one_of_its_owners_are() -> None:
    other = _manifest(Zone.LANDED, 30)
    both = _manifest(Zone.MART, 31, LANDED, other)
    landed = replace(LANDED, destroyed=DESTROYED)
    assert find_unrecorded_files([landed, other, both], {landed.name, other.name}) == []


NAMES: Final = st.sets(st.sampled_from([entry.name for entry in CHAIN]))


@given(NAMES, NAMES)
def test_a_further_record_never_makes_a_file_unrecorded(some: set[str], more: set[str]) -> None:
    few = {entry.name for entry in find_unrecorded_files(CHAIN, some)}
    many = {entry.name for entry in find_unrecorded_files(CHAIN, some | more)}
    assert many <= few
    assert not few & some


def test_a_file_that_a_step_finds_again_counts_as_used(store: FileStore, permit: Permits) -> None:
    given_permit = permit(Action.RECEIVE, "student")
    ref = store.write(Zone.LANDED, TABLE, permit=given_permit, step="land", found_by={"f": "1"})
    other = store.write(Zone.LANDED, TABLE, permit=given_permit, step="land", found_by={"f": "2"})
    (pointer,) = store.root.glob(f"found/*/*/landed.{ref.digest}")
    os.utime(pointer, (1, 1))
    names = [str(ref), str(FileRef(Zone.MART, "0" * 64))]
    assert store.find_last_uses(names) == {str(ref): datetime.fromtimestamp(1, UTC)}
    assert store.find("land", (), {"f": "3"}) is None
    assert store.find("land", (), {"f": "2"}) == other
    assert store.find_last_uses(names)[str(ref)] == datetime.fromtimestamp(1, UTC)
    assert store.find("land", (), {"f": "1"}) == ref
    assert store.find_last_uses(names)[str(ref)] > datetime.fromtimestamp(1, UTC)


def test_no_file_is_found_while_writers_are_held_off(store: FileStore, permit: Permits) -> None:
    given_permit = permit(Action.RECEIVE, "student")
    ref = store.write(Zone.LANDED, TABLE, permit=given_permit, step="land")
    with ThreadPoolExecutor() as pool:
        with store.hold_off_writers() as has_no_writer:
            assert has_no_writer
            finding = pool.submit(store.find, "land")
            with pytest.raises(TimeoutError):
                finding.result(timeout=0.2)
            store.destroy(ref, permit=permit(Action.DESTROY))
        assert finding.result() is None


def test_writers_are_not_held_off_while_one_is_at_work(store: FileStore) -> None:
    with hold_write_lock(store.root), store.hold_off_writers() as has_no_writer:
        assert not has_no_writer
