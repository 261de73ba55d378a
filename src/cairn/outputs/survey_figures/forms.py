"""Forms of survey figures: which questions to count, a verdict, a reason."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.data.surveys.api import CountableQuestion
from cairn.outputs.survey_figures.models import FIGURES_VERDICT_CHOICES
from cairn.policy.vocabulary import ReviewVerdict


class CountedQuestionsForm(forms.Form):
    """Choose the questions to be counted."""

    chosen = forms.TypedMultipleChoiceField(
        label=_("Questions to count"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Text, numbers and dates are never counted. The public reads the words of each "
            "question and of each choice."
        ),
    )

    def __init__(self, data: Any, *, questions: Iterable[CountableQuestion], **kwargs: Any) -> None:
        choices = [(question.id, question.wording[0]) for question in questions]
        super().__init__(data, initial={"chosen": [key for key, _wording in choices]}, **kwargs)
        fields: Any = self.fields
        fields["chosen"].choices = choices


class SeenFiguresForm(forms.Form):
    """State which count of the figures the user saw."""

    seen_round = forms.IntegerField(widget=forms.HiddenInput)


class FiguresVerdictForm(SeenFiguresForm):
    """Give a reviewer's verdict on the figures of a survey."""

    verdict = forms.ChoiceField(
        label=_("Your decision"), choices=FIGURES_VERDICT_CHOICES, widget=forms.RadioSelect
    )
    comment = forms.CharField(
        label=_("What should change"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=1_000,
    )

    def clean(self) -> dict[str, Any]:
        """Require a comment with a request for changes."""
        data = super().clean() or {}
        if data.get("verdict") == ReviewVerdict.RETURN and not data.get("comment", "").strip():
            self.add_error("comment", _("Say what should change."))
        return data


class FiguresWithdrawalForm(forms.Form):
    """Give the reason for a withdrawal; the public reads it."""

    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1_000
    )
