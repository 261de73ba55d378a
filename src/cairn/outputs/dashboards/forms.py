"""Define the forms of targets, and of questions about figures."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.outputs.dashboards.facts import TargetTerms
from cairn.outputs.dashboards.figure_requests.actions import FigureAnswer
from cairn.outputs.dashboards.models import QuestionState
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


class FigureQuestionForm(forms.Form):
    """Ask the data committee for a figure; no account is needed."""

    wish = forms.CharField(
        label=_("What would you like to know, and why?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Do not write about a single child: no name, no story."),
        error_messages={"required": _("Write what you would like to know.")},
    )
    email = forms.EmailField(
        label=_("Your email"),
        help_text=_("The answer goes to this address."),
        error_messages={"required": _("Enter the email address for the answer.")},
    )
    name = forms.CharField(label=_("Your name"), required=False, max_length=100)


class FigureAnswerForm(forms.Form):
    """Answer a question about a figure."""

    state = forms.ChoiceField(
        label=_("Your answer"),
        choices=[
            (state.value, state.label) for state in QuestionState if state is not QuestionState.OPEN
        ],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("What the person reads"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("If you decline, give the reason. Do not write a figure that is not public."),
    )
    link = forms.CharField(
        label=_("Public page with the figure"),
        required=False,
        max_length=300,
        help_text=_("The part of the address after the host name. It begins with /public/."),
    )
    change = forms.CharField(
        label=_("What changed because of this question"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For the list of questions, such as a new breakdown or a decision."),
    )
    seen_state = forms.CharField(widget=forms.HiddenInput)

    def clean_link(self) -> str:
        """Accept a public page of this site only."""
        link = str(self.cleaned_data["link"]).strip()
        if link and not (link.startswith("/public/") and link.isprintable()):
            raise forms.ValidationError(_("The address must begin with /public/."))
        return link

    def get_answer(self) -> FigureAnswer:
        """Return the answer, once the form is valid."""
        data = self.cleaned_data
        return FigureAnswer(
            QuestionState(data["state"]), data["text"], data["link"], data["change"]
        )


class SavedViewForm(forms.Form):
    """Name the view of a dashboard."""

    name = forms.CharField(
        label=_("Name of the view"),
        max_length=80,
        help_text=_("Such as “Gaps in reading by race”. Leave out names of students."),
        error_messages={"required": _("Enter a name.")},
    )
    address = forms.CharField(max_length=600, widget=forms.HiddenInput)


class ExpectedFigureForm(forms.Form):
    """Promise the day of the next figure of an outcome."""

    due_on = forms.DateField(
        label=_("Expected on"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": _("Enter the day.")},
    )
