"""The district's lists of letters and record requests."""

from collections.abc import Callable

import pytest
from django.test import Client
from tests.governance.consents.sample_consents import World
from tests.services.families.phone import letter, phone

from cairn.services.families.models import LetterRun

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]


def test_letters_are_filtered_but_never_searched_or_downloaded(
    world: World, browser: Browser
) -> None:
    letter(world, "S-1", language="es")
    run = LetterRun.objects.get()
    client = browser(world.steward)
    address = f"/family/letters/{run.pk}/"
    page = client.get(address, {"language": "Spanish"}).content.decode()
    assert "Letters: 1 of 1" in page
    assert "not yet" in page
    assert 'id="id_q"' not in page
    assert "Child S-1" not in client.get(address, {"language": "English"}).content.decode()
    assert client.get(address, {"download": "csv"}).headers["Content-Type"].startswith("text/html")


def test_runs_of_letters_are_downloaded_without_a_child_or_a_code(
    world: World, browser: Browser
) -> None:
    code = letter(world).code
    client = browser(world.steward)
    page = client.get("/family/letters/").content.decode()
    assert "Printed letters: 1" in page
    text = client.get("/family/letters/", {"download": "csv"}).content.decode("utf-8-sig")
    assert text.splitlines()[0] == "Printed,District,Codes valid through,Printed by"
    assert len(text.splitlines()) == 2
    assert code not in text
    assert "S-1" not in text


def test_record_requests_show_what_is_open(world: World, browser: Browser) -> None:
    phone(letter(world).code).post("/family/child/copy/", {"name": "Rosa", "relation": "parent"})
    page = browser(world.steward).get("/family/copies/", {"status": "Open"}).content.decode()
    assert "Record requests: 1 of 1" in page
    assert "Child S-1 (S-1)" in page
