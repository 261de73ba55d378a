"""Forms of notes, contacts with families and appointments."""

from datetime import datetime
from operator import attrgetter
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.platform.accounts.api import User
from cairn.policy.vocabulary import NoteAudience
from cairn.services.notes.actions import ContactDetails, NoteDetails
from cairn.services.notes.appointment_actions import AppointmentPlan, DoubleBooking
from cairn.services.notes.models import ContactOutcome, NoteKind, WithdrawalReason
from cairn.services.programs.api import ContactChannel, SentOnceForm

_AUDIENCES = (
    (NoteAudience.STAFF.value, _("Program staff of your organization")),
    (NoteAudience.STEWARD.value, _("The data steward only: sensitive. Staff, you too, do not see")),
    (NoteAudience.FAMILY.value, _("Staff, and the family when it asks for the record")),
)
_OTHER = "other"


def _build_day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"})


class NoteForm(SentOnceForm):
    """A note about a participant."""

    day = forms.DateField(label=_("Day"), widget=_build_day_input())
    kind = forms.ChoiceField(label=_("About"), choices=NoteKind.choices)
    text = forms.CharField(
        label=_("Note"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5})
    )
    audience = forms.ChoiceField(
        label=_("Who may read it"),
        choices=_AUDIENCES,
        widget=forms.RadioSelect,
        initial=NoteAudience.STAFF.value,
    )
    has_no_treatment_record = forms.BooleanField(
        label=_("It holds no psychotherapy note and no record of substance use treatment"),
        help_text=_("Needed for a note about health."),
        required=False,
    )

    def build_details(self) -> NoteDetails:
        """Return the note as entered."""
        entered = self.cleaned_data
        return NoteDetails(
            day=entered["day"],
            kind=NoteKind(entered["kind"]),
            audience=NoteAudience(entered["audience"]),
            text=entered["text"],
            has_no_treatment_record=entered["has_no_treatment_record"],
        )


class NoteCorrectionForm(NoteForm):
    """The same of a note on record, with the reason and the version that the user saw."""

    reason = forms.CharField(label=_("Why you correct it"), max_length=300)
    seen = forms.IntegerField(widget=forms.HiddenInput)


class NoteWithdrawalForm(forms.Form):
    """Why a note or a contact is taken back."""

    reason = forms.ChoiceField(label=_("Why"), choices=WithdrawalReason.choices)


class AdultForm(SentOnceForm):
    """With which adult of a child's record."""

    adult = forms.ChoiceField(label=_("With whom"))
    other_adult = forms.CharField(
        label=_("Name, if it was another adult"), max_length=200, required=False
    )

    def __init__(self, *args: Any, adults: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [*((name, name) for name in adults), (_OTHER, _("Another adult"))]
        self.fields["adult"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Take the name of another adult where one is needed."""
        cleaned = super().clean() or {}
        if cleaned.get("adult") == _OTHER:
            cleaned["adult"] = cleaned.get("other_adult", "")
            if not cleaned["adult"]:
                self.add_error("other_adult", _("Enter the name, or choose an adult of the list."))
        return cleaned


class FamilyContactForm(AdultForm):
    """A contact with the family of a participant."""

    field_order = ("key", "day", "channel", "outcome", "adult", "other_adult", "language")

    day = forms.DateField(label=_("Day"), widget=_build_day_input())
    channel = forms.ChoiceField(label=_("How"), choices=ContactChannel.choices)
    outcome = forms.ChoiceField(label=_("Result"), choices=ContactOutcome.choices)
    language = forms.CharField(label=_("Language used"), max_length=40, required=False)
    summary = forms.CharField(
        label=_("Summary"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    follow_up_on = forms.DateField(
        label=_("Follow up on"),
        widget=_build_day_input(),
        required=False,
        help_text=_("You get a task on that day. The next contact ends it."),
    )

    def clean(self) -> dict[str, Any]:
        """Check that a follow-up comes after the contact."""
        cleaned = super().clean()
        day, follow_up = cleaned.get("day"), cleaned.get("follow_up_on")
        if day and follow_up and follow_up <= day:
            self.add_error("follow_up_on", _("Enter a day after the contact."))
        return cleaned

    def build_details(self) -> ContactDetails:
        """Return the contact as entered."""
        entered = self.cleaned_data
        return ContactDetails(
            day=entered["day"],
            channel=ContactChannel(entered["channel"]),
            outcome=ContactOutcome(entered["outcome"]),
            adult=entered["adult"],
            language=entered["language"],
            summary=entered["summary"],
            follow_up_on=entered["follow_up_on"],
        )


class AppointmentForm(AdultForm):
    """The time, place and people of an appointment."""

    field_order = ("key", "day", "time", "minutes", "staff", "adult", "other_adult", "place")

    day = forms.DateField(label=_("Day"), widget=_build_day_input())
    time = forms.TimeField(
        label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=480, initial=30)
    staff = forms.ModelChoiceField(
        label=_("Who holds it"), queryset=User.objects.none(), empty_label=None
    )
    place = forms.CharField(label=_("Place"), max_length=200)
    purpose = forms.CharField(label=_("What for"), max_length=300, required=False)
    accepted = forms.RegexField(r"^[0-9,]*$", widget=forms.HiddenInput, required=False)
    anyway = forms.BooleanField(
        label=_("Plan it at the same time"), widget=forms.HiddenInput, required=False
    )

    def __init__(self, *args: Any, staff: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["staff"]
        field.queryset = staff  # type: ignore[attr-defined]
        field.label_from_instance = attrgetter("name")  # type: ignore[attr-defined]

    def warn_of_double_booking(self, conflict: DoubleBooking) -> None:
        """Show that the person has another appointment then, and let the user plan it anyway."""
        seen = ",".join(str(number) for number in sorted(conflict.appointments))
        self.data = {**cast("QueryDict", self.data).dict(), "accepted": seen}
        self.fields["anyway"].widget = forms.CheckboxInput()
        self.add_error("anyway", str(conflict))

    def get_accepted(self) -> frozenset[int]:
        """Return the numbers of the appointments that the user saw and accepts."""
        numbers = self.cleaned_data["accepted"] if self.cleaned_data["anyway"] else ""
        return frozenset(int(number) for number in numbers.split(",") if number)

    def build_plan(self) -> AppointmentPlan:
        """Return the appointment as entered."""
        entered = self.cleaned_data
        return AppointmentPlan(
            starts_at=timezone.make_aware(datetime.combine(entered["day"], entered["time"])),
            minutes=entered["minutes"],
            staff=entered["staff"],
            place=entered["place"],
            adult=entered["adult"],
            purpose=entered["purpose"],
        )


class NotReachedForm(forms.Form):
    """For how long a family was not reached."""

    days = forms.IntegerField(label=_("Not reached for this many days"), min_value=0, max_value=999)
