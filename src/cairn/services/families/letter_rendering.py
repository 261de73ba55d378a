"""Render letters to families, each in its language, with a code to type and a QR code."""

from collections.abc import Iterable
from urllib.parse import urlencode

import segno
from django.template.loader import render_to_string
from django.utils import translation

from cairn.services.families.actions import PrintedLetter

__all__ = ["render_letters"]


def render_letters(letters: Iterable[PrintedLetter], organization: str, address: str) -> list[str]:
    """Render each letter as HTML.

    Args:
        letters: the printed letters with their codes.
        organization: name of the district that sends them.
        address: URL of the family page, with its scheme and host.
    Returns:
        One HTML fragment for each letter.
    """
    return [_render_letter(letter, organization, address) for letter in letters]


def _render_letter(letter: PrintedLetter, organization: str, address: str) -> str:
    query = urlencode({"lang": letter.language, "code": letter.code})
    qr_code = segno.make(f"{address}?{query}", error="m", micro=False)
    with translation.override(letter.language):
        return render_to_string(
            "families/parts/letter.html",
            {
                "letter": letter,
                "organization": organization,
                "address": address,
                "square": qr_code.svg_data_uri(scale=4, border=2),
            },
        )
