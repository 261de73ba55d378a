"""What the public sees: figures, and never a withheld number."""

import csv
import gettext
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.outputs.releases.community import AT, CANARY, Community

from cairn.outputs import dashboards
from cairn.outputs.dashboards import queries
from cairn.outputs.dashboards.charts import figures
from cairn.outputs.dashboards.charts.figures import ChartSize, ChartTheme
from cairn.outputs.releases.actions import review_and_publication
from cairn.outputs.releases.models import Release
from cairn.outputs.releases.queries import public_state
from cairn.outputs.releases.tables import BreakdownKind
from cairn.warehouse.measures.outcomes import load_outcome_catalogue

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
INDEX = "/public/"
PAGE = "/public/chronic_absence/"
FILE = "/public/chronic_absence.csv"
CANARIES = (str(CANARY), f"{CANARY:,}", "99.7", "0.9967")


@pytest.fixture(autouse=True)
def the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(timezone, "now", lambda: AT)


def text(address: str, **headers: str) -> str:
    response = Client().get(address, headers=headers)
    assert response.status_code == 200, address
    return response.content.decode()


def drawings(page: str) -> set[str]:
    return set(re.findall(r'(?:src|srcset)="(/public/[^"]+\.svg)"', page))


def embedded(kind: str, **headers: str) -> str:
    return text(f"{PAGE}embed/{kind}/", **headers)


def test_before_anything_is_published(community: Community) -> None:
    community.checked()
    assert "No figures published yet" in text(INDEX)
    for address in (PAGE, FILE, "/public/nothing_of_the_kind/"):
        assert Client().get(address).status_code == 404


