"""A family's requests about a record: when an answer is due, by federal and by state law."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

import pytest

from cairn.policy.checks.students.record_amendment import (
    find_amendment_due_date,
    find_amendment_event_action,
    find_amendment_view,
    find_record_copy_due_date,
    find_record_deadlines,
    list_statement_obligations,
)
from cairn.policy.facts.agreements.state_review import StateLawReview
from cairn.policy.facts.people.organization import OrganizationFact
from cairn.policy.facts.students.amendment import AmendmentFact, FamilyReader
from cairn.policy.facts.students.student import PersonFact
from cairn.policy.law.packs.pack import RecordDeadlines
from cairn.policy.vocabulary.families import AmendmentState, AmendmentView, SignerRelation
from cairn.policy.vocabulary.organizations import OrganizationKind

ASKED: Final = date(2026, 11, 24)
DISTRICT: Final = OrganizationFact("river", OrganizationKind.SCHOOL_DISTRICT, state="CA")
REVIEW: Final = StateLawReview(
    state="OH",
    organization="river",
    reviewed_by="A. Counsel",
    reviewed_on=date(2026, 1, 1),
    expires_on=date(2027, 1, 1),
    law="Ohio law",
    inspection_days=10,
    amendment_days=90,
)


def test_federal_law_gives_45_days_to_show_a_record() -> None:
    assert find_record_copy_due_date(ASKED) == date(2027, 1, 8)


def test_california_gives_five_business_days_and_thirty_days_to_decide() -> None:
    deadlines = find_record_deadlines(DISTRICT, None)
    # Thanksgiving (November 26) and a weekend lie between.
    assert find_record_copy_due_date(ASKED, deadlines) == date(2026, 12, 2)
    assert find_amendment_due_date(ASKED, deadlines) == ASKED + timedelta(days=30)
    clinic = OrganizationFact("clinic", OrganizationKind.HEALTH, state="CA")
    assert find_record_deadlines(clinic, None) is None


def test_counsel_enters_the_limits_of_another_state() -> None:
    ohio = OrganizationFact("river", OrganizationKind.SCHOOL_DISTRICT, state="OH")
    deadlines = find_record_deadlines(ohio, REVIEW)
    assert find_record_copy_due_date(ASKED, deadlines) == ASKED + timedelta(days=10)
    # A longer limit of state law does not lengthen the time.
    assert find_amendment_due_date(ASKED, deadlines) == ASKED + timedelta(days=45)
    assert find_record_deadlines(ohio, None) is None


def test_illinois_gives_ten_business_days_and_counsel_answers_the_rest() -> None:
    illinois = OrganizationFact("river", OrganizationKind.SCHOOL_DISTRICT, state="IL")
    deadlines = find_record_deadlines(illinois, None)
    assert find_record_copy_due_date(ASKED, deadlines) == date(2026, 12, 9)
    assert find_amendment_due_date(ASKED, deadlines) == ASKED + timedelta(days=45)
    review = replace(REVIEW, state="IL", law="more Illinois law", amendment_days=20)
    combined = find_record_deadlines(illinois, review)
    assert combined == RecordDeadlines(
        law="105 ILCS 10/5(c); more Illinois law",
        inspection_business_days=10,
        inspection_days=10,
        amendment_days=20,
    )
    texas = replace(illinois, state="TX")
    assert find_record_deadlines(texas, None) is None
    only_review = find_record_deadlines(texas, replace(review, state="TX"))
    assert only_review is not None
    assert only_review.law == "more Illinois law"


@pytest.mark.parametrize("deadlines", [None, RecordDeadlines(law="a law without limits")])
def test_without_a_limit_of_state_law(deadlines: RecordDeadlines | None) -> None:
    assert find_record_copy_due_date(ASKED, deadlines) == ASKED + timedelta(days=45)
    assert find_amendment_due_date(ASKED, deadlines) == ASKED + timedelta(days=45)


def test_an_unknown_event_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(LookupError, match="no event"):
        find_amendment_event_action("forget")


def test_a_statement_goes_along_with_the_record() -> None:
    plain, later = PersonFact("a"), PersonFact("b", statement_on=ASKED + timedelta(days=1))
    assert list(list_statement_obligations((plain, later), ASKED)) == []
    placed = PersonFact("c", statement_on=ASKED)
    (obligation,) = list_statement_obligations((plain, placed, placed), ASKED)
    assert (obligation.code, obligation.citation) == ("R32", "34 CFR 99.21(c)")


CHILD: Final = PersonFact("k1", birth_date=date(2015, 3, 1), postsecondary=False)
GROWN: Final = replace(CHILD, birth_date=ASKED.replace(year=2008))
REFUSED: Final = AmendmentFact(AmendmentState.REFUSED, "rosa", letter="1", letter_valid=True)
PLACED: Final = replace(REFUSED, state=AmendmentState.STATEMENT_PLACED, statement_on=ASKED)
ON_PAPER: Final = replace(REFUSED, letter="", letter_valid=False)
ROSA: Final = FamilyReader("1", "rosa", SignerRelation.PARENT)
LUIS: Final = FamilyReader("2", "luis", SignerRelation.PARENT)
ADULT: Final = FamilyReader("3", "river", SignerRelation.STUDENT)
V = AmendmentView


@pytest.mark.parametrize(
    ("amendment", "reader", "person", "view"),
    [
        # The parent who asked, and no one who gave no name or another name.
        (REFUSED, ROSA, CHILD, V.FULL),
        (REFUSED, FamilyReader("1"), CHILD, V.HIDDEN),
        (REFUSED, LUIS, CHILD, V.HIDDEN),
        (REFUSED, replace(LUIS, letter="1"), CHILD, V.HIDDEN),
        # The other parent gives the first one's name, with the letter of another household.
        (REFUSED, replace(ROSA, letter="2"), CHILD, V.HIDDEN),
        # The letter ended, and the parent holds a newer one; or the request came on paper.
        (replace(REFUSED, letter_valid=False), replace(ROSA, letter="2"), CHILD, V.FULL),
        (ON_PAPER, replace(ROSA, letter="2"), CHILD, V.FULL),
        (ON_PAPER, LUIS, CHILD, V.HIDDEN),
        (replace(ON_PAPER, requester=""), FamilyReader("2"), CHILD, V.HIDDEN),
        # A statement is part of the record from its day on.
        (PLACED, ROSA, CHILD, V.FULL),
        (PLACED, LUIS, CHILD, V.STATEMENT),
        (PLACED, FamilyReader("2"), CHILD, V.STATEMENT),
        (replace(PLACED, statement_on=ASKED + timedelta(days=1)), LUIS, CHILD, V.HIDDEN),
        (PLACED, LUIS, replace(CHILD, court_order=True), V.STATEMENT_ON_FILE),
        (PLACED, ROSA, replace(CHILD, court_order=True), V.FULL),
        # At 18 the student holds all rights; before, a name and a radio button are not enough.
        (REFUSED, ADULT, GROWN, V.FULL),
        (REFUSED, ADULT, CHILD, V.HIDDEN),
        (REFUSED, ADULT, replace(GROWN, birth_date=None, postsecondary=None), V.HIDDEN),
        (REFUSED, LUIS, GROWN, V.HIDDEN),
    ],
)
def test_who_sees_a_request_and_who_its_statement(
    amendment: AmendmentFact, reader: FamilyReader, person: PersonFact, view: AmendmentView
) -> None:
    assert find_amendment_view(amendment, reader, person, ASKED) is view
