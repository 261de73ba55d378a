"""Who may read published tables, who may add them, and who may show them to the public."""

from collections.abc import Callable
from datetime import date

import pytest

from cairn.policy.facts.people.access import Actor
from cairn.policy.law.cards.outputs import dashboard as cards
from cairn.policy.questions.data.public_sources import (
    may_add_public_source,
    may_hide_public_source,
    may_show_public_source,
    may_view_public_source,
    may_view_shown_source,
)
from cairn.policy.vocabulary.access import STAFF_ROLES, Role

Acting = Callable[..., Actor]


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_staff_read_and_the_data_manager_adds(role: Role, acting: Acting, on: date) -> None:
    is_manager = role is Role.DATA_MANAGER
    assert may_view_public_source(acting(role), on).allowed
    assert may_add_public_source(acting(role), on).allowed == is_manager
    assert may_show_public_source("CC BY", "CC BY", acting(role), on).allowed == is_manager
    assert may_hide_public_source(acting(role), on).allowed == is_manager
    assert may_view_shown_source(acting(role), on, shown=True).allowed


def test_a_visitor_without_an_account_reads_what_is_shown(on: date) -> None:
    visitor = Actor.public()
    assert not may_view_public_source(visitor, on).allowed
    assert not may_add_public_source(visitor, on).allowed
    assert not may_show_public_source("CC BY", "CC BY", visitor, on).allowed
    assert not may_hide_public_source(visitor, on).allowed
    assert may_view_shown_source(visitor, on, shown=True).allowed


def test_what_is_not_shown_is_not_read(acting: Acting, on: date) -> None:
    for actor in (Actor.public(), acting(Role.DATA_MANAGER)):
        decision = may_view_shown_source(actor, on, shown=False)
        assert [reason.code for reason in decision.refusals] == [cards.SHOWN_TABLE.id]


@pytest.mark.parametrize(("terms", "confirmed"), [("CC BY", ""), ("CC BY", "CC0"), ("", "")])
def test_a_table_is_shown_once_its_terms_were_confirmed(
    terms: str, confirmed: str, acting: Acting, on: date
) -> None:
    decision = may_show_public_source(terms, confirmed, acting(Role.DATA_MANAGER), on)
    assert [reason.code for reason in decision.refusals] == [cards.TABLE_TERMS.id]
