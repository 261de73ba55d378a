"""What a program reads of the answers that it collected: never why one is gone."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.governance.consents.sample_consents import AT, ON, World, decline_paper, paper
from tests.governance.consents.test_program_roster import KNOWN

from cairn.governance.consents.actions.children import update_child_rights
from cairn.governance.consents.actions.consents import (
    create_consent,
    record_consent_revocation,
    return_consents,
)
from cairn.governance.consents.actions.opt_outs import record_opt_outs
from cairn.governance.consents.models.consent import Consent
from cairn.governance.consents.models.consent_form import ConsentForm
from cairn.governance.consents.queries import consents as queries
from cairn.governance.consents.queries.inbox import count_students_with_own_rights
from cairn.governance.consents.signature_lists import FamilySignature
from cairn.governance.partners.facts import load_actor
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.families import OptOutScope, SignerRelation

pytestmark = pytest.mark.django_db

End = Callable[[World, Consent], object]


def _taken_back(world: World, row: Consent) -> None:
    record_consent_revocation(consent=row, name="Rosa Alba", by=world.steward, at=AT)


def _answered_anew(world: World, row: Consent) -> None:
    signature = FamilySignature("Rosa Alba", SignerRelation.PARENT, ON, "es")
    create_consent(row.child, row.form, signature, event="decline", records=row.records, at=AT)


def _in_dispute(world: World, row: Consent) -> None:
    signature = FamilySignature("Leo Alba", SignerRelation.PARENT, ON, "es")
    create_consent(row.child, row.form, signature, event="decline", records=row.records, at=AT)


def _opted_out(world: World, row: Consent) -> None:
    record_opt_outs(
        organization=world.river,
        local_ids=["S-1"],
        scope=OptOutScope.ALL_DISCRETIONARY,
        season="2026-27",
        by=world.steward,
        at=AT,
    )


def _ran_out(world: World, row: Consent) -> None:
    ConsentForm.objects.update(ends=ON - timedelta(days=1))
    # The other child's family signed another form, which goes on.
    other = ConsentForm.objects.get()
    other.pk, other.slug, other.ends = None, "other", None
    other.save()
    other.parties.add(world.lanterns)
    Consent.objects.exclude(pk=row.pk).update(form=other)


def _known(**change: object) -> End:
    return lambda world, row: update_child_rights(
        child=row.child, rights=replace(KNOWN, **change), by=world.steward, at=AT
    )


def _without_custody(world: World, row: Consent) -> None:
    world.river.state = "CA"
    world.river.save()
    _known(custodians=("Leo Alba",))(world, row)


ENDS: dict[str, End] = {
    "taken back": _taken_back,
    "answered anew": _answered_anew,
    "in dispute": _in_dispute,
    "opted out": _opted_out,
    "hold": _known(hold="custody is being decided"),
    "court order": _known(court_order=True),
    "custody": _without_custody,
    "eighteen": _known(birth_date=date(2008, 1, 1)),
    "in college": _known(postsecondary=True),
    "age unknown": _known(birth_date=None),
}


def _pages(client: Client, gone: Consent) -> list[tuple[int, str]]:
    """Everything that a program can open about its answers, without what every request has new."""
    addresses = (
        "/consents/",
        "/consents/programs/lanterns/",
        *(f"/consents/record/{gone.reference}/{page}" for page in ("", "export/", "revoke/")),
    )
    answers = [client.get(address) for address in addresses]
    varies = re.compile(r'value="[A-Za-z0-9]{64}"|[0-9a-f]{16}')
    return [(a.status_code, varies.sub("", a.content.decode())) for a in answers]


def _end(world: World, browser: Callable[..., Client], how: str) -> list[tuple[int, str]]:
    gone, _stays = world.verified(paper("S-1"), paper("S-2"))
    client = browser(world.tutor)
    assert "Child S-1" in client.get("/consents/").content.decode()
    ENDS[how](world, gone)
    return _pages(client, gone)


@pytest.mark.parametrize("how", sorted(ENDS))
def test_every_end_looks_alike(world: World, browser: Callable[..., Client], how: str) -> None:
    pages = _end(world, browser, how)
    assert [status for status, _page in pages] == [200, 200, 404, 404, 404]
    told = " ".join(page for _status, page in pages)
    assert "Child S-2" in told
    assert "S-1" not in told
    assert "Revoked" not in told
    # One row of answers, and counts that follow it: nothing else is on the page to compare.
    assert told.count('badge good">Valid today') == 1
    assert re.findall(
        r'data-label="(?:Consents|To verify|Answers)"[^>]*>(\d+)', pages[0][1]
    ) == list("102")


def test_a_form_that_ran_out_looks_alike_too(world: World, browser: Callable[..., Client]) -> None:
    gone, _stays = world.verified(paper("S-1"), paper("S-2"))
    _ran_out(world, gone)
    pages = _pages(browser(world.tutor), gone)
    assert [status for status, _page in pages] == [200, 200, 404, 404, 404]
    assert "S-1" not in " ".join(page for _status, page in pages)


def test_the_district_goes_on_reading_it(world: World, browser: Callable[..., Client]) -> None:
    (gone,) = world.verified(paper("S-1"))
    _taken_back(world, gone)
    assert "Revoked" in browser(world.steward).get("/consents/").content.decode()


@pytest.mark.parametrize("how", ["custody", "court order"])
def test_the_signer_without_authority_is_named_to_the_steward_alone(
    world: World, browser: Callable[..., Client], person: Callable[..., Any], how: str
) -> None:
    (row,) = world.verified(paper("S-1"))
    page, clerk = f"/consents/record/{row.reference}/", person(Role.PROGRAM_STAFF, at="river")
    steward, other = browser(world.steward), browser(clerk)
    for client in (steward, other):
        assert "Valid today" in client.get(page).content.decode()
    ENDS[how](world, row)
    full, short = (client.get(page).content.decode() for client in (steward, other))
    assert "Not in effect: signer&#x27;s authority" in full or "signer's authority" in full
    told = {"custody": "without legal custody", "court order": "A court order"}[how]
    assert told in full
    assert "Not in effect" in short
    assert "A condition of the law or the agreement is not met." in short
    for hidden in ("authority", "custody", "ourt order", "Valid today"):
        assert hidden not in short
    lists = [client.get("/consents/").content.decode() for client in (steward, other)]
    assert ["signer's authority" in text.replace("&#x27;", "'") for text in lists] == [True, False]
    exports = [client.get(f"{page}export/").json()["status_today"] for client in (steward, other)]
    assert exports == ["signer_authority", "not_in_effect"]
    # An unknown age reads the same to the clerk.
    _known(birth_date=None)(world, row)
    assert other.get(page).content.decode().count("Not in effect") == short.count("Not in effect")


def _states(world: World) -> list[str]:
    return sorted(row.state for row in queries.list_consents(load_actor(world.tutor), ON))


def test_a_collector_reads_what_it_has_to_mend(world: World) -> None:
    waits, back = world.record(paper("S-1"), paper("S-2")).consents.order_by("pk")
    world.record(decline_paper(paper("S-3")))
    return_consents(
        organization=world.river, consents=[back], because="paper", by=world.steward, at=AT
    )
    assert _states(world) == ["granted", "refused", "returned"]
    _taken_back(world, waits)
    assert _states(world) == ["refused", "returned"]


def test_who_came_of_age_is_told_to_the_district_alone(world: World) -> None:
    (row,) = world.record(paper("S-1")).consents.all()
    _known(birth_date=date(2008, 1, 1))(world, row)
    assert count_students_with_own_rights(load_actor(world.steward), ON) == 1
    assert count_students_with_own_rights(load_actor(world.tutor), ON) == 0


def test_what_a_program_takes_back_at_its_own_desk_leaves_its_list(
    world: World, browser: Callable[..., Client]
) -> None:
    (row,) = world.verified(paper("S-1"))
    client = browser(world.tutor)
    address = f"/consents/record/{row.reference}/revoke/"
    page = client.post(address, {"name": "Rosa Alba"}, follow=True).content.decode()
    assert "Nothing new will be shared under it." in page
    assert "Child S-1" not in page
