"""The lists of consents and opt-outs: what they filter, link and let a user download."""

from collections.abc import Callable

import pytest
from django.test import Client
from tests.governance.consents.sample_consents import World, paper

from cairn.governance.consents.actions.opt_outs import record_opt_outs
from cairn.governance.consents.models.consent import Consent
from cairn.policy.vocabulary.families import OptOutScope

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]


def test_consents_are_filtered_and_sorted_but_never_searched_or_downloaded(
    world: World, browser: Browser
) -> None:
    world.verified(paper("S-1"))
    world.record(paper("S-2", signer="Leo Marsh"))
    client = browser(world.steward)
    page = client.get("/consents/", {"status": "Waiting for verification"}).content.decode()
    assert "Child S-2" in page
    assert "Child S-1" not in page
    assert "Consents: 1 of 2" in page
    ordered = client.get("/consents/", {"sort": "-student"}).content.decode()
    assert ordered.index("Child S-2") < ordered.index("Child S-1")
    assert 'id="id_q"' not in ordered
    answer = client.get("/consents/", {"download": "csv"})
    assert answer.headers["Content-Type"].startswith("text/html")
    row = Consent.objects.earliest("pk")
    assert f'<a href="/consents/record/{row.reference}/">Child S-1 (S-1)</a>' in ordered


def test_consent_forms_are_downloaded_without_a_child(world: World, browser: Browser) -> None:
    world.verified(paper("S-1"))
    answer = browser(world.steward).get("/consents/", {"forms-download": "csv"})
    header, line = answer.content.decode("utf-8-sig").splitlines()
    assert header == "Form,District,Recipients,Consents,To verify,Status"
    assert line.startswith('"After-school help, version 1",River')
    assert line.endswith(",1,0,In use")


def test_opt_outs_are_filtered_and_downloaded_without_a_child(
    world: World, browser: Browser
) -> None:
    for scope in OptOutScope:
        record_opt_outs(
            organization=world.river,
            local_ids=["S-000417"],
            scope=scope,
            season="2026-27",
            by=world.steward,
            at=world.form.published_at,
        )
    client = browser(world.steward)
    page = client.get("/opt-outs/", {"scope": "Directory information only"}).content.decode()
    assert "Recorded opt-outs: 1 of 2" in page
    assert '<a href="/partner/river/">River</a>' in page
    lines = client.get("/opt-outs/", {"download": "csv"}).content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Recorded,Organization,Opted out of,School year,Students,Recorded by"
    assert len(lines) == 3
    totals = client.get("/opt-outs/", {"totals-download": "csv"}).content.decode("utf-8-sig")
    assert "River,1,1" in totals
    assert "S-000417" not in page + totals + "".join(lines)
