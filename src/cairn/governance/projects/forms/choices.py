"""List what people choose from in the forms of projects.

People are chosen by name and organization, without e-mail addresses.
"""

from operator import itemgetter
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet

from cairn.governance.agreements.api import Agreement
from cairn.governance.dictionaries.api import load_current_dictionaries
from cairn.governance.projects.flow_files import load_flow_texts, parse_flow
from cairn.governance.projects.models.project import Version
from cairn.platform.accounts.api import User
from cairn.policy.checks import find_flow_findings
from cairn.warehouse.schema import describe_element, load_element_catalogue


def list_flow_choices() -> list[tuple[str, str]]:
    """List every available workflow with what it lacks of Cairn's own, which comes first."""
    parsed = [parse_flow(text) for text in load_flow_texts().values()]
    choices = [
        (flow.name, " ".join((f"{flow.title}. {flow.about}", *find_flow_findings(flow))))
        for flow in parsed
    ]
    return sorted(choices, key=lambda choice: (choice[0] != "cairn", choice))


def list_agreement_choices(*, pilot: bool = False) -> list[tuple[str, str]]:
    """List the agreements that a project can use: those of pilots, or all others."""
    # An agreement with parts discloses nothing as a whole: a project names its parts.
    rows = Agreement.objects.filter(pilot=pilot, parts__isnull=True).order_by("reference")
    return [(row.reference, f"{row.reference}: {row.title}") for row in rows]


def list_requestable_elements(version: Version) -> list[tuple[str, str]]:
    """List the elements of the owners' dictionaries; without any, those of Cairn's own catalog.

    Elements that are already selected stay in the list, so that a changed dictionary removes
    nothing without notice.
    """
    owners = list(version.providers.values_list("slug", flat=True))
    owner_dictionaries = load_current_dictionaries(*owners) if owners else ()
    offered = {
        element.name: f"{describe_element(element.name)} ({element.definition})"
        if element.definition
        else describe_element(element.name)
        for dictionary in owner_dictionaries
        for element in dictionary.elements
    }
    if not offered:
        offered = {
            field.element: describe_element(field.element)
            for record in load_element_catalogue().values()
            for field in record.fields.values()
        }
    selected = {element.name: describe_element(element.name) for element in version.elements.all()}
    return sorted((selected | offered).items(), key=itemgetter(1))


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
