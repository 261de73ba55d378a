"""A family's phone: opens the page with a letter's code."""

from datetime import date, timedelta

from django.test import Client
from django.utils import timezone
from tests.governance.consents.sample_consents import BORN, World

from cairn.governance.consents.protected_identity import ChildLabel
from cairn.services.families.actions import PrintedLetter, print_letters


def letter(
    world: World, local_id: str = "S-1", *, born: date = BORN, language: str = "en"
) -> PrintedLetter:
    """A letter that the district prints for one child."""
    now = timezone.localtime()
    (printed,) = print_letters(
        organization=world.river,
        children=[(ChildLabel(local_id, f"Child {local_id}", born), language)],
        expires_on=now.date() + timedelta(days=30),
        by=world.steward,
        at=now,
    )
    return printed


def phone(code: str) -> Client:
    """A browser in which the code was typed."""
    client = Client()
    answer = client.post("/family/", {"code": code})
    assert answer.status_code == 302, answer.status_code
    return client
