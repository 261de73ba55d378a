"""A writer asks for a data element that a dictionary lacks; the owner's steward answers."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.governance.agreements.draft_steps import Writing, now

from cairn.governance.agreements.actions import draft_lifecycle
from cairn.governance.agreements.models import DictionaryRequest, Draft
from cairn.governance.agreements.queries.element_requests import list_element_request_tasks
from cairn.governance.dictionaries.actions import import_dictionary
from cairn.governance.partners.facts import load_actor
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]
ASKED = {"owner": "elm", "element": "Shoe  size", "description": "for shoe vouchers"}


def text(response: Any) -> str:
    return str(response.content.decode())


def ask(client: Client, draft: Draft, **changes: str) -> Any:
    return client.post(f"/agreements/drafts/{draft.pk}/element-requests/", {**ASKED, **changes})


def find_tasks(user: User) -> list[tuple[str, tuple[str, ...]]]:
    tasks = list_element_request_tasks(load_actor(user), now().date())
    return [(task.detail, task.keys) for task in tasks]


def test_a_request_is_a_task_of_the_steward_and_the_answer_one_of_the_writer(
    writing: Writing, browser: Browser
) -> None:
    draft, writer = writing.begin(), browser(writing.manager)
    assert ask(writer, draft).url.endswith("/steps/data/")
    row = DictionaryRequest.objects.get()
    assert (row.element, row.owner.slug, row.asked_by) == ("Shoe size", "elm", writing.manager)
    assert find_tasks(writing.steward) == [("Shoe size", (f"element.asked:{row.pk}",))]
    assert find_tasks(writing.manager) == []
    step = f"/agreements/drafts/{draft.pk}/steps/data/"
    assert "waits for an answer since" in text(writer.get(step))
    steward, at = browser(writing.steward), f"/agreements/element-requests/{row.pk}/"
    assert "for shoe vouchers" in text(steward.get(at))
    assert steward.post(at, {"answer": "declined", "reason": " "}).status_code == 422
    assert steward.post(at, {"answer": "declined", "reason": "We have no such data."}).url == "/"
    assert find_tasks(writing.steward) == []
    assert find_tasks(writing.manager) == [("Shoe size: Declined", (f"element.answered:{row.pk}",))]
    assert "We have no such data." in text(writer.get(step))
    writer.post(f"/agreements/drafts/{draft.pk}/element-requests/", {"read": str(row.pk)})
    assert find_tasks(writing.manager) == []
    assert "We have no such data." in text(writer.get(step))


def test_the_same_element_asked_twice_is_one_request(writing: Writing, browser: Browser) -> None:
    draft, writer = writing.begin(), browser(writing.manager)
    ask(writer, draft)
    ask(writer, draft, element="SHOE size", description="again")
    assert DictionaryRequest.objects.get().description == "for shoe vouchers"
    ask(writer, draft, element="Hat size")
    assert DictionaryRequest.objects.count() == 2


def test_another_element_that_serves_is_one_of_the_dictionary(
    writing: Writing, browser: Browser
) -> None:
    fields = b"Element name,Definition,Years\nGender,The gender,2016-\n"
    import_dictionary(
        organization=writing.elm, name="elm.csv", content=fields, by=writing.steward, at=now()
    )
    draft = writing.begin()
    ask(browser(writing.manager), draft)
    steward = browser(writing.steward)
    at = f"/agreements/element-requests/{DictionaryRequest.objects.get().pk}/"
    assert steward.post(at, {"answer": "served"}).status_code == 422
    assert steward.post(at, {"answer": "served", "serves": "Hat"}).status_code == 422
    assert steward.post(at, {"answer": "served", "serves": "Gender"}).status_code == 302
    assert DictionaryRequest.objects.get().serves == "Gender"


def test_only_the_writer_asks_and_only_the_owners_steward_answers(
    writing: Writing, browser: Browser, person: Callable[..., User], organization: Any
) -> None:
    organization("oak")
    draft, writer = writing.begin(), browser(writing.manager)
    assert ask(browser(writing.steward), draft).status_code in (403, 404)
    assert ask(browser(person(Role.STEWARD, at="oak")), draft).status_code in (403, 404)
    ask(writer, draft, owner="oak")
    ask(writer, draft, element=" ")
    assert not DictionaryRequest.objects.exists()
    ask(writer, draft)
    at = f"/agreements/element-requests/{DictionaryRequest.objects.get().pk}/"
    answer = {"answer": "added"}
    other = person(Role.STEWARD, at="oak", email="other@oak.example")
    assert browser(other).post(at, answer).status_code in (403, 404)
    assert find_tasks(other) == []
    assert browser(writing.steward).post(at, answer).status_code == 302
    assert browser(writing.steward).get("/agreements/element-requests/999/").status_code in (
        403,
        404,
    )
    assert (
        writer.post(f"/agreements/drafts/{draft.pk}/element-requests/", {"read": "x"}).status_code
        == 404
    )


def test_after_the_draft_is_with_counsel_no_one_asks(writing: Writing, browser: Browser) -> None:
    draft = writing.begin()
    draft_lifecycle.submit_draft_to_counsel(draft=draft, by=writing.manager, at=now())
    assert ask(browser(writing.manager), draft).status_code == 403
    assert not DictionaryRequest.objects.exists()


def test_a_manager_of_the_backbone_does_not_answer_for_the_owner(
    writing: Writing, browser: Browser, person: Callable[..., User]
) -> None:
    draft = writing.begin()
    ask(browser(writing.manager), draft)
    analyst = person(Role.ANALYST, at="hub", kind=OrganizationKind.BACKBONE)
    at = f"/agreements/element-requests/{DictionaryRequest.objects.get().pk}/"
    assert browser(analyst).post(at, {"answer": "added"}).status_code in (403, 404)
