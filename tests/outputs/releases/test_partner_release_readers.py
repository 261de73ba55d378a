"""Who finds a figure of a release for one partner: every route, asked by every kind of person.

The figure is a planted number, with a planted title and story, so that a page that shows any of it
is found wherever the release is read from.
"""

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from typing import Final

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from tests.outputs.releases.community import AT, READERS, Community, permit, share_program
from tests.row_logs import keeping_results

from cairn.governance.partners.models import Organization
from cairn.outputs.releases.actions.review_and_publication import withdraw_release
from cairn.outputs.releases.models import Release
from cairn.platform.accounts.models import User
from cairn.platform.storage.api import open_file_store
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
from cairn.sdc.options import ReleaseMethod
from cairn.warehouse.exporters import read_release_figures, write_release_figures
from cairn.warehouse.store.file_refs import FileRef

pytestmark = [
    pytest.mark.slow,
    pytest.mark.one_database,
    pytest.mark.django_db(databases=["default", "identities"]),
]

OUTCOME: Final = "chronic_absence"
NUMBER: Final = 987_654_321
TITLE, STORY = "Quillfeather", "Marmalade winter"
PLANTED: Final = (str(NUMBER), f"{NUMBER:,}", TITLE, STORY)

VALUES: Final = {
    "outcome": [OUTCOME],
    "organization": ["readers"],
    "slug": ["readers"],
    "reference": ["DSA-readers"],
    "form": ["csv", "json", "xlsx", "zip"],
    "kind": ["csv", "xlsx", "program"],
    "language": ["en"],
    "theme": ["light"],
    "size": ["wide"],
    "version": ["1"],
    "year": ["2026"],
}
"""What the parts of an address are tried with; a `pk` is that of the release."""

STAFF_ROUTES: Final = {
    "releases:correct", "releases:detail", "releases:end_renewal", "releases:list",
    "releases:redraft", "releases:renewal", "releases:reword",
    "releases:withdraw", "releases:publish", "releases:review", "releases:report", "releases:send",
    "releases:nation", "releases:groups", "deadlines:lapse", "disclosures:list",
    "disclosures:spreadsheet", "web:partner",
}  # fmt: skip
"""Where those who made or own the release may find its title and its tables, as for any other."""

FIGURE_ROUTES: Final = (
    "figures:", "releases:", "dashboards:", "disclosures:", "deadlines:", "registers:", "web:",
)  # fmt: skip
"""Beginnings of the routes that could show a release to people with a role. Whoever has none, and
other partners, are tried on every route."""

PARTNER_ROUTES: Final = {"figures:partner_releases", "figures:partner_releases_file"}


def list_routes(
    patterns: list[URLPattern | URLResolver], space: str = ""
) -> Iterator[tuple[str, list[str]]]:
    """Every named route with the parts of its address."""
    for entry in patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from list_routes(entry.url_patterns, inner)
        elif entry.name:
            yield f"{space}{entry.name}", list(entry.pattern.converters) or []


def list_addresses(pk: int) -> Iterator[tuple[str, str]]:
    values = {**VALUES, "pk": [str(pk)]}
    for name, parts in list_routes(get_resolver().url_patterns):
        if not set(parts) <= set(values):
            continue
        for chosen in product(*(values[part] for part in parts)):
            try:
                yield name, reverse(name, kwargs=dict(zip(parts, chosen, strict=True)))
            except NoReverseMatch:
                continue


def read(client: Client, address: str) -> str:
    """The text of an answer, of every file in an archive too."""
    response = client.get(address)
    content = (
        b"".join(getattr(response, "streaming_content", ()))
        if response.streaming
        else response.content
    )
    if content.startswith(b"PK"):
        archive = zipfile.ZipFile(io.BytesIO(content))
        content = b"\n".join(archive.read(name) for name in archive.namelist())
    return content.decode("utf-8", "replace")


def find_planted(client: Client, pk: int, *beginnings: str) -> set[str]:
    """The routes that show something planted, of all or of those with a beginning."""
    found = set()
    for name, address in sorted(set(list_addresses(pk))):
        if name.startswith(beginnings or ("",)):
            text = read(client, address)
            found |= {name for words in PLANTED if words in text}
    return found


@pytest.fixture
def release(community: Community, person: Callable[..., User]) -> Iterator[Release]:
    """A release for one partner with a planted number, beside a public one of the same outcome."""
    share_program(community, person)
    community.carried(community.draft(tables=[["district"]], method=ReleaseMethod.BANDS.value))
    row = community.carried(
        community.draft(
            title=TITLE, story=STORY, tables=[[READERS]], method=ReleaseMethod.BANDS.value,
            audience=Organization.objects.get(slug="readers"), audience_minimum=10,
        )
    )  # fmt: skip
    store = open_file_store()
    file = read_release_figures(store, FileRef.parse(row.released))
    cells = [replace(cell, n=NUMBER, size_low=None, size_high=None) for cell in file.cells]
    planted = write_release_figures(
        store, cells, names=file.names, permit=permit(Action.PUBLISH_RELEASE), inputs=[],
        note={"release": str(row.pk)},
    )  # fmt: skip
    Release.objects.filter(pk=row.pk).update(released=str(planted))
    row.refresh_from_db()
    with keeping_results():  # as a site that serves does: the hunts ask for hundreds of pages
        yield row


def test_nobody_else_finds_it_on_any_route(
    community: Community,
    release: Release,
    person: Callable[..., User],
    browser: Callable[..., Client],
) -> None:
    assert len({name for name, _address in list_addresses(release.pk)}) > 150
    strangers = {
        "visitor": Client(),
        "another partner": browser(person(Role.STEWARD, at="hills")),
    }
    for who, client in strangers.items():
        assert find_planted(client, release.pk) == set(), who
    committee = browser(person(Role.COMMITTEE_MEMBER))
    assert find_planted(committee, release.pk, *FIGURE_ROUTES) == set()


def test_its_partner_and_the_data_manager_find_it(
    community: Community, release: Release, browser: Callable[..., Client]
) -> None:
    partner = find_planted(browser(community.stewards["readers"]), release.pk, *FIGURE_ROUTES)
    assert partner >= PARTNER_ROUTES
    assert partner - PARTNER_ROUTES <= STAFF_ROUTES
    manager = find_planted(browser(community.manager), release.pk, *FIGURE_ROUTES)
    assert manager >= PARTNER_ROUTES
    assert manager - PARTNER_ROUTES <= STAFF_ROUTES


def test_an_owner_finds_it_only_where_it_answered(
    community: Community, release: Release, browser: Callable[..., Client]
) -> None:
    """Oak's data are in it, so Oak previewed it and may withdraw it; its page is not Oak's."""
    owner = find_planted(browser(community.stewards["oak"]), release.pk, *FIGURE_ROUTES)
    assert owner
    assert owner <= STAFF_ROUTES


def test_after_its_withdrawal_its_page_has_nothing_of_it(
    community: Community, release: Release, browser: Callable[..., Client]
) -> None:
    withdraw_release(release=release, reason="An error.", by=community.manager, at=AT)
    for client in (browser(community.stewards["readers"]), Client()):
        assert find_planted(client, release.pk, "figures:", "dashboards:", "registers:") == set()
