"""Figures: what is withheld, what is told, and that it is true."""

from dataclasses import replace
from fractions import Fraction
from statistics import mean, median

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.sdc.magnitudes import magnitude_audit, magnitude_protection
from cairn.sdc.magnitudes.dominance import ACRO_RULE, DominanceRule
from cairn.sdc.magnitudes.magnitude_audit import MagnitudeAudit, audit_magnitudes
from cairn.sdc.magnitudes.magnitude_protection import (
    FigureReason,
    MagnitudeRequest,
    ProtectedFigures,
    TooCloseError,
    protect_figures,
)
from cairn.sdc.magnitudes.measure import convert_to_steps
from cairn.sdc.options import Statistic, Sums, Zeros
from cairn.sdc.tables.request import ALL, Key, Nest
from cairn.sdc.tables.rule import SuppressionRule

RULE = SuppressionRule(minimum=10, zeros=Zeros.COVER, sums=Sums.FREE)


def order(
    people: dict[Key, list[int]], statistic: Statistic = Statistic.MEAN, most: int | None = 180
) -> MagnitudeRequest:
    found = convert_to_steps(
        {key: [Fraction(v) for v in values] for key, values in people.items()},
        Fraction(0),
        None if most is None else Fraction(most),
    )
    dims = ("school", "race")[: len(next(iter(people)))]
    return MagnitudeRequest(found, dims, (dims,), statistic, RULE, ACRO_RULE)


def build_values(n: int) -> list[int]:
    return [3 + 7 * at % 20 for at in range(n)]


def map_figures(found: ProtectedFigures) -> dict[Key, tuple[int | None, Fraction | None]]:
    return {one.key: (one.n, one.told.value if one.told else None) for one in found.figures}


def test_a_mean_stands_beside_its_n_and_both_are_withheld_together() -> None:
    rounds: list[int] = []
    people = {
        ("A",): build_values(40),
        ("B",): build_values(4),
        ("C",): build_values(30),
        ("D",): [],
    }
    found = protect_figures(order(people), rounds.append)
    shown = map_figures(found)
    assert shown["B",] == (None, None)
    assert shown["D",] == (0, None)
    assert sorted(n is None for n, _ in shown.values()) == [False, False, False, True, True]
    assert set(found.why.values()) == {FigureReason.FEW, FigureReason.COVERS}
    assert rounds[0] == 0
    assert found.counts.certificate.rule.sums is Sums.PROTECTED


def test_one_who_has_nearly_all_of_it() -> None:
    people = {("A",): [170, *[1] * 15], ("B",): build_values(30), ("C",): build_values(30)}
    found = protect_figures(order(people))
    assert found.why["A",] is FigureReason.HEAVY
    assert protect_figures(replace(order(people), statistic=Statistic.MEDIAN)).why == {}


@pytest.mark.parametrize("value", [0, 180])
@pytest.mark.parametrize("statistic", Statistic)
def test_where_everybody_has_nothing_or_all_of_it(value: int, statistic: Statistic) -> None:
    people = {("A",): [value] * 30, ("B",): build_values(30), ("C",): build_values(30)}
    assert protect_figures(order(people, statistic)).why["A",] is FigureReason.END


def test_a_group_too_small_for_the_rule_although_not_for_its_minimum() -> None:
    people = {("A",): build_values(20), ("B",): build_values(50), ("C",): build_values(50)}
    assert not protect_figures(order(people)).why
    found = protect_figures(replace(order(people), group=30))
    assert found.why["A",] is FigureReason.FEW


def test_a_median_that_one_person_would_change() -> None:
    people = {("A",): [0] * 10 + [90] + [180] * 10, ("B",): build_values(30)}
    found = protect_figures(order(people, Statistic.MEDIAN))
    assert found.why == {("A",): FigureReason.UNSTEADY}
    assert map_figures(found)["A",] == (21, None)


def test_without_a_ceiling_the_largest_few_say_how_fine() -> None:
    found = protect_figures(order({("A",): [*range(100, 140)]}, most=None))
    (told,) = {one.told for one in found.figures if one.told}
    assert told.unit == Fraction(1, 2)


