"""Random rosters, forms and agreements: each page shows what a plain reading of the facts says.

The expectation is written here anew, from the facts alone, and asks nothing of `policy`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.data.records import served_students as served
from tests.governance.consents.sample_consents import AT, BORN, ON, SAID, TEXTS, World
from tests.known_states import once_for_each_state
from tests.services.programs.reading_club import PLAN
from tests.services.students import school_world as school

from cairn.governance.agreements.actions.signature_and_record import load_agreement
from cairn.governance.agreements.models import Agreement
from cairn.governance.consents.actions.children import add_children_to_roster
from cairn.governance.consents.actions.consent_forms import (
    ConsentFormContent,
    publish_consent_form,
)
from cairn.governance.consents.models.child import Child, RosterEntry
from cairn.governance.consents.models.consent import Consent
from cairn.governance.consents.models.consent_form import ConsentForm
from cairn.governance.consents.protected_identity import ChildLabel, compute_child_key
from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Organization
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.data_use import Purpose
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.programs import actions as programs
from cairn.services.programs.models import ProgramEnrollment, StaffAssignment
from cairn.services.programs.participant_identity import ParticipantDetails
from cairn.services.students import actions

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

STUDENTS: Final = ("S-1", "S-2", "S-3")
PROGRAMS: Final = ("lanterns", "mentors")
MENTORS_AGREEMENT: Final = "RC-DSA-10"
AGREEMENTS: Final = (served.REFERENCE, MENTORS_AGREEMENT, school.PROGRAM, school.ENROLLMENT)
FORMS: Final = (
    *("verified", "signed", "revoked", "ended", "declined", "other program", "both programs"),
    *("attendance alone", "other records"),
)
LINKED: Final = {"S-1", "S-2"}
"""Students with a time in the program this school year, linked by record matching."""
EARLIER: Final = {"S-1", "S-3"}
"""Students with attendance in the school year before."""
SITES: Final = ("Alder", "Birch")
ASSIGNMENTS: Final = ("none", "Alder", "Birch", "every program", "ended", "ahead")
"""The tutor's assignment. Whoever ever had one is limited by those in force, also by none."""
# The district sent its files while the families' forms named the first program alone.
HAS_ATTENDANCE: Final = {"S-1", "S-2"}


@dataclass(frozen=True)
class Situation:
    """One student's facts."""

    form: str
    rosters: frozenset[str]
    at_school: bool
    hold: bool
    sites: frozenset[str] = frozenset()


@dataclass
class Places:
    """The base world: a district, two programs, and forms that differ in one point."""

    world: World
    mentors: Organization
    mentor: User
    forms: dict[str, ConsentForm]
    enrolled: dict[tuple[str, str], ProgramEnrollment]


def _publish(world: World, slug: str, parties: list[Organization], **changes: Any) -> ConsentForm:
    content = ConsentFormContent(
        texts=TEXTS,
        records=served.RECORDS,
        purposes=[Purpose.SERVICE_COORDINATION],
        parties=parties,
        **changes,
    )
    return publish_consent_form(
        organization=world.river, slug=slug, wording=content, by=world.steward, at=AT
    )


@once_for_each_state
def make_places(person: Callable[..., Any], organization: Callable[..., Any]) -> Places:
    kind = OrganizationKind.COMMUNITY_PROGRAM
    world = served.make_world(person, organization)
    served.consented(world, *STUDENTS)
    served.deliver(world)
    served.deliver(world, served.RESULTS_FILE, served.RESULTS_MAPPING)
    manager = person(Role.DATA_MANAGER)
    school.add_school(world, manager)
    mentors = organization("mentors", kind=kind)
    mentor = person(Role.PROGRAM_STAFF, at="mentors", kind=kind)
    Organization.objects.update(state="UT")
    text = served.AGREEMENT.replace(served.REFERENCE, MENTORS_AGREEMENT)
    load_agreement(text=text.replace("lanterns", "mentors"), by=manager, at=SAID)
    children = [ChildLabel(local_id) for local_id in STUDENTS]
    add_children_to_roster(
        program=mentors, district=world.river, children=children, by=mentor, at=AT
    )
    forms = {
        "ended": _publish(world, "ended", [world.lanterns], ends=ON - timedelta(days=1)),
        "other program": _publish(world, "other", [mentors]),
        "both programs": _publish(world, "both", [mentors, world.lanterns]),
    }
    return Places(world, mentors, mentor, forms, _enroll(world))


