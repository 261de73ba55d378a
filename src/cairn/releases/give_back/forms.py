"""What the data manager writes when something was given back."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class GivenForm(forms.Form):
    """Which of the things that the agreement promises, and how it went."""

    what = forms.ChoiceField(label=_("What was given back"), choices=(), widget=forms.RadioSelect)
    how = forms.CharField(
        label=_("How it went"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=1000,
        help_text=_("With whom it was talked through, and what they said. Please name no child."),
    )

    def __init__(self, *args: Any, promised: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(what, what) for what in promised]
        self.fields["what"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields["what"].initial = choices[0][0]
