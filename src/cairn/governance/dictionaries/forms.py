"""Forms for data dictionaries: a file to import, and the class of one element."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cairn.governance.dictionaries.models import IDENTIFIER_CLASS_CHOICES, SPECIAL_CLASS_CHOICES
from cairn.governance.dictionaries.reader import entries
from cairn.governance.partners.api import Organization
from cairn.warehouse.readers import read_file_in_child_process
from cairn.warehouse.schema import describe_element, load_element_catalogue

_MAX_FILE_BYTES = 20 * 1024 * 1024


class DictionaryImportForm(forms.Form):
    """The organization and the dictionary file. Only the file's entries are stored, not the
    file.
    """

    organization: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("Organization"), queryset=Organization.objects.none(), empty_label=None
    )
    file = forms.FileField(
        label=_("Dictionary"),
        help_text=_(
            "A CSV or Excel file with one row per data element: its name and, if known, its "
            "definition, "
            "type, values and years. Do not upload data about children."
        ),
    )
    read: entries.DictionaryFile

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ModelChoiceField[Organization]", self.fields["organization"])
        choice.queryset = organizations

    def clean_file(self) -> Any:
        """Check that the file can be read as a dictionary."""
        file = self.cleaned_data["file"]
        if file.size > _MAX_FILE_BYTES:
            raise forms.ValidationError(
                _("The file is larger than 20 MB. Split it and import each part.")
            )
        try:
            self.read = entries.read_dictionary_file(
                file.name, file.read(), reader=read_file_in_child_process
            )
        except entries.BadDictionary as error:
            raise forms.ValidationError(str(error)) from error
        file.seek(0)
        return file


def _list_catalog_choices() -> list[tuple[str, str]]:
    choices = [
        (field.element, f"{describe_element(field.element)} ({field.element})")
        for record in load_element_catalogue().values()
        for field in record.fields.values()
    ]
    return [("", str(_("None"))), *sorted(choices, key=lambda choice: choice[1])]


class ElementClassForm(forms.Form):
    """How one element identifies a child, and the special laws that protect it."""

    identifier = forms.ChoiceField(
        label=_("Identifier type"),
        choices=IDENTIFIER_CLASS_CHOICES,
        widget=forms.RadioSelect,
    )
    special = forms.MultipleChoiceField(
        label=_("Special legal protection"),
        required=False,
        choices=SPECIAL_CLASS_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Leave empty if none applies."),
    )
    matched = forms.ChoiceField(
        label=_("Matching Cairn data element"),
        required=False,
        choices=_list_catalog_choices,
        help_text=_(
            "Data requests and agreements use this name. Choose “None” if there is no match."
        ),
    )
