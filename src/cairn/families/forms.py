"""Forms of families, and of the district that writes to them."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final, cast

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.consents.sealing import Label
from cairn.families import words
from cairn.partners.models import Organization
from cairn.rules.vocabulary import Relation

_SIGNERS: Final = (
    (Relation.PARENT.value, _("I am the parent")),
    (Relation.GUARDIAN.value, _("I am the legal guardian")),
    (Relation.ACTING_PARENT.value, _("I care for the child as a parent does")),
    (Relation.FOSTER_PARENT.value, _("I am the foster parent")),
)
_STUDENT: Final = ((Relation.STUDENT.value, _("I am the student")),)
WEEKS: Final = 12
"""How long a letter's code counts, where nobody says otherwise."""

_MOST: Final = 2_000
_LANGUAGES: Final = {"es": "es", "spanish": "es", "español": "es"}


class CodeForm(forms.Form):
    """The code of a letter."""

    code = forms.CharField(
        label=_("Code from your letter"),
        max_length=40,
        help_text=_("Twelve letters and numbers, like ABCD-2345-WXYZ."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class SignerForm(forms.Form):
    """Who answers. The student answers alone once the rights are the student's."""

    name = forms.CharField(
        label=_("Your full name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    relation = forms.ChoiceField(label=_("Who are you?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, student_answers: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.student_answers = student_answers
        choice = cast("forms.ChoiceField", self.fields["relation"])
        choice.choices = _STUDENT if student_answers else _SIGNERS


class AgreeForm(SignerForm):
    """A yes to some or all of what a form asks for, signed by typing one's name."""

    records = forms.MultipleChoiceField(
        label=_("What may be shared"), widget=forms.CheckboxSelectMultiple
    )
    signed = forms.BooleanField(
        label=_("I say yes. My typed name is my signature."),
        error_messages={"required": _("Check the box to sign.")},
    )
    field_order = ("records", "name", "relation", "signed")

    def __init__(self, *args: Any, offered: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.MultipleChoiceField", self.fields["records"])
        choice.choices = [(element, words.element(element)) for element in offered]
        self.fields["records"].initial = list(offered)


class LettersForm(forms.Form):
    """Whose families get a letter, and until when its code counts."""

    organization: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("District"), queryset=Organization.objects.none(), empty_label=None
    )
    children = forms.CharField(
        label=_("The children"),
        help_text=_("One a line: the id, the child's name, and en or es, with commas between."),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
    )
    expires_on = forms.DateField(
        label=_("The codes count through"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ModelChoiceField[Organization]", self.fields["organization"])
        choice.queryset = organizations
        self.fields["expires_on"].initial = timezone.localdate() + timedelta(weeks=WEEKS)

    def clean_children(self) -> list[tuple[Label, str]]:
        """Each child with the language of its family."""
        lines = [line for line in self.cleaned_data["children"].splitlines() if line.strip()]
        if len(lines) > _MOST:
            raise forms.ValidationError(
                _("These are more than %(most)s letters. Print them in parts.") % {"most": _MOST}
            )
        return [addressed(line) for line in lines]


class FindForm(forms.Form):
    """Whose letters are looked for, by the id that the district uses."""

    district: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("District"), queryset=Organization.objects.none(), empty_label=None
    )
    local_id = forms.CharField(
        label=_("The child's id"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "find_%s", **kwargs})
        choice = cast("forms.ModelChoiceField[Organization]", self.fields["district"])
        choice.queryset = organizations


def addressed(line: str) -> tuple[Label, str]:
    """One line of a list of letters: id, perhaps a name, perhaps a language."""
    local_id, name, language = (*(part.strip() for part in line.split(",")), "", "")[:3]
    return Label(local_id, name), _LANGUAGES.get(language.casefold(), "en")


class AnswerForm(forms.Form):
    """How the district answered a request for a copy."""

    answer = forms.CharField(
        label=_("How it was answered"),
        max_length=400,
        help_text=_("The family reads this: handed over, mailed, or when they came to look."),
        widget=forms.Textarea,
    )
