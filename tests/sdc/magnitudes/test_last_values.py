"""The insider who knows what all of its own people have but one, against unlimited patience."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.sdc.magnitudes.dominance import ACRO_RULE
from cairn.sdc.magnitudes.magnitude_audit import ShownSum, audit_last_values
from cairn.sdc.magnitudes.magnitude_protection import (
    MagnitudeRequest,
    ProtectedFigures,
    protect_figures,
)
from cairn.sdc.magnitudes.measure import MeasuredPeople, convert_to_steps
from cairn.sdc.magnitudes.residual import MeasureContributor
from cairn.sdc.options import Statistic, Sums, Zeros
from cairn.sdc.tables.request import ALL, Key
from cairn.sdc.tables.rule import SuppressionRule

IN, GIRLS, BOYS, OUT = ("in",), ("in, girls",), ("in, boys",), ("out",)
RULE = SuppressionRule(minimum=10, zeros=Zeros.COVER, sums=Sums.FREE)


def leave_others(everyone: MeasuredPeople) -> MeasuredPeople:
    """All others, where the people in the program are the insider's own."""
    return replace(
        everyone,
        people={k: () if k[0].startswith("in") else v for k, v in everyone.people.items()},
    )


FOURTEEN = (40, 30, 20, *([8] * 10), 3)
"""They have 173 days together."""


@pytest.mark.parametrize(
    ("low", "high", "safe"),
    [
        # An exact mean gives the last child's days.
        (173, 173, False),
        (170, 178, False),
        # The child with 3 days can have 0 to 21, and the one with 40 can have 22 to 58.
        (155, 191, True),
        # From 5 days fewer on, so that the child with 3 has at most 7.
        (150, 177, False),
    ],
)
def test_a_mean_of_a_program_leaves_the_last_child_a_range(
    low: int, high: int, *, safe: bool
) -> None:
    everyone = MeasuredPeople(
        {IN: FOURTEEN, OUT: (50, 9, 9, 2)}, Fraction(0), 180, Fraction(1)
    )  # fmt: skip
    shown = [ShownSum(IN, (IN,), low, high)]
    found = audit_last_values(everyone, leave_others(everyone), shown, 18)
    assert found.safe is safe
    assert (found.asked, found.programs) == (1, 2)
    assert [one.because for one in found.close] == ([] if safe else [(IN,)])


def test_others_make_up_for_the_last_child() -> None:
    everyone = MeasuredPeople({IN: FOURTEEN, OUT: (50, 9, 9, 2)}, Fraction(0), 180, Fraction(1))
    total = ShownSum((ALL,), (IN, OUT), 243, 243)
    assert audit_last_values(everyone, leave_others(everyone), [total], 18).safe
    both = [total, ShownSum(OUT, (OUT,), 70, 70)]
    found = audit_last_values(everyone, leave_others(everyone), both, 18)
    assert [one.because for one in found.close] == [((ALL,),)]


def test_two_means_of_one_child_narrow_it_together() -> None:
    """Each leaves a range of 42 days; both have 4 in common."""
    many = (80, 70, 60, *([50] * 10), 45)
    everyone = MeasuredPeople(
        {GIRLS: many, BOYS: many, OUT: (9,) * 12}, Fraction(0), 180, Fraction(1)
    )
    girls = ShownSum(GIRLS, (GIRLS,), sum(many) - 40, sum(many) + 2)
    program = ShownSum(IN, (GIRLS, BOYS), 2 * sum(many) - 2, 2 * sum(many) + 40)
    for shown, safe in (([girls], True), ([program], True), ([girls, program], False)):
        found = audit_last_values(everyone, leave_others(everyone), shown, 18)
        assert (GIRLS not in {one.key for one in found.close}) is safe


def test_without_a_ceiling_and_without_own_people() -> None:
    everyone = MeasuredPeople({IN: FOURTEEN, OUT: (50,)}, Fraction(0), None, Fraction(1))
    shown = [ShownSum(IN, (IN,), 173, 195)]
    assert audit_last_values(everyone, leave_others(everyone), shown, 18).safe
    assert not audit_last_values(everyone, leave_others(everyone), shown, 40).safe
    nothing = audit_last_values(everyone, everyone, shown, 18)
    assert (nothing.safe, nothing.asked) == (True, 0)


