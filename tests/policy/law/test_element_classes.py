"""The law's own list of special elements and the data dictionary say the same."""

import pytest

from cairn.policy.law.element_classes import IMPERSONAL_RECORDS, find_special_class
from cairn.policy.law.element_names import find_identifier_hint, find_special_hints
from cairn.policy.vocabulary.data_use import IdentifierClass, SpecialClass
from cairn.warehouse.schema.elements import load_element_catalogue

ELEMENTS = [
    (f"{record.name}.{field.name}", field.special)
    for record in load_element_catalogue().values()
    for field in record.fields.values()
]


@pytest.mark.parametrize(("element", "special"), ELEMENTS)
def test_the_dictionary_marks_what_the_law_protects(element: str, special: str | None) -> None:
    assert find_special_class(element) == (special or None)


def test_records_about_nobody() -> None:
    assert {
        r.name for r in load_element_catalogue().values() if not (r.subject or r.anonymous)
    } == IMPERSONAL_RECORDS


@pytest.mark.parametrize(("element", "special"), ELEMENTS)
def test_no_name_of_the_catalogue_hints_at_another_law(element: str, special: str | None) -> None:
    # By its name an immunization is health information; as proof for a school it is less.
    allowed = {special, SpecialClass.HEALTH} if special == SpecialClass.IMMUNIZATION else {special}
    assert set(find_special_hints(element)) <= allowed


def test_no_name_of_the_catalogue_hints_at_an_identity_that_it_does_not_give() -> None:
    for record in load_element_catalogue().values():
        for field in record.fields.values():
            hint, _phrase = find_identifier_hint(field.element)
            assert hint is not IdentifierClass.DIRECT or field.identifier is IdentifierClass.DIRECT
