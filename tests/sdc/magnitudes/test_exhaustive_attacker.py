"""Figures against an attacker with unlimited patience, who tries every table of sums there is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from statistics import median

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.sdc.magnitudes.dominance import ACRO_RULE, DominanceRule
from cairn.sdc.magnitudes.figure_rounding import RoundedFigure
from cairn.sdc.magnitudes.magnitude_protection import (
    MagnitudeRequest,
    ProtectedFigures,
    protect_figures,
)
from cairn.sdc.magnitudes.measure import MeasuredPeople, convert_to_steps
from cairn.sdc.magnitudes.residual import (
    MeasureContributor,
    can_median_disclose,
    subtract_own_values,
)
from cairn.sdc.options import Statistic, Zeros
from cairn.sdc.tables.request import ALL, Key
from cairn.sdc.tables.rule import SuppressionRule

pytestmark = pytest.mark.slow

RULE = SuppressionRule(minimum=3, width_small=2, zeros=Zeros.COVER)
DIMS = ("school", "race")
TABLES = ((DIMS,), (("school",), ("race",)))
MOST = 3

people = st.dictionaries(
    st.sampled_from([*product("AB", "xy")]),
    st.lists(st.integers(0, MOST).map(Fraction), min_size=0, max_size=5),
    min_size=2,
).filter(lambda found: any(found.values()))
patient = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])


def order(
    measured_: MeasuredPeople,
    statistic: Statistic,
    dominance: DominanceRule = ACRO_RULE,
    tables: object = None,
) -> MagnitudeRequest:
    return MagnitudeRequest(measured_, DIMS, tables or TABLES[0], statistic, RULE, dominance)  # type: ignore[arg-type]


def covers(margin: Key, finest: Key) -> bool:
    return all(m in (ALL, f) for m, f in zip(margin, finest, strict=True))


def agreeing(
    measured_: MeasuredPeople,
    found: ProtectedFigures,
    statistic: Statistic,
    own: Mapping[Key, Sequence[int]] | None = None,
) -> Iterator[Mapping[Key, int]]:
    """Every table of whole sums that agrees with what is printed; how many are in each group is
    known. With what a contributor's ``own`` people have, it is one of all others."""
    mine = own or {}
    sizes = {key: len(values) for key, values in measured_.people.items()}
    span = measured_.span or 0
    said = [
        (one.told, [key for key in sizes if covers(one.key, key)])
        for one in found.figures
        if one.told
    ]
    for sums in product(*(range(n * span + 1) for n in sizes.values())):
        table = dict(zip(sizes, sums, strict=True))
        for told, parts in said:
            n = sum(sizes[key] + len(mine.get(key, ())) for key in parts)
            steps = sum(table[key] + sum(mine.get(key, ())) for key in parts)
            total = measured_.convert_steps(steps, n)
            figure = total / n if statistic is Statistic.MEAN else total
            if not told.lower_bound <= figure < told.upper_bound:
                break
        else:
            yield table


def check(
    measured_: MeasuredPeople,
    found: ProtectedFigures,
    statistic: Statistic,
    rule: DominanceRule,
    own: Mapping[Key, Sequence[int]] | None = None,
) -> None:
    span = measured_.span or 0
    tables = list(agreeing(measured_, found, statistic, own))
    for group, values in measured_.people.items():
        for at, value in enumerate(values):
            for knower, known in (*others(measured_, group, at), (None, 0)):
                high, low = -1, span + 1
                for table in tables:
                    if knower is not None and not (
                        known <= table[knower] <= known + (len(measured_.people[knower]) - 1) * span
                    ):
                        continue
                    inside = knower == group
                    rest = table[group] - (known if inside else 0)
                    high = max(high, min(span, rest))
                    low = min(low, max(0, rest - (len(values) - 1 - inside) * span))
                assert high >= min(span, value + rule.count_protected_steps(value))
                assert low <= max(0, value - rule.count_protected_steps(span - value))


def others(measured_: MeasuredPeople, group: Key, at: int) -> Iterator[tuple[Key | None, int]]:
    for key, values in measured_.people.items():
        yield from ((key, v) for i, v in enumerate(values) if (key, i) != (group, at))


@pytest.mark.parametrize("statistic", [Statistic.MEAN, Statistic.SUM])
@pytest.mark.parametrize("tables", TABLES)
@patient
@given(people, st.sampled_from([10, 50]))
def test_nobody_can_tell_of_anybody_else(
    statistic: Statistic,
    tables: tuple[tuple[str, ...], ...],
    found: dict[Key, list[Fraction]],
    percent: int,
) -> None:
    one = convert_to_steps(found, Fraction(0), Fraction(MOST))
    rule = DominanceRule("p", "", "", verified=True, percent=percent)
    check(one, protect_figures(order(one, statistic, rule, tables)), statistic, rule)


@pytest.mark.parametrize("statistic", [Statistic.MEAN, Statistic.SUM])
@patient
@given(people, st.sampled_from([10, 50]), st.data())
def test_a_contributor_can_tell_of_nobody_elses(
    statistic: Statistic, found: dict[Key, list[Fraction]], percent: int, data: st.DataObject
) -> None:
    one = convert_to_steps(found, Fraction(0), Fraction(MOST))
    rule = DominanceRule("p", "", "", verified=True, percent=percent)
    own = {
        key: tuple(v for v in values if data.draw(st.booleans()))
        for key, values in one.people.items()
    }
    some = MeasureContributor("D", own)
    made = protect_figures(replace(order(one, statistic, rule), contributors=(some,)))
    left = subtract_own_values(one, some)
    if any(left.people.values()):
        check(left, made, statistic, rule, own)


@patient
@given(
    st.lists(st.integers(0, 4), min_size=1, max_size=4),
    st.integers(1, 4),
    st.integers(0, 3),
    st.integers(1, 2),
    st.integers(0, 2),
)
def test_a_median_leaves_open_on_which_side_others_are(
    own: list[int], others_: int, at: int, unit: int, fewest: int
) -> None:
    """Against all that others could have: how many of them are surely on one side."""
    told = RoundedFigure(Fraction(at * unit), Fraction(unit))
    fit = [
        some
        for some in product(range(5), repeat=others_)
        if told.lower_bound <= median([*own, *some]) < told.upper_bound
    ]
    if not fit:
        return
    # A side on which everybody must be says nothing that the limits do not.
    sure = [0]
    if told.upper_bound <= MOST + 1:
        sure.append(min(sum(v < told.upper_bound for v in some) for some in fit))
    if told.lower_bound > 0:
        sure.append(min(sum(v >= told.lower_bound for v in some) for some in fit))
    said = can_median_disclose(told, [Fraction(v) for v in own], others_, fewest)
    assert said or max(sure) <= max(others_ - fewest, 0)
