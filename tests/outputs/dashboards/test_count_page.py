"""A count of children, from its definition to the public: its pages, its files, and what not."""

import csv
import json
from collections.abc import Callable
from decimal import Decimal
from io import StringIO
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from tests.outputs.dashboards.test_downloads import written_in
from tests.outputs.indicators.test_indicators import MANY_DAYS, approve, draft, preview
from tests.outputs.releases.community import AT, Community

from cairn.outputs.dashboards import outcome_page, queries, wording
from cairn.outputs.releases import api as releases_api
from cairn.outputs.releases import figures
from cairn.outputs.releases.actions import owner_answers, review_and_publication
from cairn.outputs.releases.figures import COUNTY_KEY, FigureCount, MeasureAmount, OutcomeFigures
from cairn.outputs.releases.models import Release
from cairn.outputs.releases.queries import figures as queries_figures
from cairn.platform.accounts.models import User
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.releases import OwnerAnswer
from cairn.warehouse.exporters.release_files import build_group_key

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
PAGE, CHILDREN, OF_OAK = "/public/on_record", 2387, 1937
ON_RECORD = (
    MANY_DAYS[: MANY_DAYS.index("[numerator]")]
    .replace('"fifteen_days"', '"on_record"\nunit = "count"')
    .replace('"lower"', '"none"')
    .replace("Fifteen days missed", "Students on record")
    .replace("Quince días perdidos", "Estudiantes registrados")
)


@pytest.fixture
def counted(
    community: Community, person: Callable[..., User], monkeypatch: pytest.MonkeyPatch
) -> Community:
    """The committee approved a count of the children on record."""
    cache.clear()
    monkeypatch.setattr(timezone, "now", lambda: AT)
    member = person(Role.COMMITTEE_MEMBER, at="oak")
    approve(preview(draft(community, ON_RECORD), community.author), member)
    return community


def amount(n: int | None) -> MeasureAmount:
    return MeasureAmount(None, n, None, None, "count")


def test_it_is_drafted_read_by_its_owners_and_published_as_numbers(
    counted: Community, browser: Callable[..., Client]
) -> None:
    analyst = browser(counted.author)
    form = {
        "title": "How many", "story": "A hard winter.", "method": "bands",
        "tables": ["district,school"], "organization": counted.hub.pk, "counts": ["on_record"],
    }  # fmt: skip
    assert analyst.post(reverse("releases:new"), form).status_code == 302
    release = Release.objects.get(title="How many")
    counted.checked(release)
    (part,) = release.certificate
    assert (part["safe"], part["contributors"]) == (True, 2)
    page = analyst.get(reverse("releases:detail", args=[release.pk])).content.decode()
    assert "Number of children" in page
    _let_owners_answer(counted, release, browser(counted.stewards["oak"]))
    _read_pages()
    _read_files()
    review_and_publication.withdraw_release(
        release=release, reason="One school is missing.", by=counted.manager, at=AT
    )
    assert Client().get(f"{PAGE}/").status_code == 410


def _let_owners_answer(community: Community, release: Release, steward: Client) -> None:
    """Each owner reads how many its own children are, and may name a wrong number."""
    _release, asked = community.sent_back(release)
    sent = next(one for one in asked if one.organization.slug == "oak")
    (own,) = queries_figures.load_owner_figures(release, "oak")
    assert (own.statistic, own.county.n, own.county.height) == ("count", OF_OAK, OF_OAK)
    page = steward.get(reverse("releases:send_back", args=[sent.pk])).content.decode()
    assert "1,937" in page
    burr = build_group_key({"district": "Oak", "school": "Burr"})
    figure = f"own {figures.encode_figure_name('on_record', '2025-26', burr)}"
    address = reverse("releases:wrong_figure", args=[sent.pk])
    form = steward.get(f"{address}?figure={quote(figure)}").content.decode()
    assert [word in form for word in ("Correct total", "Correct value", "Correct number")] == [
        True, False, False,
    ]  # fmt: skip
    assert steward.post(address, {"figure": figure}).status_code == 422
    for each in asked:
        owner_answers.answer_send_back(
            send_back=each, answer=OwnerAnswer.CONFIRM, comment="", at=AT,
            by=community.stewards[each.organization.slug],
        )  # fmt: skip
    release.refresh_from_db()
    review_and_publication.publish_release(release=release, by=community.manager, at=AT)


