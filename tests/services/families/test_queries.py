"""What is shared, with whom, under which clause: from the agreements in force; and the record."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from tests.governance.consents.sample_consents import AT, ON, World
from tests.services.families.phone import letter, phone

from cairn.demo.planned_deliveries import find_examples_folder
from cairn.governance.agreements.actions import signature_and_record
from cairn.governance.consents.models.child import Child
from cairn.governance.consents.protected_identity import compute_child_key
from cairn.governance.disclosure_log import actions
from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Organization
from cairn.platform.accounts.models import User
from cairn.policy.engine.decision import Refused
from cairn.policy.facts.people.access import Actor
from cairn.policy.questions.governance.access import may_open_page
from cairn.policy.vocabulary.actions import Action
from cairn.services.families import queries
from cairn.services.families.models import CopyRequest, Letter, LetterRun

pytestmark = pytest.mark.django_db


@pytest.fixture
def alder_creek(person: Callable[..., User]) -> Organization:
    """A district of the example community, with its agreement on record."""
    text = (find_examples_folder() / "agreements" / "RC-DSA-01.toml").read_text("utf-8")
    newcomers = ["alder-creek-sd", "river-county-partnership"]
    signature_and_record.load_agreement(text=text, newcomers=newcomers, by=person(), at=AT)
    return Organization.objects.get(slug="alder-creek-sd")


def test_shares_come_from_the_agreements_in_force_and_name_their_clause(
    alder_creek: Organization,
) -> None:
    (share,) = queries.list_family_shares(alder_creek, ON)
    assert share.agreement == "RC-DSA-01"
    assert share.recipients
    assert "total days absent" in share.what
    assert share.why
    assert share.clauses
    assert not share.with_yes_only
    assert queries.list_family_shares(alder_creek, date(1999, 1, 1)) == ()


def test_who_receives_is_no_provider(alder_creek: Organization) -> None:
    others = Organization.objects.exclude(pk=alder_creek.pk)
    assert all(queries.list_family_shares(one, ON) == () for one in others)


def test_a_family_reads_every_disclosure_of_its_child(world: World) -> None:
    client = phone(letter(world).code)
    assert "The sharing log is empty." in client.get("/family/child/record/").content.decode()
    actions.record_disclosure(
        may_open_page(Action.LIST, load_actor(world.steward), organization="river", on=ON),
        by=world.steward,
        at=AT,
        parties=["lanterns"],
        interest="Help after school",
        elements=["attendance.*"],
        children=[compute_child_key("river", "S-1")],
    )
    page = client.get("/family/child/record/").content.decode()
    assert "daily school attendance" in page
    assert "Lanterns" in page
    assert "See the sharing log: 1 entry" in client.get("/family/child/").content.decode()
    other = phone(letter(world, "S-2").code)
    assert "Lanterns" not in other.get("/family/child/record/").content.decode()


def test_the_sharing_log_opens_with_its_newest_entries(world: World) -> None:
    client = phone(letter(world).code)
    permit = may_open_page(Action.LIST, load_actor(world.steward), organization="river", on=ON)
    for number in range(5):
        actions.record_disclosure(
            permit,
            by=world.steward,
            at=AT + timedelta(minutes=number),
            parties=["lanterns"],
            interest=f"Interest {number}",
            elements=["attendance.*"],
            children=[compute_child_key("river", "S-1")],
        )
    page = client.get("/family/child/record/").content.decode()
    recent, earlier = page.split("<details")
    assert "2 earlier entries" in earlier
    assert recent.count("Lanterns") == 3
    assert earlier.count("Lanterns") == 2


def test_nobody_else_reads_a_family_page(world: World) -> None:
    letter(world)
    child = Child.objects.get()
    for who in (Actor.public(), load_actor(world.steward), Actor.family("another")):
        with pytest.raises(Refused):
            queries.load_family_page(child, who, ON, ())
        with pytest.raises(Refused):
            queries.list_disclosures_to_family(child, who, ON)


def test_rows_say_what_they_are_without_a_child(world: World) -> None:
    phone(letter(world, "S-000417").code).post(
        "/family/child/copy/", {"name": "Rosa Alba", "relation": "parent"}
    )
    rows = (LetterRun.objects.get(), Letter.objects.get(), CopyRequest.objects.get())
    told = " ".join(str(row) for row in rows)
    assert "S-000417" not in told
    assert "Alba" not in told
