"""Household, siblings and guardians, from what records stated in time and what reviewers said."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cairn.matching.relationships import (
    HouseholdIdentifier,
    RelationshipFact,
    RelationshipGround,
    RelationshipKind,
    Residence,
    ReviewerStatement,
    derive_relationships,
)

SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER = (datetime(2026, m, 1, tzinfo=UTC) for m in range(9, 13))
OAK, ELM = (
    HouseholdIdentifier(RelationshipGround.ADDRESS, 12),
    HouseholdIdentifier(RelationshipGround.ADDRESS, 13),
)
MARIA = HouseholdIdentifier(RelationshipGround.GUARDIAN, 7, "lund maria")
ADA = Residence("ada", "school", SEPTEMBER, None, date(2012, 3, 4), frozenset({"lund"}),
           frozenset({OAK, MARIA}))  # fmt: skip
EVA = replace(ADA, person="eva", source="clinic", since=OCTOBER)


def derive_from_residences(
    *stays: Residence, words: tuple[ReviewerStatement, ...] = ()
) -> list[RelationshipFact]:
    every = derive_relationships({"ada"}, [ADA, *stays], words)
    return sorted((r for r in every if r.other), key=lambda r: (r.one, r.other, r.since))


def test_a_guardian_is_stated_with_source_and_time() -> None:
    (one,) = derive_relationships({"ada"}, [ADA])
    assert (one.kind, one.one, one.other) == (RelationshipKind.GUARDIAN, "ada", "")
    assert (one.name, one.guardian, one.sources) == ("lund maria", 7, ("school",))
    assert (one.since, one.until) == (SEPTEMBER, None)


def test_twin_sister_and_household() -> None:
    home = frozenset({OAK})
    cousin = replace(EVA, person="bo", surnames=frozenset({"prado"}), home=home)
    sister = replace(EVA, person="eli", birth_date=date(2015, 3, 4))
    mother = replace(EVA, person="mia", birth_date=date(1985, 1, 1), home=home)
    kinds = {one.other: one.kind for one in derive_from_residences(EVA, cousin, sister, mother)}
    assert kinds["eva"] is RelationshipKind.TWIN
    assert kinds["eli"] is RelationshipKind.SIBLING
    assert (kinds["bo"], kinds["mia"]) == (RelationshipKind.HOUSEHOLD, RelationshipKind.HOUSEHOLD)


def test_a_fact_begins_when_both_sides_stand_and_names_sources_and_grounds() -> None:
    (twin,) = derive_from_residences(EVA)
    assert (twin.sources, twin.since) == (("clinic", "school"), OCTOBER)
    assert twin.grounds == tuple(RelationshipGround)


def test_it_ends_when_no_source_says_so_and_begins_anew() -> None:
    before, again = replace(EVA, until=NOVEMBER), replace(EVA, since=DECEMBER)
    moved = replace(EVA, since=NOVEMBER, until=DECEMBER, home=frozenset({ELM}))
    past, now = derive_from_residences(before, moved, again)
    assert (past.since, past.until) == (OCTOBER, NOVEMBER)
    assert (now.since, now.until) == (DECEMBER, None)


def test_a_newer_delivery_that_says_the_same_is_no_end() -> None:
    (one,) = derive_from_residences(
        replace(EVA, until=NOVEMBER), replace(EVA, source="camp", since=NOVEMBER)
    )
    assert (one.since, one.until, one.sources) == (OCTOBER, None, ("camp", "school"))


def test_homes_at_different_times_are_not_shared() -> None:
    gone = replace(ADA, person="old", until=OCTOBER)
    late = derive_relationships({"eva"}, [EVA, gone])
    assert [one for one in late if one.other] == []


def test_an_address_of_many_families_is_no_household() -> None:
    def others(many: int) -> list[Residence]:
        return [
            replace(EVA, person=f"p{n}", surnames=frozenset({f"s{n}"}), home=frozenset({OAK}))
            for n in range(many)
        ]

    assert len(derive_from_residences(*others(6))) == 6
    assert derive_from_residences(*others(7)) == []


def test_a_birth_date_that_stands_counts_before_one_that_stood() -> None:
    wrong = replace(EVA, until=NOVEMBER, birth_date=date(2014, 1, 1), home=frozenset())
    assert derive_from_residences(EVA, wrong)[0].kind is RelationshipKind.TWIN
    left = replace(EVA, until=NOVEMBER)
    assert (
        derive_from_residences(left, replace(wrong, home=frozenset()))[0].kind
        is RelationshipKind.TWIN
    )


def test_a_reviewer_says_what_they_are() -> None:
    word = ReviewerStatement(5, RelationshipKind.HOUSEHOLD, "eva", "ada", NOVEMBER)
    (one,) = derive_from_residences(EVA, words=(word,))
    assert (one.kind, one.since, one.until, one.verdict) == (
        RelationshipKind.HOUSEHOLD,
        OCTOBER,
        None,
        5,
    )
    assert one.sources == ("clinic", "school")
    (alone,) = derive_from_residences(words=(replace(word, kind=RelationshipKind.SIBLING),))
    assert (alone.kind, alone.since, alone.sources, alone.grounds) == (
        RelationshipKind.SIBLING, NOVEMBER, (), ()
    )  # fmt: skip
    past, now = derive_from_residences(
        replace(EVA, until=NOVEMBER - timedelta(days=9)), words=(word,)
    )
    assert (past.verdict, now.since, now.verdict) == (0, NOVEMBER, 5)


def test_a_reviewer_says_that_they_are_not() -> None:
    word = ReviewerStatement(5, None, "ada", "eva", NOVEMBER)
    (one,) = derive_from_residences(EVA, words=(word,))
    assert (one.kind, one.since, one.until, one.verdict) == (
        RelationshipKind.TWIN,
        OCTOBER,
        NOVEMBER,
        5,
    )
    assert derive_from_residences(EVA, words=(replace(word, at=SEPTEMBER),)) == []
    (over,) = derive_from_residences(
        replace(EVA, until=NOVEMBER), words=(replace(word, at=DECEMBER),)
    )
    assert (over.until, over.verdict) == (NOVEMBER, 0)


def test_no_holds_where_both_were_said() -> None:
    yes, no = (
        ReviewerStatement(5, RelationshipKind.TWIN, "ada", "eva", NOVEMBER),
        ReviewerStatement(6, None, "ada", "eva", DECEMBER),
    )
    (one,) = derive_from_residences(EVA, words=(yes, no))
    assert one.until == DECEMBER
    (other,) = derive_from_residences(
        EVA, words=(replace(yes, at=DECEMBER), replace(no, at=NOVEMBER))
    )
    assert other.until == NOVEMBER


def test_a_reviewer_says_that_an_adult_is_no_guardian() -> None:
    word = ReviewerStatement(5, None, "ada", "", NOVEMBER, guardian=7)
    every = derive_relationships({"ada", "eva"}, [ADA, EVA], (word,))
    ends = {one.one: one.until for one in every if one.kind is RelationshipKind.GUARDIAN}
    assert ends == {"ada": NOVEMBER, "eva": None}


def test_a_reviewer_says_for_what_time() -> None:
    word = ReviewerStatement(
        5, RelationshipKind.SIBLING, "ada", "eva", DECEMBER, since=SEPTEMBER, until=OCTOBER
    )
    (alone,) = derive_from_residences(words=(word,))
    assert (alone.kind, alone.since, alone.until) == (RelationshipKind.SIBLING, SEPTEMBER, OCTOBER)
    before, now = derive_from_residences(replace(EVA, since=NOVEMBER), words=(word,))
    assert (before.verdict, before.until, now.since, now.verdict) == (5, OCTOBER, NOVEMBER, 0)
    (both,) = derive_from_residences(EVA, words=(word,))
    assert (both.since, both.until, both.verdict) == (SEPTEMBER, None, 5)


def test_a_reviewer_names_a_guardian() -> None:
    word = ReviewerStatement(
        5, RelationshipKind.GUARDIAN, "ada", "", DECEMBER, guardian=8, name="beck jo", since=OCTOBER
    )  # fmt: skip
    every = derive_relationships({"ada"}, [ADA], (word,))
    jo = next(one for one in every if one.guardian == 8)
    assert (jo.name, jo.since, jo.until, jo.sources, jo.grounds) == (
        "beck jo", OCTOBER, None, (), ()
    )  # fmt: skip
    assert {one.guardian for one in derive_relationships({"eva"}, [EVA], (word,))} == {7}
    maria = replace(word, guardian=7, name="lund maria")
    (one,) = derive_relationships({"ada"}, [replace(ADA, since=NOVEMBER)], (maria,))
    assert (one.since, one.sources, one.verdict) == (OCTOBER, ("school",), 5)
    no = replace(maria, verdict=6, kind=None, at=DECEMBER)
    (ended,) = derive_relationships({"ada"}, [ADA], (maria, no))
    assert (ended.since, ended.until, ended.verdict) == (SEPTEMBER, DECEMBER, 6)


PEOPLE = ["ada", "bo", "eva"]
STAYS = st.lists(
    st.builds(
        Residence,
        st.sampled_from(PEOPLE),
        st.sampled_from(["x", "y"]),
        st.sampled_from([SEPTEMBER, OCTOBER]),
        st.sampled_from([None, NOVEMBER, DECEMBER]),
        st.sampled_from([None, date(2012, 3, 4), date(2014, 1, 1)]),
        st.frozensets(st.sampled_from(["lund", "prado"])),
        st.frozensets(st.sampled_from([OAK, ELM, MARIA])),
    ),
    max_size=8,
)
WORDS = st.lists(
    st.builds(
        ReviewerStatement,
        st.integers(1, 9),
        st.sampled_from([None, RelationshipKind.SIBLING]),
        st.sampled_from(PEOPLE),
        st.sampled_from(PEOPLE),
        st.sampled_from([OCTOBER, NOVEMBER]),
        st.sampled_from([0, 7]),
        st.just("lund maria"),
        st.sampled_from([None, SEPTEMBER, OCTOBER]),
        st.sampled_from([None, DECEMBER]),
    ),
    max_size=3,
    unique_by=lambda word: word.verdict,
)


@given(STAYS, WORDS, st.randoms())
def test_order_does_not_matter(
    stays: list[Residence], words: list[ReviewerStatement], by: object
) -> None:
    mixed = by.sample(stays, len(stays)), by.sample(words, len(words))  # type: ignore[attr-defined]
    assert derive_relationships(PEOPLE, *mixed) == derive_relationships(PEOPLE, stays, words)


@given(STAYS, WORDS)
def test_asked_of_one_it_is_what_is_found_of_all(
    stays: list[Residence], words: list[ReviewerStatement]
) -> None:
    every = derive_relationships(PEOPLE, stays, words)
    for person in PEOPLE:
        assert derive_relationships({person}, stays, words) == {
            one for one in every if person in (one.one, one.other)
        }


@given(STAYS, WORDS)
def test_facts_of_two_are_apart_in_time_and_nobody_is_her_own_sister(
    stays: list[Residence], words: list[ReviewerStatement]
) -> None:
    every = derive_relationships(PEOPLE, stays, words)
    assert all(one.one != one.other for one in every)
    assert all(one.until is None or one.since < one.until for one in every)
    for one in every:
        same = (one.one, one.other, one.guardian)
        for two in every - {one}:
            if (two.one, two.other, two.guardian) == same and one.since <= two.since:
                assert one.until is not None
                assert one.until < two.since


@given(STAYS)
def test_a_source_taken_back_is_in_none(stays: list[Residence]) -> None:
    left = derive_relationships(PEOPLE, [one for one in stays if one.source != "x"])
    assert all("x" not in one.sources for one in left)
