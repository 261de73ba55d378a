"""Counsel of a data owner clears the law of a state once; it is applied to every use."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Organization, StateReview
from cairn.governance.partners.queries import partner_inbox
from cairn.governance.partners.queries.state_law import load_state_reviews, needs_state_review
from cairn.platform.audit.models import AuditLine
from cairn.policy.facts.agreements.agreement_clause import ClauseKind
from cairn.policy.law import STATE_PACKS
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.data_use import LegalBasis, Purpose, SpecialClass
from cairn.policy.vocabulary.organizations import OrganizationKind

pytestmark = pytest.mark.django_db
_REVIEW = "partners:review_state_law"


@pytest.fixture
def counsel(person: Callable[..., Any]) -> Any:
    user = person(Role.COUNSEL, at="river", kind=OrganizationKind.SCHOOL_DISTRICT)
    Organization.objects.filter(slug="river").update(state="OH", is_educational_agency=True)
    return user


def _answers(**changed: object) -> dict[str, object]:
    today = timezone.localdate()
    return {
        "counsel": "Carla Counsel",
        "law": "A statute on student records, section 1",
        "bases": ["studies", "consent"],
        "purposes": ["program_evaluation"],
        "classes": ["disability"],
        "rows_leave": "True",
        "consents_kept": "False",
        "custodian_signs": "True",
        "minor_health_age": "",
        "minor_substance_use_age": "14",
        "required_clauses": ["training"],
        "breach_notice_days": "3",
        "expires_on": (today + timedelta(days=365)).isoformat(),
        **changed,
    }


def _river() -> Organization:
    return Organization.objects.get(slug="river")


def test_counsels_answers_become_facts(counsel: Any, browser: Callable[..., Client]) -> None:
    client, today = browser(counsel), timezone.localdate()
    page = client.get(reverse("partners:state_law", args=("river",))).content.decode()
    assert "Cairn does not have the law of Ohio" in page
    assert "Record counsel&#x27;s review" in page or "Record counsel's review" in page
    done = client.post(reverse(_REVIEW, args=("river",)), _answers(), follow=True)
    page = done.content.decode()
    assert "Review saved." in page
    assert "Studies exception" in page or "studies exception" in page
    (review,) = load_state_reviews(["river"])
    assert review.bases == {LegalBasis.STUDIES, LegalBasis.CONSENT}
    assert review.purposes == {Purpose.PROGRAM_EVALUATION}
    assert review.classes == {SpecialClass.DISABILITY}
    assert review.required_clauses == {ClauseKind.TRAINING}
    assert (review.rows_leave, review.consents_kept, review.breach_notice_days) == (True, False, 3)
    assert (review.custodian_signs, dict(review.minor_consents)) == (
        True,
        {SpecialClass.SUBSTANCE_USE: 14},
    )
    assert "substance use treatment: 14" in page.lower()
    again = client.get(reverse(_REVIEW, args=("river",))).context["form"]
    assert (again["minor_substance_use_age"].value(), again["minor_health_age"].value()) == (
        14,
        None,
    )
    assert (review.state, review.organization, review.reviewed_on) == ("OH", "river", today)
    assert load_state_reviews(["elsewhere"]) == ()
    assert AuditLine.objects.filter(event="partner.state_reviewed").count() == 1


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"expires_on": "2020-01-01"}, "Enter a day in the future."),
        ({"expires_on": "2090-01-01"}, "Enter a day within three years from today."),
        ({"law": ""}, "This field is required."),
        ({"rows_leave": ""}, "This field is required."),
    ],
)
def test_a_review_says_what_is_missing(
    counsel: Any, browser: Callable[..., Client], changed: dict[str, object], told: str
) -> None:
    answer = browser(counsel).post(reverse(_REVIEW, args=("river",)), _answers(**changed))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not StateReview.objects.exists()


def test_counsel_is_asked_until_the_law_is_reviewed_and_again_when_it_expires(
    counsel: Any, browser: Callable[..., Client]
) -> None:
    who, today = load_actor(counsel), timezone.localdate()
    address = reverse("partners:state_law", args=("river",))
    assert address in {task.url for task in partner_inbox.list_partner_tasks(who, today)}
    browser(counsel).post(reverse(_REVIEW, args=("river",)), _answers())
    assert address not in {task.url for task in partner_inbox.list_partner_tasks(who, today)}
    deadlines = partner_inbox.list_partner_deadlines(who, today, today + timedelta(days=400))
    assert address in {deadline.address for deadline in deadlines}
    assert needs_state_review(_river(), today + timedelta(days=366))
    Organization.objects.filter(slug="river").update(state="WY")
    assert needs_state_review(_river(), today)
    Organization.objects.filter(slug="river").update(state="CA")
    assert not needs_state_review(_river(), today)


def test_a_state_with_a_pack_needs_no_review(counsel: Any, browser: Callable[..., Client]) -> None:
    Organization.objects.filter(slug="river").update(state="UT")
    client = browser(counsel)
    assert (
        "Cairn applies the law of Utah"
        in client.get(reverse("partners:state_law", args=("river",))).content.decode()
    )
    answer = client.get(reverse(_REVIEW, args=("river",)), follow=True)
    assert "No review is needed" in answer.content.decode()


def test_a_data_manager_does_not_answer_for_counsel(
    counsel: Any, person: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    manager = browser(person(Role.DATA_MANAGER))
    assert manager.post(reverse(_REVIEW, args=("river",)), _answers()).status_code == 403
    assert manager.get(reverse("partners:state_law", args=("river",))).status_code == 200


def test_a_state_with_some_rules_still_needs_counsel(
    counsel: Any, browser: Callable[..., Client]
) -> None:
    Organization.objects.filter(slug="river").update(state="TX")
    assert needs_state_review(_river(), timezone.localdate())
    client = browser(counsel)
    page = client.get(reverse("partners:state_law", args=("river",))).content.decode()
    assert "Cairn applies some rules of Texas" in page
    assert "Cairn does not have all of the law of Texas" in page
    client.post(reverse(_REVIEW, args=("river",)), _answers())
    assert not needs_state_review(_river(), timezone.localdate())
    page = client.get(reverse("partners:state_law", args=("river",))).content.decode()
    assert "Cairn applies some rules of Texas" in page
    assert "Counsel reviewed the law of Texas" in page


def test_a_data_manager_is_asked_to_have_the_law_read_again(
    counsel: Any, person: Callable[..., Any]
) -> None:
    Organization.objects.filter(slug="river").update(state="CA")
    address = reverse("partners:state_law", args=("river",))
    manager, due = load_actor(person(Role.DATA_MANAGER)), STATE_PACKS["CA"].review_due

    def list_days(who: Any, on: date) -> list[date]:
        deadlines = partner_inbox.list_partner_deadlines(who, on, on + timedelta(days=30))
        return [deadline.on for deadline in deadlines if deadline.address == address]

    def list_tasks(who: Any, on: date) -> list[date | None]:
        tasks = partner_inbox.list_partner_tasks(who, on)
        return [task.due for task in tasks if task.url == address]

    overdue = due + timedelta(days=1)
    assert (list_days(manager, due), list_tasks(manager, due)) == ([due], [])
    assert (list_days(manager, overdue), list_tasks(manager, overdue)) == ([overdue], [due])
    assert list_days(manager, due - timedelta(days=31)) == []
    lawyer = load_actor(counsel)
    assert (list_days(lawyer, overdue), list_tasks(lawyer, overdue)) == ([], [])
