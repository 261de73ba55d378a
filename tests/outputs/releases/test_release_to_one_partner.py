"""A release for one partner: the same steps as a public one, with the partner among its attackers."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.outputs.releases.community import AT, READERS, Community, share_program

from cairn.governance.partners.models import Organization
from cairn.outputs.releases import facts
from cairn.outputs.releases.models import Release
from cairn.outputs.releases.queries import public_state, releases
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.releases import ReleaseState
from cairn.sdc.options import ReleaseMethod

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

OUTCOME = "chronic_absence"


@pytest.fixture
def partner(community: Community, person: Callable[..., User]) -> Organization:
    share_program(community, person)
    return Organization.objects.get(slug="readers")


def ask(community: Community, partner: Organization | None, **more: object) -> Release:
    return community.draft(
        **{
            "title": "How the Readers do",
            "tables": [[READERS]],
            "method": ReleaseMethod.BANDS.value,
            "audience": partner,
            "audience_minimum": 10,
            **more,
        }
    )


def test_it_passes_every_step_and_the_partner_is_among_the_attackers(
    community: Community, partner: Organization
) -> None:
    release = community.carried(ask(community, partner))
    assert release.state == ReleaseState.PUBLISHED
    assert {tuple(part["insiders"]) for part in release.certificate} == {("readers",)}
    audience = facts.load_release_fact(release).audience
    assert audience is not None
    assert (audience.minimum, audience.in_ranges, audience.was_tested) == (10, True, True)
    lines = AuditLine.objects.filter(event__in=["release.drafted", "release.published"])
    assert [line.detail["audience"] for line in lines] == ["readers", "readers"]
    assert not list(releases.list_published_releases())
    assert not public_state.load_public_state().facts


def test_it_is_refused_with_a_sentence(community: Community, partner: Organization) -> None:
    other = Organization.objects.create(slug="hills", name="Hills", kind="community_program")
    for changes, sentence in (
        ({"audience_minimum": 9}, "The smallest group of this release is 9."),
        ({"audience_minimum": None}, "The smallest group of this release is 0."),
        ({"method": ReleaseMethod.SUPPRESS.value}, "This release has exact numbers"),
        ({"outcomes": ["children_enrolled"]}, "This release has exact numbers"),
        ({"audience": other}, "hills is not a party"),
    ):
        with pytest.raises(Refused, match=sentence):
            ask(community, partner, **changes)
    assert ask(community, partner, audience_minimum=10).audience == partner
