"""Percentage bands say what their size class allows, and withstand every attacker."""

import csv
import os
from dataclasses import replace
from itertools import product
from math import inf
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sdc.audit.test_band_attack import (
    covers,
    list_exposed,
    list_points,
    small_releases,
    sum_of,
)

from cairn.sdc.audit.band_attack import BandRelease, attack_bands
from cairn.sdc.contributors import CellContributor
from cairn.sdc.perturbation import percentage_bands
from cairn.sdc.perturbation.percentage_bands import (
    BandsExposedError,
    attack_beside_earlier,
    build_band_population,
    publish_bands,
)
from cairn.sdc.tables import (
    ALL,
    BAND_SCHEMES,
    BandExposure,
    BandPopulation,
    BandScheme,
    CellCounts,
    Key,
    PercentageBand,
    PercentageRecoding,
    PublishedGroup,
    SizeKnowledge,
    SuppressionRule,
    TableRequest,
)

DIMS = ("race", "gender", "result")
RULE = SuppressionRule()
REAL = Path(os.environ.get("CAIRN_REAL_DATA", Path(__file__).parents[4] / "shared" / "data"))


def ask(
    rates: dict[tuple[str, ...], tuple[int, int]], dims: tuple[str, ...] = DIMS
) -> TableRequest:
    counts: dict[Key, int] = {}
    for key, (yes, size) in rates.items():
        counts[*key, "yes"], counts[*key, "no"] = yes, size - yes
    return TableRequest(CellCounts(dims, counts), (dims[:-1],))


def find_group(request: TableRequest, *key: str, **more: object) -> PublishedGroup:
    bands = publish_bands(request, RULE, **more)
    assert bands.certificate.safe
    return next(group for group in bands.groups if group.key == key)


@pytest.mark.parametrize(
    ("yes", "size", "said", "size_class"),
    [
        (3, 9, "", (0, 9)),
        (4, 10, "≤49%", (10, 15)),
        (8, 15, "≥50%", (10, 15)),
        (6, 16, "21-39%", (16, 30)),
        (18, 50, "30-39%", (31, 60)),
        (70, 200, "35-39%", (61, 300)),
        (350, 1000, "35%", (301, inf)),
        (0, 1000, "≤1%", (301, inf)),
        (999, 1000, "≥99%", (301, inf)),
    ],
)
def test_a_larger_group_has_a_narrower_band(
    yes: int, size: int, said: str, size_class: tuple[int, float]
) -> None:
    group = find_group(ask({("a", "f"): (yes, size)}), ALL, ALL)
    assert (group.percentage, group.size) == (said, size_class)
    assert group.tells == bool(said)


def test_a_small_gender_hides_no_other() -> None:
    """Exact counts would withhold 2,531 girls because 4 students have another gender."""
    request = ask({("a", "f"): (400, 2531), ("a", "m"): (500, 2600), ("a", "x"): (1, 4)})
    said = {g.key: g.percentage for g in publish_bands(request, RULE).groups}
    assert said["a", "f"], said["a", "m"] == ("16%", "19%")
    assert (said["a", ALL], said["a", "x"]) == ("18%", "")


def test_a_band_that_exposes_a_group_is_widened() -> None:
    """The north knows its 17 of 20, 10 with the outcome. From 40 to 59 percent are 8 to 11
    students: so none or one of the 3 others. Two groups count the same people."""
    request = ask({("a", "f"): (1, 3), ("b", "f"): (10, 17)})
    request = TableRequest(request.cells, (("gender",),))
    cells = request.cells.counts
    north = CellContributor("north", {k: n for k, n in cells.items() if k[0] == "b"})
    plain = publish_bands(request, RULE)
    attacked = publish_bands(request, RULE, contributors=[north])
    assert (plain.widened, attacked.widened) == (0, 2)
    assert attacked.certificate.attackers[-1] == "contributor north"
    assert [group.percentage for group in plain.groups] == ["40-59%"] * 2
    assert [group.percentage for group in attacked.groups] == ["40-79%"] * 2
    with pytest.raises(BandsExposedError):
        publish_bands(request, RULE, contributors=[north], most_tried=0)


def test_a_public_band_is_published_again_as_it_is() -> None:
    request = ask({("a", "f"): (70, 200)})
    population = build_band_population(request.cells)
    shown = PublishedGroup((ALL, ALL), (30, 49), (61, 300))
    earlier = BandRelease("before", population, (shown,))
    assert find_group(request, ALL, ALL, earlier=[earlier]) == shown
    assert find_group(request, "a", "f", earlier=[earlier]).percentage == "35-39%"
    withdrawn = replace(earlier, is_public=False)
    assert find_group(request, ALL, ALL, earlier=[withdrawn]).percentage == "35-39%"


