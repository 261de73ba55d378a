"""The form that names a saved filter."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.services.students.models import NAME_LENGTH


class FilterNameForm(forms.Form):
    """The name of a saved filter."""

    name = forms.CharField(
        label=_("Name of the filter"),
        max_length=NAME_LENGTH,
        help_text=_("Such as “Grade 7, attendance below 90%”. Leave out names of students."),
    )
