"""Anyone reads a published table that the data manager shows, and none that is hidden."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.data.public_sources.published_card import CARD, list_card_roles, read_page, send_card
from tests.page_values import drop_random_values

from cairn.data import public_sources
from cairn.data.public_sources import actions
from cairn.data.public_sources.models import PublicSource
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine import Refused
from cairn.policy.vocabulary.access import Role
from cairn.warehouse.published_tables import parse_published_value, published_values

NEWER = CARD.replace(b"82.3", b"82.9")
CONFIRMED = {"is_allowed": "on", "confirmed_terms": "Public domain"}


def _show(manager: Client, source: PublicSource) -> Any:
    return manager.post(reverse("public_sources:show", args=[source.pk]), CONFIRMED)


def _replace(manager: Client, earlier: PublicSource, **changed: str) -> PublicSource:
    send_card(manager, NEWER, replaces=earlier.pk, as_of="2024-06-30", **changed)
    newer = PublicSource.objects.latest("pk")
    columns = reverse("public_sources:columns", args=[newer.pk])
    manager.post(columns, list_card_roles(add="1", replaces=str(earlier.pk)))
    newer.refresh_from_db()
    return newer


@pytest.mark.django_db
def test_a_table_is_shown_to_anyone_after_its_terms_were_confirmed(
    manager: Client, added: PublicSource
) -> None:
    visitor, page = Client(), reverse("published_tables:detail", args=[added.pk])
    assert visitor.get(page).status_code == 404
    assert "No published tables yet" in read_page(visitor.get(reverse("published_tables:list")))
    show = reverse("public_sources:show", args=[added.pk])
    assert "License or terms of use: Public domain." in read_page(manager.get(show))
    assert manager.post(show, {"confirmed_terms": "Public domain"}).status_code == 422
    assert visitor.get(page).status_code == 404
    assert _show(manager, added).status_code == 302
    text = read_page(visitor.get(page))
    for words in (
        "State of Oak",
        "https://oak.example/rates",
        "Public domain",
        "Oak County, 2021-22 to 2022-23",
        "GE95",
        "suppressed by the publisher",
        "2 of 4 figures, suppressed or given as a range by the publisher",
        "June 30, 2023",
        "The publisher gives no margins of error.",
        "None needed.",
    ):
        assert words in text
    assert "Ada" not in drop_random_values(text)
    assert "Reading pass rates" in read_page(visitor.get(reverse("published_tables:list")))
    assert "Reading pass rates" in read_page(visitor.get(reverse("dashboards:index")))
    narrowed = read_page(visitor.get(page, {"group": "Asian"}))
    assert "82.3" not in narrowed
    events = AuditLine.objects.order_by("-sequence").values_list("event", flat=True)
    assert events[0] == "public_source.shown"


@pytest.mark.django_db
def test_a_download_cannot_run_a_formula(manager: Client) -> None:
    send_card(manager, CARD.replace(b"Oak County,Black", b"=cmd()|x,Black"))
    source = PublicSource.objects.get()
    manager.post(reverse("public_sources:columns", args=[source.pk]), list_card_roles(add="1"))
    _show(manager, source)
    page = reverse("published_tables:detail", args=[source.pk])
    file = Client().get(page, {"download": "csv"}).content.decode()
    assert "'=cmd()|x" in file
    assert file.count("\r\n") == 5
    listed = Client().get(reverse("published_tables:list"), {"download": "csv"}).content.decode()
    assert "Reading pass rates" in listed


@pytest.mark.django_db
def test_a_hidden_table_is_gone_with_its_editions(manager: Client, added: PublicSource) -> None:
    _show(manager, added)
    newer = _replace(manager, added)
    visitor = Client()
    old_page = read_page(visitor.get(reverse("published_tables:detail", args=[added.pk])))
    assert "A newer edition replaced this one." in old_page
    assert "82.3" in old_page
    new_page = read_page(visitor.get(reverse("published_tables:detail", args=[newer.pk])))
    assert "82.9" in new_page
    assert "Earlier editions" in new_page
    listed = read_page(visitor.get(reverse("published_tables:list")))
    assert "June 30, 2024" in listed
    assert "June 30, 2023" not in listed
    hide = reverse("public_sources:hide", args=[newer.pk])
    assert "Hide this table from the public?" in read_page(manager.get(hide))
    assert manager.post(hide).status_code == 302
    for edition in (added, newer):
        page = visitor.get(reverse("published_tables:detail", args=[edition.pk]))
        assert page.status_code == 404
    assert "is hidden already" in read_page(manager.post(hide, follow=True))
    line = AuditLine.objects.filter(event="public_source.hidden").get()
    assert line.detail == {"editions": 2}


@pytest.mark.django_db
def test_a_newer_edition_under_other_terms_is_not_shown_until_they_are_confirmed(
    manager: Client, added: PublicSource
) -> None:
    _show(manager, added)
    newer = _replace(manager, added, license="All rights reserved")
    assert newer.shown_at is None
    listed = read_page(Client().get(reverse("published_tables:list")))
    assert "June 30, 2023" in listed
    detail = read_page(manager.get(reverse("public_sources:detail", args=[newer.pk])))
    assert "Show to the public" in detail
    assert "The public sees the edition as of June 30, 2023." in detail
    assert reverse("public_sources:hide", args=[newer.pk]) in detail
    assert reverse("published_tables:detail", args=[added.pk]) in detail
    again = manager.post(reverse("public_sources:show", args=[added.pk]), CONFIRMED, follow=True)
    assert "a newer edition replaced it" in read_page(again)


@pytest.mark.django_db
def test_terms_that_changed_since_they_were_read_are_not_confirmed(
    added: PublicSource, person: Callable[..., Any]
) -> None:
    at = added.added_at
    assert at is not None
    with pytest.raises(Refused):
        actions.show_public_source(
            source=added, confirmed_terms="CC BY 4.0", by=person(Role.DATA_MANAGER), at=at
        )
    for who in (person(Role.ANALYST), person(Role.STEWARD, at="river")):
        with pytest.raises(Refused):
            actions.show_public_source(source=added, confirmed_terms="Public domain", by=who, at=at)
        with pytest.raises(Refused):
            actions.hide_public_source(source=added, by=who, at=at)


@pytest.mark.django_db
def test_pages_of_the_public_are_in_spanish_too(manager: Client, added: PublicSource) -> None:
    _show(manager, added)
    page = reverse("published_tables:detail", args=[added.pk])
    text = read_page(Client().get(page, headers={"accept-language": "es"}))
    for words in ("Publicada por", "Distrito escolar", "suprimida por quien la publicó"):
        assert words in text
    assert "Suppressed" not in text
    assert "publicada como rango" in text
    assert "as a range" not in text


def test_every_word_of_the_public_pages_is_translated() -> None:
    folder = Path(public_sources.__file__).parent
    written = (folder / "locale/es/LC_MESSAGES/django.po").read_text("utf-8")
    used = set[str]()
    for template in folder.rglob("public/*.html"):
        used |= set(re.findall(r'{% translate "([^"]+)"', template.read_text("utf-8")))
    values = Path(published_values.__file__)
    signs = tomllib.loads(values.with_name("symbols.toml").read_text("utf-8"))
    used |= {reason for kind in signs.values() for reason in kind.values()}
    used |= {parse_published_value(text).reason for text in ("<5", "quux")}
    assert len(used) > 20
    assert {words for words in used if f'msgid "{words}"' not in written} == set()
