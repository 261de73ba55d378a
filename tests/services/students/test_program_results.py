"""A program's results: shares over its own participants, as far as each is shared today."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.data.records import served_students as served
from tests.governance.consents.sample_consents import AT, BORN, ON, World
from tests.services.programs.reading_club import PLAN

from cairn.data.records.queries import read_shared_values, read_students
from cairn.governance.consents.actions.consents import record_consent_revocation
from cairn.governance.consents.models.consent import Consent
from cairn.governance.consents.protected_identity import compute_child_key
from cairn.governance.disclosure_log.models import DisclosureRecord
from cairn.governance.disclosure_log.queries import list_disclosures_of_child
from cairn.governance.partners.facts import load_actor
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.programs import actions as programs
from cairn.services.programs.models import Program, StaffPosition
from cairn.services.programs.participant_identity import ParticipantDetails
from cairn.services.programs.staff.actions import assign_staff
from cairn.services.students.program_results.shares import build_result_row
from cairn.warehouse.measures.program_results import ResultCount, load_program_results
from cairn.warehouse.store import WrongPermit

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

SHARED = tuple(f"S-{n}" for n in range(1, 12))
UNSHARED = "S-12"


@pytest.fixture
def program(
    person: Callable[..., Any], organization: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> tuple[World, Program]:
    """Twelve participants; the families of eleven share, of whom three are absent often."""
    monkeypatch.setattr(timezone, "now", lambda: AT)
    world = served.make_world(person, organization)
    served.consented(world, *SHARED)
    world.serve(UNSHARED)
    lines = [f"{name},2026-27,60,{20 if n < 3 else 2}" for n, name in enumerate(SHARED)]
    lines += [f"{name},2025-26,170,3" for name in SHARED] + [f"{UNSHARED},2026-27,60,30"]
    served.deliver(world, "\n".join(["ID,Year,Enrolled,Absent", *lines]).encode())
    given: dict[str, Any] = {"by": world.tutor, "at": AT}
    made = programs.create_program(
        organization=world.lanterns, name="Reading", description="", **given
    )
    series = programs.create_session_series(
        program=made, plan=replace(PLAN, capacity=None), **given
    )
    for name in (*SHARED, UNSHARED):
        programs.enroll_participant(
            series=series, participant=None, starts=PLAN.first_day,
            details=ParticipantDetails("Child", name, BORN, own_id=name), **given,
        )  # fmt: skip
    return world, made


def read(client: Client, program: Program) -> str:
    answer = client.get(f"/students/results/{program.pk}/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_program_sees_shares_over_its_own_participants_until_too_few_share(
    program: tuple[World, Program], browser: Callable[..., Client]
) -> None:
    world, made = program
    page = read(browser(world.tutor), made)
    # 3 of 11 this year and none of them before: a group of this size tells the half alone.
    assert page.count("≤49%") == 2
    for text in ("Of 12 children", "a few without a shared record", served.REFERENCE, "Nov. 24"):
        assert text in page
    assert "Child S" not in page
    assert "Math at grade level" in page.partition("Not shared with you")[2]
    (line,) = DisclosureRecord.objects.filter(action="aggregate", kind="used")
    assert (line.people, line.by) == (11, world.tutor)
    assert "attendance_total.days_absent" in line.elements
    assert list_disclosures_of_child(compute_child_key("river", "S-1"))[0] == line
    assert not list_disclosures_of_child(compute_child_key("river", UNSHARED))
    for consent in Consent.objects.order_by("pk")[:2]:
        record_consent_revocation(consent=consent, name="Rosa Alba", by=world.steward, at=AT)
    page = read(browser(world.tutor), made)
    assert "%" not in page.partition("At school")[2].partition("Legal basis")[0]
    assert page.count("Suppressed") == 2


def test_one_site_is_not_subtracted_from_all_and_others_learn_nothing(
    program: tuple[World, Program], browser: Callable[..., Client], person: Callable[..., User]
) -> None:
    world, made = program
    kind = OrganizationKind.COMMUNITY_PROGRAM
    keeper, other = (person(Role.STEWARD, at=at, kind=kind) for at in ("lanterns", "mentors"))
    url = f"/students/results/{made.pk}/"
    assign_staff(
        organization=world.lanterns, person=world.tutor, position=StaffPosition.TUTOR,
        program=made, site=PLAN.site, starts=ON, ends=None, by=keeper, at=AT,
    )  # fmt: skip
    assert browser(world.tutor).get(url).status_code == 403
    assert browser(keeper).get(url).status_code == 200
    assert (
        browser(other).get(url).status_code
        == browser(other).get("/students/results/0/").status_code
        == 404
    )


def test_each_permit_reads_its_own_page_alone(program: tuple[World, Program]) -> None:
    from cairn.governance.consents.use_facts import gather_use_facts, list_program_uses
    from cairn.policy.questions.services.students import (
        decide_program_results,
        decide_student_access,
    )
    from cairn.policy.vocabulary.actions import Action

    keys = (compute_child_key("river", "S-1"),)
    facts = gather_use_facts(load_actor(program[0].tutor), "", keys, ON)
    (use,) = list_program_uses("lanterns", keys, Action.LIST, facts, ON)
    listing, counting = (
        ask(use, facts, ON).require() for ask in (decide_student_access, decide_program_results)
    )
    with pytest.raises(WrongPermit):
        read_shared_values(listing, {})
    with pytest.raises(WrongPermit):
        read_students(counting, {})


@pytest.mark.parametrize(
    ("reached", "others", "participants", "expected"),
    [
        (0, 0, 30, ("", False, 30)),
        (4, 5, 30, ("", True, 21)),
        (9, 0, 9, ("", True, 0)),
        (5, 5, 12, ("≥50%", False, None)),
        (0, 25, 25, ("≤20%", False, 0)),
        (20, 80, 110, ("20\N{EN DASH}24%", False, 10)),
    ],
)
def test_a_share_names_no_child(
    reached: int, others: int, participants: int, expected: tuple[str, bool, int | None]
) -> None:
    definition = load_program_results()["chronic_absence"]
    count = ResultCount("2026-27", reached, others)
    row = build_result_row(definition, [count], participants, ["2026-27", "2025-26"], 10)
    newest, before = row.years
    assert (newest.share, newest.is_suppressed, newest.without_record) == expected
    assert (before.share, before.is_suppressed) == ("", False)
    assert row.is_known is bool(reached + others)
