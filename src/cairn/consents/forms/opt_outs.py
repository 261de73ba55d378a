"""Forms that take a list of children's ids. No message repeats an id."""

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final, cast

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.consents.answering import Signature
from cairn.consents.models import SCOPES
from cairn.consents.season import school_year
from cairn.consents.telling import Untold, said_by
from cairn.partners.models import Organization

_SEASON: Final = re.compile(r"(\d{4})-(\d{2})")
_LONGEST: Final = 60
_MOST: Final = 20_000


class IdsField(forms.CharField):
    """Children's ids without blanks; says the place of one that cannot be an id, never the id."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("The children's ids"),
            help_text=_(
                "The ids that this organization uses, one a line or with commas between. They are "
                "turned into keyed hashes."
            ),
            widget=forms.Textarea(
                attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off", "class": "code"}
            ),
            **kwargs,
        )

    def clean(self, value: Any) -> list[str]:
        pasted = re.split(r"[\n,;\t]+", super().clean(value))
        ids = [text.strip() for text in pasted if text.strip()]
        _looked_over(ids)
        return ids


class SaidField(forms.CharField):
    """Children's ids, each with who said it where the line tells: `telling.said_by`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("The children's ids"),
            help_text=_(
                "The ids that this organization uses, one a line or with commas between. They are "
                "turned into keyed hashes and not kept. If you know who said it, one a line: "
                "id | name | relation, such as S-1 | Rosa Alba | parent."
            ),
            widget=forms.Textarea(
                attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off", "class": "code"}
            ),
            **kwargs,
        )

    def clean(self, value: Any) -> dict[str, Signature | None]:
        try:
            said = said_by(super().clean(value), timezone.localdate())
        except Untold as problem:
            raise forms.ValidationError(str(problem)) from problem
        _looked_over(said)
        return said


def _looked_over(ids: Collection[str]) -> None:
    """Raises ``ValidationError`` where these cannot be children's ids."""
    if not ids:
        raise forms.ValidationError(_("Give at least one id."))
    if len(ids) > _MOST:
        raise forms.ValidationError(
            _("These are more than %(most)s ids. Record them in parts.") % {"most": _MOST}
        )
    wrong = [str(n) for n, text in enumerate(ids, 1) if len(text) > _LONGEST]
    if wrong:
        raise forms.ValidationError(
            _("Too long to be an id: number %(places)s in the list.")
            % {"places": ", ".join(wrong[:5])}
        )


class ChildrenForm(forms.Form):
    """Whose children, what is declined, and the ids: one a line, or with commas between."""

    organization: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("Organization"), queryset=Organization.objects.none(), empty_label=None
    )
    scope = forms.ChoiceField(label=_("What the family declines"), choices=SCOPES)
    local_ids = SaidField()

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ModelChoiceField[Organization]", self.fields["organization"])
        choice.queryset = organizations

    def signed(self) -> dict[str, Signature]:
        """Who said it, by id, of those of whom the list tells it."""
        how: str = self.cleaned_data.get("authenticated", "")
        told = self.cleaned_data["local_ids"].items()
        return {one: replace(said, authenticated=how) for one, said in told if said is not None}


class ChangedMindForm(ChildrenForm):
    """Who wants opt-outs ended: an opt-out is ended by whoever made it, so each line says who."""

    authenticated = forms.CharField(
        label=_("How you know that it is this person"),
        max_length=200,
        help_text=_("Such as: signed paper, checked with an identity card."),
    )
    field_order = ("organization", "scope", "authenticated", "local_ids")

    def clean_local_ids(self) -> dict[str, Signature | None]:
        """Every line with a name."""
        told: dict[str, Signature | None] = self.cleaned_data["local_ids"]
        if None in told.values():
            raise forms.ValidationError(_("Write on each line who says so: id | name | relation."))
        return told


class OptOutForm(ChildrenForm):
    """Records opt-outs for a school year."""

    season = forms.CharField(
        label=_("School year"),
        max_length=7,
        help_text=_("Like 2026-27. The opt-out holds from then on until it is withdrawn."),
    )
    authenticated = forms.CharField(
        label=_("How you know who said it"),
        max_length=200,
        required=False,
        help_text=_("Such as: signed paper. Leave it empty for a list that does not say who."),
    )
    field_order = ("organization", "scope", "season", "authenticated", "local_ids")

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, organizations=organizations, **kwargs)
        self.fields["season"].initial = school_year(timezone.localdate())

    def clean_season(self) -> str:
        """Two years that follow each other."""
        season: str = self.cleaned_data["season"]
        years = _SEASON.fullmatch(season)
        if years is None or (int(years[1]) + 1) % 100 != int(years[2]):
            raise forms.ValidationError(_("Write the school year like 2026-27."))
        return season