def test_more_is_withheld_until_the_attack_finds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    people = {
        ("A",): [60, *[5] * 20],
        ("B",): [1] * 3 + [90],
        ("C",): build_values(12),
        ("D",): build_values(12),
    }
    asked: list[bool] = []

    def watched(*given: object) -> MagnitudeAudit:
        found = audit_magnitudes(*given)  # type: ignore[arg-type]
        asked.append(found.safe)
        return found

    monkeypatch.setattr(magnitude_audit, "audit_magnitudes", watched)
    strict = DominanceRule("p", "", "", verified=True, percent=80)
    found = protect_figures(replace(order(people, Statistic.SUM, None), dominance=strict))
    assert found.audit
    assert found.audit.safe
    assert asked[-1]
    monkeypatch.setattr(magnitude_protection, "MOST_ROUNDS", 0)
    with pytest.raises(TooCloseError, match="fewer or coarser"):
        protect_figures(order(people))


@st.composite
def orders(draw: st.DrawFn) -> MagnitudeRequest:
    """Two schools in each of two districts, two races, a measure with or without a ceiling."""
    most = draw(st.sampled_from([1, 20, 180]))
    values = st.one_of(st.integers(0, most), st.sampled_from([0, most])).map(Fraction)
    sizes = st.one_of(st.integers(0, 12), st.integers(20, 40))
    keys = [(f"D{d}", f"S{d}{s}", r) for d in range(2) for s in range(2) for r in "xy"]
    people: dict[Key, list[Fraction]] = {
        key: draw(st.lists(values, min_size=n, max_size=n)) for key in keys for n in [draw(sizes)]
    }
    limit = draw(st.sampled_from([None, Fraction(most)]))
    tables = draw(st.sampled_from([(("school", "race"),), (("school",), ("race",))]))
    return MagnitudeRequest(
        convert_to_steps({**people, keys[0]: people[keys[0]] or [Fraction(0)]}, Fraction(0), limit),
        ("district", "school", "race"),
        tables,
        draw(st.sampled_from(Statistic)),
        replace(RULE, minimum=draw(st.integers(5, 12))),
        ACRO_RULE,
        (Nest("school", "district"),),
    )


slow = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])


@slow
@given(orders())
def test_what_is_shown_is_true_and_of_enough_people(asked: MagnitudeRequest) -> None:
    found = protect_figures(asked)
    parts = asked.measured.find_parts(one.key for one in found.figures)
    how = {Statistic.MEAN: mean, Statistic.MEDIAN: median, Statistic.SUM: sum}[asked.statistic]
    for one in found.figures:
        values = [
            asked.measured.convert_steps(v) for v in asked.measured.collect_values(parts[one.key])
        ]
        assert one.n in (None, len(values))
        if one.told:
            assert len(values) >= asked.rule.minimum
            assert one.told.lower_bound <= how(values) < one.told.upper_bound  # type: ignore[operator]
        else:
            assert one.n == 0 or one.key in found.why


@slow
@given(orders(), st.integers(0, 6), st.integers(0, 30))
def test_what_a_stricter_rule_shows_withstands_the_laxer_one(
    asked: MagnitudeRequest, more: int, percent: int
) -> None:
    strict = replace(
        asked,
        rule=replace(asked.rule, minimum=asked.rule.minimum + more),
        dominance=replace(asked.dominance, percent=asked.dominance.percent + percent),
    )
    if asked.statistic is not Statistic.MEDIAN:
        shown = protect_figures(strict)
        lax = magnitude_protection._FigureTable(asked)
        seen = [lax.build_shown_sum(one.key, one.told) for one in shown.figures if one.told]
        assert not {one.key for one in shown.figures if one.told} & lax.why.keys()
        assert audit_magnitudes(
            lax.measured, seen, lax.list_targets(shown.figures), asked.dominance
        ).safe


def test_a_dimension_that_no_table_names_is_nobodys_business() -> None:
    """Schools are named by no table: people of one district are one group, as for any reader."""
    people: dict[Key, list[int]] = {
        ("D1", "A"): build_values(4), ("D1", "B"): build_values(30), ("D2", "C"): build_values(20)
    }  # fmt: skip
    asked = replace(
        order(people),
        dims=("district", "school"),
        tables=(("district",),),
        nests=(Nest("school", "district"),),
    )
    assert {key: n for key, (n, _) in map_figures(protect_figures(asked)).items()} == {
        ("All", "All"): 54, ("D1", "All"): 34, ("D2", "All"): 20
    }  # fmt: skip


def test_the_order_of_people_does_not_matter() -> None:
    people: dict[Key, list[int]] = {
        (school, race): build_values(3 + 9 * at)
        for at, (school, race) in enumerate((s, r) for s in "ABC" for r in "xy")
    }
    turned = {key: values[::-1] for key, values in reversed(people.items())}
    assert map_figures(protect_figures(order(people))) == map_figures(
        protect_figures(order(turned))
    )
    assert (ALL, ALL) in map_figures(protect_figures(order(people)))
