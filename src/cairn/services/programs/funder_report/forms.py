"""The form of the bands of hours by which a program counts its children."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.services.programs.dosage import is_band_list


class HourBandsForm(forms.Form):
    """The bands of hours by which a program counts its children."""

    hours = forms.CharField(
        label=_("First hour of each band"),
        max_length=80,
        required=False,
        help_text=_(
            "Numbers with commas, such as 15, 45, 90. The lowest band begins with 0. Leave empty "
            "for the bands of 21st Century Community Learning Centers."
        ),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_hours(self) -> tuple[int, ...]:
        """Read the numbers."""
        parts = [part.strip() for part in self.cleaned_data["hours"].split(",") if part.strip()]
        if not all(part.isascii() and part.isdigit() for part in parts):
            raise forms.ValidationError(_("Enter whole numbers with commas, such as 15, 45, 90."))
        hours = tuple(int(part) for part in parts)
        if not is_band_list(hours):
            raise forms.ValidationError(
                _("Enter up to ten numbers from 1 to 2000, each larger than the one before.")
            )
        return hours
