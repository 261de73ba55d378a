"""What `cairn consent state|nations|keep-back` do: a school speaks of its own children."""

import re
from collections.abc import Sequence
from pathlib import Path

from django.utils import timezone

from cairn.cli.consenting import organization
from cairn.cli.handed_in import text_in
from cairn.cli.voice import Unusable, Voice
from cairn.consents.actions import keeping
from cairn.consents.forms.kept_elements import ADDRESS, address
from cairn.consents.models import Says, Subject
from cairn.partners.models import Organization
from cairn.partners.operator import operator
from cairn.rules.vocabulary import OrganizationKind
from cairn.warehouse.elements import catalogue


def put_statement(voice: Voice, school: str, about: str, says: str, acting: str | None) -> None:
    """Put on record what a school says of all its children at once."""
    if about not in Subject.values:
        raise Unusable(f"Write what it is about: {' or '.join(Subject.values)}.")
    if says not in Says.values:
        raise Unusable(f"Write what the school says: {', '.join(Says.values)}.")
    by, at = operator(acting), timezone.localtime()
    subject, said = Subject(about), Says(says)
    keeping.state(organization=organization(school), subject=subject, says=said, by=by, at=at)
    voice.facts.update(organization=school, about=about, says=says)
    voice.plain(f"{subject.label}: {said.label}. It counts from now on.")


def put_nations(
    voice: Voice, school: str, file: Path, slugs: Sequence[str], acting: str | None
) -> None:
    """Put on record to which tribal nations the children in a file belong."""
    by, at = operator(acting), timezone.localtime()
    n = keeping.record_nations(
        organization=organization(school),
        local_ids=_ids(file),
        nations=[_nation(slug) for slug in slugs],
        by=by,
        at=at,
    )
    _told(voice, n)


def put_kept_back(
    voice: Voice, school: str, file: Path, named: Sequence[str], acting: str | None
) -> None:
    """Put on record what is kept back for the children in a file."""
    by, at = operator(acting), timezone.localtime()
    n = keeping.keep_back(
        organization=organization(school),
        local_ids=_ids(file),
        elements=_elements(named),
        by=by,
        at=at,
    )
    _told(voice, n)


def _told(voice: Voice, n: int) -> None:
    voice.facts["children"] = n
    voice.plain(f"It is on record for {n} {'child' if n == 1 else 'children'}.")


def _ids(file: Path) -> list[str]:
    text = text_in(file, "Write one local id a line into a file.")
    found = [one.strip() for one in re.split(r"[\n,;\t]+", text) if one.strip()]
    if not found:
        raise Unusable(f"{file}: there is no id in it. Write one local id a line.")
    return found


def _nation(slug: str) -> Organization:
    nations = Organization.objects.filter(kind=OrganizationKind.TRIBAL_NATION.value)
    row = nations.filter(slug=slug).first()
    if row is None:
        known = ", ".join(nations.values_list("slug", flat=True)) or "none yet"
        raise Unusable(f"--nation: no tribal nation is called “{slug}”. Nations: {known}.")
    return row


def _elements(named: Sequence[str]) -> frozenset[str]:
    """The elements named; the home address stands for each part of it."""
    known = {f.element for r in catalogue().values() if r.subject for f in r.fields.values()}
    chosen = set(named)
    if unknown := chosen - known - {ADDRESS}:
        raise Unusable(
            f"--element: there is no element “{min(unknown)}” about children. Write one like "
            f"student.street, or {ADDRESS}."
        )
    return frozenset(chosen - {ADDRESS}) | (address() if ADDRESS in chosen else frozenset())