def test_a_step_of_the_last_child_is_not_split_between_others() -> None:
    """Halves of a step would leave a range of one and a half."""
    north, south = ("north",), ("south",)
    everyone = MeasuredPeople(
        {IN: (50,) * 4, north: (50,) * 4, south: (50,) * 4}, Fraction(0), 180, Fraction(1)
    )
    shown = [
        ShownSum(("a",), (IN, north), 400, 400),
        ShownSum(("b",), (IN, south), 400, 400),
        ShownSum(("c",), (north, south), 397, 400),
    ]
    assert audit_last_values(everyone, leave_others(everyone), shown, 1).safe
    assert not audit_last_values(everyone, leave_others(everyone), shown, 2).safe


def list_last_ranges(
    everyone: MeasuredPeople, shown: Sequence[ShownSum]
) -> Iterator[tuple[Key, int]]:
    """How many steps are between the least and the largest value of each last person."""
    span = everyone.span
    assert span is not None
    others = {key: len(values) for key, values in everyone.people.items() if key == OUT}
    for key, values in everyone.people.items():
        for own in set(values) if key != OUT else ():
            found = set()
            for value, of_others in product(range(span + 1), range(others[OUT] * span + 1)):
                sums = {k: sum(v) for k, v in everyone.people.items()}
                sums[OUT] = of_others
                sums[key] += value - own
                if all(
                    one.low <= sum(sums[part] for part in one.parts) <= one.high for one in shown
                ):
                    found.add(value)
            yield key, max(found) - min(found)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_the_attack_agrees_with_unlimited_patience(data: st.DataObject) -> None:
    span = 6
    people = {
        key: tuple(sorted(data.draw(st.lists(st.integers(0, span), min_size=n, max_size=4)),
                          reverse=True))
        for key, n in ((GIRLS, 1), (BOYS, 0), (OUT, 1))
    }  # fmt: skip
    everyone = MeasuredPeople(people, Fraction(0), span, Fraction(1))
    shown = []
    for key, parts in ((GIRLS, (GIRLS,)), (IN, (GIRLS, BOYS)), (OUT, (OUT,)),
                       ((ALL,), (GIRLS, BOYS, OUT))):  # fmt: skip
        if data.draw(st.booleans()):
            total = sum(sum(people[part]) for part in parts)
            low, high = (data.draw(st.integers(0, 5)) for _ in range(2))
            shown.append(ShownSum(key, parts, total - low, total + high))
    closeness = data.draw(st.integers(1, 8))
    found = audit_last_values(everyone, leave_others(everyone), shown, closeness)
    exposed = {
        key for key, steps in list_last_ranges(everyone, shown) if steps < min(closeness, span)
    }
    assert {one.key for one in found.close} == exposed


def ask(
    values: dict[Key, list[int]], *insiders: str, statistic: Statistic = Statistic.MEAN
) -> MagnitudeRequest:
    people = convert_to_steps(
        {key: [Fraction(v) for v in some] for key, some in values.items()},
        Fraction(0),
        Fraction(180),
    )
    return MagnitudeRequest(
        people, ("program",), (("program",),), statistic, RULE, ACRO_RULE,
        contributors=(MeasureContributor("partner", {IN: people.people[IN]}),),
        insiders=frozenset(insiders),
    )  # fmt: skip


