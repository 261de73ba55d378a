"""Actions on data dictionaries: import one, and classify its elements."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cairn.governance.dictionaries.models import DataDictionary, DataElement
from cairn.governance.dictionaries.reader import entries
from cairn.governance.dictionaries.reader.class_guess import guess_element_class
from cairn.governance.partners.api import Organization
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, load_current_actor
from cairn.platform.audit.api import record_audit_event
from cairn.policy.engine import Permit
from cairn.policy.questions import may_change_data_dictionary
from cairn.policy.vocabulary import IdentifierClass, SpecialClass

__all__ = ["confirm_guessed_classes", "import_dictionary"]

_MAX_REASON_LENGTH = 400


@dataclass(frozen=True, slots=True)
class DictionaryImport:
    """The dictionaries that an import made, one per data set, and the report on the file."""

    dictionaries: tuple[DataDictionary, ...]
    report: entries.DictionaryReport


def _get_dictionary_owner(*, dictionary: DataDictionary) -> tuple[str]:
    return (dictionary.organization.slug,)


def _get_element_owner(*, element: DataElement) -> tuple[str]:
    return _get_dictionary_owner(dictionary=element.dictionary)


@transaction.atomic
def import_dictionary(
    *,
    organization: Organization,
    name: str,
    content: bytes,
    by: User,
    at: datetime,
    dictionary_file: entries.DictionaryFile | None = None,
) -> DictionaryImport:
    """Import a provider's dictionary: a new version of each data set that the file describes.

    A class that a person confirmed for an element of the same name and group stays confirmed.

    Args:
        organization: the provider.
        name: the file's name.
        content: the file's bytes (CSV or Excel).
        by: the user who acts.
        at: the moment of the action.
        dictionary_file: what `read_dictionary_file` read from `content`, where the caller has
            read it already; read here if omitted.

    Returns:
        The new dictionaries and the report.

    Raises:
        BadDictionary: the file is not a dictionary; nothing is stored.
        Refused: the policy does not allow it.
    """
    decision = may_change_data_dictionary(
        organization.slug, load_current_actor(by), timezone.localdate(at)
    )
    decision.require()
    dictionary_file = dictionary_file or entries.read_dictionary_file(name, content)
    digest = hashlib.sha256(content).hexdigest()
    rows = []
    for data_set in dictionary_file.data_sets:
        previous = _find_newest_dictionary(organization, data_set.name)
        row = DataDictionary.objects.create(
            organization=organization,
            data_set=data_set.name,
            version=(previous.version if previous else 0) + 1,
            file_name=name[:200],
            digest=digest,
            report={"counts": dictionary_file.report.counts(), "rows": dictionary_file.report.rows},
            imported_by=by,
            imported_at=at,
        )
        DataElement.objects.bulk_create(_build_elements(row, data_set, previous))
        rows.append(row)
        detail: dict[str, str | int] = {
            "organization": organization.slug,
            "version": row.version,
            "elements": len(data_set.entries),
            "sha256": digest,
        }
        record_audit_event(
            "dictionary.imported", row, by=by, at=at, decision=decision, detail=detail
        )
    return DictionaryImport(tuple(rows), dictionary_file.report)


@action("element.classified", asks=may_change_data_dictionary, facts=_get_element_owner)
def classify_element(
    permit: Permit,
    /,
    *,
    element: DataElement,
    identifier: IdentifierClass,
    special: Collection[SpecialClass],
    matched: str = "",
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Record how an element identifies a child, which law protects it, and its catalog name.

    Args:
        element: the element's row.
        identifier: whether it identifies a child directly, indirectly or not at all.
        special: the special classes that protect it.
        matched: the same element in Cairn's catalog (``record.field``), or empty.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    element.identifier = identifier.value
    element.special = sorted(kind.value for kind in special)
    element.matched = matched
    element.confirmed_by, element.confirmed_at = by, at
    element.save(update_fields=["identifier", "special", "matched", "confirmed_by", "confirmed_at"])
    detail: dict[str, str | int] = {"identifier": identifier.value}
    return ActionResult(subject=element, detail=detail)


@action("dictionary.confirmed", asks=may_change_data_dictionary, facts=_get_dictionary_owner)
def confirm_guessed_classes(
    permit: Permit,
    /,
    *,
    dictionary: DataDictionary,
    elements: Iterable[int],
    by: User,
    at: datetime,
) -> ActionResult[int]:
    """Confirm the guessed classes of elements; elements without a guess stay as they are.

    Args:
        dictionary: the dictionary's row.
        elements: primary keys of the elements that a person has looked at.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The number of elements confirmed.

    Raises:
        Refused: the policy does not allow it.
    """
    rows = dictionary.elements.filter(pk__in=list(elements), confirmed_at__isnull=True)
    changed = rows.exclude(identifier="").update(confirmed_by=by, confirmed_at=at)
    detail: dict[str, str | int] = {"elements": changed}
    return ActionResult(changed, subject=dictionary, detail=detail)


@action("element.unconfirmed", asks=may_change_data_dictionary, facts=_get_element_owner)
def withdraw_class_confirmation(
    permit: Permit, /, *, element: DataElement, by: User, at: datetime
) -> ActionResult[None]:
    """Withdraw a confirmation, so that the element counts as identifying again.

    Args:
        element: the element's row.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    element.confirmed_by, element.confirmed_at = None, None
    element.save(update_fields=["confirmed_by", "confirmed_at"])
    return ActionResult(subject=element)


