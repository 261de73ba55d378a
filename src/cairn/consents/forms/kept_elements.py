"""What a school can keep back for a child, in the words of its page: the usual things first.

Many elements are in several kinds of records, such as a child's first name. A choice without a dot
stands for such an element wherever it is, so that no words come twice and none is forgotten.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from cairn.rules.element import ADDRESS_FIELDS
from cairn.warehouse.elements import Field, catalogue

ADDRESS: Final = "address"
_USUAL: Final[Mapping[str, Any]] = {
    ADDRESS: _("The home address: street, town and ZIP code"),
    "phone": _("Telephone numbers of the family"),
    "email": _("E-mail addresses"),
    "guardian_name": _("Names of parents and guardians"),
}
_ELSEWHERE: Final = ADDRESS_FIELDS | _USUAL.keys()

Group = tuple[Any, list[tuple[str, Any]]]


def address() -> frozenset[str]:
    """Every element that says where a child lives."""
    return frozenset(f.element for f in _fields() if f.name in ADDRESS_FIELDS)


def meant(chosen: Iterable[str]) -> frozenset[str]:
    """The elements for which these choices stand."""
    return frozenset(element for one in chosen for element in _meant(one))


def groups() -> list[Group]:
    """The choices: the usual ones, what is in several kinds of records, then each kind's own."""
    own = [
        (record.title, [(f.element, f.description) for f in record.fields.values() if _own(f)])
        for record in catalogue().values()
        if record.subject
    ]
    return [
        (_("The usual ones"), list(_USUAL.items())),
        (_("What is in several kinds of records"), list(_shared().items())),
        *((title, choices) for title, choices in own if choices),
    ]


def _meant(one: str) -> frozenset[str]:
    if one == ADDRESS:
        return address()
    return frozenset(f.element for f in _fields() if one in {f.name, f.element})


def _own(field: Field) -> bool:
    return field.name not in _ELSEWHERE and field.name not in _shared()


@cache
def _shared() -> Mapping[str, str]:
    """Name → words, of what several kinds of records hold and describe in the same words."""
    said: dict[str, list[str]] = defaultdict(list)
    for field in _fields():
        said[field.name].append(field.description)
    return {
        name: words[0]
        for name, words in said.items()
        if name not in _ELSEWHERE and len(words) > 1 and len(set(words)) == 1
    }


def _fields() -> Iterator[Field]:
    """Every element that is about a child."""
    for record in catalogue().values():
        if record.subject:
            yield from record.fields.values()
