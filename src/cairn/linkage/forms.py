"""Forms of linkage."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.linkage.models.kinship import NOT_RELATED, WORDS
from cairn.linkage.models.review import DIFFERENT, SAME, UNSURE
from cairn.warehouse.linking import spelling


class AnswerForm(forms.Form):
    """What a reviewer says to one question."""

    said = forms.ChoiceField(choices=[(said, said) for said in (SAME, DIFFERENT, UNSURE)])


class PartForm(forms.Form):
    """Records of one person that are another child's, and why."""

    records = forms.MultipleChoiceField()
    why = forms.CharField(label=_("Why"), max_length=400)

    def __init__(self, data: Any, *, choices: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        self._all = len(choices)
        self.fields["records"] = forms.MultipleChoiceField(
            label=_("Another child's records"),
            choices=choices,
            widget=forms.CheckboxSelectMultiple,
        )

    def clean_records(self) -> list[int]:
        """Some of them, and not all: then nobody would be parted from anybody."""
        chosen = [int(number) for number in self.cleaned_data["records"]]
        if len(chosen) == self._all:
            raise forms.ValidationError(_("Leave at least one record with this person."))
        return chosen


class GuardianForm(forms.Form):
    """Why an adult is no guardian of a child."""

    why = forms.CharField(label=_("Why, and who told you"), max_length=400)


class _SinceForm(GuardianForm):
    """For what time a reviewer says that something is, and why."""

    since = forms.DateField(
        label=_("Since"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Left empty: from today."),
    )
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Left empty: it still is so."),
    )

    def clean(self) -> dict[str, Any]:
        """Days in their order, and none to come."""
        found = super().clean() or {}
        since, until, today = found.get("since"), found.get("until"), timezone.localdate()
        if since and since > today:
            self.add_error("since", _("This day is still to come."))
        if until and until > today:
            self.add_error("until", _("This day is still to come."))
        elif until and since is None and "since" not in self.errors:
            self.add_error("since", _("Say from when, where you say until when."))
        elif until and since and until <= since:
            self.add_error("until", _("This is not after the day on which it began."))
        return found


class NewGuardianForm(_SinceForm):
    """An adult who is a guardian of a child, as a reviewer says."""

    name = forms.CharField(
        label=_("Name of the adult"),
        max_length=120,
        help_text=_("Given name and surname, as records would spell them."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("name", "since", "until", "why")

    def clean_name(self) -> str:
        """Two words at least: by one nobody is known."""
        name: str = self.cleaned_data["name"]
        if spelling.person(name) is None:
            raise forms.ValidationError(_("A given name and a surname are needed."))
        return name


class RelativeForm(_SinceForm):
    """What two people are to each other, as a reviewer says, and why."""

    kind = forms.ChoiceField(
        label=_("They are"),
        choices=WORDS,
        widget=forms.RadioSelect,
    )
    field_order = ("kind", "since", "until", "why")

    def clean(self) -> dict[str, Any]:
        """ "Not related" holds from today; before that, what records stated stays true."""
        found = super().clean()
        if found.get("kind") == NOT_RELATED and (found.get("since") or found.get("until")):
            self.add_error("kind", _("“Not related” holds from today: leave both days empty."))
        return found
