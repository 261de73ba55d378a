"""Forms of dictionaries: a file to import, and the class of one element."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cairn.dictionaries.models import IDENTIFIERS, SPECIALS
from cairn.dictionaries.reading import BadDictionary, Read, read
from cairn.partners.models import Organization
from cairn.warehouse.elements import catalogue

_LARGEST = 20 * 1024 * 1024


class ImportForm(forms.Form):
    """Whose dictionary, and the file. The file is read once; its entries are kept, not the file."""

    organization: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("Organization"), queryset=Organization.objects.none(), empty_label=None
    )
    file = forms.FileField(
        label=_("Dictionary"),
        help_text=_(
            "A CSV or Excel file with one row an element: its name, and what the file has of "
            "definition, type, values and years. No data, only the description of data."
        ),
    )
    read: Read

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ModelChoiceField[Organization]", self.fields["organization"])
        choice.queryset = organizations

    def clean_file(self) -> Any:
        """The file, readable as a dictionary."""
        file = self.cleaned_data["file"]
        if file.size > _LARGEST:
            raise forms.ValidationError(_("Larger than 20 MB is no dictionary. Send it in parts."))
        try:
            self.read = read(file.name, file.read())
        except BadDictionary as error:
            raise forms.ValidationError(str(error)) from error
        file.seek(0)
        return file


def _catalogued() -> list[tuple[str, str]]:
    names = [f.element for r in catalogue().values() for f in r.fields.values()]
    return [("", str(_("None"))), *((name, name) for name in sorted(names))]


class ClassForm(forms.Form):
    """How one element identifies, and the laws of its own that protect it."""

    identifier = forms.ChoiceField(
        label=_("How it identifies a child"), choices=IDENTIFIERS, widget=forms.RadioSelect
    )
    special = forms.MultipleChoiceField(
        label=_("Protected by a law of its own"),
        required=False,
        choices=SPECIALS,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Leave empty when none applies."),
    )
    matched = forms.ChoiceField(
        label=_("The same as Cairn's element"),
        required=False,
        choices=_catalogued,
        help_text=_("Requests and agreements name elements so. None: only the partner's own name."),
    )