def test_the_published_releases_are_read_once_for_all_outcomes(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    community.published()
    read, asked = [], []
    listed, ask = public_state.list_published_releases, queries.may_view_published_release
    monkeypatch.setattr(
        public_state, "list_published_releases", lambda: read.append("read") or listed()
    )
    monkeypatch.setattr(
        queries, "may_view_published_release", lambda *said: asked.append(said) or ask(*said)
    )
    shown = list(queries.iterate_published_outcomes(AT.date()))
    assert [outcome.definition.id for outcome in shown] == ["chronic_absence"]
    assert (len(read), len(asked)) == (1, 1)
    alone = queries.load_published_outcome("chronic_absence", AT.date())
    assert alone == shown[0]


def test_the_path_shows_the_latest_figure(community: Community) -> None:
    community.published()
    page = text(INDEX)
    assert "63%" in page
    assert "1,513 of 2,387 children" in page
    assert PAGE in page


def test_a_page_says_everything_about_its_figure(community: Community) -> None:
    community.published()
    page = text(PAGE)
    for said in (
        "A hard winter.",
        "Agreement with Oak",
        "34 CFR 99.31(a)(6)",
        "fewer than 10 children",
        "March 2, 2026",
        "Elm, Oak",
        str(load_outcome_catalogue()["chronic_absence"].numerator_text["en"]),
        "“Suppressed” means that the group is small",
        "They are not ranked",
    ):
        assert said in page.replace("Mar. 2", "March 2").replace("Mar 2", "March 2"), said


def test_no_withheld_number_is_anywhere(community: Community) -> None:
    community.published()
    page = text(PAGE)
    found = {PAGE: page, INDEX: text(INDEX), FILE: text(FILE)}
    images = drawings(embedded("schools")) | drawings(embedded("groups"))
    found |= {address: text(address) for address in images}
    assert len(found) == 3 + 8  # by school, and by race and gender: two themes, two sizes
    for address, body in found.items():
        for canary in CANARIES:
            assert canary not in body, address


def test_schools_are_in_alphabetical_order(community: Community) -> None:
    community.published()
    page = text(PAGE)
    places = [page.index(f'<th scope="row">{name}</th>') for name in ("Drake", "Acorn", "Burr")]
    assert places == sorted(places)


def test_the_file_has_every_group_and_says_what_is_withheld(community: Community) -> None:
    community.published()
    rows = list(csv.DictReader(StringIO(text(FILE))))
    burr = next(row for row in rows if row["school"] == "Burr")
    assert (burr["children"], burr["numerator"], burr["withheld"]) == ("1237", "", "yes")
    county = rows[0]
    assert (county["district"], county["numerator"], county["percent"]) == ("All", "1513", "63.4")
    assert {row["as_of"] for row in rows} == {"2026-03-02"}


def test_a_drawing_is_an_image_and_nothing_more(community: Community) -> None:
    community.published()
    page = embedded("schools")
    address = min(drawings(page))
    response = Client().get(address)
    assert response["Content-Type"] == "image/svg+xml"
    assert "script" not in response["Content-Security-Policy"]
    assert "max-age=3600" in response["Cache-Control"]
    assert "<script" not in response.content.decode()
    assert "style=" not in re.sub(r"(?s)<svg.*?</svg>", "", page)  # a mark of the shell apart
    assert Client().get(address.replace("light", "pink").replace("dark", "pink")).status_code == 404
    other = re.sub(r"/[0-9a-f]{16}/", "/0123456789abcdef/", address)
    assert Client().get(other).status_code == 404


def test_withdrawn_says_when_and_why(community: Community) -> None:
    release = community.published()
    address = min(drawings(embedded("schools")))
    review_and_publication.withdraw_release(
        release=release, reason="A wrong file.", by=community.manager, at=AT
    )
    response = Client().get(PAGE)
    assert response.status_code == 410
    page = response.content.decode()
    assert "These figures were withdrawn" in page
    assert "A wrong file." in page
    assert "1,513" not in page
    for gone in (address, FILE):
        assert Client().get(gone).status_code == 404
    assert "A wrong file." in text(INDEX)


def test_the_newest_publication_is_shown(community: Community) -> None:
    first = community.published()
    review_and_publication.withdraw_release(
        release=first, reason="A wrong file.", by=community.manager, at=AT
    )
    community.published()
    assert "1,513 of 2,387" in text(PAGE)
    assert "A wrong file." not in text(INDEX)


def test_pages_are_asked_for_again_soon(community: Community) -> None:
    community.published()
    assert "max-age=60" in Client().get(PAGE)["Cache-Control"]


def test_the_public_reaches_nothing_else(community: Community) -> None:
    release = community.published()
    client = Client()
    for name in ("detail", "review", "publish", "withdraw"):
        assert client.get(reverse(f"releases:{name}", args=[release.pk])).status_code == 403
    assert client.get(reverse("releases:list")).status_code == 403


def test_in_spanish(community: Community) -> None:
    community.published()
    page = text(PAGE, accept_language="es")
    for said in ("Ausentismo crónico", "Por escuela", "suprimido", "Base legal", "Niñas"):
        assert said in page
    assert "Show the numbers as a table" not in page
    images = drawings(embedded("schools", accept_language="es"))
    address = next(a for a in images if "/es/schools." in a)
    assert "suprimido" in text(address)


def test_the_compiled_catalogue_is_that_of_the_text() -> None:
    folder = Path(dashboards.__file__).parent / "locale/es/LC_MESSAGES"
    with (folder / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    written = (folder / "django.po").read_text("utf-8")
    pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', written, re.MULTILINE)
    assert len(pairs) > 80
    for words, said in pairs:
        assert compiled.gettext(words) == said


def test_every_word_of_a_public_page_is_translated() -> None:
    folder = Path(dashboards.__file__).parent
    written = (folder / "locale/es/LC_MESSAGES/django.po").read_text("utf-8")
    used = set[str]()
    for template in folder.rglob("*.html"):
        if "staff" in template.parts:
            continue
        source = template.read_text("utf-8")
        # Django doubles the sign of a percentage before it looks a text up.
        texts = re.findall(r'{% translate "([^"]+)"', source)
        used |= {text.replace("%", "%%") for text in texts}
    assert {words for words in used if f'msgid "{words}"' not in written} == set()


def test_a_drawing_is_made_once(community: Community, monkeypatch: pytest.MonkeyPatch) -> None:
    community.published()
    address = min(drawings(embedded("schools")))
    first = text(address)
    monkeypatch.setattr("cairn.outputs.dashboards.charts.figures.draw_figure_chart", None)
    assert text(address) == first


def test_a_release_of_an_unknown_outcome_shows_nothing(community: Community) -> None:
    release = community.published()
    Release.objects.filter(pk=release.pk).update(outcomes=["gone"])
    assert "No figures published yet" in text(INDEX)


@pytest.mark.parametrize("kind", list(figures.CHART_BUILDERS))
@pytest.mark.parametrize("theme", list(ChartTheme))
@pytest.mark.parametrize("size", list(ChartSize))
def test_each_drawing_says_its_values(
    kind: BreakdownKind, theme: ChartTheme, size: ChartSize
) -> None:
    from tests.outputs.dashboards.sample_figures import FIGURES

    svg = figures.draw_figure_chart(kind, FIGURES, theme, size)
    assert "suppressed" in svg
    assert {BreakdownKind.TREND: "60%", BreakdownKind.SCHOOLS: "50%", BreakdownKind.GROUPS: "40%"}[
        kind
    ] in svg
