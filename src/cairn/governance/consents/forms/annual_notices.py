"""Define the forms for annual notices to families: record, correct, withdraw."""

from typing import Any, Final, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.governance.consents.actions.annual_notices import AnnualNoticeContent
from cairn.governance.consents.models.annual_notices import AnnualNoticeVersion
from cairn.governance.consents.school_year_choices import list_recent_school_years
from cairn.governance.partners.api import Organization

_DAY: Final = {"type": "date"}


def _list_season_choices() -> list[tuple[str, str]]:
    return [(season, season) for season in list_recent_school_years(timezone.localdate())]


class AnnualNoticeForm(forms.Form):
    """What an annual notice says. The elements come from the search beside it."""

    season = forms.ChoiceField(label=_("School year"), choices=_list_season_choices)
    published_on = forms.DateField(
        label=_("Published on"),
        help_text=_("The day on which families could first read the notice."),
        widget=forms.DateInput(attrs=_DAY),
    )
    opt_out_until = forms.DateField(
        label=_("Last day to opt out"),
        required=False,
        help_text=_("Required if the notice designates directory information."),
        widget=forms.DateInput(attrs=_DAY),
    )
    limited_to = forms.MultipleChoiceField(
        label=_("Only recipients"),
        required=False,
        help_text=_("Select none if the notice does not limit who may receive the information."),
        widget=forms.CheckboxSelectMultiple,
    )
    official_criteria = forms.BooleanField(
        label=_("The notice says who is a school official and what a legitimate interest is"),
        required=False,
    )
    forwarding = forms.BooleanField(
        label=_("The notice says that records follow a student who transfers"), required=False
    )
    web_address = forms.URLField(
        label=_("Web address of the notice"), required=False, assume_scheme="https"
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Organization.objects.exclude(pk=organization.pk).order_by("name")
        limits = cast("forms.MultipleChoiceField", self.fields["limited_to"])
        limits.choices = list(others.values_list("slug", "name"))

    def build_content(self, directory: frozenset[str]) -> AnnualNoticeContent:
        """Build the content of the notice with its chosen elements."""
        cleaned = self.cleaned_data
        return AnnualNoticeContent(
            season=cleaned["season"],
            published_on=cleaned["published_on"],
            directory=directory,
            opt_out_until=cleaned["opt_out_until"],
            limited_to=frozenset(cleaned["limited_to"]),
            official_criteria=cleaned["official_criteria"],
            forwarding=cleaned["forwarding"],
            web_address=cleaned["web_address"],
        )


class AnnualNoticeCorrectionForm(AnnualNoticeForm):
    """A corrected version, with what was corrected; the school year stays."""

    correction = forms.CharField(
        label=_("What was corrected"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, notice: AnnualNoticeVersion, **kwargs: Any) -> None:
        initial = {
            "season": notice.season,
            "published_on": notice.published_on,
            "opt_out_until": notice.opt_out_until,
            "limited_to": notice.limited_to,
            "official_criteria": notice.official_criteria,
            "forwarding": notice.forwarding,
            "web_address": notice.web_address,
        }
        super().__init__(*args, organization=notice.organization, initial=initial, **kwargs)
        season = cast("forms.ChoiceField", self.fields["season"])
        season.choices, season.disabled = [(notice.season, notice.season)], True


class AnnualNoticeWithdrawalForm(forms.Form):
    """Why a notice is withdrawn."""

    reason = forms.CharField(
        label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )
