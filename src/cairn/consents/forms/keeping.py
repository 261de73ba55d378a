"""Forms by which a school says what its records hold of its children. No message repeats an id."""

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cairn.consents.forms.kept_elements import groups, meant
from cairn.consents.forms.opt_outs import IdsField
from cairn.consents.models import Child, Says, Subject
from cairn.partners.models import Organization
from cairn.rules.vocabulary import OrganizationKind


class _OfSchool(forms.Form):
    """A form about the children of one school."""

    organization: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("School or district"), queryset=Organization.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ModelChoiceField[Organization]", self.fields["organization"])
        choice.queryset = organizations


class StatementForm(_OfSchool):
    """What a school says of all its children at once."""

    subject = forms.ChoiceField(label=_("About"), choices=Subject.choices)
    says = forms.ChoiceField(
        label=_("What you know"),
        choices=Says.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "While nobody has said, or nobody knows, nothing about your children is used that "
            "hangs on it."
        ),
    )


class NationsForm(_OfSchool):
    """Children and the tribal nations to which they belong."""

    nations: forms.ModelMultipleChoiceField[Organization] = forms.ModelMultipleChoiceField(
        label=_("Tribal nations"),
        queryset=Organization.objects.filter(kind=OrganizationKind.TRIBAL_NATION.value),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: they belong to none. It takes the place of what was recorded before."),
    )
    local_ids = IdsField()


class _KeptBack(forms.Form):
    """The elements that a school keeps back."""

    elements = forms.MultipleChoiceField(
        label=_("What is kept back"),
        choices=groups,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: nothing is. It takes the place of what was recorded before."),
    )

    @property
    def kept(self) -> frozenset[str]:
        """The elements chosen, each wherever it is."""
        return meant(self.cleaned_data["elements"])

    def kinds(self) -> Iterator[tuple[Any, int, list[tuple[str, Any, bool]]]]:
        """Each group's title, how many of it are chosen, and its choices: value, words, chosen."""
        chosen = set(self["elements"].value() or ())
        for title, choices in groups():
            rows = [(value, words, value in chosen) for value, words in choices]
            yield title, sum(picked for *_row, picked in rows), rows


class KeptBackForm(_OfSchool, _KeptBack):
    """Children and the elements that the school keeps back for them."""

    local_ids = IdsField()
    field_order = ("organization", "elements", "local_ids")


class OfChildForm(_KeptBack):
    """What a school says of one child."""

    nations: forms.ModelMultipleChoiceField[Organization] = forms.ModelMultipleChoiceField(
        label=_("Tribal nations"),
        queryset=Organization.objects.filter(kind=OrganizationKind.TRIBAL_NATION.value),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: the child belongs to none."),
    )
    field_order = ("nations", "elements")

    def __init__(self, sent: QueryDict | None, *, child: Child) -> None:
        kept = frozenset(child.withheld or ())
        chosen = [v for _title, some in groups() for v, _words in some if meant([v]) <= kept]
        nations = Organization.objects.filter(slug__in=child.nations or ())
        super().__init__(sent, initial={"nations": nations, "elements": chosen})
        self._other = kept - meant(chosen)

    @property
    def kept(self) -> frozenset[str]:
        """The elements chosen, and those on record that no choice here stands for by itself."""
        return super().kept | self._other
