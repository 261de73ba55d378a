"""Household, siblings and guardians, from what records state."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from cairn.warehouse.person.relations import Kin, Relation, Stated, relations

SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
ADA = Stated("ada", "school", SEPTEMBER, date(2012, 3, 4), frozenset({"lund"}),
             frozenset({"a 12 oak st 22903", "g lund maria", "p 4345550001"}))  # fmt: skip
EVA = replace(ADA, person="eva", source="clinic", since=OCTOBER)


def kinds(*stated: Stated) -> dict[str, Kin]:
    return {one.other: one.kind for one in relations("ada", [ADA, *stated])}


def test_a_guardian_is_stated_with_source_and_day() -> None:
    assert relations("ada", [ADA]) == (
        Relation(Kin.GUARDIAN, "lund maria", ("school",), SEPTEMBER),
    )


def test_twin_sister_and_household() -> None:
    home = frozenset({"a 12 oak st 22903"})
    cousin = replace(EVA, person="bo", surnames=frozenset({"prado"}), home=home)
    sister = replace(EVA, person="eli", birth_date=date(2015, 3, 4))
    mother = replace(EVA, person="mia", birth_date=date(1985, 1, 1), home=home)
    found = kinds(EVA, cousin, sister, mother)
    assert found["eva"] is Kin.TWIN
    assert found["eli"] is Kin.SIBLING
    assert (found["bo"], found["mia"]) == (Kin.HOUSEHOLD, Kin.HOUSEHOLD)


def test_a_phone_alone_is_no_household() -> None:
    assert "eva" not in kinds(replace(EVA, home=frozenset({"p 4345550001"})))


def test_a_fact_begins_when_both_sides_stand_and_names_its_sources() -> None:
    (_guardian, twin) = relations("ada", [ADA, EVA])
    assert (twin.sources, twin.since) == (("clinic", "school"), OCTOBER)


@given(st.lists(st.builds(
    Stated, st.sampled_from(["ada", "eva", "bo"]), st.sampled_from(["x", "y"]),
    st.sampled_from([SEPTEMBER, OCTOBER]), st.sampled_from([None, date(2012, 3, 4)]),
    st.frozensets(st.sampled_from(["lund", "prado"])),
    st.frozensets(st.sampled_from(["a 1", "g m p", "p 2"])))))  # fmt: skip
def test_relations_go_both_ways_and_a_source_taken_back_is_in_none(stated: list[Stated]) -> None:
    mine = {(r.kind, r.sources, r.since) for r in relations("ada", stated) if r.other == "eva"}
    hers = {(r.kind, r.sources, r.since) for r in relations("eva", stated) if r.other == "ada"}
    assert mine == hers
    left = [one for one in stated if one.source != "x"]
    assert all("x" not in r.sources for r in relations("ada", left))
