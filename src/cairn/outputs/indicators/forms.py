"""The form in which a definition is written, or read from a file."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.governance.partners.models import Organization
from cairn.warehouse.measures import IndicatorDefinition, InvalidIndicator, parse_indicator

_MOST_BYTES = 64 * 1024

NEW_DEFINITION = """\
id = "summer_participation"
title = { en = "Youth in summer programs", es = "Jóvenes en programas de verano" }
why = { en = "Children learn in summer, too.", es = "Los niños también aprenden en verano." }
level = "program"
direction = "higher"
period = "summer"
breakdowns = ["district", "race_ethnicity", "gender"]

[denominator]
record = "session_attendance"
dated_by = "date"
text.en = "Children who attended a program in June, July or August."
text.es = "Niños que asistieron a un programa en junio, julio o agosto."

[numerator]
where = "hours >= 2"
heading = { en = "Two hours or more", es = "Dos horas o más" }
text.en = "Children with a session of at least two hours."
text.es = "Niños con una sesión de al menos dos horas."
"""


class DefinitionForm(forms.Form):
    """Write a definition, or choose a file that has one."""

    definition = forms.CharField(
        label=_("Definition (TOML)"),
        widget=forms.Textarea(attrs={"rows": 24, "class": "mono", "spellcheck": "false"}),
        required=False,
        max_length=_MOST_BYTES,
        help_text=_("Who is counted, and who of them reached it. Conditions are never SQL."),
    )
    file = forms.FileField(
        label=_("Or import a file"),
        required=False,
        help_text=_("A definition that was exported here or elsewhere. It begins as a draft."),
    )
    parsed: IndicatorDefinition

    def clean(self) -> dict[str, Any]:
        """Parse the definition, from the file if there is one."""
        cleaned: dict[str, Any] = super().clean() or {}
        text, field = cleaned.get("definition", ""), "definition"
        if file := cleaned.get("file"):
            field = "file"
            if file.size > _MOST_BYTES:
                self.add_error(field, _("The file is larger than 64 KB. Choose a definition."))
                return cleaned
            text = file.read().decode("utf-8", errors="replace")
        try:
            self.parsed = parse_indicator(text)
        except InvalidIndicator as problem:
            self.add_error(field, str(problem))
        return cleaned


class NewIndicatorForm(DefinitionForm):
    """Write a definition for an organization."""

    organization = forms.ModelChoiceField(
        label=_("Organization that defines it"), queryset=Organization.objects.none()
    )
    field_order = ("organization", "definition", "file")

    def __init__(self, *args: Any, organizations: Sequence[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = [organization.pk for organization in organizations]
        field = self.fields["organization"]
        field.queryset = Organization.objects.filter(pk__in=ids)  # type: ignore[attr-defined]
        field.initial = ids[0] if ids else None
