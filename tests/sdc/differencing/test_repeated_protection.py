"""Protecting again: the same, by a stricter rule, or beside what was published of it."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sdc.test_properties import requests, rules, shown

from cairn.sdc.audit.table_audit import audit_tables
from cairn.sdc.differencing.history_protection import audit_with_history, protect_with_history
from cairn.sdc.differencing.release_comparison import EarlierRelease
from cairn.sdc.protect import protect_tables
from cairn.sdc.tables.request import TableRequest
from cairn.sdc.tables.rule import SuppressionRule

slow = settings(
    deadline=None,
    max_examples=12,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@slow
@given(requests(), rules)
def test_the_same_again_is_the_same(request_: TableRequest, rule: SuppressionRule) -> None:
    assert protect_tables(request_, rule) == protect_tables(request_, rule)


@slow
@given(requests(), rules)
def test_beside_what_was_published_of_it_nothing_changes(
    request_: TableRequest, rule: SuppressionRule
) -> None:
    """What is shown stays shown, what is withheld stays withheld, and nothing is in the way.

    Of what was withdrawn, a shown number may be withheld, which protects others as well.
    """
    first = shown(protect_tables(request_, rule))
    public, withdrawn = (EarlierRelease("May", first, is_public=value) for value in (True, False))
    again = protect_with_history(request_, rule, [public])
    assert shown(again.published) == first
    assert not again.hides
    assert not audit_with_history(request_, rule, [public], first)
    later = shown(protect_with_history(request_, rule, [withdrawn]).published)
    assert _hidden(first) <= _hidden(later)


@slow
@given(requests(), rules, st.integers(0, 8), st.integers(0, 1))
def test_what_a_stricter_rule_publishes_withstands_the_laxer_one(
    request_: TableRequest, rule: SuppressionRule, more: int, wider: int
) -> None:
    """Nothing that the laxer rule calls small is shown, and everybody is left with enough."""
    strict = replace(
        rule, minimum=rule.minimum + more + wider, width_small=rule.width_small + wider
    )
    published = protect_tables(request_, strict)
    assert audit_tables(
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
    request_: TableRequest, rule: SuppressionRule, more: int
) -> None:
    """Of two rules each by itself that is not so for cells that only cover: among other small
    cells, others cover them best. It is so where what was withheld is sealed, and beside what is
    out already, where that is done without asking."""
    lax = shown(protect_tables(request_, rule))
    strict = replace(rule, minimum=rule.minimum + more)
    hidden = {key for key, n in lax.items() if n is None}
    assert hidden <= _hidden(shown(protect_tables(request_, strict, sealed=hidden)))
    beside = protect_with_history(request_, strict, [EarlierRelease("May", lax)])
    assert hidden <= _hidden(shown(beside.published))


def _hidden(counts: dict[tuple[str, ...], int | None]) -> set[tuple[str, ...]]:
    return {key for key, n in counts.items() if n is None}
