"""A release by ZIP code and by program: asked of policy, audited, and read by everyone."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.outputs.releases.community import AT, READERS, SCHOOLS, Community, share_program

from cairn.outputs.releases import forms, tables
from cairn.outputs.releases.actions import drafts
from cairn.outputs.releases.figures import encode_figure_name, parse_figure_group
from cairn.outputs.releases.protection.public_tables import encode_table
from cairn.outputs.releases.queries import figures, offered_tables, public_state
from cairn.platform.accounts.models import User
from cairn.platform.storage.api import open_file_store
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.data_use import Purpose
from cairn.policy.vocabulary.releases import ReleaseState
from cairn.warehouse.exporters import build_group_key
from cairn.warehouse.exporters.release_files import read_release_figures
from cairn.warehouse.store.file_refs import FileRef

pytestmark = [pytest.mark.django_db(databases=["default", "identities"]), pytest.mark.one_database]


@pytest.fixture
def published(community: Community, person: Callable[..., User]) -> Any:
    share_program(community, person)
    draft = community.draft(tables=[["zip"], [READERS], ["race_ethnicity", "gender"]])
    return community.carried(draft)


def test_an_analyst_publishes_by_zip_code_and_program(
    community: Community, published: Any, browser: Callable[..., Client]
) -> None:
    assert published.state == ReleaseState.PUBLISHED
    assert set(published.agreements) == {"DSA-oak", "DSA-elm", "DSA-readers"}
    (part,) = published.certificate
    assert part["safe"]
    shown = public_state.load_public_state().collect_figures("chronic_absence")
    by_zip = tables.list_breakdown_rows(shown, "zip")
    # Elm shares no ZIP code: its children are in the group of those without one.
    assert [row.value for row in by_zip] == ["97300", "97301", "97302", "not_on_record"]
    assert by_zip[-1].count.n == sum(n for _id, n, _yes in SCHOOLS["elm"])
    members, others = tables.list_breakdown_rows(shown, "program")
    assert (members.group, members.value, members.count.n) == (READERS, "yes", 240)
    assert others.count.n == shown.county.n - 240
    assert members.count.yes == 60 + 50
    page = browser().get(reverse("dashboards:outcome", args=["chronic_absence"])).content.decode()
    for words in ("By ZIP code", "97301", "Riverside Readers", "In the program", "do not add up"):
        assert words in page
    assert len(page) < 250_000
    charts = sorted(set(re.findall(r'[^"/]*(/public/[^"]*/embed/(?:zip|program)/)', page)))
    assert len(charts) == 2
    image = re.search(r'src="([^"]*/zip\.[^"]*\.svg)"', browser().get(charts[-1]).text)
    assert image
    assert "97301" in browser().get(image[1]).text
    for form in ("csv", "json", "xlsx", "zip", "pdf"):
        file = browser().get(reverse("dashboards:file", args=["chronic_absence", form]))
        assert file.status_code == 200
    lines = browser().get(reverse("dashboards:file", args=["chronic_absence", "csv"])).text
    head, *rest = lines.splitlines()
    assert head.startswith(
        f"outcome,school_year,district,school,race_ethnicity,gender,zip,{READERS},"
    )
    assert any(",97301,All," in line for line in rest)
    package = json.loads(
        browser().get(reverse("dashboards:file", args=["chronic_absence", "json"])).content
    )
    keys = package["resources"][0]["schema"]["primaryKey"]
    assert keys[-2:] == ["zip", READERS]


def test_a_breakdown_without_an_agreement_for_it_is_refused_and_says_so(
    community: Community,
) -> None:
    for dimension, element in (
        ("home_language", "student.home_language"),
        ("income", "student.meal_status"),
        (READERS, "participation.program"),
    ):
        with pytest.raises(Refused) as refused:
            community.checked(community.draft(tables=[[dimension]]))
        assert element in str(refused.value), dimension
    assert community.checked(community.draft(tables=[["zip"]])).state == ReleaseState.CHECKED


def test_a_form_offers_what_is_shared(
    community: Community, browser: Callable[..., Client], person: Callable[..., User]
) -> None:
    assert offered_tables.list_offered_dimensions(Purpose.PUBLIC_REPORTING) == ("zip",)
    assert offered_tables.list_offered_dimensions(Purpose.RESEARCH) == ()
    share_program(community, person)
    author = browser(community.author)
    page = author.get(reverse("releases:new")).content.decode()
    assert "By ZIP code" in page
    assert "By program “Riverside Readers”" in page
    assert "By home language" not in page
    release = community.draft(tables=[["zip", "gender"]])
    page = author.get(reverse("releases:redraft", args=[release.pk])).content.decode()
    assert encode_table(["zip", "gender"]) in page
    programs = [[f"program:{name}"] for name in "ABCDEFGHIJKLM"]
    for chosen, is_valid in ((programs[:12], True), (programs, False)):
        form = forms.ReleaseTablesForm(
            {
                "outcomes": ["chronic_absence"], "method": "bands", "statistic": "mean",
                "tables": [encode_table(table) for table in chosen],
            },
            on=AT.date(), kept_tables=programs,
        )  # fmt: skip
        assert form.is_valid() is is_valid
    assert "at most 12 programs" in str(form.errors["tables"])


def test_owners_see_their_own_numbers_without_what_their_records_do_not_say(
    community: Community, published: Any
) -> None:
    (own,) = figures.load_owner_figures(published, "oak")
    assert {dim for key in own.tables[own.latest] for dim in key.dimensions} == {
        "zip", "race_ethnicity", "gender",
    }  # fmt: skip
    assert not figures.load_owner_figures(published, "readers")


def test_a_second_release_stands_beside_it_and_leaves_it(
    community: Community, published: Any
) -> None:
    second = community.checked(community.draft(tables=[["district"]]))
    (part,) = second.certificate
    assert (part["beside"], part["safe"]) == (1, True)
    changes = public_state.list_publication_changes(second)
    assert {change.table for change in changes if change.change == "removed"} == set()
    drafts.redraft_release(
        release=second, outcomes=["chronic_absence"], tables=[["zip", "gender"]], years=[],
        by=community.author, at=AT,
    )  # fmt: skip
    assert second.tables == [["zip", "gender"]]


def test_a_file_with_other_dimensions_reads_as_it_was_written(
    community: Community, published: Any
) -> None:
    store, ref = open_file_store(), FileRef.parse(published.released)
    names = store.read(ref).column_names
    assert names[:9] == [
        "outcome", "school_year", "district", "school", "race_ethnicity", "gender",
        READERS, "zip", "result",
    ]  # fmt: skip
    keys = {cell.group for cell in read_release_figures(store, ref).cells}
    assert build_group_key({"zip": "97301", "gender": "All"}) in keys
    for key in keys:
        _outcome, _year, *words = json.loads(encode_figure_name("o", "2025-26", key))
        assert parse_figure_group(words) == key
