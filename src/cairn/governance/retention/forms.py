"""Forms for destruction."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.governance.partners.api import Organization
from cairn.policy.facts import AgreementFact


class DestructionDemandForm(forms.Form):
    """Which data to destroy, and by which day. A reason is optional."""

    what = forms.ChoiceField(label=_("Data owner and agreement"))
    due = forms.DateField(
        label=_("Destroy by"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The last day on which the recipient may hold the data."),
    )
    why = forms.CharField(
        label=_("Reason"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("You do not have to give a reason. Do not write about a child here."),
    )

    def __init__(
        self, *args: Any, choices: Sequence[tuple[AgreementFact, Organization]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._choices = {
            f"{agreement.reference}|{organization.slug}": (agreement, organization)
            for agreement, organization in choices
        }
        data_field = self.fields["what"]
        assert isinstance(data_field, forms.ChoiceField)  # noqa: S101 - as declared above
        data_field.choices = [
            (key, f"{owner.name}: {terms.reference}, {terms.title}")
            for key, (terms, owner) in self._choices.items()
        ]

    @property
    def chosen_terms(self) -> tuple[AgreementFact, Organization]:
        """The chosen agreement and owner, once the form is valid."""
        return self._choices[self.cleaned_data["what"]]


class CertificateDisputeForm(forms.Form):
    """Why a certificate is not accepted."""

    why = forms.CharField(
        label=_("What is wrong with the certificate?"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Do not write about a child here."),
    )
