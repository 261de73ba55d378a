"""Forms of deadlines: both only ask, and change nothing."""

from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.rules.agreement import Agreement


class LapseForm(forms.Form):
    """Which agreement, and the first day on which it would no longer count."""

    agreement = forms.ChoiceField(label=_("If this agreement lapses"))
    on = forms.DateField(
        label=_("from this day on"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, agreements: list[Agreement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ChoiceField", self.fields["agreement"])
        choice.choices = [(a.reference, f"{a.reference}: {a.title}") for a in agreements]
