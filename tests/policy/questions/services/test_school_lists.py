"""What a school's list of its students may say about programs, and about whom it asks."""

from dataclasses import replace
from typing import Any

import pytest
from tests.policy import permitted_use as u

from cairn.policy.facts.agreements.agreement_terms import DataTerm
from cairn.policy.facts.data.use import Facts
from cairn.policy.facts.people.organization import OrganizationFact
from cairn.policy.facts.students.consent import OptOutFact
from cairn.policy.facts.students.student import PersonFact
from cairn.policy.questions.services.school_lists import (
    add_record_holders,
    list_countable_programs,
    list_serving_agreements,
    select_record_holders,
)
from cairn.policy.vocabulary.agreements import PartyRole
from cairn.policy.vocabulary.data_use import IdentifierClass, LegalBasis, Purpose, SpecialClass
from cairn.policy.vocabulary.families import OptOutScope
from cairn.policy.vocabulary.organizations import OrganizationKind

PROGRAM = OrganizationKind.COMMUNITY_PROGRAM


def shared(kind: OrganizationKind = PROGRAM, **changes: Any) -> Any:
    """A program shares its own records with the district."""
    parties = (
        replace(u.party("tutors", PartyRole.PROVIDER), kind=kind),
        u.party("river", PartyRole.RECIPIENT),
    )
    given = {
        "parties": parties,
        "data": (DataTerm("participation", frozenset({"program"})),),
    } | changes
    return u.agreement(LegalBasis.OWN_RECORDS, **given)


def countable(*agreements: Any, **changes: Any) -> frozenset[str]:
    return list_countable_programs(Facts(agreements=agreements, **changes))


def test_a_program_counts_if_nothing_about_it_is_sensitive() -> None:
    assert countable(shared()) == {"tutors"}


@pytest.mark.parametrize(
    "sensitive",
    [
        shared(OrganizationKind.HEALTH),
        shared(OrganizationKind.GOVERNMENT),
        shared(OrganizationKind.TRIBAL_NATION),
        replace(shared(), basis=LegalBasis.PART2_CONSENT),
        shared(data=(DataTerm("student", frozenset({"meal_status"})),)),
    ],
)
def test_one_sensitive_agreement_takes_the_program_off_the_list(sensitive: Any) -> None:
    assert countable(sensitive) == frozenset()
    assert countable(shared(), replace(sensitive, reference="Z")) == frozenset()


def test_a_class_that_a_dictionary_gives_counts() -> None:
    entry = replace(
        u.element("participation.program", IdentifierClass.NONE),
        special=frozenset({SpecialClass.SUBSTANCE_USE}),
    )
    (known, *_rest) = u.facts().dictionaries
    dictionary = replace(known, organization="tutors", elements=(entry,))
    assert countable(shared(), dictionaries=(dictionary,)) == frozenset()


def test_only_agreements_about_served_students_connect_records() -> None:
    statistics = shared(reference="Z", purposes=frozenset({Purpose.PUBLIC_REPORTING}))
    assert list_serving_agreements(Facts(agreements=(shared(), statistics))) == {"A"}


ORGANIZATIONS = (
    OrganizationFact("river", OrganizationKind.SCHOOL_DISTRICT),
    OrganizationFact("hills", OrganizationKind.SCHOOL_DISTRICT),
    OrganizationFact("tutors", PROGRAM),
    OrganizationFact("clinic", OrganizationKind.HEALTH),
)


def test_a_school_asks_about_records_of_programs_and_of_no_other_school() -> None:
    holders = {"hills", "tutors", "clinic", "river", "unknown"}
    assert select_record_holders("river", holders, ORGANIZATIONS) == {"tutors", "clinic"}
    assert select_record_holders("tutors", holders, ORGANIZATIONS) == frozenset()
    assert select_record_holders("nobody", holders, ORGANIZATIONS) == frozenset()


def test_a_record_claims_the_student_and_every_restriction_counts() -> None:
    own = u.child()
    opt_out = OptOutFact("t1", OptOutScope.ALL_DISCRETIONARY, "2026-27", "tutors")
    plain = add_record_holders(own, {"tutors": PersonFact("t1", opt_outs=())})
    assert plain == replace(own, claimed=own.claimed.union({"tutors"}) - own.organizations)
    merged = add_record_holders(
        own,
        {
            "mentors": PersonFact("m1", opt_outs=(opt_out,), court_order=True),
            "clinic": PersonFact(
                "k1",
                opt_outs=(),
                parents_conflict=True,
                hold="order",
                nations=frozenset({"nation"}),
                withheld=frozenset({u.DAYS}),
                consents=(u.consent(id="other"),),
            ),
        },
    )
    assert merged.id == own.id
    assert merged.claimed >= {"mentors", "clinic"}
    assert (merged.court_order, merged.parents_conflict, merged.hold) == (True, True, "order")
    assert merged.opt_outs == (*(own.opt_outs or ()), opt_out)
    assert (merged.nations, merged.withheld) == ({"nation"}, {u.DAYS})
    assert [form.id for form in merged.consents] == ["consent of c1", "other"]


def test_what_is_unknown_stays_unknown() -> None:
    own = u.child(nations=None, withheld=None)
    known = PersonFact("t1", opt_outs=(), nations=frozenset(), withheld=frozenset())
    merged = add_record_holders(own, {"tutors": known})
    assert (merged.nations, merged.withheld) == (None, None)
    assert add_record_holders(own, {"tutors": PersonFact("t1")}).opt_outs is None
