"""What people write on the pages of extracts."""

from collections.abc import Sequence
from typing import Any, Final, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.accounts.models import User
from cairn.disclosure.microdata.masks import Found
from cairn.partners.models import Organization
from cairn.releases.extract_rows import KEEPS, OPEN, WITHHOLDS
from cairn.releases.extracts.copying import FORMATS
from cairn.rules.extract_fact import LEAST
from cairn.rules.vocabulary import Verdict

_MOST: Final = 100
_NAMES: Final = {
    "csv": _("CSV, for any program"),
    "parquet": _("Parquet, for Python, R and DuckDB"),
    "stata": _("Stata (.dta)"),
    "spss": _("SPSS (.sav)"),
    "r": _("R (.rds)"),
}
_KINDS: Final = {
    Found.NAME: _("a name, or what somebody is called"),
    Found.PLACE: _("a place, a school, a shop"),
    Found.DATE: _("a date"),
    Found.PHONE: _("a telephone number"),
    Found.EMAIL: _("an e-mail address"),
    Found.ADDRESS: _("an address"),
    Found.ID: _("a number of somebody's"),
    Found.LINK: _("a link"),
    Found.DETAIL: _("something else by which people know who it is"),
}
_VERDICTS: Final = (
    (Verdict.APPROVE.value, _("Approve: its recipient may fetch it")),
    (Verdict.RETURN.value, _("Ask for changes: it is prepared again")),
)


class AskForExtract(forms.Form):
    """What a researcher asks for: of the elements that the project may use, those needed now."""

    title = forms.CharField(
        label=_("What is it for?"),
        max_length=160,
        help_text=_("One line, such as the analysis that needs these rows."),
    )
    elements = forms.MultipleChoiceField(
        label=_("Elements"),
        widget=forms.CheckboxSelectMultiple,
        choices=(),
        help_text=_("The fewer, the finer: each element more makes the others coarser."),
    )
    k = forms.IntegerField(
        label=_("Each child is one of at least"),
        min_value=LEAST,
        max_value=_MOST,
        initial=10,
        help_text=_("The agreements may ask for more; then that counts."),
    )
    diverse = forms.IntegerField(
        label=_("Different values of a protected element among children who are alike"),
        min_value=1,
        max_value=10,
        initial=1,
        help_text=_("1 asks for none. Protected are elements with a law of their own."),
    )
    recipient = forms.ModelChoiceField(
        label=_("Who will fetch it"), queryset=User.objects.none(), empty_label=None
    )
    organization = forms.ModelChoiceField(
        label=_("Where they work"), queryset=Organization.objects.none(), empty_label=None
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
        people = cast("forms.ModelChoiceField[User]", self.fields["recipient"])
        people.queryset = User.objects.filter(pk__in=staff).order_by("name")
        places = cast("forms.ModelChoiceField[Organization]", self.fields["organization"])
        places.queryset = Organization.objects.filter(slug__in=organizations).order_by("name")


class ExtractVerdict(forms.Form):
    """A reviewer's verdict."""

    verdict = forms.ChoiceField(
        label=_("Your verdict"), choices=_VERDICTS, widget=forms.RadioSelect
    )
    comment = forms.CharField(
        label=_("Why"),
        widget=forms.Textarea,
        required=False,
        help_text=_("Needed when you ask for changes: say what should change."),
    )

    def clean(self) -> dict[str, Any]:
        """Asking for changes without saying which helps nobody."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("verdict") == Verdict.RETURN and not found.get("comment", "").strip():
            self.add_error("comment", _("Say what should change."))
        return found


class Fetch(forms.Form):
    """The terms, and the one file."""

    form = forms.ChoiceField(
        label=_("Format"),
        choices=[(name, _NAMES[name]) for name in FORMATS],
        widget=forms.RadioSelect,
        help_text=_("Choose well: it is fetched once."),
    )
    accepted = forms.BooleanField(label=_("I have read these terms and will keep to them"))


class TextDecision(forms.Form):
    """What a person says of one text: the words that are masked, and whether the rest stays."""

    seen = forms.CharField(widget=forms.HiddenInput)
    verdict = forms.ChoiceField(choices=[(said, said) for said in (KEEPS, WITHHOLDS, OPEN)])
    words = forms.TypedMultipleChoiceField(coerce=int, required=False)
    kind = forms.TypedChoiceField(
        label=_("What you mark beyond the aid's proposal is"),
        choices=[(kind.value, said) for kind, said in _KINDS.items()],
        coerce=Found,
        initial=Found.NAME.value,
    )

    def __init__(self, *args: Any, words: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        numbers = cast("forms.TypedMultipleChoiceField", self.fields["words"])
        numbers.choices = [(number, number) for number in range(words)]
