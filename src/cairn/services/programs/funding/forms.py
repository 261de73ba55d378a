"""Forms to record who funds a program, and to end a funding."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.governance.partners.api import Organization
from cairn.services.programs.forms import build_date_input


class ProgramFundingForm(forms.Form):
    """Which organization funds a program, and when."""

    funder = forms.ModelChoiceField(
        label=_("Funder"), queryset=Organization.objects.none(), empty_label=_("Choose")
    )
    starts = forms.DateField(label=_("First day"), widget=build_date_input())
    ends = forms.DateField(
        label=_("Last day"),
        widget=build_date_input(),
        required=False,
        help_text=_("Leave it empty while no end is set."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organizations: Any = self.fields["funder"]
        organizations.queryset = Organization.objects.order_by("name")


class FundingEndForm(forms.Form):
    """The last day of a funding."""

    ends = forms.DateField(
        label=_("Last day"),
        widget=build_date_input(),
        help_text=_(
            "If it was recorded by mistake, enter the day before its first day: then it counts on "
            "no day."
        ),
    )