def _enroll(world: World) -> dict[tuple[str, str], ProgramEnrollment]:
    """Each student has a place at both sites of the first program; its tutor has no assignment."""
    given: dict[str, Any] = {"by": world.tutor, "at": AT}
    program = programs.create_program(
        organization=world.lanterns, name="Reading", description="", **given
    )
    places: dict[tuple[str, str], ProgramEnrollment] = {}
    for site in SITES:
        plan = replace(PLAN, site=site, capacity=None)
        series = programs.create_session_series(program=program, plan=plan, **given)
        for local_id in STUDENTS:
            known = places.get((SITES[0], local_id))
            details = ParticipantDetails("Child", local_id, BORN, own_id=local_id)
            places[site, local_id] = programs.enroll_participant(
                series=series,
                participant=known.participant if known else None,
                details=None if known else details,
                starts=PLAN.first_day,
                **given,
            )
    return places


@contextmanager
def undone() -> Iterator[None]:
    """Everything is as before afterwards."""
    with transaction.atomic(), transaction.atomic(using="identities"):
        yield
        for name in ("default", "identities"):
            transaction.set_rollback(True, using=name)


def assign(places: Places, assignment: str) -> None:
    """Assign the first program's tutor, if at all."""
    if assignment == "none":
        return
    site = assignment if assignment in SITES else ""
    program = next(iter(places.enrolled.values())).series.program
    day = timedelta(days=1)
    StaffAssignment.objects.create(
        organization=places.world.lanterns,
        person=places.world.tutor,
        position="tutor",
        program=None if assignment == "every program" else program,
        site=site,
        starts=ON + day if assignment == "ahead" else ON - 9 * day,
        ends=ON - day if assignment == "ended" else None,
        assigned_by=places.world.steward,
        assigned_at=AT,
    )


def works_with(assignment: str, situation: Situation) -> bool:
    """Whether the tutor works with a student: read off the assignment and the sites."""
    return assignment in ("none", "every program") or assignment in situation.sites


def apply(places: Places, local_id: str, situation: Situation) -> None:
    """Write one student's facts into the rows."""
    key, yesterday = compute_child_key("river", local_id), ON - timedelta(days=1)
    for site in SITES:
        row = ProgramEnrollment.objects.filter(pk=places.enrolled[site, local_id].pk)
        row.update(ends=None if site in situation.sites else yesterday)
    Child.objects.filter(key=key).update(hold="safety" if situation.hold else "")
    changes: dict[str, dict[str, Any]] = {
        "signed": {"state": "granted", "verified_on": None},
        "revoked": {"state": "revoked", "revoked_at": AT - timedelta(days=1)},
        "declined": {"state": "refused"},
        "attendance alone": {"records": ["attendance_total.*"]},
        "other records": {"records": ["student.gender"]},
    }
    given_form = {"form": places.forms[situation.form]} if situation.form in places.forms else {}
    Consent.objects.filter(child__key=key).update(**changes.get(situation.form, {}), **given_form)
    for slug in (*PROGRAMS, "river"):
        is_there = situation.at_school if slug == "river" else slug in situation.rosters
        ends = None if is_there else yesterday
        entries = RosterEntry.objects.filter(child__key=key, organization__slug=slug)
        entries.update(starts=ON - timedelta(days=30), ends=ends)


def expect_shown(slug: str, situation: Situation, ended: frozenset[str]) -> frozenset[str]:
    """What a program may see of a student: read off the facts, record type by record type."""
    agreement = served.REFERENCE if slug == "lanterns" else MENTORS_AGREEMENT
    named = {"other program": {"mentors"}, "both programs": {"lanterns", "mentors"}}
    counts = situation.form not in ("signed", "revoked", "ended", "declined", "other records")
    if (
        situation.hold
        or slug not in situation.rosters
        or agreement in ended
        or not counts
        or slug not in named.get(situation.form, {"lanterns"})
    ):
        return frozenset()
    if situation.form == "attendance alone":
        return frozenset({"attendance_total"})
    return frozenset({"attendance_total", "assessment"})


def list_expected_programs(
    by_student: dict[str, Situation], ended: frozenset[str]
) -> frozenset[str]:
    """Students with a program on the school's list of the newest school year."""
    if school.PROGRAM in ended:
        return frozenset()
    may_show = {local_id for local_id, one in by_student.items() if one.at_school and not one.hold}
    # The newest year of what is shown; only the last student's time is of the year before.
    return frozenset(may_show & LINKED or may_show & EARLIER & by_student.keys())


