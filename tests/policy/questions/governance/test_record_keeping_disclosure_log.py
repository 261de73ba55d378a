"""Who reads the record of disclosures, and what is owed to whoever asks for it."""

from collections.abc import Callable
from datetime import date

import pytest

from cairn.policy.checks.records.disclosure_log import (
    find_record_answer_due_date,
    find_record_requirement,
    is_onward_recipient_listed,
)
from cairn.policy.facts.data.record_keeping import OnwardFact
from cairn.policy.facts.people.access import Actor
from cairn.policy.questions.governance.record_keeping import (
    may_answer_record_request,
    may_open_disclosure_log,
    may_request_disclosure_record,
    may_view_disclosure_line,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.data_use import LegalBasis, SpecialClass

ON = date(2026, 3, 2)
ONWARD = OnwardFact("A", "river", "hub", "tutors", "to tutor", ON)


def test_a_party_reads_its_own_lines_and_the_hub_all(acting: Callable[..., Actor]) -> None:
    river, lake = acting(Role.STEWARD, at="river"), acting(Role.STEWARD, at="lake")
    manager, staff = acting(Role.DATA_MANAGER), acting(Role.PROGRAM_STAFF, at="river")
    assert may_open_disclosure_log(river, ON).allowed
    assert not may_open_disclosure_log(staff, ON).allowed
    assert may_view_disclosure_line(["river"], river, ON).allowed
    assert not may_view_disclosure_line(["river"], lake, ON).allowed
    assert not may_view_disclosure_line([], river, ON).allowed
    assert may_view_disclosure_line([], manager, ON).allowed
    assert may_request_disclosure_record("river", river, ON).allowed
    assert not may_request_disclosure_record("river", lake, ON).allowed


def test_a_request_for_the_record_is_answered_once_within_thirty_days(
    acting: Callable[..., Actor],
) -> None:
    manager, river = acting(Role.DATA_MANAGER), acting(Role.STEWARD, at="river")
    assert find_record_answer_due_date(ON) == date(2026, 4, 1)
    assert may_answer_record_request(answered=False, actor=manager, on=ON).allowed
    assert not may_answer_record_request(answered=True, actor=manager, on=ON).allowed
    assert not may_answer_record_request(answered=False, actor=river, on=ON).allowed


def test_who_is_listed_afterwards_or_elsewhere_receives_nothing_before() -> None:
    assert is_onward_recipient_listed([ONWARD], "A", "river", "tutors", ON)
    assert not is_onward_recipient_listed([ONWARD], "A", "river", "tutors", date(2026, 3, 1))
    for asked in (("B", "river", "tutors"), ("A", "lake", "tutors"), ("A", "river", "vendor")):
        assert not is_onward_recipient_listed([ONWARD], *asked, ON)


@pytest.mark.parametrize(
    ("action", "basis", "by_law", "paragraph"),
    [
        (Action.RECEIVE, LegalBasis.STUDIES, True, "99.32(a)(1)"),
        (Action.RECEIVE, LegalBasis.AUDIT_EVALUATION, True, "99.32(a)(1)"),
        (Action.RECEIVE, None, True, "99.32(a)(1)"),
        (Action.RECEIVE, LegalBasis.SCHOOL_OFFICIAL, False, "99.32(d)(2)"),
        (Action.EXPORT, LegalBasis.CONSENT, False, "99.32(d)(3)"),
        (Action.EXPORT, LegalBasis.DIRECTORY, False, "99.32(d)(4)"),
        (Action.RECEIVE, LegalBasis.OWN_RECORDS, False, "99.3"),
        (Action.RECEIVE, LegalBasis.PUBLIC_DATA, False, "99.3"),
        (Action.PARENT_VIEW, None, False, "99.32(d)(1)"),
        (Action.PUBLISH_RELEASE, LegalBasis.STUDIES, False, "99.31(b)(1)"),
        (Action.LINK, LegalBasis.STUDIES, False, "99.33(a)(2)"),
    ],
)
def test_whether_the_law_asks_for_the_line(
    action: Action, basis: LegalBasis | None, by_law: bool, paragraph: str
) -> None:
    found = find_record_requirement(action, basis)
    assert found.by_law is by_law
    assert paragraph in found.citation


@pytest.mark.parametrize(
    ("special", "section"),
    [(SpecialClass.DISABILITY, "300.614"), (SpecialClass.EARLY_INTERVENTION, "303.406")],
)
@pytest.mark.parametrize("basis", [None, *LegalBasis])
def test_a_record_of_access_of_its_own_spares_no_basis(
    special: SpecialClass, section: str, basis: LegalBasis | None
) -> None:
    for action in (Action.RECEIVE, Action.EXPORT, Action.VIEW):
        found = find_record_requirement(action, basis, [SpecialClass.MEAL_STATUS, special])
        assert (found.by_law, found.citation) == (True, f"34 CFR {section}")
    for action in (Action.PARENT_VIEW, Action.LINK, Action.PUBLISH_RELEASE):
        assert not find_record_requirement(action, basis, [special]).by_law
    exempt = find_record_requirement(Action.EXPORT, LegalBasis.CONSENT, [SpecialClass.MEAL_STATUS])
    assert not exempt.by_law
