"""What people wrote comes back to be read, in an order that tells nothing, and then it goes."""

from collections.abc import Callable

import pytest

from cairn.policy.engine.decision import Permit
from cairn.policy.vocabulary.actions import Action
from cairn.warehouse.exporters.extract_files import (
    ReviewText,
    read_review_texts,
    write_review_texts,
)
from cairn.warehouse.store.file_refs import DESTROY_ACTIONS, FileRef, Zone
from cairn.warehouse.store.file_store import FileStore, WrongPermit

TEXTS = (
    ReviewText("student.note", "k2", "Zzyzx left", ((0, 5, "NAME"),)),
    ReviewText("student.note", "k1", "all is well"),
    ReviewText("enrollment.exit_type", "k3", "moved"),
)


@pytest.fixture
def sealed(store: FileStore, permit: Callable[..., Permit]) -> FileRef:
    given = permit(Action.PREPARE_EXTRACT, "student")
    return write_review_texts(store, TEXTS, permit=given, inputs=(), note={"extract": "9"})


def test_it_comes_back_by_element_and_key(store: FileStore, sealed: FileRef) -> None:
    assert read_review_texts(store, sealed) == [TEXTS[2], TEXTS[1], TEXTS[0]]
    assert b"Zzyzx" not in sealed.data_path(store.root).read_bytes()
    assert sealed.zone is Zone.TEXTS


@pytest.mark.parametrize("action", sorted(DESTROY_ACTIONS[Zone.TEXTS]))
def test_it_goes_with_the_need(
    store: FileStore, sealed: FileRef, permit: Callable[..., Permit], action: Action
) -> None:
    with pytest.raises(WrongPermit):
        store.destroy(sealed, permit=permit(Action.READ_TEXT, "student"))
    store.destroy(sealed, permit=permit(action, "student"))
    assert store.manifest(sealed).destroyed


def test_nothing_else_goes_so_easily() -> None:
    """A file that was landed and held goes when its sender cancels it."""
    lasting = set(Zone) - {Zone.TEXTS, Zone.EXTRACT, Zone.LANDED}
    assert {DESTROY_ACTIONS[zone] for zone in lasting} == {frozenset({Action.DESTROY})}
    assert DESTROY_ACTIONS[Zone.LANDED] == {Action.DESTROY, Action.CANCEL_DELIVERY}
