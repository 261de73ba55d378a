"""Protecting again: the same, by a stricter rule, or beside what was published of it."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.disclosure.test_properties import requests, rules, shown

from cairn.disclosure.attack import attack
from cairn.disclosure.earlier import Earlier
from cairn.disclosure.history import audit_beside, protect_beside
from cairn.disclosure.protect import protect
from cairn.disclosure.rule import Rule
from cairn.disclosure.table import Request

slow = settings(
    deadline=None,
    max_examples=15,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@slow
@given(requests(), rules)
def test_the_same_again_is_the_same(request_: Request, rule: Rule) -> None:
    assert protect(request_, rule) == protect(request_, rule)


@slow
@given(requests(), rules)
def test_beside_what_was_published_of_it_nothing_changes(request_: Request, rule: Rule) -> None:
    """What is shown stays shown, what is withheld stays withheld, and nothing is in the way."""
    first = shown(protect(request_, rule))
    out = [Earlier("May", first)]
    again = protect_beside(request_, rule, out)
    assert shown(again.published) == first
    assert not audit_beside(request_, rule, out, first)


@slow
@given(requests(), rules, st.integers(0, 8), st.integers(0, 1))
def test_what_a_stricter_rule_publishes_withstands_the_laxer_one(
    request_: Request, rule: Rule, more: int, wider: int
) -> None:
    """Nothing that the laxer rule calls small is shown, and everybody is left with enough."""
    strict = replace(
        rule, minimum=rule.minimum + more + wider, width_small=rule.width_small + wider
    )
    published = protect(request_, strict)
    assert attack(
        published.dims,
        shown(published),
        request_.tables,
        request_.nests,
        rule,
        people=request_.cells.people,
    ).safe


@slow
@given(requests(), rules, st.integers(0, 8))
def test_a_stricter_rule_shows_no_cell_more_than_a_laxer_one_it_begins_from(
    request_: Request, rule: Rule, more: int
) -> None:
    """Of two rules each by itself that is not so for cells that only cover: among other small
    cells, others cover them best. It is so where what was withheld is sealed, and beside what is
    out already, where that is done without asking."""
    lax = shown(protect(request_, rule))
    strict = replace(rule, minimum=rule.minimum + more)
    hidden = {key for key, n in lax.items() if n is None}
    assert hidden <= _hidden(shown(protect(request_, strict, sealed=hidden)))
    beside = protect_beside(request_, strict, [Earlier("May", lax)])
    assert hidden <= _hidden(shown(beside.published))


def _hidden(counts: dict[tuple[str, ...], int | None]) -> set[tuple[str, ...]]:
    return {key for key, n in counts.items() if n is None}
