"""The attack on percentage bands, against hand-computed answers and unlimited patience."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from itertools import product
from math import inf
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.sdc.audit import band_attack, point_pool
from cairn.sdc.audit.band_attack import (
    BandRelease,
    attack_bands,
    find_band_exposures,
)
from cairn.sdc.audit.integer_points import InfeasibleModelError
from cairn.sdc.tables import (
    ALL,
    BandPopulation,
    Key,
    PublishedGroup,
    SizeKnowledge,
    compute_percent,
)

GIRLS, BOYS, EVERYONE = ("girls",), ("boys",), (ALL,)


def release(
    sizes: Mapping[Key, int], yes: Mapping[Key, int], *groups: PublishedGroup, **more: object
) -> BandRelease:
    dims = ("gender", "school")[: len(next(iter(sizes)))]
    return BandRelease("autumn", BandPopulation(dims, sizes, yes), groups, **more)


def covers(group: Key, finest: Key) -> bool:
    return all(a in (ALL, b) for a, b in zip(group, finest, strict=True))


def sum_of(counts: Mapping[Key, int], group: Key) -> int:
    return sum(n for key, n in counts.items() if covers(group, key))


def test_wide_bands_leave_enough() -> None:
    certificate = attack_bands(
        [release({GIRLS: 18, BOYS: 2}, {GIRLS: 16, BOYS: 1}, PublishedGroup(EVERYONE, (80, 100)))],
        3,
    )
    assert certificate.safe
    assert certificate.attackers == ("outsider", "participant")
    assert certificate.narrowest == 3


def test_an_exact_total_of_two_bands_exposes_the_small_group() -> None:
    """4 of 12 altogether, and at least half of 8 girls: so no boy."""
    groups = (PublishedGroup(GIRLS, (50, 100)), PublishedGroup(EVERYONE, yes=(4, 4)))
    certificate = attack_bands([release({GIRLS: 8, BOYS: 4}, {GIRLS: 4}, *groups)], 3)
    assert not certificate.safe
    assert {(e.key, e.values, e.required) for e in certificate.exposures} == {
        (GIRLS, 1, 3), (BOYS, 1, 3),
    }  # fmt: skip


def test_a_participant_can_know_more_than_an_outsider() -> None:
    """At most 2 of 6: 0, 1 or 2. One of the two knows that it is not 0."""
    group = PublishedGroup(EVERYONE, yes=(0, 2))
    certificate = attack_bands([release({EVERYONE: 6}, {EVERYONE: 2}, group)], 3)
    assert [(e.attacker, e.values) for e in certificate.exposures] == [("participant", 2)]


def test_a_contributor_subtracts_its_own_students() -> None:
    """At least 80 percent of 20; it knows 4 of its 7 without, so all 13 others have it."""
    own = {"north": BandPopulation(("gender",), {GIRLS: 7}, {GIRLS: 3})}
    one = release({GIRLS: 20}, {GIRLS: 16}, PublishedGroup(GIRLS, (80, 100)), contributors=own)
    certificate = attack_bands([one], 3)
    assert [(e.attacker, e.values, e.required) for e in certificate.exposures] == [
        ("contributor north", 1, 3)
    ]
    assert find_band_exposures([one], 3, SizeKnowledge.PUBLIC, certificate.exposures) == [
        *certificate.exposures
    ]


def test_who_came_between_two_releases_is_attacked_too() -> None:
    """4 of 10, then 6 of 12: both who came have it, and nobody could tell from one release."""
    first = release({GIRLS: 10}, {GIRLS: 4}, PublishedGroup(GIRLS, yes=(4, 4)))
    second = BandRelease(
        "spring",
        BandPopulation(("gender",), {GIRLS: 12}, {GIRLS: 6}),
        (PublishedGroup(GIRLS, yes=(6, 6)),),
    )
    certificate = attack_bands([first, second], 3)
    assert [(e.key, e.release, e.values) for e in certificate.exposures] == [
        (GIRLS, "autumn to spring", 1)
    ]


def test_blank_parts_of_a_total_are_attacked_as_one() -> None:
    """Each of two small groups stays open, but not the sum of both: 3 of 6."""
    small = [(value,) for value in "ab"]
    sizes = {GIRLS: 20, **dict.fromkeys(small, 3)}
    one = release(
        sizes,
        {GIRLS: 10, small[0]: 1, small[1]: 2},
        PublishedGroup(GIRLS, yes=(10, 10)),
        PublishedGroup(EVERYONE, yes=(13, 13)),
        *(PublishedGroup(key, size=(0, 9)) for key in small),
    )
    exposed = {e.key for e in attack_bands([one], 3).exposures}
    assert exposed == {EVERYONE}
    blank = PublishedGroup(GIRLS, size=(0, 9))
    assert attack_bands([release({GIRLS: 3}, {GIRLS: 1}, blank)], 3).safe


def test_who_left_between_two_releases_is_attacked_too() -> None:
    """6 of 12, then 4 of 10: both who left have it. One who left without it leaves 4 of 9."""
    first = release({GIRLS: 12}, {GIRLS: 6}, PublishedGroup(GIRLS, yes=(6, 6)))
    for yes, size, values in ((4, 10, 1), (4, 9, 1)):
        second = BandRelease(
            "spring",
            BandPopulation(("gender",), {GIRLS: size}, {GIRLS: yes}),
            (PublishedGroup(GIRLS, yes=(yes, yes)),),
        )
        exposures = attack_bands([first, second], 3).exposures
        assert [(e.key, e.release, e.values) for e in exposures] == [
            (GIRLS, "autumn to spring", values)
        ]
    wide = BandRelease("spring", second.population, (PublishedGroup(GIRLS, (0, 69)),))
    assert attack_bands([first, wide], 3).safe


def test_bands_that_contradict_each_other_prove_nothing() -> None:
    groups = (PublishedGroup(GIRLS, (0, 20)), PublishedGroup(EVERYONE, (80, 100)))
    with pytest.raises(InfeasibleModelError):
        attack_bands([release({GIRLS: 20}, {GIRLS: 3}, *groups)], 3)


def test_an_unknown_size_leaves_more_than_a_known_one() -> None:
    """33 percent of 12 is 4. Of 10 to 15 students it is 4 of 12 or 5 of 15."""
    group = PublishedGroup(EVERYONE, (33, 33), (10, 15))
    one = release({EVERYONE: 12}, {EVERYONE: 4}, group)
    assert [e.values for e in attack_bands([one], 2).exposures] == [1]
    assert attack_bands([one], 2, SizeKnowledge.UNKNOWN).narrowest == 2
    assert [e.values for e in attack_bands([one], 3, SizeKnowledge.UNKNOWN).exposures] == [2]
    blank = release({EVERYONE: 12}, {EVERYONE: 4}, PublishedGroup(EVERYONE, size=(10, 15)))
    assert attack_bands([blank], 9, SizeKnowledge.UNKNOWN).safe


def test_unknown_sizes_of_different_people_are_refused() -> None:
    first = release({GIRLS: 10}, {GIRLS: 4})
    second = BandRelease("spring", BandPopulation(("gender",), {GIRLS: 12}, {GIRLS: 6}), ())
    with pytest.raises(ValueError, match="known sizes"):
        attack_bands([first, second], 3, SizeKnowledge.UNKNOWN)


def test_the_digest_ignores_the_order_and_sees_every_band() -> None:
    groups = [PublishedGroup(GIRLS, (0, 20)), PublishedGroup(BOYS, (0, 20))]
    sizes, yes = {GIRLS: 20, BOYS: 20}, {GIRLS: 3, BOYS: 3}
    first, turned, wider = (
        attack_bands([release(sizes, yes, *shown)], 3).digest
        for shown in (groups, groups[::-1], [groups[0], PublishedGroup(BOYS, (0, 39))])
    )
    assert first == turned != wider


def draw_points_from(targets: int) -> AbstractContextManager[None]:
    """Draw a few points from so many targets on."""
    return patch.multiple(band_attack, MANY_TARGETS=targets, MOST_ROUNDS=2)


@pytest.fixture(autouse=True, scope="module")
def few_points() -> Iterator[None]:
    """A few drawn points are enough for tables as small as these."""
    with patch.multiple(point_pool, POINTS_DRAWN=16, CHANGES_TRIED=6):
        yield


@st.composite
def small_releases(draw: st.DrawFn) -> BandRelease:
    """Two genders at two schools, with any bands that hold the truth."""
    finest = [*product(("f", "m"), ("s", "t"))]
    sizes = {key: draw(st.integers(0, 4)) for key in finest}
    yes = {key: draw(st.integers(0, n)) for key, n in sizes.items()}
    groups = []
    for key in product(("f", "m", ALL), ("s", "t", ALL)):
        size = sum_of(sizes, key)
        if size and draw(st.booleans()):
            percent = compute_percent(sum_of(yes, key), size)
            below, above = draw(st.integers(0, 40)), draw(st.integers(0, 40))
            band = (max(0, percent - below), min(100, percent + above))
            groups.append(PublishedGroup(key, band))
    own_sizes = {key: draw(st.integers(0, n)) for key, n in sizes.items()}
    own_yes = {
        key: draw(st.integers(max(0, yes[key] + n - sizes[key]), min(n, yes[key])))
        for key, n in own_sizes.items()
    }
    dims = ("gender", "school")
    return BandRelease(
        "autumn",
        BandPopulation(dims, sizes, yes),
        tuple(groups),
        {"north": BandPopulation(dims, own_sizes, own_yes)} if draw(st.booleans()) else {},
    )


def list_points(one: BandRelease) -> list[dict[Key, int]]:
    """Try every number of every finest group, and keep those that print the same."""
    sizes = one.population.sizes
    every = (
        dict(zip(sizes, values, strict=True))
        for values in product(*(range(n + 1) for n in sizes.values()))
    )
    return [
        point
        for point in every
        if all(
            g.percents[0]
            <= compute_percent(sum_of(point, g.key), sum_of(sizes, g.key))
            <= g.percents[1]
            and g.yes[0] <= sum_of(point, g.key) <= g.yes[1]
            for g in one.groups
        )
    ]


def list_exposed(one: BandRelease, width: int) -> Iterator[tuple[str, Key]]:
    """Whom unlimited patience can narrow, as an outsider, a participant and a contributor."""
    sizes, truth = one.population.sizes, one.population.yes
    groups = {*sizes, *(g.key for g in one.groups)}
    points = list_points(one)
    kinds = [(key, True) for key in sizes if truth[key]]
    kinds += [(key, False) for key in sizes if truth[key] < sizes[key]]
    for group in groups:
        size = sum_of(sizes, group)
        if not size:
            continue
        if len({sum_of(p, group) for p in points}) < min(width, size + 1):
            yield "outsider", group
            continue
        for key, has in kinds:
            left = [p for p in points if (p[key] >= 1 if has else p[key] < sizes[key])]
            needed = min(width, size + 1 - covers(group, key))
            if len({sum_of(p, group) for p in left}) < needed:
                yield "participant", group
                break
    for own in one.contributors.values():
        for group in groups:
            others = sum_of(sizes, group) - sum_of(own.sizes, group)
            left = [
                p for p in points
                if all(
                    own.yes[k] <= n <= own.yes[k] + sizes[k] - own.sizes[k] for k, n in p.items()
                )
            ]  # fmt: skip
            if others and len({sum_of(p, group) for p in left}) < min(width, others + 1):
                yield "contributor north", group


@settings(deadline=None, max_examples=35, suppress_health_check=[HealthCheck.too_slow])
@given(small_releases(), st.sampled_from((0, 200)))
def test_the_attack_agrees_with_unlimited_patience(one: BandRelease, many_targets: int) -> None:
    """Whether points are drawn for all targets at once, or each is attacked by itself."""
    with draw_points_from(many_targets):
        exposures = attack_bands([one], 3).exposures
    assert {(e.attacker, e.key) for e in exposures} == set(list_exposed(one, 3))


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_two_releases_of_different_people_agree_with_unlimited_patience(
    data: st.DataObject,
) -> None:
    """Everyone is common to both, left or came; as few as possible moved."""
    counts = [
        {key: (data.draw(st.integers(0, 3)), data.draw(st.integers(0, 3))) for key in (GIRLS, BOYS)}
        for _release in range(2)
    ]
    people = {
        key: {
            "both": [min(a, b) for a, b in zip(*pair, strict=True)],
            "left": [max(a - b, 0) for a, b in zip(*pair, strict=True)],
            "came": [max(b - a, 0) for a, b in zip(*pair, strict=True)],
        }
        for key in (GIRLS, BOYS)
        for pair in ((counts[0][key], counts[1][key]),)
    }
    parts = [(key, part) for key in people for part in people[key]]
    releases = []
    for name, now in zip(("autumn", "spring"), counts, strict=True):
        sizes, yes = {k: sum(c) for k, c in now.items()}, {k: c[0] for k, c in now.items()}
        groups = []
        for key in (GIRLS, BOYS, EVERYONE):
            if (size := sum_of(sizes, key)) and data.draw(st.booleans()):
                percent, wide = (
                    compute_percent(sum_of(yes, key), size),
                    data.draw(st.integers(0, 50)),
                )
                groups.append(
                    PublishedGroup(key, (max(0, percent - wide), min(100, percent + wide)))
                )
        releases.append(BandRelease(name, BandPopulation(("gender",), sizes, yes), tuple(groups)))

    def sum_parts(point: Mapping[tuple[Key, str], int], group: Key, *named: str) -> int:
        return sum(n for (key, part), n in point.items() if part in named and covers(group, key))

    in_release = {"autumn": ("both", "left"), "spring": ("both", "came")}
    every = (
        dict(zip(parts, values, strict=True))
        for values in product(*(range(sum(people[key][part]) + 1) for key, part in parts))
    )
    points = [
        point
        for point in every
        if all(
            group.percents[0]
            <= compute_percent(
                sum_parts(point, group.key, *in_release[one.name]),
                sum_of(one.population.sizes, group.key),
            )
            <= group.percents[1]
            for one in releases
            for group in one.groups
        )
    ]
    moved = any(sum(people[key][part]) for key in people for part in ("left", "came"))
    names = in_release | {"autumn to spring": ("left",), "autumn to spring ": ("came",)}
    groups = {GIRLS, BOYS, *(group.key for one in releases for group in one.groups)}
    expected = set()
    for name, named in names.items():
        for group in groups:
            size = sum(
                sum(people[key][part])
                for key, part in parts
                if part in named and covers(group, key)
            )
            seen = {sum_parts(point, group, *named) for point in points}
            if size and len(seen) < min(3, size + 1):
                expected.add((group, name.strip() if moved else ""))
    with draw_points_from(data.draw(st.sampled_from((0, 200)))):
        exposures = attack_bands(releases, 3).exposures
    assert {(e.key, e.release) for e in exposures if e.attacker == "outsider"} == expected


@st.composite
def releases_by_program(draw: st.DrawFn) -> BandRelease:
    """Three programs, some children in several; each program is a table, and knows its members."""
    finest = [*product(("yes", "no"), repeat=3)]
    sizes = {key: draw(st.integers(0, 2 if key.count("no") == 3 else 1)) for key in finest}
    yes = {key: draw(st.integers(0, n)) for key, n in sizes.items()}
    groups = []
    for key in [
        (ALL,) * 3,
        *(
            tuple(value if index == place else ALL for index in range(3))
            for place in range(3)
            for value in ("yes", "no")
        ),
    ]:
        if size := sum_of(sizes, key):
            percent, wide = compute_percent(sum_of(yes, key), size), draw(st.integers(5, 45))
            groups.append(PublishedGroup(key, (max(0, percent - wide), min(100, percent + wide))))
    dims = ("one", "two", "three")
    own, own_yes = (
        {key: n * (key[0] == "yes") for key, n in part.items()} for part in (sizes, yes)
    )
    members = BandPopulation(dims, own, own_yes)
    population = BandPopulation(dims, sizes, yes)
    return BandRelease("autumn", population, tuple(groups), {"north": members})


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(releases_by_program())
def test_programs_that_share_children_agree_with_unlimited_patience(one: BandRelease) -> None:
    """All programs at once: what each alone leaves open, all together may not."""
    with draw_points_from(0):
        exposures = attack_bands([one], 3).exposures
    assert {(e.attacker, e.key) for e in exposures} == set(list_exposed(one, 3))


def test_targets_that_no_drawn_point_proves_are_attacked_one_by_one() -> None:
    """No round may be drawn, so every target is left to the search."""
    one = release({GIRLS: 18, BOYS: 2}, {GIRLS: 16, BOYS: 1}, PublishedGroup(EVERYONE, (80, 100)))
    with (
        patch.object(band_attack, "MANY_TARGETS", 0),
        patch.object(band_attack, "MOST_ROUNDS", 0),
    ):
        assert attack_bands([one], 3) == attack_bands([one], 3)
        assert attack_bands([one], 3).safe


def test_an_exact_number_that_is_public_is_no_target() -> None:
    one = release({GIRLS: 20}, {GIRLS: 7}, PublishedGroup(GIRLS, yes=(7, 7), size=(20, inf)))
    assert attack_bands([one], 3).targets == 0
