"""Writes: a dictionary is imported, and a person says how each element identifies."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.dictionaries.guessing import guess
from cairn.dictionaries.models import DataDictionary, DataElement
from cairn.dictionaries.reading import DataSet, Entry, Report, read
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.rules.actor import Actor
from cairn.rules.dictionary import may_change_dictionary
from cairn.rules.vocabulary import IdentifierClass, SpecialClass

_LONGEST_REASON = 400


@dataclass(frozen=True, slots=True)
class Imported:
    """The dictionaries an import made, one a data set, and what was odd in the file."""

    dictionaries: tuple[DataDictionary, ...]
    report: Report


@transaction.atomic
def import_dictionary(
    *,
    organization: Organization,
    name: str,
    content: bytes,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> Imported:
    """Put a provider's dictionary on record: a new version of each data set the file describes.

    What a person had confirmed of an element of the same name stays confirmed. Raises
    `BadDictionary` when the file is none; nothing is kept then.
    """
    decision = may_change_dictionary(organization.slug, who or actor(by), timezone.localdate(at))
    decision.require()
    found = read(name, content)
    digest = hashlib.sha256(content).hexdigest()
    made = []
    for data_set in found.data_sets:
        before = _newest(organization, data_set.name)
        row = DataDictionary.objects.create(
            organization=organization,
            data_set=data_set.name,
            version=(before.version if before else 0) + 1,
            file_name=name[:200],
            digest=digest,
            report={"counts": found.report.counts(), "rows": found.report.rows},
            imported_by=by,
            imported_at=at,
        )
        DataElement.objects.bulk_create(_elements(row, data_set, before))
        made.append(row)
        detail: dict[str, str | int] = {
            "organization": organization.slug,
            "version": row.version,
            "elements": len(data_set.entries),
            "sha256": digest,
        }
        audit.record("dictionary.imported", row, by=by, at=at, decision=decision, detail=detail)
    return Imported(tuple(made), found.report)


@transaction.atomic
def classify(
    *,
    element: DataElement,
    identifier: IdentifierClass,
    special: Collection[SpecialClass],
    matched: str = "",
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> None:
    """A person says how an element identifies, which law of its own protects it, and which element
    of Cairn's catalogue it is (``record.field``, or none)."""
    organization = element.dictionary.organization.slug
    decision = may_change_dictionary(organization, who or actor(by), timezone.localdate(at))
    decision.require()
    element.identifier = identifier.value
    element.special = sorted(kind.value for kind in special)
    element.matched = matched
    element.confirmed_by, element.confirmed_at = by, at
    element.save(update_fields=["identifier", "special", "matched", "confirmed_by", "confirmed_at"])
    detail: dict[str, str | int] = {"identifier": identifier.value}
    audit.record("element.classified", element, by=by, at=at, decision=decision, detail=detail)


@transaction.atomic
def confirm(
    *,
    dictionary: DataDictionary,
    elements: Iterable[int],
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> int:
    """A person has looked at these guesses and agrees. How many that were; those without one stay
    as they are."""
    organization = dictionary.organization.slug
    decision = may_change_dictionary(organization, who or actor(by), timezone.localdate(at))
    decision.require()
    rows = dictionary.elements.filter(pk__in=list(elements), confirmed_at__isnull=True)
    changed = rows.exclude(identifier="").update(confirmed_by=by, confirmed_at=at)
    detail: dict[str, str | int] = {"elements": changed}
    audit.record("dictionary.confirmed", dictionary, by=by, at=at, decision=decision, detail=detail)
    return changed


@transaction.atomic
def unconfirm(*, element: DataElement, by: User, at: datetime, who: Actor | None = None) -> None:
    """Take a confirmation back: the element counts as identifying again."""
    organization = element.dictionary.organization.slug
    decision = may_change_dictionary(organization, who or actor(by), timezone.localdate(at))
    decision.require()
    element.confirmed_by, element.confirmed_at = None, None
    element.save(update_fields=["confirmed_by", "confirmed_at"])
    audit.record("element.unconfirmed", element, by=by, at=at, decision=decision)


def _newest(organization: Organization, data_set: str) -> DataDictionary | None:
    rows = DataDictionary.objects.filter(organization=organization, data_set=data_set)
    version = rows.aggregate(newest=Max("version"))["newest"]
    return rows.filter(version=version).prefetch_related("elements").first()


def _elements(
    row: DataDictionary, data_set: DataSet, before: DataDictionary | None
) -> list[DataElement]:
    known = {e.name.casefold(): e for e in before.elements.all()} if before else {}
    return [_element(row, entry, known.get(entry.name.casefold())) for entry in data_set.entries]


def _element(row: DataDictionary, entry: Entry, before: DataElement | None) -> DataElement:
    guessed = guess(entry.name, entry.definition, row.data_set)
    element = DataElement(
        dictionary=row,
        position=entry.row,
        name=entry.name,
        definition=entry.definition,
        kind=entry.kind,
        kind_as_written=entry.kind_as_written[:200],
        values=entry.values,
        first_year=entry.first_year,
        last_year=entry.last_year,
        years_as_written=entry.years_as_written[:200],
        matched=guessed.matched,
        identifier=guessed.identifier.value if guessed.identifier else "",
        special=sorted(kind.value for kind in guessed.special),
        guessed_because=", ".join(guessed.because)[:_LONGEST_REASON],
        ladder=list(guessed.ladder),
    )
    if before is not None and before.confirmed_at is not None:
        element.identifier, element.special = before.identifier, before.special
        element.matched = before.matched
        element.confirmed_by, element.confirmed_at = before.confirmed_by, before.confirmed_at
    return element
