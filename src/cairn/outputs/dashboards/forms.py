"""Define the forms of targets."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.outputs.dashboards.facts import TargetTerms


class TargetTermsForm(forms.Form):
    """Enter the terms of a target; policy decides whether they are allowed."""

    baseline_year = forms.ChoiceField(
        label=_("Begins with the figure of"),
        choices=(),
        help_text=_("Only years whose figure of everyone is published."),
    )
    target_year = forms.ChoiceField(label=_("To be reached in"), choices=())
    percent = forms.DecimalField(
        label=_("Share to be reached, in percent"),
        max_digits=4,
        decimal_places=1,
        min_value=0,
        max_value=100,
        help_text=_("Of all children counted, such as 12 or 12.5."),
    )
    agreed_by = forms.CharField(
        label=_("Who agreed"),
        max_length=200,
        help_text=_("The committee with the date of its minutes, or the partners by name."),
        error_messages={"required": _("Name the minutes of the committee or the partners.")},
    )
    agreed_on = forms.DateField(
        label=_("Agreed on"), widget=forms.DateInput(attrs={"type": "date"})
    )
    context = forms.CharField(
        label=_("What is to be done"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "What schools, services and policies will do differently. Readers see it beside the "
            "figure."
        ),
        error_messages={"required": _("Write what is to be done: a number alone helps no child.")},
    )

    def __init__(
        self,
        *args: Any,
        years: Sequence[tuple[str, str]],
        target_years: Sequence[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["baseline_year"].choices = years  # type: ignore[attr-defined]
        self.fields["target_year"].choices = [(y, y) for y in target_years]  # type: ignore[attr-defined]

    def wording(self) -> TargetTerms:
        """Return the terms, once the form is valid."""
        return TargetTerms(**self.cleaned_data)


class EndTargetForm(forms.Form):
    """Give the reason for ending a target."""

    why = forms.CharField(
        label=_("Why does it end?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why, for those who ask later.")},
    )
