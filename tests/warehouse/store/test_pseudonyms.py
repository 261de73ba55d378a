"""Pseudonyms are random, stable inside a project and different between projects."""

from cairn.warehouse.store.pseudonyms import Pseudonyms


def test_stable_inside_a_project() -> None:
    mine = Pseudonyms()
    first, second, again = mine.assign_pseudonyms(["a", "b", "a"])
    assert first == again != second
    assert Pseudonyms(dict(mine))["a"] == first
    assert len(mine) == 2


def test_different_between_projects() -> None:
    assert Pseudonyms()["a"] != Pseudonyms()["a"]
