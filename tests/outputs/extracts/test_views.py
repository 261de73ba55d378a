"""The pages of an extract, one person after another; and `cairn trace`."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.confirmation_page import check_asks_first
from tests.outputs.extracts.sample_extracts import ELEMENTS, Researchers
from typer.testing import CliRunner

from cairn.interfaces.cli.main import app
from cairn.outputs.extracts import actions, tasks
from cairn.outputs.releases.extract_models import Extract
from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


@pytest.fixture
def world(person: Callable[..., Any], organization: Callable[..., Any]) -> Researchers:
    from tests.outputs.extracts.sample_extracts import make

    return make(person, organization)


def _client(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _post(client: Client, route: str, *args: object, **said: object) -> Any:
    return client.post(reverse(route, args=args), said, follow=True)


def test_from_the_question_to_the_file(world: Researchers) -> None:
    reference = world.leave().project.reference
    researcher, manager = _client(world.analyst), _client(world.manager)
    listed = researcher.get(reverse("releases:extracts")).content.decode()
    assert "What helps a child come to school?" in listed
    ask = reverse("releases:extract_ask", args=[reference])
    assert "2024-25 to 2025-26" in researcher.get(ask).content.decode()
    assert researcher.post(ask, {"title": ""}).status_code == 422
    said = {
        "title": "Absence by grade",
        "elements": list(ELEMENTS),
        "k": 10,
        "diverse": 1,
        "recipient": world.analyst.pk,
        "organization": world.hub.pk,
    }
    page = researcher.post(ask, said, follow=True).content.decode()
    assert "Request sent" in page
    extract = Extract.objects.get()
    assert "extract request to prepare" in manager.get(reverse("web:home")).content.decode()
    _post(manager, "releases:extract_prepare", extract.pk)
    tasks.prepare_extract.func(extract.pk, world.manager.pk)
    page = manager.get(reverse("releases:extract", args=[extract.pk])).content.decode()
    assert "Not ready to issue" in page
    for reviewer in world.reviewers:
        client = _client(reviewer)
        review = reverse("releases:extract_review", args=[extract.pk])
        page = client.get(review).content.decode()
        assert "Remaining re-identification risk" in page
        assert "Rare combinations in the original data" in page
        assert client.post(review, {"verdict": "return"}).status_code == 422
        _post(client, "releases:extract_review", extract.pk, verdict="approve")
    issue = reverse("releases:extract_issue", args=[extract.pk])
    check_asks_first(manager, issue, "Children: [0-9]+", "Data elements: [0-9]+")
    _post(manager, "releases:extract_issue", extract.pk)
    check_asks_first(manager, issue, "The earlier link stops working")
    extract.refresh_from_db()
    page = researcher.get(reverse("releases:extract", args=[extract.pk])).content.decode()
    assert "Download (once only)" in page
    assert "Remaining re-identification risk" in page  # the hub's analyst prepares extracts too
    link = reverse("releases:extract_fetch", args=[extract.pk, extract.key])
    assert "destroy this extract" in researcher.get(link).content.decode()
    assert researcher.post(link, {"form": "csv"}).status_code == 422
    wrong = reverse("releases:extract_fetch", args=[extract.pk, "another"])
    assert researcher.get(wrong).status_code == 404
    assert manager.get(link).status_code == 403
    answer = researcher.post(link, {"form": "csv", "accepted": "on"})
    assert answer["Content-Type"] == "application/zip"
    assert answer["Cache-Control"] == "no-store"
    assert "student.csv" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    again = researcher.post(link, {"form": "csv", "accepted": "on"})
    assert again.status_code == 403
    assert "downloaded" in again.content.decode()
    page = researcher.get(reverse("releases:extract", args=[extract.pk])).content.decode()
    assert "Already downloaded" in page


def test_a_steward_takes_it_back(world: Researchers) -> None:
    extract = world.prepared()
    steward = _client(world.steward)
    page = steward.get(reverse("releases:extract", args=[extract.pk])).content.decode()
    assert "Remaining re-identification risk" not in page
    withdraw = reverse("releases:extract_withdraw", args=[extract.pk])
    assert "has not been downloaded" in steward.get(withdraw).content.decode()
    assert steward.post(withdraw, {"reason": ""}).status_code == 422
    page = steward.post(withdraw, {"reason": "We changed our mind."}, follow=True).content.decode()
    assert "We changed our mind." in page


def test_nobody_else_sees_it(world: Researchers, person: Callable[..., Any]) -> None:
    extract = world.asked()
    stranger = _client(person(Role.STEWARD, at="hill"))
    assert stranger.get(reverse("releases:extract", args=[extract.pk])).status_code == 403
    assert "No extracts yet" in stranger.get(reverse("releases:extracts")).content.decode()
    assert (
        _client(world.steward).get(reverse("releases:extract_ask", args=["x"])).status_code == 403
    )
    analyst = _client(world.analyst)
    assert analyst.get(reverse("releases:extract_ask", args=["x"])).status_code == 404
    draft = world.propose().project.reference
    assert analyst.get(reverse("releases:extract_ask", args=[draft])).status_code == 404


def test_a_found_file_is_traced(world: Researchers, tmp_path: Path) -> None:
    extract = world.issued()
    archive = zipfile.ZipFile(io.BytesIO(world.fetched(extract)))
    found = tmp_path / "found.csv"
    found.write_bytes(archive.read("student.csv"))
    acting = ["--as", world.manager.email, "--json"]
    answer = CliRunner().invoke(app, ["trace", str(found), *acting])
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout)["extract"] == str(extract.pk)
    header, *lines = found.read_text("utf-8-sig").splitlines()
    found.write_text("\n".join([header, *sorted(lines)]))
    answer = CliRunner().invoke(app, ["trace", str(found), *acting])
    assert answer.exit_code == 1
    answer = CliRunner().invoke(app, ["trace", str(found), "--column", "code", *acting])
    assert answer.exit_code == 2
    answer = CliRunner().invoke(app, ["trace", str(tmp_path / "none.csv"), *acting])
    assert answer.exit_code == 2


def test_what_is_asked_for_twice_is_asked_of_the_rules_twice(world: Researchers) -> None:
    extract = world.issued()
    actions.issue_extract(extract=extract, by=world.manager, at=world.at)
    assert extract.key
