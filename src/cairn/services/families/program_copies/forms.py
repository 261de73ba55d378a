"""The form with which a reviewer prepares the copy of a program's own record of a child."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.policy.vocabulary import CopyExclusion
from cairn.services.families.forms import COPY_EXCLUSIONS
from cairn.services.families.record_copies.queries import CopyChoices


class ProgramCopyForm(forms.Form):
    """What the reviewer leaves out of the copy of a program's own record of a child."""

    left_out = forms.MultipleChoiceField(
        label=_("Parts to leave out"), required=False, widget=forms.CheckboxSelectMultiple
    )
    exclusions = forms.TypedMultipleChoiceField(
        label=_("Why"),
        choices=COPY_EXCLUSIONS,
        coerce=CopyExclusion,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    counsel = forms.CharField(
        label=_("Counsel who reviewed what is left out"),
        max_length=120,
        required=False,
        help_text=_("Needed for a court order or another law."),
    )
    texts_read = forms.BooleanField(
        label=_("I read these texts. They are about this child alone."), required=False
    )

    answer = forms.CharField(
        label=_("What the family reads with the copy"), max_length=400, required=False
    )

    def __init__(self, *args: Any, parts: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.MultipleChoiceField", self.fields["left_out"]).choices = list(parts)

    def build_choices(self) -> CopyChoices:
        """Return what was chosen; nothing before the form is sent."""
        chosen = self.cleaned_data if self.is_bound and self.is_valid() else {}
        return CopyChoices(
            exclusions=frozenset(chosen.get("exclusions", ())),
            left_out=frozenset(chosen.get("left_out", ())),
            counsel=chosen.get("counsel", ""),
            texts_read=chosen.get("texts_read", False),
        )