SITUATIONS = st.builds(
    Situation,
    form=st.sampled_from(FORMS),
    rosters=st.frozensets(st.sampled_from(PROGRAMS)),
    at_school=st.booleans(),
    hold=st.sampled_from([False, False, False, True]),
    sites=st.frozensets(st.sampled_from(SITES)),
)
_BOTH = frozenset(PROGRAMS)
_ALDER, _BIRCH = (frozenset({site}) for site in SITES)
_SHARED = Situation("verified", _BOTH, at_school=True, hold=False, sites=_ALDER)
_BY_BOTH = Situation("both programs", _BOTH, at_school=True, hold=False, sites=_BIRCH)
_REVOKED = Situation("revoked", _BOTH, at_school=True, hold=False)


@pytest.fixture
def places(
    person: Callable[..., Any], organization: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> Places:
    monkeypatch.setattr(timezone, "now", lambda: AT)
    return make_places(person, organization)


@example(situations=[_SHARED, _BY_BOTH, _REVOKED], ended=frozenset(), assignment="none")
@example(situations=[_SHARED, _BY_BOTH, _REVOKED], ended=frozenset(), assignment="Birch")
@example(situations=[_SHARED, _BY_BOTH, _REVOKED], ended=frozenset(AGREEMENTS), assignment="ended")
@given(
    situations=st.lists(SITUATIONS, min_size=3, max_size=3),
    ended=st.frozensets(st.sampled_from(AGREEMENTS), max_size=2),
    assignment=st.sampled_from(ASSIGNMENTS),
)
@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_lists_and_pages_show_what_the_facts_say(
    places: Places, situations: list[Situation], ended: frozenset[str], assignment: str
) -> None:
    by_student = dict(zip(STUDENTS, situations, strict=True))
    with undone():
        Agreement.objects.filter(reference__in=ended).update(state="closed")
        for local_id, situation in by_student.items():
            apply(places, local_id, situation)
        assign(places, assignment)
        check_programs(places, by_student, ended, assignment)
        check_school(places, by_student, ended)


def check_programs(
    places: Places, by_student: dict[str, Situation], ended: frozenset[str], assignment: str
) -> None:
    """The list and each student's page of both programs."""
    users = {"lanterns": (places.world.lanterns, places.world.tutor)}
    users["mentors"] = (places.mentors, places.mentor)
    for slug, (organization, user) in users.items():
        given_user = {"organization": organization, "who": load_actor(user), "by": user, "at": AT}
        rows = {row.label.local_id: row for row in actions.open_caseload(**given_user).rows}
        expected = {
            local_id: shown
            for local_id, situation in by_student.items()
            if (shown := expect_shown(slug, situation, ended))
            and (slug == "mentors" or works_with(assignment, situation))
        }
        assert set(rows) == set(expected), slug
        for local_id, row in rows.items():
            assert (row.rate is not None) == (
                "attendance_total" in expected[local_id]
                and slug == "lanterns"
                and local_id in HAS_ATTENDANCE
            )
            has_level = slug == "lanterns" and local_id == "S-1"
            assert bool(row.level) == (has_level and "assessment" in expected[local_id])
        for local_id in by_student:
            key = compute_child_key("river", local_id)
            entry = RosterEntry.objects.get(child__key=key, organization=organization)
            page = actions.open_student_page(entry=entry.pk, **given_user)
            assert (page is not None) == (local_id in expected), (slug, local_id)
        local_id = min(by_student, key=lambda one: by_student[one].form)
        found = actions.open_caseload(**given_user, name=local_id)
        assert [row.label.local_id for row in found.rows] == (
            [local_id] if local_id in expected else []
        )


def check_school(places: Places, by_student: dict[str, Situation], ended: frozenset[str]) -> None:
    """The school's list: its own roster, and the program where it may be named."""
    steward = places.world.steward
    found = actions.open_school_list(
        organization=places.world.river, who=load_actor(steward), by=steward, at=AT
    )
    rows = {row.label.local_id: row for row in found.rows}
    programs = list_expected_programs(by_student, ended)
    on_roster = {local_id for local_id, one in by_student.items() if one.at_school} | {"S-4"}
    # Without any agreement there is nothing that the school may see of anyone.
    has_any = {school.PROGRAM, school.ENROLLMENT, served.REFERENCE, MENTORS_AGREEMENT} - ended
    assert set(rows) <= on_roster
    if {school.ENROLLMENT} & has_any:
        assert set(rows) == on_roster
    for local_id, row in rows.items():
        situation = by_student.get(local_id)
        assert (row.dosage is not None) is (local_id in programs), local_id
        is_known = school.ENROLLMENT not in ended and not (situation and situation.hold)
        assert bool(row.placement.school) == (is_known and local_id != "S-4")
