"""The way to being cleared, walked on pages as a person would."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cairn.governance.partners.actions import person_records
from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Organization
from cairn.governance.training.confidentiality import load_confidentiality_agreement
from cairn.governance.training.course_catalog import (
    find_course,
    find_workshop,
    list_required_modules,
)
from cairn.governance.training.models import Attempt, Completion, SelfRating, Signature
from cairn.platform.audit.models import AuditLine
from cairn.policy.questions.governance.access import may_see_children
from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def newcomer(person: Callable[..., Any]) -> Any:
    """A data manager of the backbone who has learned nothing yet."""
    return person(Role.DATA_MANAGER, trained=False)


def _answers(name: str, wrong: int = 0) -> dict[str, int]:
    found = find_course(name)
    given = {}
    for number, question in enumerate(found.questions, start=1):
        other = next(c for c in range(1, 5) if c != question.right)
        given[f"q{number}"] = other if number <= wrong else question.right
    return given


def _sign(client: Client, name: str, digest: str = "") -> Any:
    data = {"typed_name": name, "digest": digest or load_confidentiality_agreement().digest}
    return client.post(reverse("training:confidentiality"), data)


def test_from_nothing_to_cleared(
    newcomer: Any, person: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    client, today = browser(newcomer), timezone.localdate()
    start = client.get(reverse("training:mine")).content.decode()
    assert "Your training is not complete" in start
    assert "read and sign the confidentiality agreement" in start
    assert _sign(client, newcomer.name.upper()).status_code == 302
    for one in list_required_modules():
        assert one.title in client.get(reverse("training:mine")).content.decode()
        answer = client.post(reverse("training:quiz", args=(one.id,)), _answers(one.id))
        assert "Passed" in client.get(answer.url).content.decode()
    assert "attend the workshop" in client.get(reverse("training:mine")).content.decode()
    assert not may_see_children(load_actor(newcomer), today).allowed
    other = person(Role.DATA_MANAGER)
    person_records.attest_training(
        person=newcomer,
        organization=Organization.objects.get(slug="backbone"),
        course=find_workshop(),
        took_place=today,
        how="led by a colleague",
        by=other,
        at=timezone.localtime(),
    )
    assert may_see_children(load_actor(newcomer), today).allowed
    assert (
        "Your training is complete through" in client.get(reverse("training:mine")).content.decode()
    )
    page = client.get(reverse("training:certificate")).content.decode()
    assert newcomer.name in page
    assert find_workshop().title in page
    events = set(AuditLine.objects.values_list("event", flat=True))
    assert {"training.signed", "training.quiz", "training.attested"} <= events


def test_wrong_answers_are_explained_and_may_be_tried_again(
    newcomer: Any, browser: Callable[..., Client]
) -> None:
    client, one = browser(newcomer), find_course("pdsa")
    too_many = len(one.questions) - one.passing_score + 1
    address = reverse("training:quiz", args=(one.id,))
    failed = client.get(client.post(address, _answers(one.id, too_many)).url).content.decode()
    assert "Not passed yet" in failed
    assert failed.count("Your answer:") == too_many
    assert one.questions[0].why.split(",")[0] in failed
    assert not Completion.objects.exists()
    client.post(address, _answers(one.id, too_many - 1))
    passed = Completion.objects.get()
    today = timezone.localdate()
    assert (passed.passed_on, passed.version) == (today, one.version)
    assert passed.expires_on == today + timedelta(days=one.valid_days - 1)
    assert Attempt.objects.count() == 2
    assert (
        "Your last attempt"
        in client.get(reverse("training:course", args=(one.id,))).content.decode()
    )


def test_a_question_left_out_is_asked_for(newcomer: Any, browser: Callable[..., Client]) -> None:
    given = _answers("pdsa")
    del given["q3"]
    answer = browser(newcomer).post(reverse("training:quiz", args=("pdsa",)), given)
    assert answer.status_code == 422
    assert "Choose an answer." in answer.content.decode()
    assert not Attempt.objects.exists()


def test_nobody_sees_another_persons_attempt(
    newcomer: Any, person: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    row = Attempt.objects.create(
        user=person(),
        course="pdsa",
        version="1",
        answers=[1],
        right=1,
        of=1,
        at=timezone.localtime(),
    )
    assert browser(newcomer).get(reverse("training:attempt", args=(row.pk,))).status_code == 404


def test_the_workshop_has_no_quiz_and_unknown_courses_are_not_found(
    newcomer: Any, browser: Callable[..., Client]
) -> None:
    client = browser(newcomer)
    assert client.get(reverse("training:course", args=("workshop",))).status_code == 200
    assert client.get(reverse("training:quiz", args=("workshop",))).status_code == 404
    assert client.get(reverse("training:course", args=("nothing",))).status_code == 404


@pytest.mark.parametrize("name", ["Somebody Else", "", "Data"])
def test_only_ones_own_name_signs(newcomer: Any, browser: Callable[..., Client], name: str) -> None:
    assert _sign(browser(newcomer), name).status_code == 422
    assert not Signature.objects.exists()


def test_a_text_that_changed_is_read_again(newcomer: Any, browser: Callable[..., Client]) -> None:
    client = browser(newcomer)
    answer = client.post(
        reverse("training:confidentiality"),
        {"typed_name": newcomer.name, "digest": "0" * 64},
        follow=True,
    )
    assert "changed after you opened this page" in answer.content.decode()
    assert not Signature.objects.exists()


def test_signing_twice_is_signing_once(newcomer: Any, browser: Callable[..., Client]) -> None:
    client = browser(newcomer)
    _sign(client, newcomer.name)
    _sign(client, newcomer.name)
    row = Signature.objects.get()
    assert (row.version, row.digest) == (
        load_confidentiality_agreement().version,
        load_confidentiality_agreement().digest,
    )
    page = client.get(reverse("training:confidentiality")).content.decode()
    assert "You have signed this version" in page


def test_a_rating_suggests_courses_and_is_ones_own(
    newcomer: Any, browser: Callable[..., Client]
) -> None:
    client, address = browser(newcomer), reverse("training:skills")
    assert client.post(address, {"purpose": 1}).status_code == 422
    from cairn.governance.training.course_catalog import load_skill_matrix

    given = {skill.id: 4 for skill in load_skill_matrix().skills} | {"testing": 1}
    answer = client.post(address, given, follow=True).content.decode()
    assert "Plan, do, study, act" in answer
    assert "Ethics and FERPA" not in answer
    client.post(address, given | {"testing": 3})
    assert SelfRating.objects.get(skill="testing").level == 3
    assert "Suggested" not in client.get(address).content.decode()


def test_no_certificate_before_its_time(newcomer: Any, browser: Callable[..., Client]) -> None:
    page = browser(newcomer).get(reverse("training:certificate")).content.decode()
    assert "No certificate yet" in page
