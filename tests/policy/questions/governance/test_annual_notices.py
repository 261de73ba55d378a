"""A school or district records its annual notice, for itself, and version after version."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from cairn.policy.facts.people.access import Actor
from cairn.policy.facts.people.organization import OrganizationFact
from cairn.policy.facts.students.circumstance import AnnualNotice
from cairn.policy.questions.governance.annual_notices import (
    find_visible_annual_notices,
    may_give_annual_notice,
    may_record_annual_notice,
    may_withdraw_annual_notice,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind

Acting = Callable[..., Actor]
ON = date(2026, 11, 24)
RIVER = OrganizationFact("river", OrganizationKind.SCHOOL_DISTRICT, "River")
NOTICE = AnnualNotice(
    "river", "2026-27", date(2026, 8, 1), frozenset({"student.grade"}), date(2026, 9, 30)
)


def _list_refusals(
    actor: Actor,
    institution: OrganizationFact = RIVER,
    versions: tuple[int, int] = (0, 0),
    **changes: Any,
) -> list[str]:
    notice = replace(NOTICE, **changes)
    decision = may_record_annual_notice(notice, institution, *versions, actor, ON)
    return [reason.code for reason in decision.refusals]


def test_the_steward_of_the_district_records_its_notice(acting: Acting) -> None:
    steward = acting(Role.STEWARD, at="river")
    assert _list_refusals(steward) == []
    assert _list_refusals(steward, versions=(2, 2)) == []
    assert may_give_annual_notice(RIVER, steward, ON).allowed
    assert may_withdraw_annual_notice("river", 2, 2, steward, ON).allowed
    assert find_visible_annual_notices(steward, ON).organizations == {"river"}
    assert find_visible_annual_notices(acting(Role.DATA_MANAGER), ON).every


@pytest.mark.parametrize(
    ("role", "at"),
    [(Role.STEWARD, "hills"), (Role.DATA_MANAGER, "hub"), (Role.PROGRAM_STAFF, "river")],
)
def test_a_notice_is_its_own_districts_to_give(acting: Acting, role: Role, at: str) -> None:
    actor = acting(role, at=at)
    assert _list_refusals(actor)
    assert not may_give_annual_notice(RIVER, actor, ON).allowed
    assert not may_withdraw_annual_notice("river", 1, 1, actor, ON).allowed


@pytest.mark.parametrize(
    ("kind", "ferpa", "allowed"),
    [
        (OrganizationKind.POSTSECONDARY, None, True),
        (OrganizationKind.COMMUNITY_PROGRAM, None, False),
        (OrganizationKind.COMMUNITY_PROGRAM, True, True),
        (OrganizationKind.SCHOOL_DISTRICT, False, False),
        (OrganizationKind.HEALTH, None, False),
    ],
)
def test_only_an_institution_under_ferpa_gives_one(
    acting: Acting, kind: OrganizationKind, ferpa: bool | None, *, allowed: bool
) -> None:
    steward = acting(Role.STEWARD, at="river")
    institution = replace(RIVER, kind=kind, ferpa=ferpa)
    assert (_list_refusals(steward, institution) == []) is allowed
    decision = may_give_annual_notice(institution, steward, ON)
    assert decision.allowed is allowed
    assert [reason.code for reason in decision.refusals] == [] if allowed else ["R22.6"]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"published_on": date(2026, 11, 25), "opt_out_until": date(2026, 12, 9)}, ["R22.7"]),
        ({"opt_out_until": None}, ["R22.8"]),
        ({"opt_out_until": date(2026, 8, 1)}, ["R22.8"]),
        ({"opt_out_until": None, "directory": frozenset()}, []),
        ({"directory": frozenset({"staff.ssn"})}, ["R22.5"]),
    ],
)
def test_a_notice_gives_families_time_and_never_names_a_social_security_number(
    acting: Acting, changes: dict[str, Any], codes: list[str]
) -> None:
    assert _list_refusals(acting(Role.STEWARD, at="river"), **changes) == codes


def test_the_version_on_record_is_the_one_that_changes(acting: Acting) -> None:
    """Sent twice, by two at once, or after a withdrawal."""
    steward = acting(Role.STEWARD, at="river")
    for versions in ((0, 1), (1, 2), (1, 0)):
        assert _list_refusals(steward, versions=versions) == ["R22.9"]
        assert not may_withdraw_annual_notice("river", *versions, steward, ON).allowed
