"""Forms of linkage."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.linkage.models.kinship import WORDS
from cairn.linkage.models.review import DIFFERENT, SAME, UNSURE


class AnswerForm(forms.Form):
    """What a reviewer says to one question."""

    said = forms.ChoiceField(choices=[(said, said) for said in (SAME, DIFFERENT, UNSURE)])


class PartForm(forms.Form):
    """Records of one person that are another child's, and why."""

    records = forms.MultipleChoiceField()
    why = forms.CharField(label=_("Why"), max_length=400)

    def __init__(self, data: Any, *, choices: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        self._all = len(choices)
        self.fields["records"] = forms.MultipleChoiceField(
            label=_("Another child's records"),
            choices=choices,
            widget=forms.CheckboxSelectMultiple,
        )

    def clean_records(self) -> list[int]:
        """Some of them, and not all: then nobody would be parted from anybody."""
        chosen = [int(number) for number in self.cleaned_data["records"]]
        if len(chosen) == self._all:
            raise forms.ValidationError(_("Leave at least one record with this person."))
        return chosen


class GuardianForm(forms.Form):
    """Why an adult is no guardian of a child."""

    why = forms.CharField(label=_("Why, and who told you"), max_length=400)


class RelativeForm(GuardianForm):
    """What two people are to each other, as a reviewer says, and why."""

    kind = forms.ChoiceField(
        label=_("They are"),
        choices=WORDS,
        widget=forms.RadioSelect,
    )
    field_order = ("kind", "why")