def _find_newest_dictionary(organization: Organization, data_set: str) -> DataDictionary | None:
    rows = DataDictionary.objects.filter(organization=organization, data_set=data_set)
    version = rows.aggregate(newest=Max("version"))["newest"]
    return rows.filter(version=version).prefetch_related("elements").first()


def _build_elements(
    row: DataDictionary, data_set: entries.DictionaryDataSet, previous: DataDictionary | None
) -> list[DataElement]:
    elements_by_identity = (
        {
            (element.group.casefold(), element.name.casefold()): element
            for element in previous.elements.all()
        }
        if previous
        else {}
    )
    name_counts = Counter(entry.name.casefold() for entry in data_set.entries)
    return [
        _build_element(
            row,
            entry,
            elements_by_identity.get(entry.identity)
            or _find_ungrouped(elements_by_identity, entry, name_counts),
        )
        for entry in data_set.entries
    ]


def _find_ungrouped(
    elements: Mapping[tuple[str, str], DataElement],
    entry: entries.DictionaryEntry,
    name_counts: Mapping[str, int],
) -> DataElement | None:
    """Find the element of an earlier version without groups, if only one entry has its name."""
    name = entry.name.casefold()
    return elements.get(("", name)) if name_counts[name] == 1 else None


def _build_element(
    row: DataDictionary, entry: entries.DictionaryEntry, previous_element: DataElement | None
) -> DataElement:
    class_guess = guess_element_class(entry.name, entry.definition, row.data_set, entry.group)
    element = DataElement(
        dictionary=row,
        position=entry.row,
        name=entry.name,
        group=entry.group,
        definition=entry.definition,
        kind=entry.kind,
        kind_as_written=entry.kind_as_written[:200],
        values=entry.values,
        first_year=entry.first_year,
        last_year=entry.last_year,
        years_as_written=entry.years_as_written[:200],
        matched=class_guess.matched,
        identifier=class_guess.identifier.value if class_guess.identifier else "",
        special=sorted(kind.value for kind in class_guess.special),
        guessed_because=", ".join(class_guess.because)[:_MAX_REASON_LENGTH],
        ladder=list(class_guess.ladder),
    )
    if previous_element is not None and previous_element.confirmed_at is not None:
        element.identifier, element.special = previous_element.identifier, previous_element.special
        element.matched = previous_element.matched
        element.confirmed_by, element.confirmed_at = (
            previous_element.confirmed_by,
            previous_element.confirmed_at,
        )
    return element
