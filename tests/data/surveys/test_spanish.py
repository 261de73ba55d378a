"""The page behind a survey's link is whole in Spanish."""

import gettext
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.outputs.registers.test_spanish import words

from cairn.data import surveys
from cairn.data.surveys.models import Survey
from cairn.data.surveys.sealed_answers import compute_link_key

_CATALOG = Path(surveys.__file__).parent / "locale" / "es" / "LC_MESSAGES"


def test_the_compiled_catalog_is_the_written_one() -> None:
    with (_CATALOG / "django.mo").open("rb") as file:
        catalog: dict[str, str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    text = (_CATALOG / "django.po").read_text("utf-8")
    written = dict(re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', text, re.MULTILINE))
    assert len(written) > 20
    assert {key: catalog.get(key) for key in written} == written


@pytest.mark.django_db
def test_a_parent_reads_no_english(opened: Callable[..., Survey], write: Any) -> None:
    survey = opened(kinds=("scale", "one_choice", "text"))
    url = reverse("surveys:answer", args=[compute_link_key(survey.key_seed)])
    draft = reverse("surveys:answer", args=[compute_link_key(write(kinds=()).key_seed)])
    pages = [
        (url, None),
        (url, {"consent": ""}),
        (url, {"consent": "yes"}),
        (url, {"consent": "yes", "response": "0" * 32}),
        (url, {"consent": "no"}),
        (draft, None),
        (reverse("surveys:answer", args=["x"]), None),
    ]
    for address, sent in pages:
        found = []
        for language in ("en", "es"):
            client = Client(headers={"accept-language": language})
            page = client.post(address, sent) if sent is not None else client.get(address)
            found.append(words(page.content.decode()))
        assert (
            found[0] & found[1] - {"English", "Español", "Cairn", "River District", "No"} == set()
        )
