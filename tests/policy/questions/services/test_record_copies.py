"""What is in a family's copy of a record, what stays out, and who downloads it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from cairn.policy.checks.students.record_copy import leaves_out_others
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.people.access import Actor
from cairn.policy.facts.people.organization import OrganizationFact
from cairn.policy.facts.services.family_timeline import FamilyProgramFact
from cairn.policy.facts.services.participant_note import ParticipantCopyFact
from cairn.policy.facts.students.amendment import FamilyReader
from cairn.policy.facts.students.record_copy import CopyAccessFact, RecordCopyFact
from cairn.policy.facts.students.student import PersonFact
from cairn.policy.questions.services.record_copies import (
    decide_participant_copy,
    decide_record_copy,
    may_download_copy,
    may_download_participant_copy,
    may_request_participant_copy,
)
from cairn.policy.vocabulary.access import STAFF_ROLES, Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.agreements import AgreementState
from cairn.policy.vocabulary.data_use import LegalBasis, SpecialClass
from cairn.policy.vocabulary.families import CopyExclusion, NoteAudience, SignerRelation
from cairn.policy.vocabulary.organizations import OrganizationKind

Acting = Callable[..., Actor]
BORN = date(2014, 5, 4)  # 12 years old on the day of the tests
CHILD = PersonFact("c1", birth_date=BORN, postsecondary=False)
ADULT = replace(CHILD, birth_date=date(2008, 1, 1))
COPY = RecordCopyFact(CHILD, OrganizationFact("river", OrganizationKind.SCHOOL_DISTRICT))
ORDINARY = "attendance_total.days_absent"
READER = FamilyReader("7", "signer", SignerRelation.PARENT)
FAMILY = Actor.family("c1")
_DAY = timedelta(days=1)


def _find_rule(element: str, copy: RecordCopyFact, acting: Acting, on: date) -> str:
    """The rule that leaves an element out; empty if it is part of the copy."""
    steward = acting(Role.STEWARD, at="river")
    decision = decide_record_copy(copy, frozenset({element, ORDINARY}), steward, on)
    assert decision.allowed
    assert ORDINARY in decision.require().elements
    assert decision.require().only_people == {"c1"}
    refused = [reason.code for reason in decision.refusals if reason.about == element]
    assert (element in decision.require().elements) == (not refused)
    return "".join(refused)


AGES = {SpecialClass.HEALTH: 12, SpecialClass.SUBSTANCE_USE: 13}


@pytest.mark.parametrize(
    ("element", "change", "rule"),
    [
        # Education records go out, also those that another law protects from everyone else.
        ("assessment.performance_level", {}, ""),
        ("special_education.disability", {}, ""),
        ("homelessness.entry_date", {}, ""),
        ("student.meal_status", {}, ""),
        ("immunization.vaccine", {"minor_ages": AGES}, ""),
        ("student.city", {}, "R35.4"),
        ("student.city", {"person": ADULT}, ""),
        ("student.guardian_name", {"person": ADULT}, "R35.4"),
        ("contact.relation", {"person": ADULT}, "R35.4"),
        ("health_screening.result", {}, ""),
        ("health_screening.result", {"minor_ages": AGES}, "R35.5"),
        ("health_screening.result", {"minor_ages": {SpecialClass.HEALTH: 13}}, ""),
        ("health_screening.result", {"minor_ages": AGES, "person": ADULT}, ""),
        (
            "health_screening.result",
            {"minor_ages": AGES, "person": replace(CHILD, birth_date=None)},
            "R35.5",
        ),
        ("service.substance_use", {}, "R35.5"),
        ("service.substance_use", {"minor_ages": AGES}, ""),
        ("service.substance_use", {"person": ADULT}, ""),
        ("child_welfare.status", {}, "R35.6"),
        ("juvenile_justice.status", {}, "R35.6"),
        ("student.domestic_violence", {"person": ADULT}, "R35.6"),
        *((f"student.{name}", {}, "R35.7") for name in ("snap", "tanf", "wic", "wage")),
        ("survey_answer.answer", {}, "R35.8"),
        ("discipline.description", {"texts": frozenset({"discipline.description"})}, "R35.9"),
        (
            "discipline.description",
            {"texts": frozenset({"discipline.description"}), "texts_read": True},
            "",
        ),
        ("discipline.description", {"texts": frozenset({"course.title"})}, ""),
        (
            "discipline.description",
            {
                "left_out": frozenset({"discipline"}),
                "exclusions": frozenset({CopyExclusion.OTHER_STUDENTS}),
            },
            "R35.10",
        ),
    ],
)
def test_what_goes_out_and_what_stays(
    element: str, change: dict[str, Any], rule: str, acting: Acting, on: date
) -> None:
    assert _find_rule(element, replace(COPY, **change), acting, on) == rule


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({}, set()),
        ({"left_out": frozenset({"course"})}, {"R35.11"}),
        ({"person": replace(CHILD, court_order=True)}, {"R35.12"}),
        ({"person": replace(CHILD, hold="asked counsel")}, {"R35.12"}),
        ({"person": replace(CHILD, court_order=True), "counsel": " "}, {"R35.12"}),
        ({"person": replace(CHILD, court_order=True), "counsel": "A. Counsel"}, set()),
        ({"exclusions": frozenset({CopyExclusion.COURT_ORDER}), "counsel": "A."}, {"R35.1"}),
        ({"exclusions": frozenset({CopyExclusion.OTHER_LAW})}, {"R35.2"}),
        ({"exclusions": frozenset({CopyExclusion.PARENTS_FINANCES})}, {"R35"}),
    ],
)
def test_a_copy_is_released_or_not(
    change: dict[str, Any], rules: set[str], acting: Acting, on: date
) -> None:
    steward, copy = acting(Role.STEWARD, at="river"), replace(COPY, **change)
    decision = decide_record_copy(copy, frozenset({ORDINARY}), steward, on)
    assert {reason.code for reason in decision.refusals if not reason.about} == rules
    assert decision.allowed == (not rules)
    again = may_download_copy(copy, frozenset({ORDINARY}), _access(on), READER, FAMILY, on)
    assert {reason.code for reason in again.refusals} - {"R35.15"} == rules


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_the_steward_of_the_organization_alone_reviews(
    role: Role, acting: Acting, on: date
) -> None:
    own, other = acting(role, at="river"), acting(role, at="hills")
    elements = frozenset({ORDINARY})
    assert decide_record_copy(COPY, elements, own, on).allowed == (role is Role.STEWARD)
    assert not decide_record_copy(COPY, elements, other, on).allowed
    assert not decide_record_copy(COPY, elements, acting(role), on).allowed
    assert not may_download_copy(COPY, elements, _access(on), READER, own, on).allowed


def _access(on: date, **change: Any) -> CopyAccessFact:
    return replace(
        CopyAccessFact("signer", letter="7", letter_valid=True, until=on + 30 * _DAY), **change
    )


@pytest.mark.parametrize(
    ("access", "reader", "rules"),
    [
        ({}, {}, set()),
        ({}, {"signer": ""}, {"R35.13"}),
        ({"requester": ""}, {"signer": ""}, {"R35.13"}),
        ({}, {"signer": "other"}, {"R35.13"}),
        ({}, {"letter": "8"}, {"R35.13"}),
        ({"letter_valid": False}, {}, {"R35.13"}),
        ({"letter": ""}, {"letter": ""}, set()),
        ({"withdrawn": True}, {}, {"R35.14"}),
        ({"until": None}, {}, {"R35.14"}),
    ],
)
def test_only_the_person_who_asked_downloads_it(
    access: dict[str, Any], reader: dict[str, Any], rules: set[str], on: date
) -> None:
    decision = may_download_copy(
        COPY,
        frozenset({ORDINARY}),
        _access(on, **access),
        replace(READER, **reader),
        FAMILY,
        on,
    )
    assert {reason.code for reason in decision.refusals} == rules


def test_the_last_day_counts(on: date) -> None:
    def ask(until: date) -> bool:
        access = _access(on, until=until)
        return may_download_copy(COPY, frozenset({ORDINARY}), access, READER, FAMILY, on).allowed

    assert ask(on)
    assert not ask(on - _DAY)


@pytest.mark.parametrize(
    "who", [Actor.family("c2"), Actor.family("c1", SignerRelation.PARENT), Actor.public()]
)
def test_no_other_session_downloads_it(who: Actor, on: date) -> None:
    elements = frozenset({ORDINARY})
    assert not may_download_copy(COPY, elements, _access(on), READER, who, on).allowed


def test_a_rule_that_changed_after_the_review_stops_the_download(on: date) -> None:
    elements = frozenset({ORDINARY, "health_screening.result"})

    def ask(copy: RecordCopyFact) -> list[str]:
        decision = may_download_copy(copy, elements, _access(on), READER, FAMILY, on)
        return [reason.code for reason in decision.refusals]

    assert ask(COPY) == []
    assert ask(replace(COPY, minor_ages=AGES)) == ["R35.15"]
    assert ask(replace(COPY, person=replace(CHILD, court_order=True))) == ["R35.12"]


@pytest.mark.parametrize(
    ("element", "said"),
    [(ORDINARY, False), ("survey_answer.answer", True), ("child_welfare.status", False)],
)
def test_the_family_hears_of_other_people_and_of_no_sealed_record(
    element: str, said: bool, acting: Acting, on: date
) -> None:
    steward = acting(Role.STEWARD, at="river")
    decision = decide_record_copy(COPY, frozenset({element, ORDINARY}), steward, on)
    assert leaves_out_others(decision) is said
    assert decision.action is Action.RELEASE_COPY


PROGRAM = OrganizationFact("maple", OrganizationKind.COMMUNITY_PROGRAM)
NOTES = {
    "note.1": NoteAudience.FAMILY,
    "note.2": NoteAudience.STAFF,
    "note.3": NoteAudience.STEWARD,
    "contact.4": NoteAudience.FAMILY,
}
PROGRAM_COPY = ParticipantCopyFact(PROGRAM, agreements=(), notes=NOTES, texts_read=True)
ATTENDANCE = "program.attendance"


@pytest.mark.parametrize(
    ("change", "inside", "rules"),
    [
        ({}, {"note.1", "contact.4"}, {"note.2": "H61", "note.3": "H62"}),
        (
            {"organization": replace(PROGRAM, ferpa=True)},
            {"note.1", "note.2", "contact.4"},
            {"note.3": "H62"},
        ),
        (
            {"texts_read": False},
            set(),
            {"note.1": "R35.9", "note.2": "H61", "note.3": "H62", "contact.4": "R35.9"},
        ),
        (
            {
                "left_out": frozenset({"note.1", ATTENDANCE}),
                "exclusions": frozenset({CopyExclusion.OTHER_STUDENTS}),
            },
            {"contact.4"},
            {"note.1": "R35.10", "note.2": "H61", "note.3": "H62", ATTENDANCE: "R35.10"},
        ),
        ({"notes": {}}, set(), {}),
    ],
)
def test_what_a_program_gives_the_family_of_its_own_record(
    change: dict[str, Any], inside: set[str], rules: dict[str, str], acting: Acting, on: date
) -> None:
    copy = replace(PROGRAM_COPY, **change)
    decision = decide_participant_copy(copy, acting(Role.STEWARD, at="maple"), on)
    expected = inside | ({ATTENDANCE} - rules.keys())
    assert decision.require().elements == expected
    assert {reason.about: reason.code for reason in decision.refusals} == rules


@pytest.mark.parametrize(
    ("change", "acts_for_school"),
    [
        ({}, True),
        ({"ends": date(2026, 11, 23)}, False),
        ({"starts": date(2026, 11, 25)}, False),
        ({"state": AgreementState.TERMINATED, "terminated_on": date(2026, 11, 24)}, False),
        ({"state": AgreementState.TERMINATED, "terminated_on": date(2026, 11, 25)}, True),
        ({"state": AgreementState.OUT_FOR_SIGNATURE}, False),
        ({"basis": LegalBasis.STUDIES}, False),
        ({"provides": True}, False),
    ],
)
def test_staff_notes_go_out_under_an_agreement_in_force_alone(
    change: dict[str, Any],
    acts_for_school: bool,
    agreed: Callable[..., AgreementFact],
    acting: Acting,
    on: date,
) -> None:
    change = dict(change)
    terms = agreed()
    school, hub = terms.parties
    sides = (hub, school) if change.pop("provides", False) else (school, hub)
    slugs = ("river", "maple")
    parties = tuple(
        replace(party, organization=slug, role=side.role)
        for party, side, slug in zip(terms.parties, sides, slugs, strict=True)
    )
    agreement = replace(terms, parties=parties, **change)
    copy = replace(PROGRAM_COPY, agreements=(agreement,))
    decision = decide_participant_copy(copy, acting(Role.STEWARD, at="maple"), on)
    assert ("note.2" in decision.require().elements) is acts_for_school
    assert "note.3" not in decision.require().elements
    other = replace(copy, organization=replace(PROGRAM, slug="oak"))
    decision = decide_participant_copy(other, acting(Role.STEWARD, at="oak"), on)
    assert "note.2" not in decision.require().elements, "it is no party"


def test_an_order_or_a_reason_that_is_missing_keeps_a_programs_copy_back(
    acting: Acting, on: date
) -> None:
    steward = acting(Role.STEWARD, at="maple")
    for change, rule in (
        ({"order": True}, "R35.12"),
        ({"left_out": frozenset({"note.1"})}, "R35.11"),
        ({"exclusions": frozenset({CopyExclusion.COURT_ORDER}), "counsel": "Ines"}, "R35.1"),
        ({"exclusions": frozenset({CopyExclusion.OTHER_LAW})}, "R35.2"),
    ):
        decision = decide_participant_copy(replace(PROGRAM_COPY, **change), steward, on)
        assert not decision.allowed
        assert rule in {reason.code for reason in decision.refusals}
    reviewed = replace(PROGRAM_COPY, order=True, counsel="Ines Okafor")
    assert decide_participant_copy(reviewed, steward, on).allowed
    for role in sorted(STAFF_ROLES - {Role.STEWARD}):
        assert not decide_participant_copy(PROGRAM_COPY, acting(role, at="maple"), on).allowed
    other = acting(Role.STEWARD, at="river")
    assert not decide_participant_copy(PROGRAM_COPY, other, on).allowed


SHOWN = FamilyProgramFact("maple", shown=True, on_roster=True, records=1, namesakes=1)


@pytest.mark.parametrize(
    ("programs", "person", "rules"),
    [
        ((SHOWN,), CHILD, set()),
        ((SHOWN, SHOWN), CHILD, set()),
        ((), CHILD, {"H08", "H10"}),
        ((SHOWN, replace(SHOWN, shown=False)), CHILD, {"H08"}),
        ((SHOWN, replace(SHOWN, service=SpecialClass.HEALTH)), CHILD, {"H09"}),
        ((replace(SHOWN, records=2),), CHILD, {"H10"}),
        ((SHOWN,), replace(CHILD, court_order=True), {"H11"}),
    ],
)
def test_a_family_asks_a_program_of_which_it_sees_everything(
    programs: tuple[FamilyProgramFact, ...], person: PersonFact, rules: set[str], on: date
) -> None:
    asked = may_request_participant_copy(programs, person, FAMILY, on)
    assert {reason.code for reason in asked.refusals} == rules
    # What keeps a family from asking also stops the download of what it asked for before.
    elements = frozenset({ATTENDANCE, "note.1"})
    got = may_download_participant_copy(
        PROGRAM_COPY, elements, programs, person, _access(on), READER, FAMILY, on
    )
    assert {reason.code for reason in got.refusals} == rules
    other = Actor.family("c2")
    assert not may_request_participant_copy(programs, person, other, on).allowed


@pytest.mark.parametrize(
    ("elements", "change", "access", "reader", "rules"),
    [
        ({"note.1", ATTENDANCE}, {}, {}, {}, set()),
        ({"note.1"}, {}, {}, {"signer": "other"}, {"R35.13"}),
        ({"note.1"}, {}, {"until": None}, {}, {"R35.14"}),
        ({"note.2"}, {}, {}, {}, {"R35.15"}),
        ({"note.9"}, {}, {}, {}, {"R35.15"}),
        ({"note.1"}, {"notes": {"note.1": NoteAudience.STEWARD}}, {}, {}, {"R35.15"}),
        ({"note.1"}, {"order": True}, {}, {}, {"R35.12"}),
    ],
)
def test_a_programs_copy_is_downloaded_as_it_was_reviewed(
    elements: set[str],
    change: dict[str, Any],
    access: dict[str, Any],
    reader: dict[str, Any],
    rules: set[str],
    on: date,
) -> None:
    decision = may_download_participant_copy(
        replace(PROGRAM_COPY, **change),
        frozenset(elements),
        (SHOWN,),
        CHILD,
        _access(on, **access),
        replace(READER, **reader),
        FAMILY,
        on,
    )
    assert {reason.code for reason in decision.refusals} == rules
