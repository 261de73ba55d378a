"""Define the forms of clerical review and relationships."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.data.identity.models.clerical_review import DIFFERENT, SAME, UNSURE
from cairn.data.identity.models.relationships import NOT_RELATED, RELATIONSHIP_CHOICES
from cairn.matching.standardize import standardize_adult_name


class MatchAnswerForm(forms.Form):
    """A reviewer's answer to one question."""

    said = forms.ChoiceField(choices=[(said, said) for said in (SAME, DIFFERENT, UNSURE)])


class SplitPersonForm(forms.Form):
    """Records of one person that belong to another child, and why."""

    records = forms.MultipleChoiceField()
    why = forms.CharField(label=_("Reason"), max_length=400)

    def __init__(self, data: Any, *, choices: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        self._record_count = len(choices)
        self.fields["records"] = forms.MultipleChoiceField(
            label=_("Records of another student"),
            choices=choices,
            widget=forms.CheckboxSelectMultiple,
        )

    def clean_records(self) -> list[int]:
        """Accept some of the records and not all: otherwise nothing would be split."""
        chosen = [int(number) for number in self.cleaned_data["records"]]
        if len(chosen) == self._record_count:
            raise forms.ValidationError(_("Leave at least one record with this person."))
        return chosen


class DenyGuardianForm(forms.Form):
    """Why an adult is not a guardian of a child."""

    why = forms.CharField(label=_("Reason and source of this information"), max_length=400)


class _PeriodForm(DenyGuardianForm):
    """The period that a reviewer's statement is about, and why."""

    since = forms.DateField(
        label=_("Since"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Leave blank to start today."),
    )
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Leave blank if this is still true."),
    )

    def clean(self) -> dict[str, Any]:
        """Require days in order, and none in the future."""
        cleaned = super().clean() or {}
        since, until, today = cleaned.get("since"), cleaned.get("until"), timezone.localdate()
        if since and since > today:
            self.add_error("since", _("Enter a date that is not in the future."))
        if until and until > today:
            self.add_error("until", _("Enter a date that is not in the future."))
        elif until and since is None and "since" not in self.errors:
            self.add_error("since", _("Enter a start date, too."))
        elif until and since and until <= since:
            self.add_error("until", _("Enter an end date after the start date."))
        return cleaned


class AddGuardianForm(_PeriodForm):
    """An adult who is a guardian of a child according to a reviewer."""

    name = forms.CharField(
        label=_("Name of the adult"),
        max_length=120,
        help_text=_("First and last name, spelled as in records."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("name", "since", "until", "why")

    def clean_name(self) -> str:
        """Require two words at least: one word does not identify an adult."""
        name: str = self.cleaned_data["name"]
        if standardize_adult_name(name) is None:
            raise forms.ValidationError(_("Enter a first name and a last name."))
        return name


class RelationshipForm(_PeriodForm):
    """How two people are related according to a reviewer, and why."""

    kind = forms.ChoiceField(
        label=_("Relationship"),
        choices=RELATIONSHIP_CHOICES,
        widget=forms.RadioSelect,
    )
    field_order = ("kind", "since", "until", "why")

    def clean(self) -> dict[str, Any]:
        """Require that "not related" has no days: it holds from today; earlier facts stay true."""
        cleaned = super().clean()
        if cleaned.get("kind") == NOT_RELATED and (cleaned.get("since") or cleaned.get("until")):
            self.add_error("kind", _("“Not related” starts today. Leave both dates blank."))
        return cleaned
