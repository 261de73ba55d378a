"""A steward's own figures: its own as they are, everyone else's as published, all on record."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from tests.outputs.releases.community import AT, Community

from cairn.governance.disclosure_log.models import DisclosureRecord
from cairn.governance.partners.models import Organization
from cairn.outputs.dashboards.views.partner_figures import compare_partner_with_county
from cairn.outputs.releases.figures import COUNTY_KEY, FigureCount, OutcomeFigures
from cairn.outputs.releases.queries import figures
from cairn.outputs.releases.queries.figures import PartnerFigures
from cairn.platform.audit.models import AuditLine
from cairn.policy.facts.outputs.dashboard import OwnFiguresFact
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.warehouse.exporters.release_files import build_group_key
from cairn.warehouse.measures.outcomes import load_outcome_catalogue
from cairn.warehouse.store.file_refs import FileRef, Zone
from cairn.warehouse.store.file_store import FileStore, NoSuchFile

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
LIST = "/figures/own/"
OAK, ELM = (f"{LIST}{slug}/chronic_absence/" for slug in ("oak", "elm"))
OWN_OF_OAK = "1,233 of 1,237"


@pytest.fixture(autouse=True)
def the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(timezone, "now", lambda: AT)


def steward(community: Community, at: str) -> Client:
    client = Client()
    client.force_login(community.stewards[at])
    return client


def test_its_own_schools_as_they_are(community: Community) -> None:
    community.published()
    client = steward(community, "oak")
    assert OAK in client.get(LIST).text
    answer = client.get(OAK)
    page = answer.text
    assert "no-store" in answer["Cache-Control"]
    assert OWN_OF_OAK in page
    assert "suppressed" in page  # the same school, as everyone else reads it
    for said in ("34 CFR 99.31(a)(6)", "As of", "disclosure log records", "Do not share"):
        assert said in page, said
    places = [page.index(f'<th scope="row">{name}</th>') for name in ("Whole district", "Acorn")]
    assert places == sorted(places)


def test_it_stands_on_both_records(community: Community) -> None:
    community.published()
    steward(community, "oak").get(OAK)
    line = AuditLine.objects.get(event="figures.own_viewed")
    assert line.detail == {"organization": "oak", "outcome": "chronic_absence"}
    row = DisclosureRecord.objects.filter(action="compare_own_figures").get()
    assert (row.kind, row.required_by_law, row.agreements) == ("disclosed", False, ["DSA-oak"])
    assert set(row.parties.values_list("side", "organization")) == {("from", "oak"), ("to", "oak")}


def test_with_one_other_district_nothing_names_it_by_subtraction(community: Community) -> None:
    """By race and gender the rest of the county would be the other district, by name."""
    community.published()
    page = steward(community, "elm").get(ELM).text
    assert "By race and ethnicity: subtracting Elm" in page
    assert "Comparison with all other children" not in page
    assert OWN_OF_OAK not in page
    assert "Acorn" not in page
    assert "50 of 200" in page


def test_nobody_opens_the_page_of_another(community: Community) -> None:
    community.published()
    assert steward(community, "elm").get(OAK).status_code == 403
    assert Client().get(OAK).status_code in (302, 403)
    manager = Client()
    manager.force_login(community.manager)
    assert manager.get(OAK).status_code == 403
    assert not DisclosureRecord.objects.filter(action="compare_own_figures", kind="disclosed")


def test_nothing_is_there_before_publication(community: Community) -> None:
    community.checked()
    client = steward(community, "oak")
    assert "No figures published yet" in client.get(LIST).text
    assert client.get(OAK).status_code == 404


def test_an_organization_without_rows_sees_published_figures_alone(
    community: Community, person: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    community.published()
    client = browser(person(Role.STEWARD, at="readers", kind=OrganizationKind.COMMUNITY_PROGRAM))
    page = client.get(f"{LIST}readers/chronic_absence/").text
    assert "Only published figures are shown" in page
    assert "Our percent" not in page
    assert OWN_OF_OAK not in page
    assert "63%" in page
    row = DisclosureRecord.objects.get(action="compare_own_figures")
    assert row.kind == "refused"


def test_once_the_counts_are_destroyed_only_published_figures_remain(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = community.published()
    read = FileStore.read

    def gone(store: FileStore, ref: FileRef) -> Any:
        if ref.zone is Zone.COUNTED:
            raise NoSuchFile("destroyed")
        return read(store, ref)

    monkeypatch.setattr(FileStore, "read", gone)
    own = figures.load_partner_figures(
        release, release.organization, load_outcome_catalogue()["chronic_absence"]
    )
    assert own.part is None
    assert own.figures() is None
    assert (own.fact.has_rows, own.fact.tables) == (False, frozenset())


@pytest.mark.parametrize(
    ("outcome", "record", "children", "may_add"),
    [
        ("early_grade_reading", "assessment", 0, False),
        ("early_grade_reading", "assessment", 3, True),
        ("early_grade_reading", "assessment", None, True),
        # Rosters say the group of a child, and days absent are computed from several senders.
        ("early_grade_reading", "student", 0, True),
        ("chronic_absence", "attendance", 0, True),
    ],
)
def test_rows_that_count_nobody_take_no_own_figures_away(
    outcome: str, record: str, children: int | None, may_add: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(ref: FileRef) -> Any:
        if children is None:
            raise NoSuchFile("destroyed")
        return SimpleNamespace(counts={"students": children})

    monkeypatch.setattr(figures, "open_file_store", lambda: SimpleNamespace(manifest=read))
    counted = dict.fromkeys(("early_grade_reading", "chronic_absence"), f"counted/{'0' * 64}")
    release: Any = SimpleNamespace(own={"agency": {"rows": {}, "counted": counted}})
    part: Any = SimpleNamespace(organization="agency", record=record)
    definition = load_outcome_catalogue()[outcome]
    assert figures._may_add_children(release, definition, part) is may_add


def of_elm(others: int) -> PartnerFigures:
    fact = OwnFiguresFact(
        "elm", "Elm", "o", True, frozenset(), frozenset(), frozenset(), frozenset()
    )
    elm = Organization(slug="elm", name="Elm")
    definition = load_outcome_catalogue()["chronic_absence"]
    return PartnerFigures(elm, definition, "2025-26", "Elm", others, fact, None, {})


def test_beside_everyone_else_stand_published_figures_alone() -> None:
    table = {
        COUNTY_KEY: FigureCount(150, 500),
        build_group_key({"district": "Elm"}): FigureCount(90, 250),
    }
    public = OutcomeFigures("o", ("2025-26",), {"2025-26": table})
    line = compare_partner_with_county(of_elm(2), public, 10)
    assert line is not None
    assert (line.share, line.gap.value) == ("36%", "+12.0 points")
    hidden = OutcomeFigures("o", ("2025-26",), {"2025-26": {COUNTY_KEY: FigureCount(150, 500)}})
    line = compare_partner_with_county(of_elm(2), hidden, 10)
    assert line is not None
    assert line.gap.hidden
    assert compare_partner_with_county(of_elm(1), public, 10) is None
