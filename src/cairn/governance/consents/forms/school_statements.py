"""Define the forms in which a school says what its records hold. No message repeats an id."""

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cairn.governance.consents.forms.opt_outs import ChildIdsField
from cairn.governance.consents.models.child import Child, Says, Subject
from cairn.governance.consents.plain_language import expand_choices, list_choice_groups
from cairn.governance.partners.api import Organization
from cairn.policy.vocabulary import OrganizationKind


class _SchoolForm(forms.Form):
    """A form about the children of one school."""

    organization: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("School or district"), queryset=Organization.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ModelChoiceField[Organization]", self.fields["organization"])
        choice.queryset = organizations


class StatementForm(_SchoolForm):
    """What a school declares about all its children at once."""

    subject = forms.ChoiceField(label=_("Subject"), choices=Subject.choices)
    says = forms.ChoiceField(
        label=_("Declaration"),
        choices=Says.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Until you declare this, or if you do not know, Cairn does not use student data that "
            "depend on it."
        ),
    )


class NationsForm(_SchoolForm):
    """Children and the tribal nations that they belong to."""

    nations: forms.ModelMultipleChoiceField[Organization] = forms.ModelMultipleChoiceField(
        label=_("Tribal nations"),
        queryset=Organization.objects.filter(kind=OrganizationKind.TRIBAL_NATION.value),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "If you select none, Cairn records that these students belong to no Tribal nation. "
            "This replaces earlier entries."
        ),
    )
    local_ids = ChildIdsField()


class _WithheldElementsBase(forms.Form):
    """The elements that a school withholds."""

    elements = forms.MultipleChoiceField(
        label=_("Withheld data"),
        choices=list_choice_groups,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("If you select none, no data are withheld. This replaces earlier entries."),
    )

    @property
    def chosen_elements(self) -> frozenset[str]:
        """The chosen elements, in every record type that holds them."""
        return expand_choices(self.cleaned_data["elements"])

    def list_element_groups(self) -> Iterator[tuple[Any, int, list[tuple[str, Any, bool]]]]:
        """Yield each group: title, number chosen, and rows of value, words and whether chosen."""
        chosen = set(self["elements"].value() or ())
        for title, choices in list_choice_groups():
            rows = [(value, description, value in chosen) for value, description in choices]
            yield title, sum(is_chosen for *_row, is_chosen in rows), rows


class WithheldElementsForm(_SchoolForm, _WithheldElementsBase):
    """Children and the elements that the school withholds for them."""

    local_ids = ChildIdsField()
    field_order = ("organization", "elements", "local_ids")


class ChildDeclarationForm(_WithheldElementsBase):
    """What a school declares about one child."""

    nations: forms.ModelMultipleChoiceField[Organization] = forms.ModelMultipleChoiceField(
        label=_("Tribal nations"),
        queryset=Organization.objects.filter(kind=OrganizationKind.TRIBAL_NATION.value),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "If you select none, Cairn records that the student belongs to no Tribal nation."
        ),
    )
    field_order = ("nations", "elements")

    def __init__(self, posted: QueryDict | None, *, child: Child) -> None:
        withheld = frozenset(child.withheld or ())
        chosen = [
            value
            for _title, options in list_choice_groups()
            for value, _description in options
            if expand_choices([value]) <= withheld
        ]
        nations = Organization.objects.filter(slug__in=child.nations or ())
        super().__init__(posted, initial={"nations": nations, "elements": chosen})
        self._other = withheld - expand_choices(chosen)

    @property
    def chosen_elements(self) -> frozenset[str]:
        """The chosen elements, and recorded elements that no choice represents by itself."""
        return super().chosen_elements | self._other
