"""How a draft begins: from a template of the house, or as another agreement was written."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.agreements.models import Agreement
from cairn.agreements.starts import STARTS
from cairn.partners.models import Organization

_TEMPLATE, _LIKE = "template:", "like:"


class _From(forms.Form):
    """What both ways of beginning ask: for whom, and from which text."""

    organization = forms.ModelChoiceField(
        label=_("Written by"),
        queryset=Organization.objects.none(),
        to_field_name="slug",
        empty_label=None,
        help_text=_("The organization for which you write it."),
    )
    source = forms.ChoiceField(
        label=_("Begin with"),
        help_text=_("A template has our own plain wording; an agreement on record is a pattern."),
    )

    def __init__(
        self,
        *args: Any,
        writers: Sequence[Organization],
        patterns: Sequence[Agreement],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        slugs = [one.slug for one in writers]
        writer: Any = self.fields["organization"]
        writer.queryset = Organization.objects.filter(slug__in=slugs)
        source: Any = self.fields["source"]
        templates = tuple((f"{_TEMPLATE}{s.name}", s.title) for s in STARTS)
        like = tuple((f"{_LIKE}{row.reference}", str(row)) for row in patterns)
        source.choices = ((_("Templates"), templates), (_("As another agreement"), like))
        self._patterns = {row.reference: row for row in patterns}

    def text(self) -> tuple[str, str]:
        """The text to begin with, and what it is called."""
        chosen: str = self.cleaned_data["source"]
        if chosen.startswith(_TEMPLATE):
            start = next(s for s in STARTS if f"{_TEMPLATE}{s.name}" == chosen)
            return start.text, start.title
        row = self._patterns[chosen.removeprefix(_LIKE)]
        return row.text, row.reference


class BeginForm(_From):
    """One draft."""

    reference = forms.CharField(
        label=_("Reference"),
        max_length=80,
        help_text=_("A short name that no other agreement has, such as DSA-07."),
    )
    title = forms.CharField(label=_("Title"), max_length=240)


class BeginManyForm(_From):
    """The same text for several partners, one draft each."""

    pattern = forms.CharField(
        label=_("Reference of each"),
        max_length=60,
        initial="DSA-{partner}",
        help_text=_("{partner} becomes the partner's short name."),
    )
    name = forms.CharField(label=_("Title of each"), max_length=200, initial=_("Data sharing"))
    partners = forms.ModelMultipleChoiceField(
        label=_("Partners"),
        queryset=Organization.objects.order_by("name"),
        to_field_name="slug",
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each provides data under its own draft."),
    )

    def clean(self) -> dict[str, Any]:
        """Nobody agrees with itself: whoever writes them is not among the partners."""
        given = super().clean() or {}
        writer = given.get("organization")
        if writer in given.get("partners", ()):
            told = _("%s writes these drafts, so it is none of the partners: leave it out.")
            self.add_error("partners", told % writer)
        return given
