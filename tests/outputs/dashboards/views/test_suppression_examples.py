"""The page that tells everyone why a number is missing."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from cairn.outputs.dashboards.views import suppression_examples

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


def page(language: str) -> str:
    response = Client().get(
        reverse("dashboards:why-missing"), headers={"accept-language": language}
    )
    assert response.status_code == 200
    return response.content.decode()


def test_it_shows_four_pictures_with_what_they_say() -> None:
    said = page("en")
    assert said.count('<svg role="img"') == 4
    assert "Birch: 25; Cedar: hidden; Maple: hidden; All schools: 50." in said
    assert "50 - 25 = 25, and 25 - 22 = 3" in said


def test_it_speaks_spanish_throughout() -> None:
    said = page("es")
    assert "Por qué falta un número" in said
    with override("en"):
        english = {
            word
            for step in suppression_examples.build_example_steps()
            for word in (step.title, step.said)
        }
    assert not [word for word in english if word in said]
    assert not re.search(r"\d+,\d+", re.sub(r"<style.*?</style>", "", said.split("<svg")[1]))


def test_a_hidden_bar_is_as_long_whatever_it_hides() -> None:
    hidden = {
        bar.width
        for step in suppression_examples.build_example_steps()
        for bar in step.bars
        if bar.hidden
    }
    shown = {
        bar.width
        for step in suppression_examples.build_example_steps()
        for bar in step.bars
        if not bar.hidden
    }
    assert len(hidden) == 1
    assert hidden.isdisjoint(shown)


def test_only_the_group_of_three_is_called_small() -> None:
    small = [
        bar.count
        for step in suppression_examples.build_example_steps()
        for bar in step.bars
        if bar.small
    ]
    assert small == [3]
