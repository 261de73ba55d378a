"""Students with the same facts have the same case, so that it is built once for all of them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date
from itertools import product
from typing import Any

from hypothesis import given
from tests.policy import permitted_use as u
from tests.policy.random_uses import children

from cairn.policy.checks.students.student_case import (
    StudentCase,
    build_student_case,
    list_case_facts,
)
from cairn.policy.facts.students.consent import OptOutFact, WrittenConsent
from cairn.policy.facts.students.student import PersonFact
from cairn.policy.vocabulary.data_use import LegalBasis, Purpose
from cairn.policy.vocabulary.families import ConsentMethod, OptOutScope, SignerRelation
from cairn.policy.vocabulary.organizations import OrganizationKind

BIRTH_DATES = (
    None,
    date(2016, 5, 4),
    date(2012, 11, 25),
    date(2012, 11, 24),
    date(2008, 11, 25),
    date(2008, 11, 24),
    date(2008, 2, 29),
    date(2000, 1, 1),
)
SIGNATURE_DAYS = (
    None,
    date(2018, 1, 1),
    date(2026, 2, 28),
    date(2026, 3, 1),
    u.ON,
    date(2026, 11, 25),
)
BASES = (LegalBasis.CONSENT, LegalBasis.HIPAA_AUTHORIZATION, LegalBasis.PART2_CONSENT)
DAYS = (None, date(2026, 11, 23), u.ON, date(2026, 11, 25))


def build_cases(person: PersonFact) -> tuple[StudentCase, ...]:
    """Build the case under both policies about a parent's consent after majority."""
    return tuple(
        build_student_case(person, u.ON, passes=passes, occasions=frozenset())
        for passes in (True, False)
    )


def count_groups(people: Iterable[PersonFact]) -> int:
    """Group people by their facts; fail if the cases of a group differ."""
    groups = defaultdict(set)
    for person in people:
        groups[list_case_facts(person, u.ON)].add(build_cases(person))
    assert all(len(cases) == 1 for cases in groups.values())
    return len(groups)


def test_students_of_one_age_group_hold_the_same_rights_whatever_form_was_signed_when() -> None:
    forms = [
        u.consent("c1", relation=relation, signed_on=signed_on, basis=basis)
        for relation, signed_on, basis in product(
            (SignerRelation.PARENT, SignerRelation.STUDENT), SIGNATURE_DAYS, BASES
        )
    ]
    people = [
        u.child("c1", birth_date=born, postsecondary=attends, colleges=colleges, consents=(form,))
        for born, attends, colleges, form in product(
            BIRTH_DATES, (None, False, True), (frozenset(), frozenset({"hills"})), forms
        )
    ]
    assert count_groups(people) < len(people) / 2


def test_of_the_dates_of_a_form_only_their_order_with_the_day_counts() -> None:
    forms = [
        u.consent("c1", starts=starts, ends=ends, verified_on=verified, revoked_on=revoked)
        for starts, ends, verified, revoked in product(DAYS, repeat=4)
    ]
    people = [u.child("c1", consents=(form,)) for form in forms]
    assert count_groups(people) == 3**4


def test_students_who_differ_in_ids_and_days_are_one_group() -> None:
    opt_out = OptOutFact("c1", OptOutScope.DIRECTORY, "2026-27", "river")
    first = u.child(
        "c1", birth_date=date(2016, 5, 4), consents=(u.consent("c1"),), opt_outs=(opt_out,)
    )
    other_form = u.consent("c2", id="another form", signer="s9", signed_on=date(2026, 9, 9))
    second = replace(
        first,
        id="c2",
        birth_date=date(2015, 1, 1),
        consents=(other_form,),
        opt_outs=(replace(opt_out, person="c2", season="2025-26"),),
    )
    assert count_groups([first, second]) == 1


def test_forms_that_replace_or_revoke_each_other_are_compared_for_each_student() -> None:
    forms = (u.consent("c1"), u.consent("c1", id="two", signer="s2"))
    revoked = (forms[0], replace(forms[1], revoked_on=u.ON))
    replaced = (forms[0], replace(forms[1], superseded_by="consent 3"))
    for pair, is_shared in ((forms, True), (revoked, False), (replaced, False)):
        students = [u.child(name, consents=pair) for name in ("c1", "c2")]
        assert count_groups(students) == (1 if is_shared else 2)


def test_each_fact_that_changes_the_case_separates_students() -> None:
    form = u.consent("c1", method=ConsentMethod.ELECTRONIC, authenticated="code", approved="yes")
    form_changes: dict[str, Any] = {
        "records": frozenset({u.GRADE}),
        "purposes": frozenset({Purpose.RESEARCH}),
        "parties": frozenset({"mentors"}),
        "classes": frozenset({OrganizationKind.COMMUNITY_PROGRAM}),
        "says_revocable": True,
        "method": ConsentMethod.PAPER,
        "signer": "",
        "authenticated": "",
        "approved": "",
        "verified_by": "",
    }
    changes: dict[str, Any] = {
        "organizations": frozenset({"tutors"}),
        "claimed": frozenset({"tutors"}),
        "opt_outs": None,
        "parents_conflict": True,
        "court_order": True,
        "hold": "safety",
        "placement": "tutors",
        "nations": frozenset({"nation"}),
        "withheld": frozenset({u.DAYS}),
        "colleges": frozenset({"hills"}),
    }
    changes |= {f"form {name}": (replace(form, **{name: v}),) for name, v in form_changes.items()}
    student = u.child("c1", consents=(form,))
    people = [
        replace(student, **{"consents" if name.startswith("form ") else name: value})
        for name, value in changes.items()
    ]
    assert count_groups([student, *people]) == 1 + len(people)


@given(person=children("c1"), other=children("c1"))
def test_a_fact_that_changes_the_case_is_among_the_facts(
    person: PersonFact, other: PersonFact
) -> None:
    """Each field of the student and of the forms, replaced by another student's."""
    changed = [
        replace(person, **{field.name: getattr(other, field.name)}) for field in fields(PersonFact)
    ]
    own, *more = person.consents
    for field in fields(WrittenConsent):
        values: dict[str, Any] = {field.name: getattr(other.consents[0], field.name)}
        changed.append(replace(person, consents=(replace(own, **values), *more)))
    people = [person, other, *changed]
    count_groups(replace(one, id=f"c{number}") for number, one in enumerate(people))