@pytest.mark.parametrize("minimum", [10, 15, 16, 30, 31, 60, 300, 301])
def test_no_size_class_has_one_size(minimum: int) -> None:
    rule = replace(RULE, minimum=minimum)
    for size in (minimum, minimum + 1):
        bands = publish_bands(ask({("a", "f"): (size // 2, size)}), rule)
        least, most = bands.groups[0].size
        assert least <= size <= most
        assert most > least


def test_what_earlier_releases_narrowed_is_not_blamed_on_this_one() -> None:
    request = ask({("a", "f"): (8, 15), ("a", "m"): (2, 15)})
    population = build_band_population(request.cells)
    exact = tuple(PublishedGroup(key, yes=(n, n)) for key, n in ((("a", ALL), 10), ((ALL, "f"), 8)))
    bands = publish_bands(request, RULE, earlier=[BandRelease("before", population, exact)])
    assert bands.certificate.safe
    assert not bands.widened


def test_who_came_since_is_protected_too() -> None:
    """4 of 10 are public. At least half of 12 would say that both who came have the outcome, and
    at least 40 percent that one of them has it."""
    before = ask({("a", "f"): (4, 10)})
    shown = PublishedGroup(("a", "f"), yes=(4, 4))
    earlier = BandRelease("before", build_band_population(before.cells), (shown,))
    now = ask({("a", "f"): (6, 12)})
    bands = publish_bands(now, RULE, earlier=[earlier])
    assert bands.certificate.safe
    assert {group.percentage for group in bands.groups} == {"≥30%"}
    wider = publish_bands(ask({("a", "f"): (10, 20)}), RULE, earlier=[earlier])
    assert {group.percentage for group in wider.groups} == {"40-59%"}


def test_a_band_beside_the_exposed_group_is_widened_where_the_total_is_public() -> None:
    """105 of 120 are public. 88 percent of 118 girls are 104, so one of the two boys."""
    request = ask({("a", "f"): (104, 118), ("a", "m"): (1, 2)})
    population = build_band_population(request.cells)
    shown = (PublishedGroup((ALL, ALL), yes=(105, 105)),)
    earlier = BandRelease("before", population, shown)
    fine = BandScheme("", "", False, SizeKnowledge.PUBLIC, PercentageRecoding((
        PercentageBand(10, frozenset(range(1, 101))),
    )))  # fmt: skip
    bands = publish_bands(request, RULE, scheme=fine, earlier=[earlier])
    said = {group.key: group.percentage for group in bands.groups}
    assert bands.certificate.safe
    assert said["a", "f"] in {"87-88%", "88-89%", "87-89%"}, said


def test_the_search_ends_with_the_first_band_that_protects_if_one_is_enough(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(percentage_bands, "ENOUGH_CHOICES", 1)
    before = ask({("a", "f"): (4, 10)})
    shown = PublishedGroup(("a", "f"), yes=(4, 4))
    earlier = BandRelease("before", build_band_population(before.cells), (shown,))
    bands = publish_bands(ask({("a", "f"): (6, 12)}), RULE, earlier=[earlier])
    assert bands.certificate.safe
    assert bands.widened


def test_the_attack_has_the_last_word(monkeypatch: pytest.MonkeyPatch) -> None:
    request = ask({("a", "f"): (4, 10)})
    exposure = BandExposure("outsider", ("a", "f"), 1, 3)
    real = percentage_bands.attack_bands
    monkeypatch.setattr(
        percentage_bands,
        "attack_bands",
        lambda *given: replace(real(*given), exposures=(exposure,)),
    )
    with pytest.raises(BandsExposedError, match="defect"):
        publish_bands(request, RULE)
    monkeypatch.setattr(percentage_bands, "find_band_exposures", lambda *given: [exposure])
    with pytest.raises(BandsExposedError) as error:
        publish_bands(request, RULE)
    assert error.value.certificate.exposures == (exposure,)


def test_a_participant_is_attacked_where_an_outsider_knew_enough_before() -> None:
    """5 or 6 of 12 are public, then 6 of all 13: the one child of the other group had no outcome
    or is the sixth. With the outcome, it knows that 5 of the 12 have it."""
    population = BandPopulation(("g",), {("A",): 12, ("B",): 1}, {("A",): 5, ("B",): 1})
    earlier = BandRelease("before", population, (PublishedGroup(("A",), yes=(5, 6)),))
    total = BandRelease("total", population, (PublishedGroup((ALL,), yes=(6, 6)),))
    exposures = attack_beside_earlier(total, [earlier], RULE).exposures
    assert ("participant", ("A",), 1) in {(e.attacker, e.key, e.values) for e in exposures}


def count_values(one: BandRelease) -> dict[tuple[str, Key], tuple[int, ...]]:
    """Count by unlimited patience the values left to each kind of attacker, by record known."""
    sizes, truth = one.population.sizes, one.population.yes
    points = list_points(one)
    kinds = [(key, True) for key in sizes if truth[key]]
    kinds += [(key, False) for key in sizes if truth[key] < sizes[key]]
    values: dict[tuple[str, Key], tuple[int, ...]] = {}
    for group in {*sizes, *(g.key for g in one.groups)}:
        if size := sum_of(sizes, group):
            seen = len({sum_of(point, group) for point in points})
            values["outsider", group] = (min(seen, 3, size + 1),)
            values["participant", group] = tuple(
                min(
                    len(
                        {
                            sum_of(p, group)
                            for p in points
                            if (p[key] >= 1 if has else p[key] < sizes[key])
                        }
                    ),
                    3,
                    size + 1 - covers(group, key),
                )
                for key, has in kinds
            )
    return values


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(small_releases(), st.integers(0, 9))
def test_what_each_kind_of_attacker_knew_before_agrees_with_unlimited_patience(
    one: BandRelease, split: int
) -> None:
    """Exposed is each kind of attacker to whom fewer values are left than before."""
    one = replace(one, contributors={})
    earlier = replace(one, name="before", groups=one.groups[:split])
    new = replace(one, groups=one.groups[split:])
    silent = tuple(PublishedGroup(group.key) for group in new.groups)
    before = count_values(replace(one, groups=(*earlier.groups, *silent)))
    after = count_values(one)
    narrowed = {
        attacked
        for attacked, left in after.items()
        if any(now < then for now, then in zip(left, before[attacked], strict=True))
    }
    exposures = attack_beside_earlier(new, [earlier], RULE).exposures
    found = {(e.attacker, e.key) for e in exposures}
    assert found <= narrowed
    # A participant who narrows no further than an outsider is not named beside the outsider.
    outsiders = {("participant", key) for attacker, key in found if attacker == "outsider"}
    assert narrowed - outsiders <= found


TINY_SCHEME = BandScheme(
    "", "", False, SizeKnowledge.PUBLIC,
    PercentageRecoding((PercentageBand(4, frozenset({50})),
                        PercentageBand(8, frozenset({30, 60})))),
)  # fmt: skip
TINY_RULE = SuppressionRule(minimum=4, width_small=3, width_complementary=2)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_random_designs_withstand_unlimited_patience(data: st.DataObject) -> None:
    sizes = {key: data.draw(st.integers(0, 4)) for key in product("ab", "fm")}
    rates = {key: (data.draw(st.integers(0, n)), n) for key, n in sizes.items()}
    request = ask(rates)
    north = CellContributor(
        "north",
        {key: data.draw(st.integers(0, n)) for key, n in request.cells.counts.items()},
    )
    bands = publish_bands(request, TINY_RULE, scheme=TINY_SCHEME, contributors=[north])
    own = build_band_population(CellCounts(DIMS, north.own))
    release = BandRelease(
        "autumn",
        build_band_population(request.cells),
        tuple(group for group in bands.groups if group.tells),
        {"north": own},
    )
    assert not list(list_exposed(release, TINY_RULE.width_small))


@pytest.mark.skipif(not REAL.is_dir(), reason=f"no published files at {REAL}: set CAIRN_REAL_DATA")
@pytest.mark.parametrize("scheme", BAND_SCHEMES.values(), ids=BAND_SCHEMES)
@pytest.mark.parametrize("place", ["alb", "cville"])
def test_published_absence_tables_withstand_subtraction(place: str, scheme: BandScheme) -> None:
    """The tables as published let readers subtract to a group that was marked not available."""
    path = REAL / "charlottesville" / "outcomes" / f"{place}_absenteeism_2022_2023.csv"
    with path.open(encoding="utf-8-sig") as file:
        rows = {row["subgroup"]: row for row in csv.DictReader(file)}
    races = ("American Indian", "Asian", "Black", "Hispanic", "Multiple Races", "White")
    rates = {
        (race,): (int(above), int(below) + int(above))
        for race in (*races, "Native Hawaiian")
        if "NA"
        not in (below := rows[race]["count_below_10"], above := rows[race]["count_above_10"])
    }
    everyone = rows["All Students"]
    yes, no = int(everyone["count_above_10"]), int(everyone["count_below_10"])
    rest_yes, rest = yes - sum(y for y, _ in rates.values()), yes + no - sum(
        n for _, n in rates.values()
    )  # fmt: skip
    if rest:
        rates["not available",] = (rest_yes, rest)
    bands = publish_bands(ask(rates, ("race", "result")), RULE, scheme=scheme)
    assert bands.certificate.safe
    told = {group.key[0] for group in bands.groups if group.tells}
    assert told >= {ALL, "White", "Black", "Hispanic", "Asian", "Multiple Races"}
    shown = [
        PublishedGroup((race,), yes=(known, known))
        for (race,), (known, _) in rates.items()
        if race != "not available"
    ]
    population = build_band_population(ask(rates, ("race", "result")).cells)
    total = PublishedGroup((ALL,), yes=(yes, yes))
    release = BandRelease("as published", population, (*shown, total))
    if rest:
        exposed = {e.key for e in attack_bands([release], 3).exposures}
        assert ("not available",) in exposed
