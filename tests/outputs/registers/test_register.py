"""What anybody may read of an agreement, and that no person's name is in it."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from cairn.demo.planned_deliveries import find_examples_folder
from cairn.governance.agreements.actions import signature_and_record
from cairn.platform.accounts.models import User

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def _load(by: User, reference: str) -> None:
    text = (find_examples_folder() / "agreements" / f"{reference}.toml").read_text("utf-8")
    parties = ("alder-creek-sd", "river-county-partnership")
    signature_and_record.load_agreement(text=text, newcomers=parties, by=by, at=AT)


def test_an_empty_register_says_so(client: Client) -> None:
    assert "No agreements yet" in client.get(reverse("registers:list")).content.decode()


def test_the_public_reads_who_shares_what_and_why(client: Client, person: object) -> None:
    _load(person(), "RC-DSA-01")  # type: ignore[operator]
    page = client.get(reverse("registers:list")).content.decode()
    assert "RC-DSA-01" in page
    assert "Alder Creek" in page
    one = client.get(reverse("registers:agreement", args=["RC-DSA-01"])).content.decode()
    assert "In force" in one
    assert "No results from this data have been published yet." in one


def test_no_signer_and_no_contact_is_public(client: Client, person: object) -> None:
    _load(person(), "RC-DSA-01")  # type: ignore[operator]
    from cairn.governance.agreements.facts import load_agreement_fact
    from cairn.governance.agreements.models import Agreement

    terms = load_agreement_fact(Agreement.objects.get())
    people = {p.signed_by for p in terms.parties} | {n for n, _mail in terms.delivery.contacts}
    assert people
    page = client.get(reverse("registers:agreement", args=["RC-DSA-01"])).content.decode()
    assert not [name for name in people if name and name in page]
    assert "@" not in page


def test_the_register_is_searched_filtered_and_downloaded(client: Client, person: object) -> None:
    by = person()  # type: ignore[operator]
    _load(by, "RC-DSA-01")
    _load(by, "RC-CON-02")
    address = reverse("registers:list")
    whole = client.get(address).content.decode()
    assert "RC-DSA-01" in whole
    assert "RC-CON-02" in whole
    searched = client.get(address, {"q": "rc-con-02"}).content.decode()
    assert reverse("registers:agreement", args=["RC-DSA-01"]) not in searched
    assert "1 of 2" in searched
    filtered = client.get(address, {"kind": "Data sharing agreement"}).content.decode()
    assert reverse("registers:agreement", args=["RC-CON-02"]) not in filtered
    file = client.get(address, {"download": "csv"})
    assert file["Content-Type"].startswith("text/csv")
    assert "RC-DSA-01" in file.content.decode()
    assert "<" not in file.content.decode()
