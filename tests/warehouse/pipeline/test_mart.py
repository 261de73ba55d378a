"""Identifiers stay behind, and a mart holds what its permit names and nobody it leaves out."""

from collections.abc import Callable
from dataclasses import replace

import pyarrow as pa
import pytest

from cairn.policy.engine.decision import Permit
from cairn.policy.vocabulary.actions import Action
from cairn.warehouse.pipeline import mart
from cairn.warehouse.pipeline.row_filters import RowOrigin
from cairn.warehouse.store.file_refs import FileRef, Zone
from cairn.warehouse.store.file_store import FileStore, WrongPermit
from cairn.warehouse.store.pseudonyms import Pseudonyms

Permits = Callable[..., Permit]


@pytest.fixture
def conformed(store: FileStore, permit: Permits) -> FileRef:
    """A small roster."""
    table = pa.table(
        {
            "record_id": ["1", "2", "3"],
            "local_id": ["11", "12", "13"],
            "given_name": ["Ada", "Bo", "Cy"],
            "gender": ["F", "M", "X"],
            "race_ethnicity": ["asian", "black", "white"],
        }
    ).replace_schema_metadata({"cairn.record": "student"})
    return store.write(Zone.CONFORMED, table, permit=permit(Action.CONFORM), step="conform")


def people(*ids: str | None) -> pa.Table:
    return pa.table({"person_id": pa.array(ids, pa.string())})


def linked(store: FileStore, conformed: FileRef, permit: Permits) -> FileRef:
    return mart.split_identifiers(
        store, conformed, people("p", "q", None), source="river", permit=permit(Action.LINK)
    )


def test_no_direct_identifier_passes(store: FileStore, conformed: FileRef, permit: Permits) -> None:
    ref = linked(store, conformed, permit)
    assert store.read(ref).to_pylist() == [
        {"person_id": "p", "source": "river", "gender": "F", "race_ethnicity": "asian"},
        {"person_id": "q", "source": "river", "gender": "M", "race_ethnicity": "black"},
        {"person_id": None, "source": "river", "gender": "X", "race_ethnicity": "white"},
    ]
    assert store.manifest(ref).counts["not_linked"] == 1


def test_parting_again_is_known(store: FileStore, conformed: FileRef, permit: Permits) -> None:
    ref = linked(store, conformed, permit)
    known = mart.find_linked_files(store)
    leave = permit(Action.LINK)
    assert (
        known[mart.compute_linked_file_key(conformed, people("p", "q", None), leave, None)] == ref
    )
    assert mart.compute_linked_file_key(conformed, people("p", "r", None), leave, None) not in known


def test_a_crosswalk_of_another_file_is_refused(
    store: FileStore, conformed: FileRef, permit: Permits
) -> None:
    with pytest.raises(ValueError, match="one row"):
        mart.split_identifiers(
            store, conformed, people("p"), source="river", permit=permit(Action.LINK)
        )


def test_a_crosswalk_follows_record_keys() -> None:
    seen = pa.table({"record_key": ["a", None, "b", "a"]})
    assert mart.build_crosswalk(seen, {"a": "p"}, rows=4)["person_id"].to_pylist() == [
        "p", None, None, "p",
    ]  # fmt: skip
    assert mart.build_crosswalk(None, {}, rows=2)["person_id"].to_pylist() == [None, None]


def test_only_permitted_elements_and_people(
    store: FileStore, conformed: FileRef, permit: Permits
) -> None:
    leave = replace(
        permit(Action.BUILD_MART, "student", only=["gender"]),
        except_people=frozenset({"q"}),
        seal=_seal(permit),
    )
    names = Pseudonyms()
    (ref,) = mart.build_mart(
        store, [linked(store, conformed, permit)], permit=leave, pseudonyms=names
    )
    assert store.read(ref).to_pylist() == [{"person": names["p"], "source": "river", "gender": "F"}]
    assert store.manifest(ref).counts == {"rows_before": 3, "rows_left_out": 1, "rows": 1}


def test_a_roster_keeps_the_year_of_its_file(
    store: FileStore, conformed: FileRef, permit: Permits
) -> None:
    ref = linked(store, conformed, permit)
    rows = {ref: RowOrigin("A", "river", pa.array, file_year="2025-26")}
    leave = permit(Action.BUILD_MART, "student", only=["gender"])
    (built,) = mart.build_mart(store, [ref], permit=leave, pseudonyms=Pseudonyms(), rows=rows)
    assert store.read(built).column(mart.FILE_YEAR_COLUMN).to_pylist() == ["2025-26"] * 2


def test_nothing_of_a_school_that_has_not_said_is_in_a_mart(
    store: FileStore, conformed: FileRef, permit: Permits
) -> None:
    ref = linked(store, conformed, permit)
    leave = permit(Action.BUILD_MART, "student", only=["gender"])
    shut = {"A": {"river": leave.elements}}
    leave = replace(leave, shut=shut, seal=_seal(permit))

    def made(agreement: str, organization: str) -> list[dict[str, object]]:
        rows = {ref: RowOrigin(agreement, organization, pa.array)}
        (built,) = mart.build_mart(store, [ref], permit=leave, pseudonyms=Pseudonyms(), rows=rows)
        found: list[dict[str, object]] = store.read(built).to_pylist()
        return found

    assert made("A", "river") == []
    assert [len(made(*whose)) for whose in (("A", "hills"), ("B", "river"))] == [2, 2]
    with pytest.raises(WrongPermit, match="The owner of the rows"):
        mart.build_mart(store, [ref], permit=leave, pseudonyms=Pseudonyms())


def test_records_without_a_person_keep_all_rows(store: FileStore, permit: Permits) -> None:
    table = pa.table({"record_id": ["1"], "school_id": ["7"]}).replace_schema_metadata(
        {"cairn.record": "school"}
    )
    ref = store.write(Zone.CONFORMED, table, permit=permit(Action.CONFORM), step="conform")
    part = mart.split_identifiers(
        store, ref, people(None), source="river", permit=permit(Action.LINK)
    )
    (made,) = mart.build_mart(
        store, [part], permit=permit(Action.BUILD_MART, "school"), pseudonyms=Pseudonyms()
    )
    assert store.read(made).to_pylist() == [{"person": None, "source": "river", "school_id": "7"}]


def test_nothing_linked_says_what_to_do(store: FileStore, permit: Permits) -> None:
    with pytest.raises(mart.NoLinkedFiles, match="cairn link"):
        mart.build_mart(store, [], permit=permit(Action.BUILD_MART), pseudonyms=Pseudonyms())


def test_another_permit_builds_no_mart(
    store: FileStore, conformed: FileRef, permit: Permits
) -> None:
    with pytest.raises(WrongPermit):
        mart.build_mart(
            store, [linked(store, conformed, permit)],
            permit=permit(Action.LINK, "student"), pseudonyms=Pseudonyms(),
        )  # fmt: skip


def _seal(permit: Permits) -> object:
    from cairn.policy.engine.decision import _PERMIT_SEAL

    return _PERMIT_SEAL
