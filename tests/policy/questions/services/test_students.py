"""What staff may see of one student: the same answer as of a use, and never another one."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policy import permitted_use as u
from tests.policy.random_uses import AROUND, requests, worlds
from tests.policy.use_oracle import allowed_pairs

from cairn.policy.checks.students.student_access import ElementOpening
from cairn.policy.engine.audience_redaction import redact_decision
from cairn.policy.engine.decision import Decision
from cairn.policy.engine.replay import dump_question, load_question, replay_question
from cairn.policy.facts.data.use import Facts, UseRequest
from cairn.policy.facts.people.access import AffiliationFact, ProgramSite, StaffAssignmentFact
from cairn.policy.law import ROLE_PERMISSIONS
from cairn.policy.questions.data.uses import decide_use
from cairn.policy.questions.services.students import (
    decide_program_results,
    decide_student_access,
    find_smallest_group,
    limit_hidden_count,
    list_student_openings,
    may_keep_student_records,
    select_viewer_facts,
)
from cairn.policy.vocabulary.access import STAFF_ROLES, Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.agreements import PartyRole
from cairn.policy.vocabulary.data_use import LegalBasis, Level, Purpose
from cairn.policy.vocabulary.decisions import Audience, Outcome
from cairn.policy.vocabulary.organizations import OrganizationKind

_DAY = timedelta(days=1)
BOTH = frozenset({u.DAYS, u.GRADE})


def page(**changes: Any) -> UseRequest:
    """A tutor opens the page of one student."""
    return u.request(elements=BOTH, channel="", **changes)


def decided(facts: Facts | None = None, on: date = u.ON, **changes: Any) -> Decision:
    return decide_student_access(page(**changes), facts or u.facts(), on)


def seen(decision: Decision, student: str = "c1") -> frozenset[str]:
    """The elements of a student that the page may show."""
    return decision.require().list_elements_of(student) if decision.allowed else frozenset()


def opened(facts: Facts) -> tuple[ElementOpening, ...]:
    """What opens each element of the student."""
    return list_student_openings(page(), decided(facts), facts, u.ON)["c1"]


def of_student(**changes: Any) -> Facts:
    return u.facts(people=(u.child(**changes),))


def by_consent(**changes: Any) -> Facts:
    return of_student(consents=(u.consent(**changes),))


def staff(role: Role, at: str = "tutors", **changes: Any) -> Facts:
    """The same world, with another person at the screen."""
    kinds = {"tutors": OrganizationKind.COMMUNITY_PROGRAM, "hub": OrganizationKind.BACKBONE}
    kind = kinds.get(at, OrganizationKind.COMMUNITY_PROGRAM)
    affiliation = AffiliationFact(at, kind, role, u.FIRST, u.LAST)
    person = u.tutor(affiliations=(replace(affiliation, **changes),))
    return u.facts(actors=(replace(person, security=(u.secured(at),)),))


def assigned(at: str = "Alder", **changes: Any) -> Facts:
    """The tutor is assigned to Alder; the student is enrolled at a site, or at none."""
    whole = StaffAssignmentFact("tutors", "Reading, Alder", u.FIRST, None, "1", "Alder")
    sites = {"c1": frozenset({ProgramSite("1", at)})} if at else {}
    actor = u.tutor(assignments=(replace(whole, **changes),))
    return u.facts(actors=(actor,), program_sites=sites)


def test_an_assignment_narrows_what_staff_may_do_and_no_file_or_emergency() -> None:
    """The page and the question about a use answer alike; who is left out is not said."""
    there, elsewhere = assigned(), assigned(at="Birch")
    for facts in (there, elsewhere):
        for action in (Action.VIEW, Action.LIST):
            request = page(action=action)
            assert decide_use(request, facts, u.ON).allowed is (facts is there)
    (reason,) = (row for row in decided(elsewhere).refusals if row.code == "H55")
    assert "1 child is not enrolled today" in reason.message
    assert "H55" not in str(redact_decision(decided(elsewhere), Audience.RECIPIENT))
    both = replace(
        there,
        people=(u.child(), u.child("c2")),
        program_sites={**there.program_sites, "c2": frozenset({ProgramSite("1", "Birch")})},
    )
    listed = decided(both, action=Action.LIST, people=("c1", "c2"))
    assert listed.require().list_elements_of("c1") == BOTH
    assert "c2" not in listed.included | listed.partly.keys()
    steward = replace(staff(Role.STEWARD).actors[0], assignments=elsewhere.actors[0].assignments)
    assert decided(replace(elsewhere, actors=(steward,))).allowed


def test_results_count_what_a_list_shows_for_those_who_work_with_all_programs() -> None:
    """The same students and elements as the list; a permit to count, which shows no student."""
    people = (u.child("c1"), u.child("c2", consents=()))
    request = page(action=Action.LIST, people=("c1", "c2"))
    facts = u.facts(people=people)
    counted, listed = (
        ask(request, facts, u.ON) for ask in (decide_program_results, decide_student_access)
    )
    assert counted.require().action is Action.AGGREGATE
    assert (counted.people, counted.partly) == (listed.people, listed.partly)
    assert find_smallest_group([counted]) == find_smallest_group([]) == 10
    assert find_smallest_group([replace(counted, minimum_cell=15), counted]) == 15

    def may_count(world: Facts, **changes: Any) -> bool:
        asked = replace(page(action=Action.LIST), **changes)
        return decide_program_results(asked, world, u.ON).allowed

    assert may_count(staff(Role.STEWARD))
    assert may_count(assigned(program="", site="", at=""))
    # The same person may list the students of one site, and would learn of a few by subtracting.
    assert not may_count(assigned())
    assert decided(assigned(), action=Action.LIST).allowed
    for role in STAFF_ROLES - {Role.STEWARD, Role.PROGRAM_STAFF}:
        assert not may_count(staff(role))
    assert not may_count(staff(Role.STEWARD, "mentors"))
    for changes in ({"purpose": Purpose.RESEARCH}, {"recipient": "mentors"}, {"project": "P-1"}):
        assert not may_count(u.facts(), **changes)
    assert not may_count(u.facts(), action=Action.VIEW)


def test_own_roster_and_a_verified_consent_that_names_the_organization() -> None:
    decision = decided()
    assert decision.outcome is Outcome.ALLOW
    assert seen(decision) == BOTH
    assert opened(u.facts()) == tuple(
        ElementOpening(name, "A", LegalBasis.CONSENT, ("consent of c1",), frozenset({"river"}))
        for name in sorted(BOTH)
    )


def test_each_agreement_opens_the_records_of_a_schools_own_student_that_came_under_it() -> None:
    """With a form, without one, and after a family took it back; no form is named as the reason."""
    agreements = (u.agreement(), u.agreement(reference="B", basis=LegalBasis.SCHOOL_OFFICIAL))

    def list_own(**changes: Any) -> set[tuple[str, str, tuple[str, ...], bool]]:
        own = u.child(organizations=frozenset({"river"}), **changes)
        facts = replace(staff(Role.STEWARD, "river"), people=(own,), agreements=agreements)
        asked = page(acting_for="river")
        answer = decide_student_access(asked, facts, u.ON)
        return {
            (item.element, item.agreement, item.consents, item.is_own)
            for item in list_student_openings(asked, answer, facts, u.ON)["c1"]
        }

    under_both = {(name, "A", (), True) for name in BOTH} | {
        (name, "B", (), False) for name in BOTH
    }
    assert list_own(consents=()) == under_both
    assert list_own() == under_both
    assert list_own(consents=(u.consent(revoked_on=u.FIRST),)) == under_both


PAIRS: list[tuple[str, Facts, Facts]] = [
    (
        "the form names the class of the organization",
        by_consent(parties=frozenset(), classes=frozenset({OrganizationKind.COMMUNITY_PROGRAM})),
        by_consent(parties=frozenset(), classes=frozenset({OrganizationKind.HEALTH})),
    ),
    (
        "the form names this organization",
        by_consent(parties=frozenset({"mentors", "tutors"})),
        by_consent(parties=frozenset({"mentors"})),
    ),
    ("the consent ends", by_consent(ends=u.ON), by_consent(ends=u.ON - _DAY)),
    (
        "the family revokes",
        by_consent(revoked_on=u.ON + _DAY),
        by_consent(revoked_on=u.ON),
    ),
    (
        "the district verifies",
        by_consent(verified_on=u.ON),
        by_consent(verified_on=u.ON + _DAY),
    ),
    (
        "the agreement ends",
        u.facts(agreements=(u.agreement(ends=u.ON),)),
        u.facts(agreements=(u.agreement(ends=u.ON - _DAY),)),
    ),
    (
        "the role ends",
        staff(Role.PROGRAM_STAFF, ends=u.ON),
        staff(Role.PROGRAM_STAFF, ends=u.ON - _DAY),
    ),
    (
        "the program's own list, where the family named the program",
        of_student(organizations=frozenset({"river"}), claimed=frozenset({"tutors"})),
        of_student(organizations=frozenset({"river"})),
    ),
    ("the family opted out", of_student(), of_student(opt_outs=None)),
    ("a hold", of_student(), of_student(hold="safety")),
    ("the site of the assignment", assigned(at="Alder"), assigned(at="Birch")),
    ("the assignment ends", assigned(ends=u.ON), assigned(ends=u.ON - _DAY)),
    ("the assignment begins", assigned(starts=u.ON), assigned(starts=u.ON + _DAY)),
    ("all programs", assigned(program="", site="", at=""), assigned(at="")),
    ("elsewhere", assigned(organization="mentors", at=""), assigned(program="2")),
]


@pytest.mark.parametrize(("allowed", "refused"), [row[1:] for row in PAIRS])
def test_each_refusal_has_an_allowed_twin(allowed: Facts, refused: Facts) -> None:
    assert seen(decided(allowed)) == BOTH
    assert not decided(refused).allowed


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
@pytest.mark.parametrize("at", ["tutors", "mentors", "hub"])
def test_only_staff_and_steward_of_the_program_itself(role: Role, at: str) -> None:
    may_see = at == "tutors" and role in (Role.PROGRAM_STAFF, Role.STEWARD)
    assert decided(staff(role, at)).allowed is may_see


def test_a_data_manager_sees_no_student_even_of_the_own_organization() -> None:
    served = u.child(organizations=frozenset({"river", "tutors", "hub"}))
    facts = replace(staff(Role.DATA_MANAGER, "hub"), people=(served,))
    assert not decided(facts, acting_for="hub").allowed


def test_an_unknown_student_gets_the_answer_of_one_who_is_not_shared() -> None:
    unknown = decided(u.facts(people=()))
    not_shared = decided(of_student(consents=()))
    assert unknown.outcome is not_shared.outcome is Outcome.DENY
    assert unknown.elements == not_shared.elements
    assert list_student_openings(page(), unknown, u.facts(), u.ON) == {}
    assert decided().require().list_elements_of("c2") == frozenset()


@pytest.mark.parametrize(
    "changes",
    [
        {"purpose": Purpose.RESEARCH},
        {"action": Action.EXPORT},
        {"level": Level.DE_IDENTIFIED},
        {"recipient": "mentors"},
        {"people": ("c1", "c2")},
        {"people": ()},
        {"project": "P-1"},
    ],
)
def test_the_page_is_for_one_student_whom_the_staff_serve(changes: dict[str, Any]) -> None:
    decision = decided(**changes)
    assert not decision.allowed
    assert "H05" in {reason.code for reason in decision.refusals}


def test_a_list_names_several_students() -> None:
    people = (u.child("c1"), u.child("c2", consents=()))
    decision = decided(u.facts(people=people), action=Action.LIST, people=("c1", "c2"))
    assert decision.outcome is Outcome.ALLOW_SUBSET
    assert (seen(decision), seen(decision, "c2")) == (BOTH, frozenset())


def test_each_element_says_which_agreement_and_which_form_opens_it() -> None:
    days_only = u.consent(id="days", records=frozenset({u.DAYS}))
    other = u.consent(id="other", records=frozenset({u.GRADE}))
    facts = of_student(consents=(days_only, other))
    assert [(item.element, item.consents) for item in opened(facts)] == [
        (u.DAYS, ("days",)),
        (u.GRADE, ("other",)),
    ]


def test_a_basis_without_a_form_names_the_agreement_alone() -> None:
    facts = u.facts(agreements=(u.agreement(LegalBasis.SCHOOL_OFFICIAL),))
    openings = opened(facts)
    assert {(item.basis, item.consents) for item in openings} == {(LegalBasis.SCHOOL_OFFICIAL, ())}


def test_two_agreements_open_what_each_names() -> None:
    official = u.agreement(LegalBasis.SCHOOL_OFFICIAL, reference="B", data=u.agreement().data[1:])
    consented = u.agreement(data=u.agreement().data[:1])
    facts = u.facts(agreements=(consented, official))
    openings = opened(facts)
    assert [(item.element, item.agreement) for item in openings] == [(u.DAYS, "A"), (u.GRADE, "B")]


def test_records_are_kept_only_for_agreements_about_students_who_are_served() -> None:
    assert may_keep_student_records(u.agreement())
    for lacking in (
        {"pilot": True},
        {"basis": LegalBasis.NO_DISCLOSURE},
        {"level": Level.PROGRAM},
        {"purposes": frozenset({Purpose.PUBLIC_REPORTING})},
    ):
        assert not may_keep_student_records(replace(u.agreement(), **lacking))


def test_the_answer_can_be_given_again_from_its_record() -> None:
    decision = decided()
    assert decision.asked is not None
    assert decision.asked.name == "students.decide_student_access"
    assert replay_question(load_question(dump_question(decision.asked))) == decision


def test_the_page_takes_no_right_that_a_view_of_a_record_does_not() -> None:
    view = ROLE_PERMISSIONS[Action.VIEW]
    for role, reach in ROLE_PERMISSIONS[Action.VIEW_STUDENT].items():
        assert view[role] is reach


@given(worlds(), requests(), AROUND)
@settings(max_examples=40)
def test_the_page_shows_what_a_use_allows_and_an_independent_evaluator_too(
    facts: Facts, request: UseRequest, on: date
) -> None:
    asked = replace(request, action=Action.LIST, recipient="", project="", channel="")
    shown = decide_student_access(asked, facts, on)
    use = decide_use(asked, facts, on)
    if shown.allowed:
        assert use.allowed
        assert (shown.people, shown.partly, shown.elements) == (
            use.people,
            use.partly,
            use.elements,
        )
        pairs = {
            (student, element)
            for student in asked.people
            for element in shown.require().list_elements_of(student)
        }
        assert pairs <= allowed_pairs(asked, facts, on)


@given(worlds(), requests(), AROUND)
@settings(max_examples=40)
def test_the_facts_of_others_change_no_answer(facts: Facts, request: UseRequest, on: date) -> None:
    asked = replace(request, action=Action.LIST, recipient="", project="", channel="")
    narrowed = select_viewer_facts(facts, asked.acting_for)
    whole, part = (decide_student_access(asked, known, on) for known in (facts, narrowed))
    assert (part.outcome, part.elements, part.people, part.partly, part.agreements) == (
        whole.outcome,
        whole.elements,
        whole.people,
        whole.partly,
        whole.agreements,
    )


def test_the_facts_of_a_view_are_those_of_the_own_agreements() -> None:
    other = u.agreement(reference="Z", parties=(u.party("hills", PartyRole.PROVIDER),))
    mentored = u.onward()
    received = {"A": frozenset({u.DAYS}), "Z": frozenset({u.GRADE})}
    facts = u.facts(agreements=(mentored, other), received=received)
    for viewer, agreements in (("mentors", ("A",)), ("tutors", ("A",)), ("hills", ("Z",))):
        narrowed = select_viewer_facts(facts, viewer)
        assert tuple(item.reference for item in narrowed.agreements) == agreements
        assert set(narrowed.received) == set(agreements)


@pytest.mark.parametrize(("hidden", "shown"), [(0, 0), (1, None), (9, None), (10, 10), (11, 11)])
def test_a_small_number_of_hidden_students_is_not_shown(hidden: int, shown: int | None) -> None:
    assert limit_hidden_count(hidden) == shown


@given(worlds(), AROUND, st.data())
@settings(max_examples=30)
def test_taking_a_fact_away_never_shows_more(facts: Facts, on: date, data: st.DataObject) -> None:
    students = [student for student in facts.people if student.consents]
    if not students:
        return
    student = data.draw(st.sampled_from(students))
    dropped = data.draw(st.sampled_from(student.consents))
    rest = tuple(form for form in student.consents if form is not dropped)
    others = tuple(item for item in facts.people if item is not student)
    fewer = replace(facts, people=(*others, replace(student, consents=rest)))
    request = page(people=(student.id,))
    before, after = (
        seen(decide_student_access(request, world, on), student.id) for world in (facts, fewer)
    )
    # A form that another one replaces counts again when the other is gone.
    if not any(form.superseded_by for form in student.consents):
        assert after <= before
