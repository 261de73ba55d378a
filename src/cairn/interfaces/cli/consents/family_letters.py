"""Run `cairn family letters`."""

import os
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from cairn.governance.partners.api import find_operator
from cairn.interfaces.cli.command_files import read_input_text
from cairn.interfaces.cli.consents.consent_records import find_partner_by_slug
from cairn.interfaces.cli.output import CommandOutput, CommandUsageError
from cairn.services.families import api as families_api

_STYLESHEETS = ("web/cairn.css", "families/family.css")


@dataclass(frozen=True, slots=True)
class FamilyLetterOptions:
    """Hold the list of children, the district, the address of the page, and the file to write."""

    file: Path
    organization: str
    address: str
    to: Path
    until: date | None


def write_family_letters(
    output: CommandOutput, options: FamilyLetterOptions, acting_email: str | None
) -> None:
    """Write the letters into one file that only its owner can read."""
    by, at = find_operator(acting_email), timezone.localtime()
    district = find_partner_by_slug(options.organization)
    text = read_input_text(options.file, "Write one child per line.")
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise CommandUsageError(f"{options.file}: the file has no child. Write one per line.")
    if not options.address.startswith(("https://", "http://")):
        raise CommandUsageError("--address: start it with https://.")
    expires_on = options.until or timezone.localdate(at) + timedelta(
        weeks=families_api.DEFAULT_LETTER_WEEKS
    )
    descriptor = os.open(options.to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        printed = families_api.print_letters(
            organization=district,
            children=[families_api.parse_letter_line(line) for line in lines],
            expires_on=expires_on,
            by=by,
            at=at,
        )
        page_address = options.address.rstrip("/") + reverse("families:enter")
        letters = families_api.render_letters(printed, district.name, page_address)
        out.write(
            render_to_string(
                "families/letters.html", {"letters": letters, "css": _read_stylesheets()}
            )
        )
    output.facts.update(letters=len(letters), expires_on=expires_on.isoformat())
    output.print_text(
        f"Wrote {len(letters)} letters to {options.to}. Print them, then delete the file."
    )


def _read_stylesheets() -> str:
    """Read the styles of the page, which a separate file has to contain."""
    paths = (finders.find(name) for name in _STYLESHEETS)
    return "\n".join(Path(str(path)).read_text("utf-8") for path in paths if path)
