"""Forms to assign staff to programs and sites, and to end an assignment."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.governance.partners.api import Organization
from cairn.platform.accounts.api import User
from cairn.services.programs.forms import build_date_input
from cairn.services.programs.models import Program, StaffPosition
from cairn.services.programs.staff.assignments import select_assignable_staff


class StaffAssignmentForm(forms.Form):
    """Who is assigned to which program or site, as what, and when."""

    person = forms.ModelChoiceField(
        label=_("Staff member"), queryset=User.objects.none(), empty_label=_("Choose")
    )
    position = forms.ChoiceField(label=_("Position"), choices=StaffPosition)
    where = forms.ChoiceField(label=_("Program and site"))
    starts = forms.DateField(label=_("First day"), widget=build_date_input())
    ends = forms.DateField(label=_("Last day"), widget=build_date_input(), required=False)

    def __init__(self, *args: Any, organization: Organization, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._places: dict[str, tuple[Program | None, str]] = {"all": (None, "")}
        choices: list[tuple[str, Any]] = [("", _("Choose"))]
        for program in organization.programs_run.prefetch_related("series"):
            self._places[str(program.pk)] = (program, "")
            choices.append((str(program.pk), f"{program.name}: {_('all sites')}"))
            for site in sorted({row.site for row in program.series.all()}):
                # The name, not its number in this list: a site may be added before this is sent.
                self._places[f"{program.pk}:{site}"] = (program, site)
                choices.append((f"{program.pk}:{site}", f"{program.name}: {site}"))
        choices.append(("all", _("All programs")))
        self.fields["where"].choices = choices  # type: ignore[attr-defined]
        people: Any = self.fields["person"]
        people.queryset = select_assignable_staff(organization, on)
        people.label_from_instance = _get_name

    def build_arguments(self) -> dict[str, Any]:
        """Return the arguments of `assign_staff` that the form states."""
        sent = self.cleaned_data
        program, site = self._places[sent["where"]]
        return {
            "person": sent["person"],
            "position": StaffPosition(sent["position"]),
            "program": program,
            "site": site,
            "starts": sent["starts"],
            "ends": sent["ends"],
        }


class AssignmentEndForm(forms.Form):
    """The last day of an assignment."""

    ends = forms.DateField(
        label=_("Last day"),
        widget=build_date_input(),
        help_text=_(
            "Yesterday ends it at once. If its first day is still to come, enter the day before "
            "that day: then it is never in force."
        ),
    )


def _get_name(person: Any) -> str:
    return str(person.name)
