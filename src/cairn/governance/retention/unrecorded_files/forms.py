"""The form by which a person confirms that files without a record may be destroyed."""

from django import forms


class ConfirmationForm(forms.Form):
    """Name the newest file that the page showed, so that no later one is confirmed with it."""

    newest = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
