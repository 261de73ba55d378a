"""People read the name of an organization, not its short name."""

import pytest

from cairn.governance.disclosure_log.queries import (
    name_organizations,
    name_organizations_in_text,
)
from cairn.policy.engine.decision import Reason
from cairn.policy.law.cards.governance.access import ROLE

NAMES = {"elm": "Elm Schools", "elm-county": "Elm County", "readers": "Readers"}


@pytest.mark.parametrize(
    ("fact", "named"),
    [
        ("elm", "Elm Schools"),
        ("elm or readers", "Elm Schools or Readers"),
        ("elm, elm-county", "Elm Schools, Elm County"),
        (
            "others sent part of it (elm-county)",
            "others sent part of it (Elm County)",
        ),
        ("the elm by the river", "the elm by the river"),
        ("unknown-place", "unknown-place"),
    ],
)
def test_a_reason_names_its_organizations(fact: str, named: str) -> None:
    reason = Reason.from_card(ROLE, met=True, role="Analyst", where=fact, on="2026-11-24", n=3)
    facts = dict(name_organizations(reason, NAMES).facts)
    assert (facts["where"], facts["n"]) == (named, 3)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Data manager at elm-county, active.", "Data manager at Elm County, active."),
        ("readers may read elm.", "readers may read elm."),
        ("Write to a@elm-county.example.", "Write to a@elm-county.example."),
        ("The file elm-county.csv is listed.", "The file elm-county.csv is listed."),
    ],
)
def test_a_finished_sentence_names_them_where_no_other_word_is_meant(text: str, named: str) -> None:
    assert name_organizations_in_text(text, NAMES) == named
