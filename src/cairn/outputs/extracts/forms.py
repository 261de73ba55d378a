"""Define the forms of extracts."""

from collections.abc import Sequence
from typing import Any, Final, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.governance.partners.api import Organization
from cairn.outputs.extracts.recipient_copy import COPY_FORMATS
from cairn.outputs.releases.api import TEXT_KEPT, TEXT_OPEN, TEXT_WITHHELD
from cairn.platform.accounts.api import User
from cairn.policy.facts import MINIMUM_GROUP_SIZE
from cairn.policy.vocabulary import ReviewVerdict
from cairn.sdc.microdata import MaskKind

_MAX_K: Final = 100

_FORMAT_LABELS: Final = {
    "csv": _("CSV"),
    "parquet": _("Parquet (Python, R, DuckDB)"),
    "stata": _("Stata (.dta)"),
    "spss": _("SPSS (.sav)"),
    "r": _("R (.rds)"),
}

_MASK_KIND_LABELS: Final = {
    MaskKind.NAME: _("name or nickname"),
    MaskKind.PLACE: _("place, school or business"),
    MaskKind.DATE: _("date"),
    MaskKind.PHONE: _("phone number"),
    MaskKind.EMAIL: _("email address"),
    MaskKind.ADDRESS: _("street address"),
    MaskKind.ID: _("ID number"),
    MaskKind.LINK: _("web link"),
    MaskKind.DETAIL: _("other identifying detail"),
}

_EXTRACT_VERDICTS: Final = (
    (ReviewVerdict.APPROVE.value, _("Approve: the recipient may download it")),
    (ReviewVerdict.RETURN.value, _("Request changes (the extract is prepared again)")),
)


class ExtractRequestForm(forms.Form):
    """Request an extract: of the elements that the project may use, those needed now."""

    title = forms.CharField(
        label=_("Title"),
        max_length=160,
        help_text=_("One line, such as the analysis that needs these data."),
    )
    elements = forms.MultipleChoiceField(
        label=_("Data elements"),
        widget=forms.CheckboxSelectMultiple,
        choices=(),
        help_text=_("Choose as few as you can. Each added element makes the others less detailed."),
    )
    k = forms.IntegerField(
        label=_("Minimum group size (k)"),
        min_value=MINIMUM_GROUP_SIZE,
        max_value=_MAX_K,
        initial=10,
        help_text=_(
            "Each child is in a group of at least this many children with the same identifying "
            "values. If an agreement requires a larger group, the larger number applies."
        ),
    )
    diverse = forms.IntegerField(
        label=_("Distinct protected values in each group (l)"),
        min_value=1,
        max_value=10,
        initial=1,
        help_text=_(
            "Enter 1 for no requirement. Protected elements are those covered by a special law."
        ),
    )
    recipient = forms.ModelChoiceField(
        label=_("Recipient"), queryset=User.objects.none(), empty_label=None
    )
    organization = forms.ModelChoiceField(
        label=_("Recipient's organization"), queryset=Organization.objects.none(), empty_label=None
    )

    def __init__(
        self,
        *args: Any,
        elements: Sequence[tuple[str, str]],
        staff: Sequence[int],
        organizations: Sequence[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.MultipleChoiceField", self.fields["elements"]).choices = list(elements)
        recipient_field = cast("forms.ModelChoiceField[User]", self.fields["recipient"])
        recipient_field.queryset = User.objects.filter(pk__in=staff).order_by("name")
        organization_field = cast(
            "forms.ModelChoiceField[Organization]", self.fields["organization"]
        )
        organization_field.queryset = Organization.objects.filter(slug__in=organizations).order_by(
            "name"
        )


class ExtractReviewForm(forms.Form):
    """Give a reviewer's verdict on an extract."""

    verdict = forms.ChoiceField(
        label=_("Your decision"), choices=_EXTRACT_VERDICTS, widget=forms.RadioSelect
    )
    comment = forms.CharField(
        label=_("Why"),
        widget=forms.Textarea,
        required=False,
        help_text=_("Required if you request changes. Say what should change."),
    )

    def clean(self) -> dict[str, Any]:
        """Require a comment with a request for changes."""
        cleaned: dict[str, Any] = super().clean() or {}
        if (
            cleaned.get("verdict") == ReviewVerdict.RETURN
            and not cleaned.get("comment", "").strip()
        ):
            self.add_error("comment", _("Say what should change."))
        return cleaned


class ExtractFetchForm(forms.Form):
    """Choose a file format and accept the terms."""

    form = forms.ChoiceField(
        label=_("Format"),
        choices=[(name, _FORMAT_LABELS[name]) for name in COPY_FORMATS],
        widget=forms.RadioSelect,
        help_text=_("Choose carefully. You can download the extract only once."),
    )
    accepted = forms.BooleanField(label=_("I have read these terms and agree to them"))


class TextDecisionForm(forms.Form):
    """Decide on one text: which words to mask, and whether to keep it."""

    seen = forms.CharField(widget=forms.HiddenInput)
    verdict = forms.ChoiceField(
        choices=[(said, said) for said in (TEXT_KEPT, TEXT_WITHHELD, TEXT_OPEN)]
    )
    words = forms.TypedMultipleChoiceField(coerce=int, required=False)
    kind = forms.TypedChoiceField(
        label=_("Type of the words you add"),
        choices=[(kind.value, said) for kind, said in _MASK_KIND_LABELS.items()],
        coerce=MaskKind,
        initial=MaskKind.NAME.value,
    )

    def __init__(self, *args: Any, words: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        numbers = cast("forms.TypedMultipleChoiceField", self.fields["words"])
        numbers.choices = [(number, number) for number in range(words)]
