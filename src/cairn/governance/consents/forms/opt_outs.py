"""Define the forms that take a list of children's ids. No message repeats an id."""

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final, cast

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.governance.consents.models.opt_outs import SCOPES
from cairn.governance.consents.school_year_choices import compute_school_year
from cairn.governance.consents.signature_lists import (
    FamilySignature,
    UnreadableSignerLine,
    parse_signer_lines,
)
from cairn.governance.partners.api import Organization

_SCHOOL_YEAR: Final = re.compile(r"(\d{4})-(\d{2})")
_MAX_ID_LENGTH: Final = 60
_MAX_IDS: Final = 20_000


class ChildIdsField(forms.CharField):
    """Children's ids; an error names the position of a wrong id, never the id."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Student IDs"),
            help_text=_(
                "Enter the IDs that this organization uses, one per line or separated by commas. "
                "Cairn stores them in a form that cannot be read back."
            ),
            widget=forms.Textarea(
                attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off", "class": "code"}
            ),
            **kwargs,
        )

    def clean(self, value: Any) -> list[str]:
        pasted = re.split(r"[\n,;\t]+", super().clean(value))
        ids = [text.strip() for text in pasted if text.strip()]
        _validate_ids(ids)
        return ids


class SignedChildIdsField(forms.CharField):
    """Children's ids, each with its signer where the line names one; see `parse_signer_lines`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Student IDs"),
            help_text=_(
                "Enter the IDs that this organization uses, one per line or separated by commas. "
                "Cairn does not store the IDs themselves. If you know who made the choice, enter "
                "one per line: ID | name | relationship. Example: S-1 | Rosa Alba | parent."
            ),
            widget=forms.Textarea(
                attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off", "class": "code"}
            ),
            **kwargs,
        )

    def clean(self, value: Any) -> dict[str, FamilySignature | None]:
        try:
            signatures = parse_signer_lines(super().clean(value), timezone.localdate())
        except UnreadableSignerLine as problem:
            raise forms.ValidationError(str(problem)) from problem
        _validate_ids(signatures)
        return signatures


def _validate_ids(ids: Collection[str]) -> None:
    """Raise `ValidationError` if these cannot be children's ids."""
    if not ids:
        raise forms.ValidationError(_("Enter at least one student ID."))
    if len(ids) > _MAX_IDS:
        raise forms.ValidationError(
            _("The list has more than %(most)s IDs. Split it into smaller lists.")
            % {"most": _MAX_IDS}
        )
    too_long = [str(position) for position, text in enumerate(ids, 1) if len(text) > _MAX_ID_LENGTH]
    if too_long:
        raise forms.ValidationError(
            _("These entries are too long to be student IDs: number %(places)s in the list.")
            % {"places": ", ".join(too_long[:5])}
        )


class OptOutChildrenForm(forms.Form):
    """The organization, what the families opt out of, and the children's ids."""

    organization: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("Organization"), queryset=Organization.objects.none(), empty_label=None
    )
    scope = forms.ChoiceField(label=_("Opted out of"), choices=SCOPES)
    local_ids = SignedChildIdsField()

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ModelChoiceField[Organization]", self.fields["organization"])
        choice.queryset = organizations

    def get_signatures(self) -> dict[str, FamilySignature]:
        """Return local id → signature, for lines that name the signer."""
        authenticated: str = self.cleaned_data.get("authenticated", "")
        lines = self.cleaned_data["local_ids"].items()
        return {
            local_id: replace(signature, authenticated=authenticated)
            for local_id, signature in lines
            if signature is not None
        }


class OptOutWithdrawalForm(OptOutChildrenForm):
    """People who want opt-outs to end. Each line names the person, who can end only their own."""

    authenticated = forms.CharField(
        label=_("How you verified the person"),
        max_length=200,
        help_text=_("Example: signed form, checked against a photo ID."),
    )
    field_order = ("organization", "scope", "authenticated", "local_ids")

    def clean_local_ids(self) -> dict[str, FamilySignature | None]:
        """Require a signer on every line."""
        signatures: dict[str, FamilySignature | None] = self.cleaned_data["local_ids"]
        if None in signatures.values():
            raise forms.ValidationError(
                _("Enter the signer on each line: ID | name | relationship.")
            )
        return signatures


class OptOutForm(OptOutChildrenForm):
    """Opt-outs for a school year."""

    season = forms.CharField(
        label=_("School year"),
        max_length=7,
        help_text=_("Example: 2026-27. The opt-out stays in effect until it is withdrawn."),
    )
    authenticated = forms.CharField(
        label=_("How you verified the signer"),
        max_length=200,
        required=False,
        help_text=_("Example: signed form. Leave blank if the list does not name the signers."),
    )
    field_order = ("organization", "scope", "season", "authenticated", "local_ids")

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, organizations=organizations, **kwargs)
        self.fields["season"].initial = compute_school_year(timezone.localdate())

    def clean_season(self) -> str:
        """Require two consecutive years."""
        season: str = self.cleaned_data["season"]
        years = _SCHOOL_YEAR.fullmatch(season)
        if years is None or (int(years[1]) + 1) % 100 != int(years[2]):
            raise forms.ValidationError(_("Enter the school year as 2026-27."))
        return season
