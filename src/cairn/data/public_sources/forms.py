"""Forms for published tables: who published it, and what each column is."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.data.public_sources import published_file
from cairn.data.public_sources.actions import SourceDescription
from cairn.data.public_sources.models import SourceLevel, ValueDirection
from cairn.warehouse.published_tables import ColumnProposal, ColumnRole
from cairn.warehouse.schema import UnreadableFile

_ROLE_CHOICES = (
    (ColumnRole.PLACE.value, _("Place")),
    (ColumnRole.PLACE_ID.value, _("Code of the place")),
    (ColumnRole.PERIOD.value, _("Year or period")),
    (ColumnRole.GROUP.value, _("Group or category")),
    (ColumnRole.ESTIMATE.value, _("Figure")),
    (ColumnRole.MARGIN.value, _("Margin of error")),
    (ColumnRole.NUMERATOR.value, _("Numerator of the figure")),
    (ColumnRole.DENOMINATOR.value, _("Denominator of the figure")),
    (ColumnRole.IGNORED.value, _("Not read")),
)


class SourceUploadForm(forms.Form):
    """The file of a published table, and who published it under which terms."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV, Excel or JSON, as you downloaded it. Only tables that anyone may download: no "
            "file about single students."
        ),
    )
    title = forms.CharField(label=_("Title of the table"), max_length=200)
    publisher = forms.CharField(label=_("Published by"), max_length=200)
    address = forms.URLField(
        label=_("Web address of the table"), max_length=400, assume_scheme="https"
    )
    license = forms.CharField(
        label=_("License or terms of use"),
        max_length=200,
        help_text=_("For example: U.S. government work, or CC BY 4.0."),
    )
    as_of = forms.DateField(
        label=_("Figures as of"), widget=forms.DateInput(attrs={"type": "date"})
    )
    level = forms.ChoiceField(label=_("What is one row about?"), choices=SourceLevel.choices)
    geography = forms.CharField(
        label=_("Area"), max_length=200, help_text=_("For example: River County and its state.")
    )
    direction = forms.ChoiceField(
        label=_("A higher figure is"),
        choices=ValueDirection.choices,
        help_text=_("For “percent below benchmark”, a higher figure is worse."),
    )

    def clean_file(self) -> Any:
        """Check that the file is a table, and not one about students."""
        file = self.cleaned_data["file"]
        if file.size > published_file.MAX_FILE_BYTES:
            raise forms.ValidationError(_("The file is larger than 20 MB. Upload fewer rows."))
        try:
            published_file.read_published_table(file.name, file.read())
        except (UnreadableFile, published_file.NotPublished) as problem:
            raise forms.ValidationError(str(problem)) from problem
        file.seek(0)
        return file

    def build_description(self) -> SourceDescription:
        """Return who published the table, and under which terms."""
        return SourceDescription(
            **{field: self.cleaned_data[field] for field in SourceDescription.__slots__}
        )


class ShowSourceForm(forms.Form):
    """Whether the license or terms of use of a table allow that the public reads it here."""

    is_allowed = forms.BooleanField(
        label=_("I have read the license or terms of use, and they allow showing this table.")
    )
    confirmed_terms = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, terms: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["confirmed_terms"].initial = terms


class ColumnRolesForm(forms.Form):
    """What each column of the table is, with the proposal chosen."""

    def __init__(self, *args: Any, proposals: Sequence[ColumnProposal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._columns = {f"column_{i}": p.column for i, p in enumerate(proposals)}
        for i, proposal in enumerate(proposals):
            self.fields[f"column_{i}"] = forms.ChoiceField(
                label=proposal.column,
                choices=_ROLE_CHOICES,
                initial=proposal.role.value,
                help_text=proposal.reason,
            )

    def get_roles(self) -> dict[str, ColumnRole]:
        """Return the chosen role of each column; the proposed one before a person has chosen."""
        values = (
            self.cleaned_data if self.is_bound else {n: f.initial for n, f in self.fields.items()}
        )
        return {column: ColumnRole(values[name]) for name, column in self._columns.items()}
