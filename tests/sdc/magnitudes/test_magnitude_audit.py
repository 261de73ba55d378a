"""The audit of sums: what it sees, and what it does not believe."""

from fractions import Fraction

from cairn.sdc.magnitudes.dominance import DominanceRule
from cairn.sdc.magnitudes.magnitude_audit import ProtectedSum, ShownSum, audit_magnitudes
from cairn.sdc.magnitudes.measure import MeasuredPeople
from cairn.sdc.tables.request import Key

RULE = DominanceRule("p10", "", "", verified=True, percent=10)
A, B, C = ("A",), ("B",), ("C",)


def build_people(span: int | None = None, **values: tuple[int, ...]) -> MeasuredPeople:
    return MeasuredPeople(
        {(name,): some for name, some in values.items()}, Fraction(0), span, Fraction(1)
    )


def build_shown_sum(key: str, parts: tuple[Key, ...], low: int, high: int) -> ShownSum:
    return ShownSum((key,), parts, low, high)


def test_what_nobody_is_told_of_is_safe() -> None:
    found = audit_magnitudes(
        build_people(A=(7,), B=(5, 4), C=()), [], [ProtectedSum(("A",), (A,), 2, 2)], RULE
    )
    assert found.safe
    assert found.asked > 2


def test_a_sum_of_one_follows_from_a_total_and_the_rest() -> None:
    people = build_people(A=(40,), B=(30, 30, 20, 20))
    shown = [build_shown_sum("All", (A, B), 138, 142), build_shown_sum("B", (B,), 99, 101)]
    found = audit_magnitudes(people, shown, [], RULE)
    assert [(one.key, set(one.because)) for one in found.close] == [(A, {("All",), ("B",)})]
    assert audit_magnitudes(people, [shown[0]], [], RULE).safe


def test_somebody_in_another_group_knows_more() -> None:
    """Two alone, and their sum: each has the other's. An outsider has neither."""
    people = build_people(A=(40,), B=(30,))
    found = audit_magnitudes(people, [build_shown_sum("All", (A, B), 70, 70)], [], RULE)
    assert {one.key for one in found.close} == {A, B}
    assert audit_magnitudes(people, [build_shown_sum("All", (A, B), 60, 80)], [], RULE).safe


def test_others_may_be_convinced_one_after_the_other() -> None:
    """Each of two knows what he has, and what the other might have instead: no table convinces
    both at once, and one for each does."""
    people = build_people(A=(40,), B=(30,), C=(30,))
    found = audit_magnitudes(people, [build_shown_sum("All", (A, B, C), 100, 100)], [], RULE)
    assert found.safe
    assert found.programs > 4


def test_from_above_what_is_missing_to_the_most() -> None:
    people = build_people(180, A=(180,), B=(90, 90, 90, 90))
    shown = [build_shown_sum("All", (A, B), 540, 540), build_shown_sum("B", (B,), 360, 360)]
    assert [one.key for one in audit_magnitudes(people, shown, [], RULE).close] == [A]
    assert audit_magnitudes(people, shown[:1], [], RULE).safe


def test_a_few_together() -> None:
    people = build_people(A=(5, 5, 5), B=(30, 30, 20, 20))
    shown = [build_shown_sum("All", (A, B), 115, 115), build_shown_sum("B", (B,), 99, 101)]
    up, down = ProtectedSum(A, (A,), 2, 0), ProtectedSum(A, (A,), 0, 2)
    assert [one.key for one in audit_magnitudes(people, shown, [up], RULE).close] == [A]
    assert [one.key for one in audit_magnitudes(people, shown, [down], RULE).close] == [A]
    assert audit_magnitudes(people, shown, [ProtectedSum(A, (A,), 1, 1)], RULE).safe


def triangle(a: str, b: str, c: str, more: int = 1) -> list[ShownSum]:
    """Every two of three together, each sum so many steps more at most."""
    return [
        build_shown_sum(x + y, ((x,), (y,)), 80, 80 + more) for x, y in ((a, b), (b, c), (a, c))
    ]


def test_a_step_is_not_split_between_groups() -> None:
    """A step and a half more for each of three would fit at once; two, for any one of them."""
    people = build_people(A=(10,) * 4, B=(10,) * 4, C=(10,) * 4)
    targets = [ProtectedSum((name,), ((name,),), 2, 0) for name in "ABC"]
    assert audit_magnitudes(people, triangle("A", "B", "C", 3), targets, RULE).safe


def test_what_only_halves_would_answer_is_not_believed() -> None:
    """Six halves are three whole steps, and of two triangles only two fit."""
    people = build_people(**dict.fromkeys("ABCDEF", (10,) * 4))
    shown = [*triangle("A", "B", "C"), *triangle("D", "E", "F")]
    everyone = tuple(people.people)
    found = audit_magnitudes(people, shown, [ProtectedSum(("all",), everyone, 3, 0)], RULE)
    assert [(one.key, len(one.because)) for one in found.close] == [(("all",), 6)]
    assert audit_magnitudes(people, shown, [ProtectedSum(("all",), everyone, 2, 0)], RULE).safe
