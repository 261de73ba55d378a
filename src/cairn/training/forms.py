"""Forms of training: a quiz, a signature, a rating of one's own skills."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.training.competency import Matrix
from cairn.training.course import Course


class QuizForm(forms.Form):
    """One radio list a question; every question needs an answer."""

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

    def answers(self) -> list[int]:
        """The choices in the order of the questions, counted from 1."""
        return [self.cleaned_data[name] for name in self.fields]


class SignatureForm(forms.Form):
    """A name, typed, under the text that the page shows."""

    digest = forms.CharField(widget=forms.HiddenInput)
    typed_name = forms.CharField(
        label=_("Type your name to sign"), max_length=120, widget=forms.TextInput
    )

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._name = name
        self.fields["typed_name"].help_text = _("As it stands in your account: %(name)s") % {
            "name": name
        }

    def clean_typed_name(self) -> str:
        """Refuses any other name."""
        typed = " ".join(str(self.cleaned_data["typed_name"]).split())
        if typed.casefold() != self._name.casefold():
            raise forms.ValidationError(_("This is not the name of your account."))
        return typed


class SkillsForm(forms.Form):
    """One's own rating of each skill."""

    def __init__(self, *args: Any, matrix: Matrix, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for skill in matrix.skills:
            self.fields[skill.id] = forms.TypedChoiceField(
                label=skill.name,
                choices=tuple(enumerate(matrix.levels, start=1)),
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose a level.")},
            )
