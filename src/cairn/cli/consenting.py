"""What `cairn consent` does."""

import json
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone

from cairn.cli.handed_in import text_in
from cairn.cli.voice import Unusable, Voice
from cairn.consents import iso_27560, paper
from cairn.consents.actions import recording, revoking
from cairn.consents.models import Consent, ConsentForm
from cairn.consents.queries import consents as queries
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.partners.operator import operator
from cairn.rules.actor import Actor


@dataclass(frozen=True, slots=True)
class Papers:
    """A list of papers, the form that was signed, who collected them, and perhaps a scan."""

    file: Path
    form: str
    collector: str
    scan: Path | None


def put_on_record(voice: Voice, said: Papers, acting: str | None) -> None:
    """Record the list, or tell every mistake in it by row and column."""
    by, at = operator(acting), timezone.localtime()
    form, collector = _form(said.form), organization(said.collector)
    found = paper.read(said.file.name, said.file.read_bytes(), form.records, timezone.localdate(at))
    if found.mistakes:
        voice.found()
        voice.facts["mistakes"] = [
            {"row": m.row, "column": m.column, "message": m.message} for m in found.mistakes
        ]
        voice.aside(f"{len(found.mistakes)} things are wrong. Nothing was saved.")
        for mistake in found.mistakes:
            voice.aside(f"  {mistake}")
        return
    sitting = recording.record_papers(
        form=form,
        collected_by=collector,
        papers=found.papers,
        by=by,
        at=at,
        scan=said.scan.read_bytes() if said.scan else b"",
    )
    answers = sitting.consents.count()
    voice.facts["answers"] = answers
    voice.plain(f"{answers} answers are on record. The district verifies them before they count.")


def take_back(voice: Voice, reference: str, file: Path, acting: str | None) -> None:
    """Take one consent back, in the name that a file holds."""
    by, at = operator(acting), timezone.localtime()
    row = _consent(reference, actor(by))
    name = text_in(file, "Write into a file who takes the consent back.").strip()
    if not name:
        raise Unusable(f"{file}: there is no name in it. Write who takes the consent back.")
    revoking.revoke(consent=row, name=name, by=by, at=at)
    voice.facts["revoked"] = reference
    voice.plain("The consent was taken back. Nothing new is shared on it from now on.")


def exported(voice: Voice, reference: str, acting: str | None) -> None:
    """Print the record of one consent as JSON."""
    row = _consent(reference, actor(operator(acting)))
    (read,) = queries.read([row], timezone.localdate())
    record = dict(iso_27560.record(row, read.standing))
    voice.facts.update(record)
    voice.plain(json.dumps(record, indent=2))


def organization(slug: str) -> Organization:
    """The partner of this short name. Raises `Unusable` with those there are."""
    row = Organization.objects.filter(slug=slug).first()
    if row is None:
        known = ", ".join(Organization.objects.values_list("slug", flat=True)) or "none yet"
        raise Unusable(f"--from: nobody here is called “{slug}”. Partners: {known}.")
    return row


def _form(named: str) -> ConsentForm:
    owner, _slash, slug = named.partition("/")
    offered = ConsentForm.objects.filter(retired_at=None)
    row = offered.filter(organization__slug=owner, slug=slug).first()
    if row is None:
        known = ", ".join(f"{f.organization.slug}/{f.slug}" for f in offered) or "none yet"
        raise Unusable(f"--form: there is no form “{named}”. Forms on offer: {known}.")
    return row


def _consent(reference: str, who: Actor) -> Consent:
    """One consent that this person may see."""
    row = queries.consents(who, timezone.localdate()).filter(reference=reference).first()
    if row is None:
        raise Unusable(f"There is no consent “{reference}” among those you may see.")
    return row
