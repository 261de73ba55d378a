"""Forms of a group's plan: a new group, a changed one, and one that continues in a new term."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cairn.services.programs.actions import SeriesPlan
from cairn.services.programs.forms import build_date_input
from cairn.services.programs.group_offers.offer_lines import (
    LANGUAGES,
    FeePeriod,
    list_outcome_choices,
)
from cairn.services.programs.models import WEEKDAYS, Participant
from cairn.services.programs.queries import RosterRow

_OFFER_FIELDS: Final = ("ages", "fee", "fee_period", "languages", "outcome")


class SessionSeriesForm(forms.Form):
    """When and where a group of a program meets."""

    name = forms.CharField(
        label=_("Name of the group"), max_length=120, help_text=_("For example: Grades 1 and 2.")
    )
    site = forms.CharField(
        label=_("Site"), max_length=120, help_text=_("For example: Alder Creek Elementary.")
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days of the week"),
        choices=WEEKDAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    starts_at = forms.TimeField(
        label=_("Begins at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends_at = forms.TimeField(
        label=_("Ends at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    first_day = forms.DateField(label=_("First day"), widget=build_date_input())
    last_day = forms.DateField(label=_("Last day"), widget=build_date_input(), required=False)
    capacity = forms.IntegerField(
        label=_("Places"),
        min_value=1,
        max_value=999,
        required=False,
        help_text=_("Leave empty for no limit. When all are taken, families join a waitlist."),
    )
    ages = forms.CharField(
        label=_("Ages or grades"),
        max_length=80,
        required=False,
        help_text=_("Families read it as you write it, also in Spanish. For example: 6-8."),
    )
    fee = forms.DecimalField(
        label=_("Fee in dollars"),
        min_value=0,
        max_digits=7,
        decimal_places=2,
        required=False,
        help_text=_("Enter 0 if the group is free of charge."),
    )
    fee_period = forms.ChoiceField(
        label=_("The fee is for"), choices=[("", "—"), *FeePeriod.choices], required=False
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages of the group"),
        choices=LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    outcome = forms.ChoiceField(label=_("Outcome that the group aims at"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [("", "—"), *list_outcome_choices()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Check that the group begins before it ends."""
        cleaned = super().clean() or {}
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("Enter a time after the session begins."))
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("Enter a day after the first day."))
        if cleaned.get("fee") and not cleaned.get("fee_period"):
            self.add_error("fee_period", _("Choose what the fee is for."))
        return cleaned

    def build_plan(self) -> SeriesPlan:
        """Return when and where the group meets, and what it offers."""
        values = {name: self.cleaned_data[name] for name in SeriesPlan.__slots__}
        lists = {name: tuple(values[name]) for name in ("weekdays", "languages")}
        period = values["fee_period"] if values["fee"] else ""
        return SeriesPlan(**values | lists | {"fee_period": period})

    def list_plan_fields(self) -> list[forms.BoundField]:
        """List the fields about when and where the group meets."""
        return [field for field in self if field.name not in _OFFER_FIELDS]

    def list_offer_fields(self) -> list[forms.BoundField]:
        """List the fields about what the group offers, which a page folds."""
        return [self[name] for name in _OFFER_FIELDS]


class SeriesChangeForm(SessionSeriesForm):
    """The plan of a group on record, with a mark of what the user saw before the change."""

    seen = forms.CharField(widget=forms.HiddenInput(), required=False)

    def __init__(self, *args: Any, on_record: SeriesPlan, **kwargs: Any) -> None:
        initial = {**asdict(on_record), "seen": on_record.digest}
        super().__init__(*args, **{**kwargs, "initial": initial})


class NextGroupForm(SessionSeriesForm):
    """A group of the next term, and the children who continue in it.

    All children are chosen at first, but not one with an enrollment that has an end.
    """

    participants = forms.TypedMultipleChoiceField(
        label=_("Children who continue"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, roster: Sequence[RosterRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._roster = {row.enrollment.participant_id: row.enrollment for row in roster}
        self.initial["participants"] = [
            number for number, enrollment in self._roster.items() if enrollment.ends is None
        ]
        self.fields["participants"].choices = [  # type: ignore[attr-defined]
            (row.enrollment.participant_id, _describe_continuing(row)) for row in roster
        ]

    def get_participants(self) -> list[Participant]:
        """Return the chosen children."""
        return [self._roster[pk].participant for pk in self.cleaned_data["participants"]]


def _describe_continuing(row: RosterRow) -> str:
    """Name a child, with the last day of an enrollment that has an end."""
    if row.enrollment.ends is None:
        return row.details.full_name
    last_day = date_format(row.enrollment.ends)
    return gettext("%(name)s (last day: %(day)s)") % {
        "name": row.details.full_name,
        "day": last_day,
    }
