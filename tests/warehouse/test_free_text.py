"""What people wrote comes back to be read, in an order that tells nothing, and then it goes."""

from collections.abc import Callable

import pytest

from cairn.rules.decision import Permit
from cairn.rules.vocabulary import Action
from cairn.warehouse.free_text import Text, read, write
from cairn.warehouse.place import UNMAKES
from cairn.warehouse.zones import FileRef, Storehouse, WrongPermit, Zone

TEXTS = (
    Text("student.note", "k2", "Zzyzx left", ((0, 5, "NAME"),)),
    Text("student.note", "k1", "all is well"),
    Text("enrollment.exit_type", "k3", "moved"),
)


@pytest.fixture
def sealed(store: Storehouse, permit: Callable[..., Permit]) -> FileRef:
    given = permit(Action.PREPARE_EXTRACT, "student")
    return write(store, TEXTS, permit=given, inputs=(), note={"extract": "9"})


def test_it_comes_back_by_element_and_key(store: Storehouse, sealed: FileRef) -> None:
    assert read(store, sealed) == [TEXTS[2], TEXTS[1], TEXTS[0]]
    assert b"Zzyzx" not in sealed.file(store.root).read_bytes()
    assert sealed.zone is Zone.TEXTS


@pytest.mark.parametrize("action", sorted(UNMAKES[Zone.TEXTS]))
def test_it_goes_with_the_need(
    store: Storehouse, sealed: FileRef, permit: Callable[..., Permit], action: Action
) -> None:
    with pytest.raises(WrongPermit):
        store.destroy(sealed, permit=permit(Action.READ_TEXT, "student"))
    store.destroy(sealed, permit=permit(action, "student"))
    assert store.manifest(sealed).destroyed


def test_nothing_else_goes_so_easily() -> None:
    lasting = set(Zone) - {Zone.TEXTS, Zone.EXTRACT}
    assert {UNMAKES[zone] for zone in lasting} == {frozenset({Action.DESTROY})}
