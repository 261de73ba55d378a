"""Forms that change a group's plan, and that continue a group in a new term."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.services.programs.actions import SeriesPlan
from cairn.services.programs.forms import SessionSeriesForm
from cairn.services.programs.models import Participant
from cairn.services.programs.participant_identity import ParticipantDetails


class SeriesChangeForm(SessionSeriesForm):
    """The plan of a group on record, with a mark of what the user saw before the change."""

    seen = forms.CharField(widget=forms.HiddenInput(), required=False)

    def __init__(self, *args: Any, on_record: SeriesPlan, **kwargs: Any) -> None:
        initial = {**asdict(on_record), "seen": on_record.digest}
        super().__init__(*args, **{**kwargs, "initial": initial})


class NextGroupForm(SessionSeriesForm):
    """A group of the next term, and the children who continue in it."""

    participants = forms.TypedMultipleChoiceField(
        label=_("Children who continue"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, *args: Any, roster: Sequence[tuple[Participant, ParticipantDetails]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._roster = {row.pk: row for row, _details in roster}
        self.initial["participants"] = list(self._roster)
        self.fields["participants"].choices = [  # type: ignore[attr-defined]
            (row.pk, details.full_name) for row, details in roster
        ]

    def get_participants(self) -> list[Participant]:
        """Return the chosen children."""
        return [self._roster[pk] for pk in self.cleaned_data["participants"]]
