"""Forms of programs: programs, groups, enrollments and corrections."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from cairn.governance.agreements.api import Agreement
from cairn.governance.partners.api import Organization
from cairn.services.programs import models, participant_identity
from cairn.services.programs.models import Participant
from cairn.services.programs.participant_identity import ParticipantDetails
from cairn.services.programs.registration.registration_identity import RegistrationDetails

__all__ = ["SentOnceForm"]

_KEY = r"^[0-9a-f]{32}$"


def build_date_input() -> forms.DateInput:
    """Build the field of a day, with the calendar of the browser."""
    return forms.DateInput(attrs={"type": "date"})


class SentOnceForm(forms.Form):
    """A form with a random key, by which a page that is sent twice is saved once.

    Args:
        *args: arguments of a form.
        **kwargs: keyword arguments of a form.
    """

    key = forms.RegexField(_KEY, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": secrets.token_hex(16), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)


class ProgramForm(forms.Form):
    """A new program of one of the user's organizations."""

    organization = forms.ModelChoiceField(
        label=_("Organization"), queryset=Organization.objects.none(), empty_label=None
    )
    name = forms.CharField(label=_("Name of the program"), max_length=120)
    description = forms.CharField(
        label=_("What it offers"),
        max_length=300,
        required=False,
        help_text=_("For example: reading help after school, grades 1 to 5."),
    )

    def __init__(self, *args: Any, organizations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = organizations  # type: ignore[attr-defined]
        if len(organizations) == 1:
            self.fields["organization"].widget = forms.HiddenInput()
            self.fields["organization"].initial = organizations[0].pk


class ParticipantForm(forms.Form):
    """What a program knows about a child, and the people to call."""

    given_name = forms.CharField(label=_("First name"), max_length=100)
    family_name = forms.CharField(label=_("Last name"), max_length=100)
    birth_date = forms.DateField(label=_("Birth date"), widget=build_date_input(), required=False)
    own_id = forms.CharField(label=_("Your own ID"), max_length=60, required=False)
    guardian = forms.CharField(label=_("Parent or guardian"), max_length=200, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    pick_up = forms.CharField(
        label=_("Who may pick the child up"),
        max_length=300,
        required=False,
        help_text=_("Beside the parent or guardian. Between two adults, a semicolon."),
    )
    barred_adults = forms.CharField(
        label=_("Who may not, by an order on record"),
        max_length=300,
        required=False,
        help_text=_("Names as in the order. Shown where a child is signed out."),
    )
    health = forms.CharField(label=_("Allergies and safety"), max_length=300, required=False)
    grade = forms.ChoiceField(
        label=_("Grade"),
        required=False,
        choices=[("", "—"), *((grade, grade) for grade in participant_identity.GRADES)],
        help_text=_("This school year. Reports to funders count children by grade."),
    )

    def build_details(self) -> ParticipantDetails:
        """Return who the child is, as entered."""
        names = [one.name for one in fields(ParticipantDetails)]
        entered = self.cleaned_data
        return ParticipantDetails(**{name: entered[name] for name in names if name in entered})


class ParticipantChangeForm(ParticipantForm):
    """The same of a child on record, with a mark of what the user saw before the change."""

    channel = forms.ChoiceField(
        label=_("How the family prefers to be reached"),
        choices=[("", "—"), *models.ContactChannel.choices],
        required=False,
    )
    language = forms.CharField(
        label=_("Language that the family prefers"), max_length=40, required=False
    )
    seen = forms.CharField(widget=forms.HiddenInput(), required=False)

    def __init__(self, *args: Any, on_record: ParticipantDetails, **kwargs: Any) -> None:
        initial = {
            **asdict(on_record),
            "seen": participant_identity.compute_details_digest(on_record),
        }
        super().__init__(*args, **{**kwargs, "initial": initial})


class EnrollmentForm(ParticipantForm):
    """A child who joins a group: one who is on record here, or a new one.

    Args:
        *args: arguments of a form.
        known: the children on record, and who each is.
        enrolled: numbers of those who hold a place in the group; they are not offered.
        walk_in: the day of the session that the child walked in to; None for any other enrollment.
        **kwargs: keyword arguments of a form.
    """

    folded_fields: ClassVar[tuple[str, ...]] = ("own_id", "pick_up", "barred_adults", "grade")
    field_order = ("participant",)
    participant = forms.TypedChoiceField(
        label=_("Child on record here"),
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={
            "invalid_choice": _("This child is in this group already, or no longer on record.")
        },
        help_text=_("Or enter a new child below."),
    )
    starts = forms.DateField(label=_("First day in this group"), widget=build_date_input())
    is_present = forms.BooleanField(label=_("Present on this day"), required=False, initial=True)
    other_than = forms.TypedMultipleChoiceField(
        label=_("The new child is another one than"),
        required=False,
        coerce=int,
        widget=forms.MultipleHiddenInput,
    )

    def __init__(
        self,
        *args: Any,
        known: list[tuple[Participant, ParticipantDetails]],
        enrolled: Collection[int] = (),
        walk_in: date | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._known = {row.pk: row for row, _details in known}
        choices = [(row.pk, _describe_participant(details)) for row, details in known]
        free = [choice for choice in choices if choice[0] not in enrolled]
        for name, offered in (
            ("participant", [("", _("A new child")), *free]),
            ("other_than", choices),
        ):
            self.fields[name].choices = offered  # type: ignore[attr-defined]
        for name in ("given_name", "family_name"):
            field = self.fields[name]
            field.required = not self.data.get("participant")
            field.error_messages["required"] = _(
                "Enter the child's name, or choose a child on record."
            )
        if walk_in is None:
            del self.fields["is_present"]
        else:
            self.fields["is_present"].label = _("Present on %(day)s") % {
                "day": date_format(walk_in)
            }

    def list_main_fields(self) -> list[forms.BoundField]:
        """List the fields that a person fills in at the door."""
        return [field for field in self if field.name not in self.folded_fields]

    def list_folded_fields(self) -> list[forms.BoundField]:
        """List the fields that can wait, which a page folds."""
        return [self[name] for name in self.folded_fields]

    def ask_about_namesakes(self, participants: Collection[int], message: str) -> None:
        """Show the children of the same name, for the user to say that the new one is another."""
        field = self.fields["other_than"]
        field.widget = forms.CheckboxSelectMultiple()
        field.choices = [  # type: ignore[attr-defined]
            choice
            for choice in field.choices  # type: ignore[attr-defined]
            if choice[0] in participants
        ]
        self.add_error("other_than", message)

    def get_participant(self) -> Participant | None:
        """Return the chosen record; None for a new child."""
        return self._known.get(self.cleaned_data["participant"] or 0)


class EnrollmentEndForm(forms.Form):
    """The last day of a child in a group, and why."""

    ends = forms.DateField(label=_("Last day"), widget=build_date_input())
    reason = forms.ChoiceField(label=_("Why it ended"), choices=models.ExitReason.choices)


class CancellationForm(forms.Form):
    """Why a group did not meet."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("For example: snow day.")
    )


class RecordPeriodForm(forms.Form):
    """How long records of children are kept after their last day."""

    years = forms.IntegerField(
        label=_("Years after the child's last day"), min_value=1, max_value=25
    )
    has_federal_award = forms.BooleanField(
        label=_("A federal award pays for one of our programs"),
        required=False,
        help_text=_("For example 21st Century Community Learning Centers, or meals of the CACFP."),
    )


class PeriodForm(forms.Form):
    """The days that a report is about."""

    first = forms.DateField(label=_("From"), widget=build_date_input())
    last = forms.DateField(label=_("To"), widget=build_date_input())

    def clean(self) -> dict[str, Any]:
        """Check that the period begins before it ends."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("Enter a day after the first day."))
        return cleaned


class ReportFileForm(PeriodForm):
    """Which file of a report is downloaded."""

    version = forms.ChoiceField(choices=[("funder", "funder"), ("public", "public")])
    file_format = forms.ChoiceField(choices=[("csv", "csv"), ("xlsx", "xlsx")])


class MealForm(forms.Form):
    """How many children were served a meal, or which."""

    meal = forms.ChoiceField(label=_("Meal"), choices=models.Meal.choices, widget=forms.RadioSelect)
    served = forms.IntegerField(
        label=_("Children served"),
        min_value=0,
        max_value=999,
        required=False,
        help_text=_("Count them while the meal is served. Or mark each child below."),
    )
    children = forms.TypedMultipleChoiceField(
        label=_("Children who were served"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.TypedChoiceField(
        label=_("Reason"),
        choices=[("", "—"), *models.MealReason.choices],
        coerce=models.MealReason,
        empty_value=None,
        required=False,
        help_text=_("Only if you count or correct after the day."),
    )
    seen = forms.CharField(widget=forms.HiddenInput(), required=False)

    def __init__(self, *args: Any, present: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["children"].choices = present  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Check that there is a number, and that it agrees with the marks."""
        cleaned = super().clean() or {}
        marked = cleaned.get("children") or []
        if cleaned.get("served") is None and "served" not in self.errors:
            cleaned["served"] = len(marked)
            if not marked:
                self.add_error("served", _("Enter how many children were served."))
        elif marked and cleaned.get("served") != len(marked):
            self.add_error("served", _("The number is not that of the marked children."))
        return cleaned


def _build_moment_input() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class IncidentForm(SentOnceForm):
    """A draft of an incident report."""

    occurred_at = forms.DateTimeField(label=_("When"), widget=_build_moment_input())
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", "—"), *models.IncidentKind.choices])
    children = forms.TypedMultipleChoiceField(
        label=_("Children involved"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    happened = forms.CharField(
        label=_("What happened"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    done = forms.CharField(
        label=_("What was done"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    parents_informed = forms.CharField(
        label=_("Parents informed"),
        max_length=500,
        required=False,
        help_text=_("Who, when, and by whom."),
    )
    licensing_informed_at = forms.DateTimeField(
        label=_("Licensing agency informed"), required=False, widget=_build_moment_input()
    )
    witnesses = forms.CharField(label=_("Witnesses"), max_length=500, required=False)
    seen = forms.CharField(widget=forms.HiddenInput(), required=False)

    def __init__(self, *args: Any, known: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["children"].choices = known  # type: ignore[attr-defined]


class IncidentAddendumForm(SentOnceForm):
    """An addendum to a report that was filed."""

    text = forms.CharField(
        label=_("Addendum"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    licensing_informed_at = forms.DateTimeField(
        label=_("Licensing agency informed"), required=False, widget=_build_moment_input()
    )


class PlaceOfferForm(forms.Form):
    """For how many days a family may answer the offer of a place."""

    days = forms.IntegerField(
        label=_("Days that the family has to answer"), min_value=1, max_value=30, initial=5
    )


class EnrollAcceptedForm(forms.Form):
    """Which families that accepted a place are enrolled, and from which day on."""

    registrations = forms.TypedMultipleChoiceField(
        label=_("Children"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    starts = forms.DateField(label=_("First day in this group"), widget=build_date_input())

    def __init__(self, *args: Any, accepted: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["registrations"].choices = accepted  # type: ignore[attr-defined]
        self.fields["registrations"].initial = [number for number, _name in accepted]


class EmptyForm(forms.Form):
    """A confirmation without a choice, which shows why it was refused."""


class IncidentFilingForm(EmptyForm):
    """The confirmation that a draft is filed, with a mark of the draft that the user saw."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class IncidentDeadlineForm(forms.Form):
    """Within how many hours the licensing agency is informed."""

    hours = forms.IntegerField(
        label=_("Hours to inform the licensing agency"), min_value=1, max_value=720
    )


class RegisteredChildForm(forms.Form):
    """The child that a family registers."""

    given_name = forms.CharField(label=_("First name of the child"), max_length=100)
    family_name = forms.CharField(label=_("Last name of the child"), max_length=100)
    birth_date = forms.DateField(label=_("Birth date of the child"), widget=build_date_input())


class GuardianForm(forms.Form):
    """How to reach a parent or guardian."""

    guardian = forms.CharField(label=_("Your name (parent or guardian)"), max_length=200)
    phone = forms.CharField(label=_("Phone number"), max_length=40)
    email = forms.EmailField(label=_("Email address"), required=False)


class SafetyForm(forms.Form):
    """What a program must know to keep a child safe, where it asks."""

    health = forms.CharField(
        label=_("Allergies, and what staff must know"), max_length=300, required=False
    )
    pick_up = forms.CharField(
        label=_("Adults who may pick the child up, with phone numbers"),
        max_length=300,
        required=False,
    )


class SharingConsentForm(forms.Form):
    """The answer to the consent, which is separate from taking part."""

    agrees = forms.ChoiceField(
        label=_("Your answer"),
        choices=(("yes", _("Yes, I agree")), ("no", _("No, I do not agree"))),
        widget=forms.RadioSelect,
    )


class DraftCodeForm(forms.Form):
    """The code of an unfinished registration."""

    code = forms.CharField(
        label=_("Your code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class DraftLinkForm(forms.Form):
    """Where the link to an unfinished registration goes."""

    code = forms.CharField(max_length=40, widget=forms.HiddenInput)
    address = forms.EmailField(label=_("Email address"), max_length=254)


def build_registration_details(data: Mapping[str, Any]) -> RegistrationDetails:
    """Build what a family entered from the cleaned data of all its pages.

    Args:
        data: the cleaned data.

    Returns:
        The details.
    """
    names = ("given_name", "family_name", "birth_date", "guardian", "phone", "health", "pick_up")
    child = ParticipantDetails(**{name: data[name] for name in names if name in data})
    return RegistrationDetails(child, data.get("email", ""))


class OfferForm(forms.ModelForm[models.RegistrationOffer]):
    """How families register a child online for a group."""

    class Meta:
        model = models.RegistrationOffer
        fields = ("closes_on", "asks_safety", "consent_text", "consent_text_es")
        widgets: ClassVar[dict[str, Any]] = {
            "closes_on": build_date_input(),
            "consent_text": forms.Textarea(attrs={"rows": 3}),
            "consent_text_es": forms.Textarea(attrs={"rows": 3}),
        }
        labels: ClassVar[dict[str, Any]] = {
            "closes_on": _("Last day to register"),
            "asks_safety": _("Ask for allergies, and who may pick the child up"),
            "consent_text": _("Consent to sharing, asked apart from taking part"),
            "consent_text_es": _("The same in Spanish"),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "closes_on": _("To close the registration today, enter yesterday."),
            "consent_text": _(
                "A child takes part whatever the answer is. It opens no school records. Leave both "
                "empty to ask nothing. For example: We may tell the partnership that your child "
                "takes part, and how often."
            ),
            "consent_text_es": _(
                "For example: Podemos informar a la asociación de que su hijo o hija participa, y "
                "con qué frecuencia."
            ),
        }

    def clean(self) -> dict[str, Any]:
        """Check that the consent is in both languages."""
        cleaned = super().clean() or {}
        if bool(cleaned.get("consent_text")) != bool(cleaned.get("consent_text_es")):
            empty = "consent_text" if cleaned.get("consent_text_es") else "consent_text_es"
            self.add_error(empty, _("Write the consent in both languages."))
        return cleaned


class RegistrationDecisionForm(forms.Form):
    """Accept a registration, as a new child or one on record here, or decline it."""

    decision = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    starts = forms.DateField(label=_("First day in this group"), widget=build_date_input())
    other_than = forms.TypedMultipleChoiceField(
        required=False, coerce=int, widget=forms.MultipleHiddenInput
    )

    def __init__(
        self, *args: Any, same: list[tuple[Participant, ParticipantDetails]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._same = {f"child-{child.pk}": child for child, _details in same}
        own_fields: Any = self.fields
        new = _("Enroll, another child than those above") if same else _("Enroll as a new child")
        own_fields["decision"].choices = [
            *(
                (f"child-{child.pk}", _("Enroll: %s, on record here") % _describe_participant(row))
                for child, row in same
            ),
            ("new", new),
            ("decline", _("Decline")),
        ]
        numbers = [(child.pk, child.pk) for child, _details in same]
        own_fields["other_than"].choices = numbers
        own_fields["other_than"].initial = [number for number, _label in numbers]

    def get_participant(self) -> Participant | None:
        """Return the child on record who was chosen; None for a new child."""
        return self._same.get(self.cleaned_data["decision"])


class DeliveryForm(forms.Form):
    """The school year and the agreement of records to be sent."""

    year = forms.ChoiceField(label=_("School year"), required=False)
    agreement = forms.ChoiceField(label=_("Agreement"), required=False)

    def __init__(
        self, *args: Any, years: Sequence[str], agreements: Sequence[Agreement], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.years = years
        own_fields: Any = self.fields
        own_fields["year"].choices = [(year, year) for year in years]
        own_fields["agreement"].choices = [(row.reference, str(row)) for row in agreements]


def _describe_participant(details: ParticipantDetails) -> str:
    born = f", {details.birth_date:%m/%d/%Y}" if details.birth_date else ""
    return f"{details.sort_name}{born}"
