"""Forms about partners and their people."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.partners.models import KINDS, ROLES, Affiliation, Organization


class OrganizationForm(forms.Form):
    """A new partner."""

    name = forms.CharField(label=_("Name"), max_length=160)
    slug = forms.SlugField(
        label=_("Short name"),
        max_length=60,
        help_text=_(
            "Lower-case letters and hyphens. Agreements and commands use it: north-district."
        ),
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=KINDS, help_text=_("Which law binds it follows from this.")
    )

    def clean_slug(self) -> str:
        """Refuses a short name that another partner has."""
        slug: str = self.cleaned_data["slug"].lower()
        if Organization.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("Another partner has this short name."))
        return slug


class PersonForm(forms.Form):
    """A role for someone new, or for someone whose address is known already."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("Email"), help_text=_("They sign in with it."))
    organization: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("Organization"), queryset=Organization.objects.none()
    )
    role = forms.ChoiceField(label=_("Role"), choices=ROLES)
    starts = forms.DateField(
        label=_("From"), initial=timezone.localdate, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ModelChoiceField[Organization]", self.fields["organization"])
        choice.queryset = organizations

    def clean(self) -> dict[str, Any]:
        """Refuses a role that the person holds already."""
        given = super().clean() or {}
        held = Affiliation.objects.filter(
            user__email=str(given.get("email", "")).lower(),
            organization=given.get("organization"),
            role=given.get("role", ""),
            ends__isnull=True,
        )
        if held.exists():
            raise forms.ValidationError(_("This person has this role there already."))
        return given
