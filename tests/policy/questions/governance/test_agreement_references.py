"""The number of an agreement refers to one on record, wherever a person enters it."""

from collections.abc import Callable
from datetime import date

import pytest

from cairn.policy.facts.people.access import Actor
from cairn.policy.questions.governance.agreements import may_name_agreement
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action

ON = date(2026, 11, 24)
FORM = Action.CHANGE_CONSENT_FORM


@pytest.mark.parametrize(
    ("reference", "is_on_record", "rule"),
    [("RC-DSA-01", True, ""), ("", False, ""), ("NOPE-1", False, "G28")],
)
def test_a_number_that_refers_to_nothing_is_refused(
    acting: Callable[..., Actor], reference: str, rule: str, *, is_on_record: bool
) -> None:
    steward = acting(Role.STEWARD, at="river")
    decision = may_name_agreement(FORM, "river", reference, is_on_record, steward, ON)
    assert [reason.code for reason in decision.refusals] == ([rule] if rule else [])


def test_the_role_is_asked_for_too(acting: Callable[..., Actor]) -> None:
    reader = acting(Role.ANALYST, at="river")
    assert not may_name_agreement(FORM, "river", "", False, reader, ON).allowed
    manager = acting(Role.DATA_MANAGER)
    assert may_name_agreement(Action.CHANGE_COMMITTEE, "", "", False, manager, ON).allowed
