"""Forms of the record of disclosures."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.disclosures.models import KINDS
from cairn.disclosures.queries import Wanted
from cairn.partners.models import Organization


class LookForm(forms.Form):
    """What to look for in the record; everything may be left open."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(),
        label=_("Partner"),
        required=False,
        to_field_name="slug",
        empty_label=_("Everyone"),
    )
    agreement = forms.CharField(label=_("Agreement"), required=False, max_length=80)
    kind = forms.ChoiceField(label=_("What happened"), required=False)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, organizations: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partner, kind = self.fields["organization"], self.fields["kind"]
        assert isinstance(partner, forms.ModelChoiceField)  # noqa: S101 - as declared above
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101 - as declared above
        partner.queryset = Organization.objects.filter(slug__in=organizations)
        kind.choices = [("", _("Everything")), *KINDS]

    @property
    def wanted(self) -> Wanted:
        """What was asked for; nothing where the form is wrong."""
        if not self.is_valid():
            return Wanted()
        given = self.cleaned_data
        partner = given["organization"]
        return Wanted(
            organization=partner.slug if partner else "",
            agreement=given["agreement"].strip(),
            kind=given["kind"],
            since=given["since"],
            until=given["until"],
        )


class AskForRecordForm(forms.Form):
    """For which organization the record is asked."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(), label=_("Whose record"), to_field_name="slug"
    )

    def __init__(self, *args: Any, organizations: list[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organization"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - as declared above
        field.queryset = Organization.objects.filter(pk__in=[one.pk for one in organizations])
