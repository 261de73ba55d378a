"""List what a school can withhold for a child, in plain words, usual choices first.

Many elements are in several record types, such as a child's first name. A choice without a dot
means the element in every record type, so that no choice appears twice and none is missed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from cairn.policy.law import ADDRESS_FIELDS
from cairn.warehouse.schema import ElementField, load_element_catalogue

__all__ = ["ADDRESS_CHOICE", "list_address_elements"]

ADDRESS_CHOICE: Final = "address"

_USUAL_CHOICES: Final[Mapping[str, Any]] = {
    ADDRESS_CHOICE: _("The home address: street, town and ZIP code"),
    "phone": _("Telephone numbers of the family"),
    "email": _("E-mail addresses"),
    "guardian_name": _("Names of parents and guardians"),
}

_LISTED_FIELDS: Final = ADDRESS_FIELDS | _USUAL_CHOICES.keys()
ChoiceGroup = tuple[Any, list[tuple[str, Any]]]


def list_address_elements() -> frozenset[str]:
    """List every data element that says where a child lives.

    Returns:
        The elements, such as `student.street`.
    """
    return frozenset(
        field.element for field in _iterate_child_fields() if field.name in ADDRESS_FIELDS
    )


def expand_choices(chosen: Iterable[str]) -> frozenset[str]:
    """Return the data elements that these choices mean."""
    return frozenset(element for choice in chosen for element in _expand_choice(choice))


def list_choice_groups() -> list[ChoiceGroup]:
    """List the choices: usual ones, those in several record types, then each type's own."""
    own_choices = [
        (
            record.title,
            [
                (field.element, field.description)
                for field in record.fields.values()
                if _is_own_field(field)
            ],
        )
        for record in load_element_catalogue().values()
        if record.subject
    ]
    return [
        (_("The usual ones"), list(_USUAL_CHOICES.items())),
        (_("What is in several kinds of records"), list(_map_shared_fields().items())),
        *((title, choices) for title, choices in own_choices if choices),
    ]


def _expand_choice(choice: str) -> frozenset[str]:
    if choice == ADDRESS_CHOICE:
        return list_address_elements()
    return frozenset(
        field.element for field in _iterate_child_fields() if choice in {field.name, field.element}
    )


def _is_own_field(field: ElementField) -> bool:
    return field.name not in _LISTED_FIELDS and field.name not in _map_shared_fields()


@cache
def _map_shared_fields() -> Mapping[str, str]:
    """Return name → description of fields that several record types describe in the same words."""
    descriptions: dict[str, list[str]] = defaultdict(list)
    for field in _iterate_child_fields():
        descriptions[field.name].append(field.description)
    return {
        name: texts[0]
        for name, texts in descriptions.items()
        if name not in _LISTED_FIELDS and len(texts) > 1 and len(set(texts)) == 1
    }


def _iterate_child_fields() -> Iterator[ElementField]:
    """Yield every data element that is about a child."""
    for record in load_element_catalogue().values():
        if record.subject:
            yield from record.fields.values()
