"""The form that takes an agreement's text."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.agreements.format import BadAgreement, parse


class AgreementForm(forms.Form):
    """A text, pasted or from a file. Both may be left out only together with an error."""

    file = forms.FileField(
        label=_("A TOML file"), required=False, help_text=_("Or paste the text below.")
    )
    text = forms.CharField(
        label=_("The agreement's text"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false", "class": "code"}),
    )

    def clean(self) -> dict[str, Any]:
        """Reads the text, so that every mistake is told at once; leaves `terms` beside it."""
        given = super().clean() or {}
        if file := given.get("file"):
            given["text"] = file.read().decode("utf-8", errors="replace")
        if not given.get("text", "").strip():
            raise forms.ValidationError(_("Choose a file or paste the text of an agreement."))
        try:
            given["terms"] = parse(given["text"])
        except BadAgreement as bad:
            raise forms.ValidationError([forms.ValidationError(m) for m in bad.mistakes]) from bad
        return given
