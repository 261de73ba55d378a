"""Define the form of the lapse simulation, which changes nothing."""

from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.policy.facts import AgreementFact


class LapseSimulationForm(forms.Form):
    """Choose an agreement, and the first day on which it would no longer apply."""

    agreement = forms.ChoiceField(label=_("Agreement"))
    on = forms.DateField(
        label=_("Expires on"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, agreements: list[AgreementFact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ChoiceField", self.fields["agreement"])
        choice.choices = [
            (agreement.reference, f"{agreement.reference}: {agreement.title}")
            for agreement in agreements
        ]
