"""Define the forms of targets."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.outputs.dashboards.facts import TargetTerms
from cairn.outputs.releases.api import FigureKey


class TargetTermsForm(forms.Form):
    """Enter the terms of a target; policy decides whether they are allowed."""

    baseline_year = forms.ChoiceField(
        label=_("Baseline year"),
        choices=(),
        help_text=_("You can choose only years with a published figure for these children."),
    )
    target_year = forms.ChoiceField(label=_("Target year"), choices=())
    percent = forms.DecimalField(
        label=_("Target percentage"),
        max_digits=4,
        decimal_places=1,
        min_value=0,
        max_value=100,
        help_text=_("Percentage of these children, such as 12 or 12.5."),
    )
    agreed_by = forms.CharField(
        label=_("Agreed by"),
        max_length=200,
        help_text=_(
            "Enter the committee and the date of its minutes, or the names of the partners."
        ),
        error_messages={
            "required": _(
                "Enter the committee and the date of its minutes, or the names of the partners."
            )
        },
    )
    agreed_on = forms.DateField(
        label=_("Agreed on"), widget=forms.DateInput(attrs={"type": "date"})
    )
    context = forms.CharField(
        label=_("Planned actions"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Describe what schools, services and policies will do differently. This text appears "
            "next to the figure."
        ),
        error_messages={"required": _("Describe the planned actions.")},
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

    def get_terms(self, group: FigureKey) -> TargetTerms:
        """Return the terms of the target of a group, once the form is valid."""
        return TargetTerms(**self.cleaned_data, group=group)


class EndTargetForm(forms.Form):
    """Give the reason for ending a target."""

    why = forms.CharField(
        label=_("Reason for ending"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Enter a reason.")},
    )


class FactorForm(forms.Form):
    """Name a contributing factor; policy decides whether it is allowed."""

    factor = forms.ChoiceField(label=_("Contributing factor"), choices=())
    reason = forms.CharField(
        label=_("Why it contributes"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        help_text=_("Say what the committee relied on, such as a study or its own review."),
        error_messages={"required": _("Say why it contributes.")},
    )

    def __init__(self, *args: Any, factors: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["factor"].choices = factors  # type: ignore[attr-defined]
