"""What programs read: the published figures, the feed of releases, and where a place stands."""

import csv
import json
from io import StringIO
from xml.etree import ElementTree as ET

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from tests.outputs.releases.community import AT, CANARY, Community

from cairn.outputs.dashboards.views import open_data
from cairn.outputs.releases.actions import review_and_publication

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
API = "/public/open-data/v1/indicators"
FIGURES = f"{API}/chronic_absence/figures"
FEED = "/public/open-data/releases.atom"


@pytest.fixture(autouse=True)
def the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(timezone, "now", lambda: AT)


def read(address: str) -> dict[str, object]:
    response = Client().get(address)
    assert response.status_code == 200, address
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    content: dict[str, object] = json.loads(response.content)
    return content


def test_the_api_has_the_figures_of_the_file_and_no_other(community: Community) -> None:
    community.published()
    lines = list(csv.DictReader(StringIO(Client().get("/public/chronic_absence.csv").text)))
    page = read(FIGURES)
    figures = page["figures"]
    assert isinstance(figures, list)
    assert page["total"] == len(figures) == len(lines)
    for figure in figures:
        group = {dim: figure["group"].get(dim, "All") for dim in ("district", "school", "gender")}
        group["race_ethnicity"] = figure["group"].get("race_ethnicity", "All")
        (line,) = [row for row in lines if group.items() <= row.items()]
        assert (figure["status"] == "not_shown") == (line["withheld"] == "yes")
        for name in ("numerator", "percent"):
            assert str(figure.get(name, "")) == line[name], line
        assert figure["as_of"] == line["as_of"]
    assert str(CANARY) not in json.dumps(page)
    described = read(f"{API}/chronic_absence")
    assert {tuple(row["dimensions"]) for row in described["breakdowns"]} >= {  # type: ignore[attr-defined]
        (),
        ("district",),
        ("district", "school"),
    }
    assert described["license_note"]
    listed = read(API)["indicators"]
    assert [row["id"] for row in listed] == ["chronic_absence"]  # type: ignore[attr-defined]
    assert described["releases"][0]["id"] == figures[0]["release"]  # type: ignore[index]


def test_pages_choices_and_limits(community: Community, monkeypatch: pytest.MonkeyPatch) -> None:
    community.published()
    monkeypatch.setattr(open_data, "_FIGURES_A_PAGE", 3)
    address, seen = f"{FIGURES}?rows=school", []
    while address:
        page = read(address)
        seen += [figure["group"]["school"] for figure in page["figures"]]  # type: ignore[attr-defined]
        address = str(page["next"] or "")
    assert sorted(seen) == ["Acorn", "Burr", "Cork", "Drake", "Elder"]
    assert read(f"{FIGURES}?district=Nowhere")["total"] == 0
    for wrong in ("0", "-1", "x", "9999999", "99", "²"):
        assert Client().get(FIGURES, {"page": wrong}).status_code == 404, wrong
    assert Client().get(f"{API}/nothing/figures").status_code == 404
    assert Client().post(FIGURES).status_code == 405
    first = Client().get(FIGURES)
    again = Client().get(FIGURES, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    monkeypatch.setattr(open_data, "REQUESTS_AN_HOUR", 1)
    assert Client().get(f"{FIGURES}?new=1").status_code == 429


def test_the_feed_says_what_was_published_and_withdrawn(community: Community) -> None:
    release = community.published()
    space = "{http://www.w3.org/2005/Atom}"

    def list_entries() -> list[tuple[str | None, str | None]]:
        root = ET.fromstring(Client().get(FEED).content)  # noqa: S314 - our own
        return [
            (entry.findtext(f"{space}title"), entry.findtext(f"{space}summary"))
            for entry in root.findall(f"{space}entry")
        ]

    assert list_entries() == [("Chronic absence: new figures", "Chronic absence")]
    review_and_publication.withdraw_release(
        release=release, reason="A wrong file.", by=community.manager, at=AT
    )
    assert list_entries() == [
        ("Chronic absence: withdrawn figures", "Chronic absence A wrong file.")
    ]
    assert read(API)["indicators"] == []
    assert Client().get(FIGURES).status_code == 404


def test_a_place_shows_its_figures_of_every_outcome(community: Community) -> None:
    community.published()
    page = Client().get("/public/by-place/").text
    assert 'href="?district=Elm"' in page
    place = Client().get("/public/by-place/?district=Elm").text
    assert "120 of 450 children" in place
    assert "/public/chronic_absence/?district=Elm" in place
    assert 'href="?school=Elm%3ADrake"' in place
    assert "Schools of this district" not in Client().get("/public/by-place/?school=Elm:Drake").text
    assert (
        "No figure is published for this place"
        in Client().get("/public/by-place/?district=Nowhere").text
    )
    assert "Start with a place" in Client().get("/public/by-place/?group=gender:F").text
