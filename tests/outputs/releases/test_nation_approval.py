"""A tribal nation's children are in figures that their nation approves, and in no others."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.outputs.releases.community import Community, Silent
from tests.outputs.releases.queries.test_excluded_people import deliver
from tests.outputs.releases.test_opt_outs import CHILDREN, DISTRICT, ROSTER, TOTALS, Partnership

from cairn.governance.consents.actions import children
from cairn.governance.disclosure_log.replay import replay_decisions
from cairn.governance.partners.models import Organization
from cairn.outputs.releases.actions import (
    disclosure_check,
    drafts,
    owner_answers,
    review_and_publication,
)
from cairn.outputs.releases.models import NationWord, Release
from cairn.outputs.releases.queries import excluded_people
from cairn.outputs.releases.queries import figures as queries_figures
from cairn.platform.audit.models import AuditLine
from cairn.platform.storage.api import open_file_store
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.policy.vocabulary.releases import NationAnswer

pytestmark = pytest.mark.django_db(databases=["default", "identities"], transaction=True)
NATION = "sand-creek-nation"
THEIRS = ["100", "101", "102"]
CONDITION = "Read the story with our council first."


class World(Partnership):
    """The district of `test_opted_out`, with three children of one nation."""

    def __init__(self, person: Callable[..., Any]) -> None:
        super().__init__(person)
        self.speaker = person(Role.STEWARD, at=NATION, kind=OrganizationKind.TRIBAL_NATION)
        self.nation = Organization.objects.get(slug=NATION)
        children.record_child_nations(
            organization=self.district,
            local_ids=THEIRS,
            nations=[self.nation],
            by=person(Role.STEWARD, at=DISTRICT),
            at=timezone.localtime(),
        )
        for feed, content in (("students", ROSTER), ("totals", TOTALS)):
            self.send(feed, content)
        self.link()

    def draft(self) -> Release:
        return drafts.draft_release(
            title="Chronic absence",
            outcomes=["chronic_absence"],
            tables=[],
            years=[],
            organization=Organization.objects.get(kind=OrganizationKind.BACKBONE.value),
            story="A hard winter.",
            by=self.analyst,
            at=timezone.localtime(),
        )

    def says(self, release: Release, answer: NationAnswer, condition: str = "") -> NationWord:
        return owner_answers.record_nation_decision(
            release=release,
            nation=self.nation,
            answer=answer,
            condition=condition,
            by=self.speaker,
            at=timezone.localtime(),
        )

    def checked(self, release: Release) -> int | None:
        at = timezone.localtime()
        disclosure_check.check_release_disclosure(
            release=release, by=self.analyst, at=at, progress=Silent()
        )
        release.refresh_from_db()
        (figures,) = queries_figures.load_protected_figures(release)
        return figures.county.n


@pytest.fixture
def world(person: Callable[..., Any]) -> World:
    return World(person)


def _page(user: Any, address: str, **more: Any) -> str:
    client = Client()
    client.force_login(user)
    return " ".join(client.get(address, **more).content.decode().split())


def test_its_children_are_in_once_it_approves_and_out_again_after(world: World) -> None:
    release = world.draft()
    assert world.checked(release) == len(CHILDREN) - len(THEIRS)
    assert release.nations == []
    assert {"code": "left_out"} in release.caveats
    world.says(release, NationAnswer.APPROVE)
    assert world.checked(release) == len(CHILDREN)
    assert release.nations == [NATION]
    assert {"code": "left_out"} not in release.caveats
    world.says(release, NationAnswer.DECLINE)
    at = timezone.localtime()
    with pytest.raises(Refused) as refused:
        review_and_publication.submit_release(release=release, by=world.analyst, at=at)
    assert "P30" in {r.code for r in refused.value.decision.refusals}
    assert world.checked(release) == len(CHILDREN) - len(THEIRS)
    review_and_publication.submit_release(release=release, by=world.analyst, at=at)
    assert not list(replay_decisions())
    lines = AuditLine.objects.filter(event="release.nation_said")
    assert [line.detail["answer"] for line in lines.order_by("pk")] == ["approve", "decline"]


def test_nobody_else_speaks_for_it(world: World, person: Callable[..., Any]) -> None:
    release = world.draft()
    for user in (world.manager, world.analyst, person(Role.STEWARD, at=DISTRICT)):
        with pytest.raises(Refused):
            owner_answers.record_nation_decision(
                release=release,
                nation=world.nation,
                answer=NationAnswer.APPROVE,
                condition="",
                by=user,
                at=timezone.localtime(),
            )
    assert not NationWord.objects.exists()


def test_it_answers_on_a_page(world: World) -> None:
    release = world.draft()
    address = reverse("releases:nation", args=[release.pk])
    assert "needs your Tribal nation&#x27;s decision" in _page(world.speaker, reverse("web:home"))
    page = _page(world.speaker, address)
    assert "Tribal nation decision" in page
    client = Client()
    client.force_login(world.speaker)
    said = {"nation": world.nation.pk, "answer": "approve", "condition": CONDITION}
    wrong = client.post(address, {**said, "answer": "decline"})
    assert (wrong.status_code, NationWord.objects.count()) == (422, 0)
    assert client.post(address, said).status_code == 302
    word = NationWord.objects.get()
    assert (word.said_by, word.condition) == (world.speaker, CONDITION)
    of_release = _page(world.manager, reverse("releases:detail", args=[release.pk]))
    assert "Sand Creek Nation" in of_release
    assert CONDITION in of_release
    assert address not in of_release
    assert CONDITION in _page(world.speaker, address)
    for stranger in (world.manager, world.analyst):
        client.force_login(stranger)
        assert client.get(address).status_code == 403


def test_a_page_says_that_children_are_left_out_and_neither_which_nor_how_many(
    world: World,
) -> None:
    release = world.draft()
    world.checked(release)
    page = _page(world.analyst, reverse("releases:detail", args=[release.pk]))
    assert "Children not included" in page
    assert "Some children are not included" in page
    assert f"{len(THEIRS)} children" not in page
    world.decline("110")
    world.says(release, NationAnswer.APPROVE)
    world.checked(release)
    # A family's no reads as a nation's.
    assert "Some children are not included" in _page(
        world.analyst, reverse("releases:detail", args=[release.pk])
    )


def test_everybody_behind_a_nations_child_is_a_member(
    community: Community, organization: Callable[..., Organization]
) -> None:
    """Also rows of a program that knows of no nation, and both people of one id."""
    nation = organization(NATION, kind=OrganizationKind.TRIBAL_NATION)
    children.record_child_nations(
        organization=Organization.objects.get(slug="oak"),
        local_ids=["S-1", "S-9"],
        nations=[nation],
        by=community.stewards["oak"],
        at=timezone.localtime(),
    )
    deliver("oak", {"local_id": ["s-1", "S-1", "S-2"]}, ["O1-0", "O1-1", "O1-3"])
    deliver("elm", {"local_id": ["S-1"]}, ["E1-0"])
    members = excluded_people.load_nation_members(open_file_store())
    assert {m.person for m in members} == {"O1-0", "O1-1"}
    assert {m.nations for m in members} == {frozenset({NATION})}
