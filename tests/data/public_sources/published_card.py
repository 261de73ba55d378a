"""The invented report card that the tests of published tables upload."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

CARD = (
    b"School Year,Division Name,Subgroup,Pass Rate\n"
    b"2022 - 2023,Oak County,All Students,82.3\n"
    b"2022 - 2023,Oak County,Asian,GE95\n"
    b"2021-22,Oak County,Black,*\n"
    b"2021-22,Oak County,Hispanic,NA\n"
)
FORM = {
    "title": "Reading pass rates",
    "publisher": "State of Oak",
    "address": "https://oak.example/rates",
    "license": "Public domain",
    "as_of": "2023-06-30",
    "level": "district",
    "geography": "Oak County",
    "direction": "better",
}


def send_card(
    client: Client,
    content: bytes = CARD,
    name: str = "card.csv",
    replaces: int | None = None,
    **changed: str,
) -> Any:
    """Send the form of the upload page."""
    file = SimpleUploadedFile(name, content)
    query = "" if replaces is None else f"?replaces={replaces}"
    return client.post(reverse("public_sources:upload") + query, {**FORM, **changed, "file": file})


def list_card_roles(**changed: str) -> dict[str, str]:
    """List what each column of the card is, as the form of its columns sends it."""
    roles = {"column_0": "period", "column_1": "place", "column_2": "group"}
    return {**roles, "column_3": "estimate", **changed}


def read_page(response: Any) -> str:
    """Return the text of a page, with single spaces."""
    return " ".join(response.content.decode().split())
