"""Forms for the steps of an agreement: edit the text, review, sign, terminate."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class DraftTextForm(forms.Form):
    """The whole text, edited by hand."""

    text = forms.CharField(
        label=_("The draft's text"),
        strip=False,
        max_length=400_000,
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "false", "class": "code"}),
    )


class DraftReasonForm(forms.Form):
    """A reason, which stays on record."""

    why = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 4}))


class FindingOverrideForm(forms.Form):
    """Counsel accepts a legal finding."""

    finding = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why it may stand"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Your name and this reason stay with the agreement."),
    )


class _PastDayForm(forms.Form):
    """A form about something that happened on a day that is not in the future."""

    on = forms.DateField(
        label=_("On"), widget=forms.DateInput(attrs={"type": "date", "class": "short"})
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_on(self) -> date:
        """Reject a day in the future."""
        day: date = self.cleaned_data["on"]
        if day > self._today:
            raise forms.ValidationError(_("This day has not come yet."))
        return day


class CounselReviewForm(_PastDayForm):
    """A steward records who read the text as counsel."""

    counsel = forms.CharField(
        label=_("Counsel"), max_length=160, help_text=_("Name, and firm or office.")
    )
    field_order = ("counsel", "on")


class SignatureForm(forms.Form):
    """A signature in Cairn; the typed name must be the name of the account."""

    name = forms.CharField(
        label=_("Your full name"),
        max_length=160,
        help_text=_("Type it as your account has it. By this you sign the whole text above."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    capacity = forms.CharField(
        label=_("In what capacity"),
        max_length=160,
        help_text=_("Such as superintendent or executive director."),
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )

    def __init__(self, *args: Any, signer: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._signer = signer

    def clean_name(self) -> str:
        """Check that the typed name is the account's name, in any spacing and case."""
        typed_name: str = self.cleaned_data["name"]
        if typed_name.casefold().split() != self._signer.casefold().split():
            message = _(
                "Type the name of your account: %(name)s. To record somebody else's "
                "signature, use the form for signatures on paper."
            )
            raise forms.ValidationError(message, params={"name": self._signer})
        return self._signer


class PaperSignatureForm(_PastDayForm):
    """A signature on paper, recorded by a person who saw it."""

    name = forms.CharField(label=_("Who signed"), max_length=160)
    capacity = forms.CharField(label=_("In what capacity"), max_length=160)
    field_order = ("name", "capacity", "on")


class TerminationForm(forms.Form):
    """A notice of termination."""

    from_day = forms.DateField(
        label=_("From what day nothing is shared any more"),
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}),
    )
    why = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 4}))
