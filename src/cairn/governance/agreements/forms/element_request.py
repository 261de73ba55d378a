"""Forms of a request for a data element, and of its answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.governance.agreements.models import ELEMENT_ANSWERS, DictionaryRequest


class DictionaryRequestForm(forms.Form):
    """What the writer of a draft asks a data owner to add."""

    owner = forms.ChoiceField(label=_("Data owner"))
    element = forms.CharField(label=_("Data element"), max_length=120)
    description = forms.CharField(
        label=_("What it is, and what you need it for"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, owners: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = owners  # type: ignore[attr-defined]


class ElementAnswerForm(forms.Form):
    """The answer of a data owner: added, another element serves, or declined with a reason."""

    answer = forms.ChoiceField(label=_("Answer"), choices=ELEMENT_ANSWERS, widget=forms.RadioSelect)
    serves = forms.ChoiceField(
        label=_("Data element that serves"),
        required=False,
        help_text=_("Only if another data element serves."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Required if you decline. The writer of the draft reads it."),
    )

    def __init__(
        self, *args: Any, request: DictionaryRequest, elements: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        initial = {"answer": request.answer, "serves": request.serves, "reason": request.reason}
        super().__init__(*args, **{**kwargs, "initial": initial})
        self.fields["serves"].choices = [("", "—"), *elements]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Check that a refusal has a reason, and that the element that serves is named."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("answer") == "declined" and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Say why you decline."))
        if cleaned.get("answer") == "served" and not cleaned.get("serves"):
            self.add_error("serves", _("Choose the data element that serves."))
        return cleaned
