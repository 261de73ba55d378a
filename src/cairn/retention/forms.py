"""Forms of destruction."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.partners.models import Organization
from cairn.rules.agreement import Agreement


class DemandForm(forms.Form):
    """Which data, and by which day. No reason has to be given."""

    what = forms.ChoiceField(label=_("Whose data, under which agreement"))
    due = forms.DateField(
        label=_("To be destroyed by"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The last day on which the recipient may still hold it."),
    )
    why = forms.CharField(
        label=_("Reason"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("You need not give one. Never write about a child here."),
    )

    def __init__(
        self, *args: Any, choices: Sequence[tuple[Agreement, Organization]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._choices = {f"{a.reference}|{o.slug}": (a, o) for a, o in choices}
        field = self.fields["what"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - as declared above
        field.choices = [
            (key, f"{owner.name}: {terms.reference}, {terms.title}")
            for key, (terms, owner) in self._choices.items()
        ]

    @property
    def chosen(self) -> tuple[Agreement, Organization]:
        """The agreement and the owner; once the form is valid."""
        return self._choices[self.cleaned_data["what"]]


class DisputeForm(forms.Form):
    """Why a certificate is not accepted."""

    why = forms.CharField(
        label=_("What is wrong with it?"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Never write about a child here."),
    )
