"""The county's families: twins, siblings, names, moves, and who they are."""

from collections import Counter, defaultdict
from itertools import pairwise
from random import Random

import pytest

from cairn.demo.population.geography import load_county
from cairn.demo.population.households import generate_households
from cairn.demo.population.names import (
    draw_family_name,
    draw_given_name,
    draw_short_name,
    load_name_lists,
)
from cairn.demo.population.pathways import draw_school_career
from cairn.demo.sources.recording_errors import make_state_id, record_state_id

Rows = list[dict[str, str]]


def test_people_are_as_many_as_asked_and_distinct(people: Rows) -> None:
    assert len(people) == 6_000
    assert len({row["person"] for row in people}) == 6_000


def test_three_to_four_in_a_hundred_are_twins(people: Rows) -> None:
    twins = [row for row in people if row["twin"] == "yes"]
    assert 0.025 < len(twins) / len(people) < 0.045
    families = defaultdict(list)
    for row in twins:
        families[row["household"]].append(row)
    for pair in families.values():
        assert len(pair) == 2
        assert pair[0]["birth_date"] == pair[1]["birth_date"]
        assert pair[0]["family_name"] == pair[1]["family_name"]
        assert pair[0]["given_name"] != pair[1]["given_name"]


def test_most_children_have_siblings_of_other_names(people: Rows) -> None:
    families = defaultdict(list)
    for row in people:
        families[row["household"]].append(row["given_name"])
    sizes = Counter(len(names) for names in families.values())
    assert set(sizes) == {1, 2, 3, 4}
    assert sizes[1] / len(families) < 0.5
    assert all(len(names) == len(set(names)) for names in families.values())


def test_groups_genders_and_surnames_vary(people: Rows) -> None:
    groups = Counter(row["race_ethnicity"] for row in people)
    assert set(groups) == {
        "white", "black", "hispanic", "asian", "two_or_more", "american_indian",
        "pacific_islander",
    }  # fmt: skip
    assert min(groups.values()) < 120 < groups["black"] < groups["white"]
    genders = Counter(row["gender"] for row in people)
    assert genders["X"] < 0.01 * len(people)
    assert abs(genders["F"] - genders["M"]) < 0.1 * len(people)
    double = Counter(row["race_ethnicity"] for row in people if " " in row["family_name"])
    assert set(double) == {"hispanic"}
    assert 0.3 < double["hispanic"] / groups["hispanic"] < 0.55
    hyphens = sum("-" in row["family_name"] for row in people)
    assert 0.02 < hyphens / len(people) < 0.09


def test_children_are_three_to_twenty_six_in_june_2026(people: Rows) -> None:
    births = [row["birth_date"] for row in people]
    assert min(births) >= "1999-01-01"
    assert max(births) <= "2022-08-31"
    cohorts = Counter(row["cohort"] for row in people)
    assert {str(year) for year in range(2018, 2041)} <= set(cohorts)


def test_a_family_has_a_home_only_while_it_is_in_the_county() -> None:
    seen = set()
    for household, _ in generate_households(2_000, seed=5):
        for year in range(2018, 2027):
            home = household.find_home(year)
            assert (home is None) == (not household.arrives <= year < household.leaves)
        before, after = household.homes
        if before is not after:
            seen.add("district" if before.district is not after.district else "address")
            assert household.find_home(household.moves) is after
            assert household.find_home(household.moves - 1) is before
    assert seen == {"district", "address"}


def test_a_move_in_january_splits_the_year() -> None:
    split = 0
    for household, rng in generate_households(6_000, seed=3):
        for child in household.children:
            record = draw_school_career(child, household, rng)
            stints = [stint for pupil in record.students for stint in pupil.enrollments]
            for one, two in pairwise(sorted(stints, key=lambda stint: stint.entry)):
                assert one.exit < two.entry
                if one.year == two.year:
                    split += 1
                    assert one.exit_type == "transferred"
                    assert one.days + two.days <= 180
    assert split > 5


def test_no_pupil_is_in_two_grades_or_absent_more_than_enrolled() -> None:
    for household, rng in generate_households(1_500, seed=11):
        for child in household.children:
            for pupil in draw_school_career(child, household, rng).students:
                for stint in pupil.enrollments:
                    assert stint.grade == 12 - (child.cohort - stint.year)
                    assert 0 <= stint.absent <= stint.days
                    assert stint.entry < stint.exit


def test_thirty_schools_in_three_districts() -> None:
    districts = load_county().districts
    assert [len(district.schools) for district in districts] == [15, 7, 8]
    assert sum(district.share for district in districts) == pytest.approx(1.0)
    for district in districts:
        for neighborhood in district.elementary:
            levels = [
                district.find_school(neighborhood, grade).level for grade in (0, 5, 6, 8, 9, 12)
            ]
            assert levels == ["elementary"] * 2 + ["middle"] * 2 + ["high"] * 2


def test_name_lists_are_whole_words_without_repeats() -> None:
    lists = load_name_lists()
    for by_group in (*lists.given.values(), lists.family):
        for group, names in by_group.items():
            assert len(names) == len(set(names)), group
            assert all(name[0].isupper() for name in names)
    rng = Random(1)
    assert draw_given_name(rng, "asian", "X")
    assert draw_short_name(rng, "Elizabeth") in lists.short["Elizabeth"]
    assert draw_short_name(rng, "Zuri") == "Zuri"
    assert {draw_family_name(rng, "two_or_more") for _ in range(50)}


def test_state_numbers_are_all_different_and_mostly_written_right() -> None:
    numbers = {make_state_id(f"P{place:07}") for place in range(1, 20_001)}
    assert len(numbers) == 20_000
    assert {len(number) for number in numbers} == {10}
    rng = Random(4)
    written = [record_state_id("9123456789", rng) for _ in range(10_000)]
    assert 0.05 < written.count("") / 10_000 < 0.07
    wrong = [number for number in written if number not in ("", "9123456789")]
    assert 0.003 < len(wrong) / 10_000 < 0.012
    for number in wrong:
        assert sum(a != b for a, b in zip(number, "9123456789", strict=True)) == 1
