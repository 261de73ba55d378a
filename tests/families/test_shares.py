"""What is shared, with whom, under which clause: from the agreements in force; and the record."""

from collections.abc import Callable
from datetime import date

import pytest
from tests.consents.world import AT, ON, World
from tests.families.phone import letter, phone

from cairn.accounts.models import User
from cairn.agreements import actions as agreements
from cairn.consents.child_key import child_key
from cairn.consents.models import Child
from cairn.demo.planned import examples_folder
from cairn.disclosures import log
from cairn.families import queries
from cairn.families.models import CopyRequest, Letter, LetterRun
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.decision import Refused
from cairn.rules.vocabulary import Action

pytestmark = pytest.mark.django_db


@pytest.fixture
def alder_creek(person: Callable[..., User]) -> Organization:
    """A district of the example community, with its agreement on record."""
    text = (examples_folder() / "agreements" / "RC-DSA-01.toml").read_text("utf-8")
    newcomers = ["alder-creek-sd", "river-county-partnership"]
    agreements.load(text=text, newcomers=newcomers, by=person(), at=AT)
    return Organization.objects.get(slug="alder-creek-sd")


def test_shares_come_from_the_agreements_in_force_and_name_their_clause(
    alder_creek: Organization,
) -> None:
    (share,) = queries.shares(alder_creek, ON)
    assert share.agreement == "RC-DSA-01"
    assert share.recipients
    assert "how many days were missed" in share.what
    assert share.why
    assert share.clauses
    assert not share.with_yes_only
    assert queries.shares(alder_creek, date(1999, 1, 1)) == ()


def test_who_receives_is_no_provider(alder_creek: Organization) -> None:
    others = Organization.objects.exclude(pk=alder_creek.pk)
    assert all(queries.shares(one, ON) == () for one in others)


def test_a_family_reads_every_disclosure_of_its_child(world: World) -> None:
    client = phone(letter(world).code)
    assert "Nothing is written down here:" in client.get("/family/child/record/").content.decode()
    log.record(
        may_open(Action.LIST, actor(world.steward), organization="river", on=ON),
        by=world.steward,
        at=AT,
        parties=["lanterns"],
        interest="Help after school",
        elements=["attendance.*"],
        children=[child_key("river", "S-1")],
    )
    page = client.get("/family/child/record/").content.decode()
    assert "days at school and days missed" in page
    assert "lanterns" in page
    assert "1 time that is written down" in client.get("/family/child/").content.decode()
    other = phone(letter(world, "S-2").code)
    assert "lanterns" not in other.get("/family/child/record/").content.decode()


def test_nobody_else_reads_a_family_page(world: World) -> None:
    letter(world)
    child = Child.objects.get()
    for who in (Actor.public(), actor(world.steward), Actor.family("another")):
        for read in (queries.page, queries.of_record):
            with pytest.raises(Refused):
                read(child, who, ON)


def test_rows_say_what_they_are_without_a_child(world: World) -> None:
    phone(letter(world, "S-000417").code).post(
        "/family/child/copy/", {"name": "Rosa Alba", "relation": "parent"}
    )
    rows = (LetterRun.objects.get(), Letter.objects.get(), CopyRequest.objects.get())
    told = " ".join(str(row) for row in rows)
    assert "S-000417" not in told
    assert "Alba" not in told
