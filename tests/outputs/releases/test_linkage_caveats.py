"""What linking cannot say of a figure travels with it, from the check to the public page."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from tests.outputs.releases.community import Community

from cairn.outputs.releases import labels

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


def test_how_children_were_told_apart_is_said_beside_every_release(community: Community) -> None:
    release = community.published()
    release.refresh_from_db()
    assert release.caveats == [{"code": "unmeasured"}]
    address = reverse("dashboards:outcome", args=["chronic_absence"])
    assert "has not been measured yet" in Client().get(address).content.decode()
    spanish = Client().get(address, headers={"accept-language": "es"}).content.decode()
    assert "Todavía no se ha medido" in spanish


EVERY: list[dict[str, Any]] = [
    {"code": "left_out"},
    {"code": "unmeasured"},
    {"code": "measured", "right": "99.1", "made": "97.2", "low": 900, "high": 1100},
    {"code": "measured", "right": "99", "made": "97", "low": 9, "high": 11, "named": True},
    {"code": "encoded"},
    {"code": "signs", "n": 1},
    {"code": "signs", "n": 1200},
    *(
        {
            "code": "gap",
            "figure": figure,
            "kind": kind,
            "best": "one word",
            "worst": "two words or more",
            "points": 0.051,
            "beyond_chance": figure == "recall",
        }
        for figure in ("recall", "precision")
        for kind in ("source", "surname", "race_ethnicity", "gender", "home_language")
    ),
]


@pytest.mark.parametrize("kept", EVERY)
def test_a_caveat_is_kept_as_a_code_and_said_in_the_readers_language(kept: dict[str, Any]) -> None:
    told = {}
    for language in ("en", "es"):
        with translation.override(language):
            told[language] = labels.describe_caveat(kept)
    assert told["en"] != told["es"]
    for word in ("children", "joins", "By ", "organization", "surname", "language at home"):
        assert word not in told["es"]


def test_a_sentence_of_an_earlier_version_is_told_as_it_was() -> None:
    assert labels.describe_caveat("Said before.") == "Said before."
    assert labels.select_matching_caveats(["Said before.", {"code": "left_out"}]) == [
        "Said before."
    ]
