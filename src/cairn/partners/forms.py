"""Forms about partners and their people."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.partners.models import KINDS, ROLES, Affiliation, Organization
from cairn.partners.questionnaire import Grade, Questionnaire
from cairn.training.course import courses, workshop

GRADES = (
    (Grade.YES.value, _("Yes")),
    (Grade.PARTLY.value, _("Partly")),
    (Grade.NO.value, _("No")),
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
        label=_("Kind"), choices=KINDS, help_text=_("Which law binds it follows from this.")
    )

    def clean_slug(self) -> str:
        """Refuses a short name that another partner has."""
        slug: str = self.cleaned_data["slug"].lower()
        if Organization.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("Another partner has this short name."))
        return slug


_UNKNOWN = (("", _("Not known")), ("yes", _("Yes")), ("no", _("No")))
_SAID = {"yes": True, "no": False}


def _said(value: str) -> bool | None:
    return _SAID.get(value)


class DescriptionForm(forms.Form):
    """Where an organization lies, and which laws bind it. What is not known stays unknown."""

    state = forms.RegexField(
        regex=r"^[A-Za-z]{2}$",
        label=_("State"),
        required=False,
        help_text=_("Two letters, such as MD. Its law is asked beside the federal one."),
        error_messages={"invalid": _("Write the two letters of the state.")},
    )
    education_program = forms.TypedChoiceField(
        label=_("Principally engaged in education"),
        choices=_UNKNOWN,
        coerce=_said,
        empty_value=None,
        required=False,
    )
    educational_agency = forms.TypedChoiceField(
        label=_("An educational agency under FERPA"),
        choices=_UNKNOWN,
        coerce=_said,
        empty_value=None,
        required=False,
    )
    covered_entity = forms.TypedChoiceField(
        label=_("Covered by HIPAA"),
        choices=_UNKNOWN,
        coerce=_said,
        empty_value=None,
        required=False,
    )

    def clean_state(self) -> str:
        """In capital letters."""
        return str(self.cleaned_data["state"]).upper()


class PersonForm(forms.Form):
    """A role for someone new, or for someone whose address is known already."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("Email"), help_text=_("They sign in with it."))
    organization: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("Organization"), queryset=Organization.objects.none()
    )
    role = forms.ChoiceField(label=_("Role"), choices=ROLES)
    starts = forms.DateField(
        label=_("From"), initial=timezone.localdate, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ModelChoiceField[Organization]", self.fields["organization"])
        choice.queryset = organizations

    def clean(self) -> dict[str, Any]:
        """Refuses a role that the person holds already."""
        given = super().clean() or {}
        held = Affiliation.objects.filter(
            user__email=str(given.get("email", "")).lower(),
            organization=given.get("organization"),
            role=given.get("role", ""),
            ends__isnull=True,
        )
        if held.exists():
            raise forms.ValidationError(_("This person has this role there already."))
        return given


class AssessmentForm(forms.Form):
    """One questionnaire: yes, partly or no to each item."""

    def __init__(self, *args: Any, questionnaire: Questionnaire, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._items = [item.id for item in questionnaire.items]
        for number, item in enumerate(questionnaire.items, start=1):
            self.fields[item.id] = forms.ChoiceField(
                label=f"{number}. {item.ask}",
                choices=GRADES,
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
        """Item → answer."""
        return {item: self.cleaned_data[item] for item in self._items}


class AttestForm(forms.Form):
    """Training that somebody took elsewhere, or the workshop."""

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
        choice.choices = [(c.id, c.title) for c in courses().values()]
        choice.initial = workshop().id


class BarForm(forms.Form):
    """An organization that an authority has shut out."""

    until = forms.DateField(
        label=_("Barred through"), widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = forms.CharField(
        label=_("Who found what, and where that is written"), widget=forms.Textarea
    )


class LiftForm(forms.Form):
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
    """Somebody to whom a service provider hands data on."""

    name = forms.CharField(label=_("Name"), max_length=160)
    service = forms.CharField(label=_("What they do"), max_length=200)
    place = forms.CharField(label=_("Where the data lie"), max_length=120)
