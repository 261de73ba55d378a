"""What `cairn family letters` does."""

import os
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from cairn.cli.consenting import organization
from cairn.cli.handed_in import text_in
from cairn.cli.voice import Unusable, Voice
from cairn.families.actions import print_letters
from cairn.families.forms import WEEKS, addressed
from cairn.families.letters import drawn
from cairn.partners.operator import operator

_STYLES = ("web/cairn.css", "families/family.css")


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whose families are written to, where their page is, and where the letters go."""

    file: Path
    organization: str
    address: str
    to: Path
    until: date | None


def invite(voice: Voice, said: Invitation, acting: str | None) -> None:
    """Write the letters into one file that only its owner can read."""
    by, at = operator(acting), timezone.localtime()
    district = organization(said.organization)
    text = text_in(said.file, "Write one child a line into a file.")
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise Unusable(f"{said.file}: there is no child in it. Write one a line.")
    if not said.address.startswith(("https://", "http://")):
        raise Unusable("--address: write it with https:// in front, as a browser needs it.")
    last_day = said.until or timezone.localdate(at) + timedelta(weeks=WEEKS)
    handle = os.open(said.to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        printed = print_letters(
            organization=district,
            children=[addressed(line) for line in lines],
            expires_on=last_day,
            by=by,
            at=at,
        )
        page = said.address.rstrip("/") + reverse("families:enter")
        made = drawn(printed, district.name, page)
        out.write(render_to_string("families/letters.html", {"letters": made, "css": _css()}))
    voice.facts.update(letters=len(made), expires_on=last_day.isoformat())
    voice.plain(f"{len(made)} letters are in {said.to}. Print them, then delete the file.")


def _css() -> str:
    """The styles of the page, which a file on its own has to carry."""
    found = (finders.find(name) for name in _STYLES)
    return "\n".join(Path(str(path)).read_text("utf-8") for path in found if path)
