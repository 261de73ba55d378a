"""A funder's page has published figures of the programs that it funds, and nothing else."""

import csv
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.outputs.dashboards.test_gaps import build_outcome
from tests.services.programs.reading_club import NOW, PLAN, TODAY, Club

from cairn.governance.partners.models import Organization
from cairn.outputs.dashboards import queries
from cairn.outputs.releases.figures import FigureCount, PercentBand
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.programs.models import (
    Program,
    ProgramFunding,
    RegistrationOffer,
)
from cairn.warehouse.exporters import build_group_key

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
_PAGE = "/programs/portfolio/"
_DAY = timedelta(days=1)
_MEMBERS = build_group_key({"program:Reading club": "yes"})
_OTHERS = build_group_key({"program:Reading club": "no"})


def fund_program(program: Program, slug: str, by: User, **period: Any) -> ProgramFunding:
    funder = Organization.objects.get_or_create(
        slug=slug, defaults={"name": f"{slug.title()} Fund", "kind": "government"}
    )[0]
    return ProgramFunding.objects.create(
        program=program,
        funder=funder,
        **{"starts": TODAY - _DAY, "recorded_by": by, "recorded_at": NOW} | period,
    )


def read(client: Client, query: str = "") -> str:
    answer = client.get(_PAGE + query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def download(client: Client, query: str = "?") -> list[dict[str, str]]:
    answer = client.get(f"{_PAGE}{query}&download=csv")
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))


def publish(monkeypatch: pytest.MonkeyPatch, *outcomes: Any) -> None:
    for outcome in outcomes:
        outcome.counted_on = [TODAY - 2 * _DAY]
    monkeypatch.setattr(queries, "iterate_published_outcomes", lambda _on: iter(outcomes))


@pytest.fixture
def leader(tutor: Client, person: Callable[..., User], browser: Callable[..., Client]) -> Client:
    """A member of the data committee, who belongs to no funder, on the day of the club."""
    user = person(
        Role.COMMITTEE_MEMBER, at="hub", kind=OrganizationKind.BACKBONE, email="c@example.org"
    )
    return browser(user)


def test_empty_pages_say_what_to_do(club: Club, tutor: Client, leader: Client) -> None:
    page = read(leader)
    assert "No organization is recorded as a funder" in page
    assert "Go to your programs" not in page
    assert "Find the organization to ask" in page
    assert "Go to your programs" in read(tutor)
    row = fund_program(club.series.program, "city", club.tutor, ends=TODAY - _DAY)
    page = read(leader)
    assert "This funder funds no program now" in page
    assert "Reading club" not in page
    ProgramFunding.objects.filter(pk=row.pk).update(ends=TODAY - 2 * _DAY, ended_at=NOW)
    assert "No organization is recorded as a funder" in read(leader)


def test_a_program_without_a_figure_is_listed_with_the_next_step(
    club: Club, leader: Client
) -> None:
    fund_program(club.series.program, "city", club.tutor)
    page = read(leader)
    assert "1 program funded now, 0 published outcomes." in page
    for words in ("Reading club", "Maple Library", "Nothing published yet", "?rows=program"):
        assert words in page, words
    assert "/figures/views/save/?address=%2Fprograms%2Fportfolio%2F" in page
    assert "Registration: " not in page
    assert "<dd>Nothing</dd>" not in page
    assert "(today)</dd>" in page
    series = club.series
    RegistrationOffer.objects.create(
        series=series, closes_on=TODAY, opened_by=club.tutor, opened_at=NOW
    )
    type(series).objects.update(ages="6-8", outcome="early_grade_reading")
    page = read(leader)
    assert reverse("programs:register", args=[series.pk]) in page
    assert "Maple Library; ages or grades 6-8; aims at: Reading at grade level, grade 3" in page
    type(series).objects.update(last_day=TODAY - _DAY)
    assert "no group now" in read(leader)


def test_published_values_are_shown_and_suppressed_ones_are_not(
    club: Club, leader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    fund_program(club.series.program, "city", club.tutor)
    publish(
        monkeypatch,
        build_outcome(
            {
                "2024-25": {_MEMBERS: FigureCount(11, 50), _OTHERS: FigureCount(40, 100)},
                "2025-26": {_MEMBERS: FigureCount(30, 50), _OTHERS: FigureCount(40, 100)},
            }
        ),
        build_outcome(
            {
                "2025-26": {
                    _MEMBERS: PercentBand(None, None),
                    _OTHERS: PercentBand(None, None, 20, 29, 31, 60),
                }
            },
            "chronic_absence",
        ),
    )
    page = read(leader)
    assert "1 program funded now, 2 published outcomes." in page
    assert "1 of these figures is suppressed." in page
    assert "Not shown to protect privacy" in page
    assert "group=program%3AReading+club%3Ayes" in page
    assert "2 days ago" in page
    assert "does not show that the program caused it" in page
    absence, graduation = sorted(download(leader), key=lambda row: row["Outcome"])
    assert graduation["In the program"] == "60%"
    assert (graduation["Year"], graduation["Children"]) == ("2025-26", "50")
    assert (graduation["All other children"], graduation["Difference"]) == (
        "40%",
        "'+20.0 points",
    )
    assert absence["In the program"] == "Not shown to protect privacy"
    assert (absence["Children"], absence["Difference"]) == ("\N{EN DASH}", "")
    # The year before is on the public page, and no sum or mean of two figures is anywhere.
    assert "22%" not in page
    narrowed = read(leader, "?outcome=Chronic+absence")
    assert "60%" not in narrowed
    assert len(download(leader, "?outcome=Chronic+absence")) == 1


def test_no_list_is_in_the_order_of_the_figures(
    club: Club, leader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Program.objects.create(
        organization=club.series.program.organization,
        name="=Chess",
        created_by=club.tutor,
        created_at=NOW,
    )
    for program in (club.series.program, other):
        fund_program(program, "city", club.tutor)
    publish(monkeypatch, build_outcome({"2025-26": {_MEMBERS: FigureCount(30, 50)}}))
    page = read(leader)
    assert "sort=share" not in page
    assert "sort=difference" not in page
    # A name that begins like a formula does not run as one.
    assert [row["Program"] for row in download(leader)] == ["'=Chess", "Reading club"]
    backward = download(leader, "?sort=-program")
    assert [row["Program"] for row in backward] == ["Reading club", "'=Chess"]


def test_each_user_begins_with_the_own_funder_and_may_choose_another(
    club: Club,
    leader: Client,
    person: Callable[..., User],
    browser: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fund_program(club.series.program, "alder", club.tutor)
    chess = Program.objects.create(
        organization=club.series.program.organization,
        name="Chess",
        created_by=club.tutor,
        created_at=NOW,
    )
    fund_program(chess, "city", club.tutor)
    officer = browser(person(Role.STEWARD, at="city", email="officer@example.org"))
    assert "<h1>City Fund</h1>" in read(officer)
    assert "<h1>Alder Fund</h1>" in read(officer, "?funder=alder")
    page = read(leader)
    assert "<h1>Alder Fund</h1>" in page
    assert "Chess" not in page
    assert leader.get(f"{_PAGE}?funder=maple").status_code == 404
    # The choice of the funder stays with a search.
    assert 'name="funder" value="city"' in read(leader, "?funder=city")


def test_a_name_that_two_organizations_use_is_pointed_out(club: Club, leader: Client) -> None:
    fund_program(club.series.program, "city", club.tutor)
    assert "is also run by" not in read(leader)
    oak = Organization.objects.create(slug="oak", name="Oak Youth", kind="community_program")
    Program.objects.create(
        organization=oak, name="reading  club", created_by=club.tutor, created_at=NOW
    )
    assert "A program named Reading club is also run by Oak Youth." in read(leader)


def test_a_family_is_refused(club: Club, tutor: Client) -> None:
    fund_program(club.series.program, "city", club.tutor)
    assert Client().get(_PAGE).status_code in {302, 403}
    assert PLAN.site in read(tutor)
