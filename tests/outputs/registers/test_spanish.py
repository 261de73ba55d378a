"""The public register is whole in Spanish: a hunt for what reads the same in both languages."""

import re
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from tests.governance.projects.sample_projects import World
from tests.outputs.registers.test_register import _load

from cairn.governance.agreements.documents.phrases import TIER_PHRASES
from cairn.governance.projects import facts
from cairn.governance.projects.labels import DECIDERS, LEVELS, PURPOSES, STATES
from cairn.outputs.registers.queries import APPROVED_PROJECT_STATES

pytestmark = pytest.mark.django_db
_VOID = {"br", "hr", "img", "input", "link", "meta", "source", "wbr"}
_SAID = {"alt", "aria-label", "data-label", "placeholder", "title"}
# What a page says in any language: names of languages and of this software.
_ANYWHERE = {"Cairn", "English", "Español", "—"}


class _Words(HTMLParser):
    """Every piece of text that a reader meets, but for what is marked as written in English."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        quiet = tag in {"script", "style"} or (tag != "html" and said.get("lang") == "en")
        inside = quiet or (bool(self._open) and self._open[-1])
        if not inside:
            self.found |= {said[name] or "" for name in _SAID & said.keys()}
        if tag not in _VOID:
            self._open.append(inside)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not (self._open and self._open[-1]):
            self.found.add(" ".join(data.split()))


def words(page: str) -> set[str]:
    """The texts of a page that have letters in them."""
    parser = _Words()
    parser.feed(page)
    return {text for text in map(unescape, parser.found) if re.search(r"[A-Za-z]{2}", text)}


def same(client: Client, address: str) -> set[str]:
    """What a page says in the same words in English and in Spanish."""
    pages = []
    for language in ("en", "es"):
        client.cookies["django_language"] = language
        answer = client.get(address)
        assert answer.status_code == 200
        pages.append(words(answer.content.decode()))
    return (pages[0] & pages[1]) - _ANYWHERE


def _data(text: str) -> bool:
    """A name, a reference or a title that somebody wrote: it stays as it is written."""
    return bool(re.search(r"RC-|River|Alder|County|SD\b|Partnership", text))


def test_the_register_says_nothing_in_english_to_a_reader_of_spanish(
    client: Client, person: Callable[..., Any]
) -> None:
    for name in ("list", "projects"):
        assert same(client, reverse(f"registers:{name}")) == set()
    _load(person(), "RC-DSA-01")
    for address in (
        reverse("registers:list"),
        reverse("registers:agreement", args=["RC-DSA-01"]),
    ):
        assert {text for text in same(client, address) if not _data(text)} == set()


def test_the_page_of_one_project_says_nothing_in_english_to_a_reader_of_spanish(
    client: Client, world: World
) -> None:
    version = world.to_authorization(enrollment__grade="We do not share it")
    world.authorize(version)
    address = reverse("registers:project", args=[version.project.reference])
    fact = facts.load_project_fact(version)
    written = {fact.title, world.hub.name, *(question.text for question in fact.questions)}
    left = {text.removesuffix(" · Cairn") for text in same(client, address)} - written
    assert {text for text in left if not _data(text)} == set()


def test_the_hunt_finds_english_that_was_left() -> None:
    page = '<html lang="es"><p>Left over</p><p lang="en">Quoted</p><a title="Tip x">…</a></html>'
    assert words(page) == {"Left over", "Tip x"}


def test_every_code_that_a_project_or_an_agreement_shows_is_translated() -> None:
    through = {state.value for state in APPROVED_PROJECT_STATES}
    shown = [label for value, label in STATES if value in through]
    shown += [label for labels in (PURPOSES, LEVELS, DECIDERS) for _value, label in labels]
    with translation.override("en"):
        sources = [*TIER_PHRASES.values(), *map(str, shown)]
    with translation.override("es"):
        assert [source for source in sources if translation.gettext(source) == source] == []
