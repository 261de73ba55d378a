"""Define the forms for a quiz, a confidentiality signature and skill ratings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.governance.training.course_catalog import Course, SkillMatrix


class QuizForm(forms.Form):
    """One radio list for each question; every question needs an answer."""

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, question in enumerate(course.questions, start=1):
            self.fields[f"q{number}"] = forms.TypedChoiceField(
                label=f"{number}. {question.ask}",
                choices=tuple(enumerate(question.choices, start=1)),
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose an answer.")},
            )

    def get_answers(self) -> list[int]:
        """List the choices in question order, counted from 1."""
        return [self.cleaned_data[name] for name in self.fields]


class ConfidentialitySignatureForm(forms.Form):
    """A typed name under the text that the page shows."""

    digest = forms.CharField(widget=forms.HiddenInput)
    typed_name = forms.CharField(
        label=_("Type your name to sign"), max_length=120, widget=forms.TextInput
    )

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._name = name
        self.fields["typed_name"].help_text = _("Your name as shown in your account: %(name)s") % {
            "name": name
        }

    def clean_typed_name(self) -> str:
        """Reject a name other than the name of the account."""
        typed = " ".join(str(self.cleaned_data["typed_name"]).split())
        if typed.casefold() != self._name.casefold():
            raise forms.ValidationError(
                _("This name does not match your account. Type your name as shown above.")
            )
        return typed


class SkillsForm(forms.Form):
    """A person's own rating of each skill."""

    def __init__(self, *args: Any, matrix: SkillMatrix, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for skill in matrix.skills:
            self.fields[skill.id] = forms.TypedChoiceField(
                label=skill.name,
                choices=tuple(enumerate(matrix.levels, start=1)),
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose a level.")},
            )