def find_last_range(
    found: ProtectedFigures, values: dict[Key, list[int]], own: int
) -> tuple[Fraction, Fraction]:
    """What the means leave for one child, to whoever knows all others in the program."""
    windows = {
        figure.key: (figure.n * figure.told.lower_bound, figure.n * figure.told.upper_bound)
        for figure in found.figures
        if figure.told and figure.n
    }
    free = Fraction(0), Fraction(180 * 999)
    out = windows.get(OUT, (Fraction(0), Fraction(180 * len(values[OUT]))))
    total, program = windows.get((ALL,), free), windows.get(IN, free)
    rest = sum(values[IN]) - own
    low = max(program[0], total[0] - out[1], Fraction(rest))
    high = min(program[1], total[1] - out[0], Fraction(rest + 180))
    return low - rest, high - rest


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_random_means_leave_the_last_child_a_range(data: st.DataObject) -> None:
    """A range of 10 % of what a child can have: 18 of 180 days."""
    days = st.integers(0, 60)
    values = {
        IN: data.draw(st.lists(days, min_size=10, max_size=40)),
        OUT: data.draw(st.lists(days, min_size=10, max_size=60)),
    }
    if sum(values[IN]) < 20 or sum(values[OUT]) < 20:
        return
    found = protect_figures(ask(values, "partner"))
    assert "partner" in found.last_people
    for own in set(values[IN]):
        low, high = find_last_range(found, values, own)
        assert low <= own <= high
        # A step is a day or less; the ends of the range are whole steps.
        assert high - low > 18 - 1, own


CLOSE: dict[Key, list[int]] = {IN: [30, 20, *[8] * 11, 3], OUT: [4, 9, 14, 21] * 10}


def test_a_mean_is_coarser_or_withheld_for_an_insider_only() -> None:
    plain = protect_figures(ask(CLOSE))
    assert not plain.last_people
    for_insider = protect_figures(ask(CLOSE, "partner"))
    units = [
        {figure.key: figure.told.unit for figure in found.figures if figure.told}
        for found in (plain, for_insider)
    ]
    assert units[0][IN] == 2
    assert units[1].get(IN, 5) > units[0][IN]
    low, high = find_last_range(plain, CLOSE, 3)
    assert high - max(low, Fraction(0)) < 18, "without the attack the child with 3 days is exposed"
    low, high = find_last_range(for_insider, CLOSE, 3)
    assert high - max(low, Fraction(0)) > 17
    assert len(for_insider.sum_audits) == 3


@pytest.mark.parametrize(("most", "days"), [(180, 30), (None, 30), (180, 150)])
@pytest.mark.parametrize("statistic", [Statistic.MEAN, Statistic.SUM])
def test_sums_leave_a_range_with_a_ceiling_and_without(
    statistic: Statistic, most: int | None, days: int
) -> None:
    values = {IN: [days + n for n in range(20)], OUT: [2, 9, 14, 21] * 10, ("empty",): []}
    people = convert_to_steps(
        {key: [Fraction(v) for v in some] for key, some in values.items()},
        Fraction(0),
        None if most is None else Fraction(most),
    )
    others = MeasureContributor("north", {OUT: people.people[OUT]})
    request = replace(ask(CLOSE, "partner", "empty"), measured=people, statistic=statistic)
    partner = MeasureContributor("partner", {IN: people.people[IN]})
    nobody = MeasureContributor("empty", {})
    found = protect_figures(replace(request, contributors=(partner, others, nobody)))
    assert set(found.last_people) == {"partner", "empty"}
    assert found.last_people["empty"].asked == 0
    assert all(audit.safe for audit in found.sum_audits)


def test_a_mean_is_shown_where_it_leaves_a_range() -> None:
    """The lawful twin: the mean of a large program is still published."""
    values = {IN: [2, 5, 9, 22, 30] * 48, OUT: [2, 5, 9, 22, 30] * 60}
    found = protect_figures(ask(values, "partner"))
    assert all(figure.told for figure in found.figures)


def test_a_median_of_a_program_is_never_printed_for_its_insider() -> None:
    """Whether it is printed, and to which unit, depends on which side of it the last child is."""
    printed = set()
    for last in (0, 5, 100, 180):
        values = {IN: [4, 4, 5, 5, 5, 5, 5, 5, 6, 6, 170, last], OUT: CLOSE[OUT]}
        plain = protect_figures(ask(values, statistic=Statistic.MEDIAN))
        assert any(figure.told for figure in plain.figures if figure.key == IN)
        found = protect_figures(ask(values, "partner", statistic=Statistic.MEDIAN))
        assert found.last_people == {}
        assert found.sum_audits == ()
        printed |= {(figure.n, figure.told) for figure in found.figures if figure.key == IN}
        assert all(figure.told for figure in found.figures if figure.key != IN)
    assert printed == {(12, None)}
