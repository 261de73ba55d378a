"""Each owner reads its own figures first, and names one that is wrong."""

from collections.abc import Callable
from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.outputs.releases.community import AT, CANARY, Community

from cairn.governance.disclosure_log.models import Snapshot
from cairn.outputs.releases.actions import owner_answers
from cairn.outputs.releases.figures import COUNTY_KEY, FigureCount, encode_figure_name
from cairn.outputs.releases.models import Release, SendBack, WrongFigure
from cairn.outputs.releases.queries import figures, owner_preview, releases
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.releases import OwnerAnswer
from cairn.warehouse.exporters.release_files import ALL_GROUPS, build_group_key
from cairn.warehouse.measures.outcomes import load_outcome_catalogue

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
Browser = Callable[..., Client]
BURR_KEY = build_group_key({"district": "Oak", "school": "Burr"})
BURR = f"own {encode_figure_name('chronic_absence', '2025-26', BURR_KEY)}"


@pytest.fixture(autouse=True)
def the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: AT)


@pytest.fixture
def asked(community: Community) -> dict[str, SendBack]:
    _release, sent = community.sent_back()
    return {one.organization.slug: one for one in sent}


def page_of(client: Client, sent: SendBack) -> str:
    return client.get(reverse("releases:send_back", args=[sent.pk])).content.decode()


def test_an_owner_reads_its_own_numbers_whole_and_first(
    community: Community, browser: Browser, asked: dict[str, SendBack]
) -> None:
    page = page_of(browser(community.stewards["oak"]), asked["oak"])
    first, then = page.index("Your own numbers"), page.index("Tables as the public would see them")
    assert first < page.index(f"{CANARY:,}") < then
    assert f"{CANARY:,}" not in page[then:]
    assert "1,937 rows" in page
    # Nothing of the other owner's schools among its own.
    assert "Drake" not in page[first:then]
    other = page_of(browser(community.stewards["elm"]), asked["elm"])
    assert f"{CANARY:,}" not in other
    assert "450 rows" in other


def test_its_own_numbers_are_those_of_its_rows_alone(
    community: Community, asked: dict[str, SendBack]
) -> None:
    release = asked["oak"].release
    (mine,) = figures.load_owner_figures(release, "oak")
    assert mine.county == FigureCount(60 + CANARY + 100, 300 + CANARY + 4 + 400)
    assert {row.value: row.count for row in mine.schools} == {
        "Acorn": FigureCount(60, 300),
        "Burr": FigureCount(CANARY, CANARY + 4),
        "Cork": FigureCount(100, 400),
    }
    assert (
        sum(count.n or 0 for key, count in mine.groups.items() if ALL_GROUPS not in key)
        == mine.county.n
    )
    assert figures.load_owner_figures(release, "somebody-else") == []
    assert set(releases.list_release_files()) >= set(release.own["oak"]["counted"].values())


def test_who_is_not_cleared_hears_why_and_may_answer_all_the_same(
    community: Community,
    browser: Browser,
    asked: dict[str, SendBack],
    person: Callable[..., object],
) -> None:
    newcomer = person(Role.STEWARD, at="oak", trained=False)
    page = page_of(browser(newcomer), asked["oak"])
    assert "You cannot see your own numbers yet" in page
    assert f"{CANARY:,}" not in page
    assert "Submit answer" in page


def test_a_wrong_figure_goes_to_those_who_count_and_to_nobody_else(
    community: Community, browser: Browser, asked: dict[str, SendBack]
) -> None:
    steward, sent = browser(community.stewards["oak"]), asked["oak"]
    address = reverse("releases:wrong_figure", args=[sent.pk])
    page = steward.get(f"{address}?figure={quote(BURR)}").content.decode()
    assert "Chronic absence, 2025-26, Oak, Burr" in page
    said = {"figure": BURR, "reached": "1171", "children": "1229", "why": "Our September list."}
    assert steward.post(address, said).status_code == 302
    page = page_of(steward, sent)
    for word in ("Figures you reported as wrong", "1,171", "1,229", "Our September list."):
        assert word in page
    detail = reverse("releases:detail", args=[sent.release_id])
    author = browser(community.author)
    assert "1,171" not in author.get(detail).content.decode()
    answer = reverse("releases:send_back", args=[sent.pk])
    assert steward.post(answer, {"answer": OwnerAnswer.CORRECT.value}).status_code == 302
    page = author.get(detail).content.decode()
    for word in (
        "Figures that data owners reported as wrong",
        "s own numbers)",
        "1,171",
        "1,229",
    ):
        assert word in page
    for other in (community.stewards["elm"], community.reviewers[1]):
        assert "1,171" not in browser(other).get(detail).content.decode()


def test_a_wrong_figure_is_found_by_year_place_and_group(
    community: Community, browser: Browser, asked: dict[str, SendBack]
) -> None:
    steward = browser(community.stewards["oak"])
    address = reverse("releases:wrong_figure", args=[asked["oak"].pk])
    page = steward.get(address).content.decode()
    for label in ("School year", "Place", "Group", "Search"):
        assert f">{label}</label>" in page
    assert "Correct number" not in page
    narrowed = steward.get(address, {"year": "2025-26", "place": "Oak, Burr"}).content.decode()
    assert f"?{urlencode({'figure': BURR})}" in narrowed.replace("&amp;", "&")
    assert "Oak, Oak" not in narrowed.split("<tbody>")[1]
    chosen = steward.get(address, {"figure": BURR}).content.decode()
    assert "Choose a different figure" in chosen
    assert f">{'School year'}</label>" not in chosen


def test_what_an_owner_says_lies_sealed(asked: dict[str, SendBack], community: Community) -> None:
    sent = asked["oak"]
    owner_answers.dispute_figure(
        send_back=sent,
        figure=["published", "chronic_absence", "2025-26", *["All"] * 4],
        reached=1171,
        children=None,
        why="Our September list.",
        by=community.stewards["oak"],
        at=AT,
    )
    row = WrongFigure.objects.get()
    assert "1171" not in f"{row.__dict__}"
    assert b"September" not in bytes(Snapshot.objects.get(pk=row.said).sealed)
    (wrong,) = figures.list_disputed_figures(sent)
    assert (wrong.reached, wrong.children, wrong.own) == (1171, None, False)
    assert wrong.figure == "Chronic absence, 2025-26, all children"
    assert str(row) == "Chronic absence: Oak: published chronic_absence 2025-26 All All All All"


def test_a_figure_is_right_after_all(
    community: Community, browser: Browser, asked: dict[str, SendBack]
) -> None:
    steward, sent = browser(community.stewards["oak"]), asked["oak"]
    steward.post(
        reverse("releases:wrong_figure", args=[sent.pk]), {"figure": BURR, "children": "1229"}
    )
    answer = reverse("releases:send_back", args=[sent.pk])
    page = steward.post(answer, {"answer": OwnerAnswer.CONFIRM.value}).content.decode()
    assert "You reported a wrong figure. Remove that report before you confirm." in page
    row = WrongFigure.objects.get()
    with pytest.raises(Refused):
        owner_answers.withdraw_disputed_figure(
            disputed_figure=row, by=community.stewards["elm"], at=AT
        )
    elsewhere = reverse("releases:right_figure", args=[asked["elm"].pk, row.pk])
    assert browser(community.stewards["elm"]).post(elsewhere).status_code == 404
    steward.post(reverse("releases:right_figure", args=[sent.pk, row.pk]))
    assert not WrongFigure.objects.exists()
    assert steward.post(answer, {"answer": OwnerAnswer.CONFIRM.value}).status_code == 302


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"figure": BURR}, "Enter at least one correct number."),
        (
            {"figure": BURR, "reached": "9", "children": "8"},
            "This number cannot be larger than the total",
        ),
        ({"figure": "own []", "reached": "9"}, "Select a valid choice"),
    ],
)
def test_a_figure_that_says_nothing_is_not_kept(
    community: Community,
    browser: Browser,
    asked: dict[str, SendBack],
    said: dict[str, str],
    told: str,
) -> None:
    steward = browser(community.stewards["oak"])
    response = steward.post(reverse("releases:wrong_figure", args=[asked["oak"].pk]), said)
    assert response.status_code == 422
    assert told in response.content.decode()
    assert not WrongFigure.objects.exists()


def test_a_release_that_was_checked_before_says_so(
    community: Community, browser: Browser, asked: dict[str, SendBack]
) -> None:
    Release.objects.update(own={})
    page = page_of(browser(community.stewards["oak"]), asked["oak"])
    assert (
        "Your own numbers were not counted when this release was checked. Ask the author to "
        "check it again."
    ) in page


def test_rows_that_others_must_complete_tell_nothing_alone() -> None:
    absence, college = (
        load_outcome_catalogue()["chronic_absence"],
        load_outcome_catalogue()["postsecondary_enrollment"],
    )
    assert owner_preview.can_count_numerator(absence, {"attendance_total"})
    assert not owner_preview.can_count_numerator(absence, {"student", "enrollment"})
    assert not owner_preview.can_count_denominator(absence, {"student", "enrollment"})
    assert owner_preview.can_count_denominator(college, {college.denominator.record})
    assert not owner_preview.can_count_numerator(college, {college.denominator.record})
    assert not owner_preview.can_count_denominator(college, {college.numerator.record})
    assert owner_preview.can_count_numerator(
        college, {college.denominator.record, college.numerator.record}
    )
    reach = load_outcome_catalogue()["program_reach"]
    assert not owner_preview.can_count_denominator(reach, {"student", "enrollment"})
    assert owner_preview.can_count_denominator(reach, {"enrollment", "session_attendance"})


def test_own_rows_are_summed_as_the_tables_ask() -> None:
    rows = [
        {"school_year": year, "district": "Oak", "school": school, "result": result, "n": n}
        for year, school, result, n in (
            ("2024-25", "O1", "yes", 1),
            ("2025-26", "O1", "yes", 2),
            ("2025-26", "O1", "no", 3),
            ("2025-26", "O2", "no", 4),
        )
    ]
    tables = [["district", "school"]]
    named = {"O1": "Acorn"}
    found = owner_preview.build_owner_figures(
        "chronic_absence", rows, tables, ["2025-26"], named, reached=True, groupings={}
    )
    assert found.years == ("2025-26",)
    assert found.tables["2025-26"] == {
        COUNTY_KEY: FigureCount(2, 9),
        build_group_key({"district": "Oak"}): FigureCount(2, 9),
        build_group_key({"district": "Oak", "school": "Acorn"}): FigureCount(2, 5),
        build_group_key({"district": "Oak", "school": "O2"}): FigureCount(0, 4),
    }
    among = owner_preview.build_owner_figures(
        "chronic_absence", rows, [["school"]], [], {}, reached=False, groupings={}
    )
    assert among.years == ("2024-25", "2025-26")
    assert among.county == FigureCount(None, 9)
    assert among.tables["2025-26"][build_group_key({"school": "O1"})] == FigureCount(None, 5)
