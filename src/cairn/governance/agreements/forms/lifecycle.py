"""Forms for the steps of an agreement: bring in a text, edit it, review, sign, terminate.

A text comes in by starting one draft or many, or by loading an agreement.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.governance.agreements import scanned_pages
from cairn.governance.agreements.document_templates import DOCUMENT_TEMPLATES
from cairn.governance.agreements.models import Agreement
from cairn.governance.agreements.toml_format.mistakes import BadAgreement
from cairn.governance.agreements.toml_format.parser import parse_agreement
from cairn.governance.partners.api import Organization


class DraftTextForm(forms.Form):
    """The whole text, edited by hand."""

    text = forms.CharField(
        label=_("Text of the draft (TOML)"),
        strip=False,
        max_length=400_000,
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "false", "class": "code"}),
    )


class DraftReasonForm(forms.Form):
    """A reason, which stays on record."""

    why = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 4}))


class FindingOverrideForm(forms.Form):
    """Counsel accepts a legal finding."""

    finding = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Cairn records your name and this reason with the agreement."),
    )


class _PastDayForm(forms.Form):
    """A form about something that happened on a day that is not in the future."""

    on = forms.DateField(
        label=_("Date"), widget=forms.DateInput(attrs={"type": "date", "class": "short"})
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_on(self) -> date:
        """Reject a day in the future."""
        day: date = self.cleaned_data["on"]
        if day > self._today:
            raise forms.ValidationError(_("Enter a date that is not in the future."))
        return day


class _CriteriaField(forms.TypedMultipleChoiceField):
    """The keys of the selected criteria; the page lists those that are open."""

    def __init__(self) -> None:
        super().__init__(
            error_messages={"required": _("Select the criteria that you confirm.")},
        )

    def valid_value(self, value: str) -> bool:
        """Accept any key: the action asks policy about each."""
        return True


class CounselReviewForm(_PastDayForm):
    """A steward records who read the text as counsel."""

    counsel = forms.CharField(
        label=_("Counsel"), max_length=160, help_text=_("Name and firm or office.")
    )
    confirms_criteria = forms.BooleanField(
        label=_("Counsel confirmed each criterion of the legal basis that is listed on this page."),
        required=False,
    )
    field_order = ("counsel", "on", "confirms_criteria")


class CriteriaConfirmationForm(forms.Form):
    """Counsel confirms criteria of the legal basis; policy decides about each of them."""

    criteria = _CriteriaField()


class SignatureForm(forms.Form):
    """A signature in Cairn; the typed name must be the name of the account."""

    name = forms.CharField(
        label=_("Your full name"),
        max_length=160,
        help_text=_(
            "Type your name as it appears in your account. This signs the full text above."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    capacity = forms.CharField(
        label=_("Title"),
        max_length=160,
        help_text=_("For example, superintendent or executive director."),
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
                "Type the name in your account: %(name)s. To record another person's "
                "signature, use the form for paper signatures."
            )
            raise forms.ValidationError(message, params={"name": self._signer})
        return self._signer


class PaperSignatureForm(_PastDayForm):
    """A signature on paper, recorded by a person who saw it."""

    name = forms.CharField(label=_("Name of the signer"), max_length=160)
    capacity = forms.CharField(label=_("Title"), max_length=160)
    page = forms.FileField(
        label=_("Scan of the signed page"),
        help_text=_("PDF, JPEG or PNG, up to 5 MB. Everyone who may read the draft can open it."),
    )
    email = forms.EmailField(
        label=_("Email of the signer"),
        required=False,
        help_text=_("Cairn emails the link for confirming. Leave it blank to send it yourself."),
    )
    field_order = ("name", "capacity", "on", "page", "email")

    def __init__(self, *args: Any, own_address: str, is_email_on: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self._own_address = own_address
        if not is_email_on:
            del self.fields["email"]

    def clean_email(self) -> str:
        """Refuse the address of the person who records the signature."""
        address: str = self.cleaned_data["email"]
        if address.lower() == self._own_address.lower():
            raise forms.ValidationError(_("This is your own address. The link is for the signer."))
        return address

    def clean_page(self) -> scanned_pages.ScannedPage:
        """Read the scan, or say which files can be kept."""
        try:
            return scanned_pages.read_scanned_page(self.cleaned_data["page"].read())
        except scanned_pages.UnreadablePageError as problem:
            raise forms.ValidationError(str(problem)) from problem


class TerminationForm(forms.Form):
    """A notice of termination."""

    from_day = forms.DateField(
        label=_("Termination date"),
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}),
    )
    why = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 4}))


_TEMPLATE_PREFIX, _PATTERN_PREFIX = "template:", "like:"


def name_template_source(name: str) -> str:
    """Return the value of the field "Starting point" that chooses a template.

    Args:
        name: the template's name.

    Returns:
        The value.
    """
    return f"{_TEMPLATE_PREFIX}{name}"


class _DraftStartForm(forms.Form):
    """Fields that both kinds of start share: the writer and the text to start from."""

    organization = forms.ModelChoiceField(
        label=_("Written by"),
        queryset=Organization.objects.none(),
        to_field_name="slug",
        empty_label=None,
        help_text=_("Your organization."),
    )
    source = forms.ChoiceField(
        label=_("Starting point"),
        help_text=_("Use a template, or copy the terms of an existing agreement."),
    )

    def __init__(
        self,
        *args: Any,
        writers: Sequence[Organization],
        patterns: Sequence[Agreement],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        writer_slugs = [organization.slug for organization in writers]
        writer: Any = self.fields["organization"]
        writer.queryset = Organization.objects.filter(slug__in=writer_slugs)
        source: Any = self.fields["source"]
        templates = tuple(
            (name_template_source(template.name), template.title) for template in DOCUMENT_TEMPLATES
        )
        pattern_choices = tuple(
            (f"{_PATTERN_PREFIX}{pattern.reference}", str(pattern)) for pattern in patterns
        )
        source.choices = ((_("Templates"), templates), (_("Existing agreements"), pattern_choices))
        self._patterns = {pattern.reference: pattern for pattern in patterns}

    def text(self) -> tuple[str, str]:
        """Return the text to start from, and its name."""
        chosen: str = self.cleaned_data["source"]
        if chosen.startswith(_TEMPLATE_PREFIX):
            start = next(
                template
                for template in DOCUMENT_TEMPLATES
                if name_template_source(template.name) == chosen
            )
            return start.text, start.title
        row = self._patterns[chosen.removeprefix(_PATTERN_PREFIX)]
        return row.text, row.reference


class DraftStartForm(_DraftStartForm):
    """Start one draft; with a partner, the partner's name and kind are filled into the text."""

    partner = forms.ModelChoiceField(
        label=_("Partner that provides the data"),
        queryset=Organization.objects.order_by("name"),
        to_field_name="slug",
        required=False,
        empty_label=_("Fill in later"),
        help_text=_("Cairn writes this partner and your organization into the text."),
    )
    reference = forms.CharField(
        label=_("Reference"),
        max_length=80,
        help_text=_("A unique short name, such as DSA-07."),
    )
    title = forms.CharField(label=_("Title"), max_length=240)
    starts = forms.DateField(
        label=_("Start date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}),
    )
    ends = forms.DateField(
        label=_("End date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}),
        help_text=_("The last day. You can also write “until terminated” into the draft."),
    )
    program_operator = forms.ModelChoiceField(
        label=_("Organization that runs the program to be evaluated"),
        queryset=Organization.objects.order_by("name"),
        to_field_name="slug",
        required=False,
        empty_label=_("Fill in later"),
        help_text=_(
            "Only for an evaluation agreement. The recipient may not evaluate its own program "
            "(34 CFR 99.35)."
        ),
    )
    field_order = ("organization", "partner", "source", "reference", "title", "starts", "ends")

    def clean(self) -> dict[str, Any]:
        """Reject a partner that is also the writer."""
        cleaned = super().clean() or {}
        if cleaned.get("partner") and cleaned["partner"] == cleaned.get("organization"):
            self.add_error("partner", _("Choose a partner other than your own organization."))
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends < starts:
            self.add_error("ends", _("The end date is before the start date."))
        return cleaned


class DraftBatchForm(_DraftStartForm):
    """Start the same text for several partners, one draft each."""

    pattern = forms.CharField(
        label=_("Reference for each draft"),
        max_length=60,
        initial="DSA-{partner}",
        help_text=_("Cairn replaces {partner} with the short name of the partner."),
    )
    name = forms.CharField(
        label=_("Title for each draft"), max_length=200, initial=_("Data sharing")
    )
    partners = forms.ModelMultipleChoiceField(
        label=_("Partners"),
        queryset=Organization.objects.order_by("name"),
        to_field_name="slug",
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each partner provides data under its own draft."),
    )

    def clean(self) -> dict[str, Any]:
        """Reject a partner that is also the writer: an organization makes no agreement with
        itself.
        """
        cleaned = super().clean() or {}
        writer = cleaned.get("organization")
        if writer in cleaned.get("partners", ()):
            message = _("%s is the author of these drafts. Remove it from the partners.")
            self.add_error("partners", message % writer)
        return cleaned


class AgreementUploadForm(forms.Form):
    """An agreement's text, pasted or from a file; one of the two is required."""

    file = forms.FileField(
        label=_("TOML file"), required=False, help_text=_("Or paste the text below.")
    )
    text = forms.CharField(
        label=_("Text of the agreement (TOML)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false", "class": "code"}),
    )

    def clean(self) -> dict[str, Any]:
        """Parse the text so that every mistake shows at once; `terms` holds the parsed
        agreement.
        """
        cleaned = super().clean() or {}
        if file := cleaned.get("file"):
            cleaned["text"] = file.read().decode("utf-8", errors="replace")
        if not cleaned.get("text", "").strip():
            raise forms.ValidationError(_("Upload a file or paste the text of the agreement."))
        try:
            cleaned["terms"] = parse_agreement(cleaned["text"])
        except BadAgreement as bad:
            raise forms.ValidationError(
                [forms.ValidationError(message) for message in bad.mistakes]
            ) from bad
        return cleaned
