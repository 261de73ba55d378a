"""Define form fields that choose people by name and organization, without e-mail addresses."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet

from cairn.platform.accounts.api import User

if TYPE_CHECKING:
    _SingleChoiceField = forms.ModelChoiceField[User]
    _MultipleChoiceField = forms.ModelMultipleChoiceField[User]
else:  # Django's fields are generic for the type checker alone.
    _SingleChoiceField, _MultipleChoiceField = (
        forms.ModelChoiceField,
        forms.ModelMultipleChoiceField,
    )


def list_active_users() -> QuerySet[User]:
    """List active users by name, with the organizations that they act for."""
    people = User.objects.filter(is_active=True).order_by("name", "pk")
    return people.prefetch_related("affiliations__organization")


class PersonField(_SingleChoiceField):
    """Choose one person."""

    def label_from_instance(self, obj: Any) -> str:
        """Label a person by name and organizations."""
        return _label_person(obj)


class PeopleField(_MultipleChoiceField):
    """Choose any number of people."""

    def label_from_instance(self, obj: Any) -> str:
        """Label a person by name and organizations."""
        return _label_person(obj)


def _label_person(user: User) -> str:
    organization_names = dict.fromkeys(
        affiliation.organization.name for affiliation in user.affiliations.all()
    )
    return ", ".join((user.name, *organization_names))