def _read_pages() -> None:
    said = Client().get(f"{PAGE}/").content.decode()
    for word in ("2,387 children", "each counted once", "Number of children", "Legal basis"):
        assert word in said, word
    for word in ("Out of", "Percent", "%</", "Gaps between", "Rounded to", "points", "better"):
        assert word not in said, word
    spanish = Client().get(f"{PAGE}/", headers={"Accept-Language": "es"}).content.decode()
    for word in (" niños</p>", "cada uno contado una vez", "Número de niños"):
        assert word in spanish, word
    for address in ("by-place/?district=Oak", "ask-for-a-figure/?outcome=on_record&rows=district"):
        assert "1,937" in Client().get(f"/public/{address}").content.decode(), address
    assert Client().get(f"{PAGE}/groups/").status_code == 404
    assert not list(queries.iterate_counted_outcomes(AT.date()))
    one = queries.load_published_outcome("on_record", AT.date())
    assert one
    charts = list(outcome_page.build_outcome_charts(one.figures, one.version))
    assert [chart.drawn.county for chart in charts] == [None]


def _read_files() -> None:
    head, county, *rest = csv.reader(StringIO(Client().get(f"{PAGE}.csv").content.decode()))
    assert head[-3:] == ["children", "withheld", "as_of"]
    assert county[-3:-1] == [str(CHILDREN), "no"]
    assert all((row[-3] == "") is (row[-2] == "yes") for row in rest)
    package = json.loads(Client().get(f"{PAGE}.json").content)
    assert package["resources"][0]["data"][0]["children"] == CHILDREN
    for kind in ("xlsx", "sav"):
        assert Client().get(f"{PAGE}.{kind}").status_code == 200
    assert "2,387 children" in written_in(Client().get(f"{PAGE}.pdf").content)
    api = Client().get(reverse("dashboards:api_indicator", args=["on_record"])).json()
    assert (api["unit"], api["better"]) == ("children", "none")
    address = reverse("dashboards:api_figures", args=["on_record"])
    figure = Client().get(address).json()["figures"][0]
    assert (figure["status"], figure["value"], figure["children"]) == ("shown", CHILDREN, CHILDREN)


def test_beside_a_rate_from_the_same_records_it_is_stopped(counted: Community) -> None:
    both = counted.draft(title="Both", outcomes=["chronic_absence", "on_record"], tables=[])
    with pytest.raises(Refused) as refused:
        counted.checked(both)
    assert {reason.code for reason in refused.value.decision.refusals} == {"P45"}


def test_numbers_of_years_in_words() -> None:
    def tell(*numbers: int | None, direction: str = "none") -> tuple[str, str]:
        years = tuple(f"202{at}-2{at + 1}" for at in range(len(numbers)))
        tables = {year: {COUNTY_KEY: amount(n)} for year, n in zip(years, numbers, strict=True)}
        change = OutcomeFigures("o", years, tables, "count").describe_change(direction)
        return wording.describe_change(change), wording.label_change(change)

    with override("en"):
        assert tell(10, 12) == ("2 children more than in 2020-21", "")
        assert tell(10, None, 9) == ("1 child fewer than in 2020-21", "")
        assert tell(10, 10, direction="higher") == ("The same number as in 2020-21", "")
        assert tell(10, 2000, direction="higher")[1] == "getting better"
        assert tell(10, 2000, direction="lower")[1] == "getting worse"
        assert tell(10, None) == tell(None, 10) == tell(10) == ("", "")
        assert releases_api.format_figure(MeasureAmount(None, 0, Decimal(0), None, "count")) == "0"
        assert FigureCount(None, 3).height is None
