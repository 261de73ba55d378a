"""`cairn release nation …`: only a steward of the nation says the nation's word."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from cairn.governance.partners.models import Affiliation, Organization
from cairn.outputs.releases.models import Release
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.data_use import Purpose
from cairn.policy.vocabulary.organizations import OrganizationKind

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
NATION, SPEAKER = "sand-creek-nation", "speaker@example.org"


def _nation(slug: str, name: str) -> None:
    nation = Organization.objects.create(
        slug=slug, name=name, kind=OrganizationKind.TRIBAL_NATION.value
    )
    Affiliation.objects.create(
        user=User.objects.get(email=SPEAKER),
        organization=nation,
        role=Role.STEWARD.value,
        starts=date(2020, 1, 1),
    )


@pytest.fixture
def release(secured: Any) -> Release:
    User.objects.create_user(SPEAKER, "Speaker")
    _nation(NATION, "Sand Creek Nation")
    from django.utils import timezone

    return Release.objects.create(
        title="Chronic absence",
        outcomes=["chronic_absence"],
        tables=[],
        years=[],
        purpose=Purpose.PUBLIC_REPORTING.value,
        organization=Organization.objects.get(slug="grand-bend-partnership"),
        author=User.objects.get(email="dana@example.org"),
        created_at=timezone.now(),
    )


def test_it_says_its_word_and_takes_it_back(cairn: Callable[..., Any], release: Release) -> None:
    say, speaking = ("release", "nation"), ("--as", SPEAKER)
    approved = cairn(*say, "approve", release.pk, "--condition", "Read it first.", *speaking)
    assert approved.code == 0, approved.error
    assert "approves again without a condition" in approved.out
    assert "next check" in cairn(*say, "approve", release.pk, *speaking).out
    taken_back = cairn(*say, "decline", release.pk, "--nation", NATION, *speaking, "--json")
    assert (taken_back.facts["nation"], taken_back.facts["answer"]) == (NATION, "decline")
    said = [(w.answer, w.condition, w.said_by.email) for w in release.nation_words.all()]
    assert said == [
        ("approve", "Read it first.", SPEAKER),
        ("approve", "", SPEAKER),
        ("decline", "", SPEAKER),
    ]
    assert "left out" in cairn(*say, "decline", release.pk, *speaking).out


def test_nobody_else_says_it(cairn: Callable[..., Any], release: Release) -> None:
    for named in ((), ("--nation", NATION)):
        refused = cairn("release", "nation", "approve", release.pk, *named)
        assert refused.code == 1
        assert "Next:" in refused.error
    assert not release.nation_words.exists()


def test_which_nation_must_be_clear(cairn: Callable[..., Any], release: Release) -> None:
    unknown = cairn("release", "nation", "approve", release.pk, "--nation", "moon", "--as", SPEAKER)
    assert (unknown.code, NATION in unknown.error) == (2, True)
    _nation("long-lake-nation", "Long Lake Nation")
    both = cairn("release", "nation", "approve", release.pk, "--as", SPEAKER)
    assert both.code == 2
    assert "long-lake-nation" in both.error
    assert not release.nation_words.exists()
