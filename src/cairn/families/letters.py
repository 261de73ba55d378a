"""Letters to families, each in its language, with a code to type and one for a phone's camera."""

from collections.abc import Iterable
from urllib.parse import urlencode

import segno
from django.template.loader import render_to_string
from django.utils import translation

from cairn.families.actions import Printed


def drawn(letters: Iterable[Printed], organization: str, address: str) -> list[str]:
    """Each letter as HTML. `address` is where the family page is, with its scheme and host."""
    return [_letter(letter, organization, address) for letter in letters]


def _letter(letter: Printed, organization: str, address: str) -> str:
    query = urlencode({"lang": letter.language, "code": letter.code})
    square = segno.make(f"{address}?{query}", error="m", micro=False)
    with translation.override(letter.language):
        return render_to_string(
            "families/parts/letter.html",
            {
                "letter": letter,
                "organization": organization,
                "address": address,
                "square": square.svg_data_uri(scale=4, border=2),
            },
        )
