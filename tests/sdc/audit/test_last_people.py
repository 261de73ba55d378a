"""The insider who knows all of its own people but one, against unlimited patience."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.sdc.audit.band_attack import BandRelease, attack_bands, find_band_exposures
from cairn.sdc.audit.last_people import LastPerson, list_last_people
from cairn.sdc.contributors import CellContributor
from cairn.sdc.perturbation.percentage_bands import attack_beside_earlier, publish_bands
from cairn.sdc.tables import (
    ALL,
    RESULT,
    BandPopulation,
    CellCounts,
    Key,
    PublishedGroup,
    SizeKnowledge,
    SuppressionRule,
    TableRequest,
    compute_percent,
)

IN, OUT = ("yes",), ("no",)
PROGRAM = "program"


def release(
    in_program: tuple[int, int], others: tuple[int, int], *groups: PublishedGroup
) -> BandRelease:
    """A release of a program and all others: with the outcome, and everyone, of each."""
    sizes, yes = {IN: in_program[1], OUT: others[1]}, {IN: in_program[0], OUT: others[0]}
    own = BandPopulation((PROGRAM,), {IN: in_program[1], OUT: 0}, {IN: in_program[0]})
    return BandRelease(
        "autumn",
        BandPopulation((PROGRAM,), sizes, yes),
        groups,
        {"partner": own},
        insiders=frozenset({"partner"}),
    )


@pytest.mark.parametrize(
    ("yes", "percents", "exposed"),
    [
        (14, (93, 100), set()),
        (13, (93, 100), {"with 0-0"}),
        (13, (80, 100), set()),
        (13, (93, 93), {"with 0-0", "without 0-0"}),
        (0, (0, 4), {"without 0-0"}),
        (0, (0, 20), set()),
        (7, (50, 50), {"with 0-0", "without 0-0"}),
    ],
)
def test_a_band_of_a_program_leaves_both_outcomes_of_the_last_child(
    yes: int, percents: tuple[int, int], exposed: set[str]
) -> None:
    """13 of the 14 children are known. The band must allow one more and one fewer."""
    one = release((yes, 14), (40, 90), PublishedGroup(IN, percents))
    certificate = attack_bands([one], 3)
    assert certificate.attackers[-2:] == ("contributor partner", "insider partner")
    insiders = [item for item in certificate.exposures if item.attacker.startswith("insider ")]
    assert {item.attacker.removeprefix("insider partner ") for item in insiders} == exposed
    assert {(item.key, item.values, item.required) for item in insiders} <= {(IN, 1, 2)}
    again = find_band_exposures([one], 3, SizeKnowledge.PUBLIC, certificate.exposures)
    assert {item.attacker for item in insiders} <= {item.attacker for item in again}
    wider = release((yes, 14), (40, 90), PublishedGroup(IN))
    assert not find_band_exposures([wider], 3, SizeKnowledge.PUBLIC, insiders)


def test_others_make_up_for_the_last_child() -> None:
    """The total of everyone is exact, yet any of the 90 others may have the outcome instead."""
    total = PublishedGroup((ALL,), yes=(47, 47))
    assert attack_bands([release((7, 14), (40, 90), total)], 3).safe


@pytest.mark.parametrize(
    ("spring", "exposed"),
    [
        (PublishedGroup(IN, yes=(13, 13)), {"with 0-1", "without 0-1"}),
        (PublishedGroup((ALL,), yes=(53, 53)), set()),
        (PublishedGroup(OUT, yes=(40, 40)), set()),
    ],
    ids=["of the program", "of everyone", "of all others"],
)
def test_a_later_exact_number_of_the_program_discloses_the_last_child(
    spring: PublishedGroup, exposed: set[str]
) -> None:
    """Whoever knows 13 of 14 children gets the last one from the exact number of the 14."""
    autumn = release((13, 14), (40, 90), PublishedGroup(IN, (80, 100)))
    later = replace(release((13, 14), (40, 90), spring), name="spring")
    certificate = attack_beside_earlier(later, [autumn], SuppressionRule(minimum=4))
    insiders = [item for item in certificate.exposures if item.attacker.startswith("insider ")]
    assert {item.attacker.removeprefix("insider partner ") for item in insiders} == exposed
    again = attack_beside_earlier(replace(later, name="summer"), [autumn, later],
                                  SuppressionRule(minimum=4))  # fmt: skip
    assert not any(item.attacker.startswith("insider ") for item in again.exposures)


def test_exact_numbers_of_the_program_and_of_everyone_add_up() -> None:
    """The number of the program is withheld, and follows from two that are shown."""
    autumn = release((13, 14), (40, 90), PublishedGroup(IN, (80, 100)))
    shown = (PublishedGroup((ALL,), yes=(53, 53)), PublishedGroup(OUT, yes=(40, 40)))
    later = replace(release((13, 14), (40, 90), *shown), name="spring")
    certificate = attack_beside_earlier(later, [autumn], SuppressionRule(minimum=4))
    assert "insider partner with 0-1" in {item.attacker for item in certificate.exposures}


def test_the_last_child_may_have_come_or_left_between_two_releases() -> None:
    people = [
        BandPopulation((PROGRAM,), {IN: 4}, {IN: 2}),
        BandPopulation((PROGRAM,), {IN: 5}, {IN: 3}),
        BandPopulation((PROGRAM,), {IN: 4}, {IN: 3}),
    ]
    found = list(list_last_people(people))
    assert {(item.has_outcome, item.first, item.last) for item in found} == {
        (True, 0, 2), (True, 1, 2), (False, 0, 2), (False, 0, 1),
    }  # fmt: skip
    newcomer = LastPerson(IN, has_outcome=True, first=1, last=2)
    known = newcomer.leave_out(people)
    assert [(item.sizes[IN], item.yes[IN]) for item in known] == [(4, 2), (4, 2), (3, 2)]


@pytest.mark.parametrize(("percents", "exposed"), [((40, 60), False), ((51, 60), True)])
def test_a_child_who_came_since_is_attacked_in_the_release_that_counts_it(
    percents: tuple[int, int], exposed: bool
) -> None:
    """5 of 10 had the outcome, now 6 of 11; without it, the newcomer leaves 5 of 11."""
    autumn = release((5, 10), (40, 90), PublishedGroup(IN, (40, 60)))
    spring = replace(release((6, 11), (40, 90), PublishedGroup(IN, percents)), name="spring")
    certificate = attack_bands([autumn, spring], 3)
    found = {item.attacker for item in certificate.exposures}
    assert ("insider partner with 1-1" in found) is exposed


Worlds = list[Mapping[Key, int]]


def list_worlds(sizes: Mapping[Key, int], groups: tuple[PublishedGroup, ...]) -> Worlds:
    """All numbers with the outcome that agree with what is published."""
    worlds = []
    for counts in product(*(range(n + 1) for n in sizes.values())):
        world = dict(zip(sizes, counts, strict=True))
        if all(agrees(world, sizes, group) for group in groups):
            worlds.append(world)
    return worlds


def agrees(world: Mapping[Key, int], sizes: Mapping[Key, int], group: PublishedGroup) -> bool:
    inside = [
        key for key in sizes if all(a in (ALL, b) for a, b in zip(group.key, key, strict=True))
    ]
    yes, size = sum(world[key] for key in inside), sum(sizes[key] for key in inside)
    low, high = group.percents
    return not group.tells or low <= compute_percent(yes, size) <= high


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_random_programs_withstand_whoever_knows_all_but_one(data: st.DataObject) -> None:
    genders, sizes, yes = ("girl", "boy"), dict[Key, int](), dict[Key, int]()
    for member in ("yes", "no"):
        for gender in genders:
            n = data.draw(st.integers(0, 6))
            sizes[member, gender], yes[member, gender] = n, data.draw(st.integers(0, n))
    counts = {}
    for key, n in sizes.items():
        counts[(*key, "yes")], counts[(*key, "no")] = yes[key], n - yes[key]
    own = {key: n for key, n in counts.items() if key[0] == "yes"}
    request = TableRequest(
        CellCounts((PROGRAM, "gender", RESULT), counts), ((PROGRAM, "gender"),), ()
    )
    bands = publish_bands(
        request,
        SuppressionRule(minimum=4),
        contributors=[CellContributor("partner", own)],
        insiders=["partner"],
    )
    worlds = list_worlds(sizes, bands.groups)
    assert yes in worlds
    for gender in genders:
        for change in (-1, 1):
            last = {**yes, ("yes", gender): yes["yes", gender] + change}
            if not 0 <= last["yes", gender] <= sizes["yes", gender]:
                continue
            if change == 1 and yes["yes", gender] == sizes["yes", gender]:
                continue
            own_of_last = {key: n for key, n in last.items() if key[0] == "yes"}
            assert any(
                {key: n for key, n in world.items() if key[0] == "yes"} == own_of_last
                for world in worlds
            ), (gender, change)
