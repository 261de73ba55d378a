"""Define the forms of a breach record."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.governance.agreements.api import Agreement
from cairn.governance.breaches.actions import DiscoveredBreach
from cairn.governance.breaches.models import BREACH_KINDS
from cairn.governance.partners.api import Organization
from cairn.policy.vocabulary import BreachKind


class BreachForm(forms.Form):
    """A breach as it was discovered."""

    organization: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("Where it happened"), queryset=Organization.objects.none(), empty_label=None
    )
    agreement: forms.ModelChoiceField[Agreement] = forms.ModelChoiceField(
        label=_("Agreement that the data came under"),
        queryset=Agreement.objects.none(),
        to_field_name="reference",
    )
    kind = forms.ChoiceField(
        label=_("What happened"), choices=BREACH_KINDS, widget=forms.RadioSelect
    )
    discovered_at = forms.DateTimeField(
        label=_("Discovered"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    described = forms.CharField(
        label=_("Describe it"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Which data, how, and what you did at once. Without the name of a student."),
    )
    students = forms.IntegerField(
        label=_("Number of students"),
        required=False,
        min_value=0,
        help_text=_("Leave it empty while you do not know."),
    )

    def __init__(
        self,
        *args: Any,
        organizations: QuerySet[Organization],
        agreements: QuerySet[Agreement],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        place = cast("forms.ModelChoiceField[Organization]", self.fields["organization"])
        place.queryset = organizations
        basis = cast("forms.ModelChoiceField[Agreement]", self.fields["agreement"])
        basis.queryset = agreements

    def clean_discovered_at(self) -> Any:
        """Reject a time that has not come yet."""
        discovered_at = self.cleaned_data["discovered_at"]
        if discovered_at > timezone.now():
            raise forms.ValidationError(_("Enter a time that is not in the future."))
        return discovered_at

    def get_discovered(self) -> DiscoveredBreach:
        """Return the breach once the form is valid."""
        cleaned = {**self.cleaned_data, "kind": BreachKind(self.cleaned_data["kind"])}
        del cleaned["organization"]
        return DiscoveredBreach(**cleaned)


class BreachNoticeForm(forms.Form):
    """How a data owner was notified."""

    owner: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("Data owner"), queryset=Organization.objects.none(), to_field_name="slug"
    )
    how = forms.CharField(
        label=_("How"), max_length=200, help_text=_("For example: call to the superintendent.")
    )

    def __init__(self, *args: Any, owners: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ModelChoiceField[Organization]", self.fields["owner"])
        choice.queryset = owners


class BreachClosingForm(forms.Form):
    """What was done."""

    remedy = forms.CharField(
        label=_("What was done"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("How the data were secured, and how it is kept from happening again."),
    )
