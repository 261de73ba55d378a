"""Forms that take a list of children's ids. No message repeats an id."""

import re
from typing import Any, Final, cast

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.consents.models import SCOPES
from cairn.consents.season import school_year
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
        return ids


class ChildrenForm(forms.Form):
    """Whose children, what is declined, and the ids: one a line, or with commas between."""

    organization: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("Organization"), queryset=Organization.objects.none(), empty_label=None
    )
    scope = forms.ChoiceField(label=_("What the family declines"), choices=SCOPES)
    local_ids = IdsField()

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ModelChoiceField[Organization]", self.fields["organization"])
        choice.queryset = organizations


class OptOutForm(ChildrenForm):
    """Records opt-outs for a school year."""

    season = forms.CharField(
        label=_("School year"),
        max_length=7,
        help_text=_("Like 2026-27. The opt-out holds from then on until it is withdrawn."),
    )
    field_order = ("organization", "scope", "season", "local_ids")

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
