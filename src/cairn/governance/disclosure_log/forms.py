"""Forms for the disclosure log."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.governance.disclosure_log.models import DISCLOSURE_KINDS
from cairn.governance.disclosure_log.queries import DisclosureFilter
from cairn.governance.partners.api import Organization


class DisclosureSearchForm(forms.Form):
    """A search of the log; every field is optional."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(),
        label=_("Partner"),
        required=False,
        to_field_name="slug",
        empty_label=_("All partners"),
    )
    agreement = forms.CharField(label=_("Agreement"), required=False, max_length=80)
    kind = forms.ChoiceField(label=_("Event"), required=False)
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
        kind.choices = [("", _("All events")), *DISCLOSURE_KINDS]

    @property
    def line_filter(self) -> DisclosureFilter:
        """The filter for the search; empty if the form is invalid."""
        if not self.is_valid():
            return DisclosureFilter()
        cleaned = self.cleaned_data
        partner = cleaned["organization"]
        return DisclosureFilter(
            organization=partner.slug if partner else "",
            agreement=cleaned["agreement"].strip(),
            kind=cleaned["kind"],
            since=cleaned["since"],
            until=cleaned["until"],
        )


class RecordRequestForm(forms.Form):
    """The organization for which the record is requested."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(), label=_("Organization"), to_field_name="slug"
    )

    def __init__(self, *args: Any, organizations: list[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organization"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - as declared above
        field.queryset = Organization.objects.filter(
            pk__in=[organization.pk for organization in organizations]
        )
