"""People to choose from: by name and by where they work. Nobody's address is shown for it."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet

from cairn.accounts.models import User

if TYPE_CHECKING:
    One = forms.ModelChoiceField[User]
    Many = forms.ModelMultipleChoiceField[User]
else:  # Django's fields are generic for the type checker alone.
    One, Many = forms.ModelChoiceField, forms.ModelMultipleChoiceField


def everybody() -> QuerySet[User]:
    """All who may sign in, by name, with the organizations that they act for."""
    people = User.objects.filter(is_active=True).order_by("name", "pk")
    return people.prefetch_related("affiliations__organization")


class PersonField(One):
    """One of them."""

    def label_from_instance(self, obj: Any) -> str:
        return _named(obj)


class PeopleField(Many):
    """Any of them."""

    def label_from_instance(self, obj: Any) -> str:
        return _named(obj)


def _named(user: User) -> str:
    places = dict.fromkeys(held.organization.name for held in user.affiliations.all())
    return ", ".join((user.name, *places))
