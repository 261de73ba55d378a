"""Forms about partners, their people and their security."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.governance.partners.models import (
    ORGANIZATION_KINDS,
    ROLE_CHOICES,
    Affiliation,
    Organization,
)
from cairn.governance.partners.questionnaire import AnswerGrade, Questionnaire
from cairn.governance.training.api import find_workshop, load_courses

ANSWER_CHOICES = (
    (AnswerGrade.YES.value, _("Yes")),
    (AnswerGrade.PARTLY.value, _("Partly")),
    (AnswerGrade.NO.value, _("No")),
)


class OrganizationForm(forms.Form):
    """A new partner."""

    name = forms.CharField(label=_("Name"), max_length=160)
    slug = forms.SlugField(
        label=_("Short name"),
        max_length=60,
        help_text=_(
            "Lower-case letters and hyphens. Agreements and commands use it: north-district."
        ),
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=ORGANIZATION_KINDS,
        help_text=_("Which law binds it follows from this."),
    )

    def clean_slug(self) -> str:
        """Reject a short name that another partner has."""
        slug: str = self.cleaned_data["slug"].lower()
        if Organization.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("Another partner has this short name."))
        return slug


_YES_NO_UNKNOWN_CHOICES = (("", _("Not known")), ("yes", _("Yes")), ("no", _("No")))
_VALUE_BY_ANSWER = {"yes": True, "no": False}


def _parse_yes_no(value: str) -> bool | None:
    return _VALUE_BY_ANSWER.get(value)


class OrganizationLawForm(forms.Form):
    """The state of an organization and the laws that bind it; unknown values stay unknown."""

    state = forms.RegexField(
        regex=r"^[A-Za-z]{2}$",
        label=_("State"),
        required=False,
        help_text=_("Two letters, such as MD. Its law is asked beside the federal one."),
        error_messages={"invalid": _("Write the two letters of the state.")},
    )
    education_program = forms.TypedChoiceField(
        label=_("Principally engaged in education"),
        choices=_YES_NO_UNKNOWN_CHOICES,
        coerce=_parse_yes_no,
        empty_value=None,
        required=False,
    )
    educational_agency = forms.TypedChoiceField(
        label=_("An educational agency under FERPA"),
        choices=_YES_NO_UNKNOWN_CHOICES,
        coerce=_parse_yes_no,
        empty_value=None,
        required=False,
    )
    covered_entity = forms.TypedChoiceField(
        label=_("Covered by HIPAA"),
        choices=_YES_NO_UNKNOWN_CHOICES,
        coerce=_parse_yes_no,
        empty_value=None,
        required=False,
    )

    def clean_state(self) -> str:
        """Return the state in capital letters."""
        return str(self.cleaned_data["state"]).upper()


class NewRoleForm(forms.Form):
    """A role for a new person, or for one with a known address."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("Email"), help_text=_("They sign in with it."))
    organization: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("Organization"), queryset=Organization.objects.none()
    )
    role = forms.ChoiceField(label=_("Role"), choices=ROLE_CHOICES)
    starts = forms.DateField(
        label=_("From"), initial=timezone.localdate, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ModelChoiceField[Organization]", self.fields["organization"])
        choice.queryset = organizations

    def clean(self) -> dict[str, Any]:
        """Reject a role that the person has already."""
        cleaned = super().clean() or {}
        existing_roles = Affiliation.objects.filter(
            user__email=str(cleaned.get("email", "")).lower(),
            organization=cleaned.get("organization"),
            role=cleaned.get("role", ""),
            ends__isnull=True,
        )
        if existing_roles.exists():
            raise forms.ValidationError(_("This person has this role there already."))
        return cleaned


class AssessmentForm(forms.Form):
    """One questionnaire: yes, partly or no to each item."""

    def __init__(self, *args: Any, questionnaire: Questionnaire, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._items = [item.id for item in questionnaire.items]
        for number, item in enumerate(questionnaire.items, start=1):
            self.fields[item.id] = forms.ChoiceField(
                label=f"{number}. {item.ask}",
                choices=ANSWER_CHOICES,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose an answer.")},
            )
        self.fields["note"] = forms.CharField(
            label=_("Findings in your own words"),
            required=False,
            widget=forms.Textarea,
            help_text=_("Who looked, with what help, and what you will do first."),
        )

    def answers(self) -> dict[str, str]:
        """Return the answer by item."""
        return {item: self.cleaned_data[item] for item in self._items}


class TrainingAttestationForm(forms.Form):
    """Training that a person took elsewhere, or the workshop."""

    course = forms.ChoiceField(label=_("Course"))
    took_place = forms.DateField(
        label=_("When"), widget=forms.DateInput(attrs={"type": "date"}), initial=timezone.localdate
    )
    how = forms.CharField(
        label=_("Where and with whom"),
        max_length=200,
        help_text=_("This is kept: “three-hour workshop at the library, led by R. Ames”."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ChoiceField", self.fields["course"])
        choice.choices = [(course.id, course.title) for course in load_courses().values()]
        choice.initial = find_workshop().id


class BarForm(forms.Form):
    """The bar of an organization after a finding of an authority."""

    until = forms.DateField(
        label=_("Barred through"), widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = forms.CharField(
        label=_("Who found what, and where that is written"), widget=forms.Textarea
    )


class BarLiftForm(forms.Form):
    """The end of a bar before its time."""

    because = forms.CharField(label=_("Why, and where that is written"), widget=forms.Textarea)


class ControlForm(forms.Form):
    """A protection that a service provider has."""

    name = forms.CharField(label=_("Protection"), max_length=160)
    evidence = forms.CharField(
        label=_("Evidence"),
        max_length=300,
        help_text=_("What you saw: a report with its date, a certificate, a setting."),
    )
    seen_on = forms.DateField(
        label=_("Seen on"),
        widget=forms.DateInput(attrs={"type": "date"}),
        initial=timezone.localdate,
    )


class SubProcessorForm(forms.Form):
    """A subcontractor to which a service provider passes data."""

    name = forms.CharField(label=_("Name"), max_length=160)
    service = forms.CharField(label=_("What they do"), max_length=200)
    place = forms.CharField(label=_("Where the data lie"), max_length=120)
