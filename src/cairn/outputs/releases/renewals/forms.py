"""Define the form by which a release begins to renew itself."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.outputs.releases.renewals.models import CADENCE_CHOICES


class RenewalForm(forms.Form):
    """Choose how often a release renews itself."""

    cadence = forms.ChoiceField(
        label=_("Renew"),
        widget=forms.RadioSelect,
        choices=CADENCE_CHOICES,
        help_text=_("Terms end on December 31 and June 30. A school year ends on June 30."),
    )
