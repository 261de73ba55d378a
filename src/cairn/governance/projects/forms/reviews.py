"""Define the forms for reviews, authorizations, bodies, votes and policies."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.governance.agreements.api import clean_agreement_number
from cairn.governance.partners.api import Organization
from cairn.governance.projects import action_inputs, labels
from cairn.governance.projects.forms.choices import PersonField, list_active_users
from cairn.platform.accounts.api import User
from cairn.policy.vocabulary import Decider, StepAnswer

_DATE_ATTRIBUTES = {"type": "date"}
_RESERVED_BODY_SLUGS = ("new", "policies")  # as in urls.py


def _build_date_field(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs=_DATE_ATTRIBUTES), **options)


def _build_text_field(label: Any, *, required: bool = True, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, widget=forms.Textarea(attrs={"rows": rows})
    )


class StepAnswerForm(forms.Form):
    """An answer at a step. A data owner can withhold elements, with or without a reason."""

    answer = forms.ChoiceField(label=_("Your response"), widget=forms.RadioSelect)
    why = _build_text_field(_("Reasons, or requested changes"), required=False)

    def __init__(
        self,
        *args: Any,
        decider: Decider,
        only_comments: bool,
        elements: list[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        answers = [(StepAnswer.COMMENT.value, _("Comment"))]
        if not only_comments:
            answers += [
                (StepAnswer.APPROVE.value, _("Approve")),
                (StepAnswer.RETURN.value, _("Return for changes")),
            ]
        is_owner = decider in (Decider.PROVIDERS, Decider.NATIONS)
        if is_owner and not only_comments:
            answers.append((StepAnswer.DECLINE.value, _("Decline (no reason required)")))
        cast("forms.ChoiceField", self.fields["answer"]).choices = answers
        self._elements = elements if decider is Decider.PROVIDERS and not only_comments else []
        if self._elements:
            self.fields["left_out"] = forms.MultipleChoiceField(
                label=_("Data elements to withhold, if you approve the rest"),
                choices=[(name, name) for name in self._elements],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
            self.fields["left_out_why"] = forms.CharField(
                label=_("Reason for withholding"), required=False, max_length=400
            )

    def get_answer(self) -> action_inputs.ReviewAnswer:
        """Return the answer once the form is valid."""
        cleaned = self.cleaned_data
        withheld = dict.fromkeys(cleaned.get("left_out", ()), cleaned.get("left_out_why", ""))
        return action_inputs.ReviewAnswer(
            answer=StepAnswer(cleaned["answer"]), why=cleaned["why"], left_out=withheld
        )


class ScoreForm(forms.Form):
    """One to five points for each criterion, each with a reason."""

    def __init__(self, *args: Any, criteria: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._criteria = criteria
        for number, criterion in enumerate(criteria):
            label = criterion[:1].upper() + criterion[1:]
            self.fields[f"points_{number}"] = forms.IntegerField(
                label=label, min_value=1, max_value=5, help_text=_("1 (lowest) to 5 (highest)")
            )
            self.fields[f"why_{number}"] = forms.CharField(
                label=_("Reason: %(criterion)s") % {"criterion": criterion}, max_length=400
            )

    def get_scores(self) -> dict[str, tuple[int, str]]:
        """Return points and reason for each criterion."""
        cleaned = self.cleaned_data
        return {
            criterion: (cleaned[f"points_{number}"], cleaned[f"why_{number}"])
            for number, criterion in enumerate(self._criteria)
        }


class ProjectAgreementsForm(forms.Form):
    """Agreements to add to those that the project names already."""

    agreements = forms.MultipleChoiceField(
        label=_("Agreements"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, offered: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.MultipleChoiceField", self.fields["agreements"]).choices = offered


class AuthorizationTermForm(forms.Form):
    """First and last day of an authorization."""

    starts = _build_date_field(_("First day"))
    ends = _build_date_field(_("Last day (included)"))

    def clean(self) -> dict[str, Any]:
        """Reject an end before the start."""
        cleaned = super().clean() or {}
        if cleaned.get("starts") and cleaned.get("ends") and cleaned["ends"] < cleaned["starts"]:
            raise forms.ValidationError(_("Enter a last day that is on or after the first day."))
        return cleaned

    def get_term(self) -> action_inputs.AuthorizationTerm:
        """Return the term once the form is valid."""
        return action_inputs.AuthorizationTerm(
            starts=self.cleaned_data["starts"], ends=self.cleaned_data["ends"]
        )


class MeetConditionForm(forms.Form):
    """How a condition was met."""

    how = _build_text_field(_("How was the condition met?"))


class BodyForm(forms.Form):
    """A body with its mission and rules."""

    name = forms.CharField(label=_("Name"), max_length=160)
    slug = forms.SlugField(
        label=_("Short name"), max_length=60, help_text=_("Used in the page address.")
    )
    kind = forms.ChoiceField(label=_("Type"), choices=labels.BODIES)
    mission = _build_text_field(_("Mission"))
    quorum = forms.IntegerField(
        label=_("Quorum (percent of seats)"), min_value=1, max_value=100, initial=50
    )
    majority = forms.IntegerField(
        label=_("Majority: more than this percent of votes must be in favor"),
        min_value=0,
        max_value=99,
        initial=50,
    )
    conflicts = forms.MultipleChoiceField(
        label=_("Conflicts of interest: a member must not vote when"),
        choices=labels.CONFLICTS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        initial=[code for code, _label in labels.CONFLICTS],
    )
    family_seat = forms.BooleanField(
        label=_("The committee may vote only while a seat for families or young people is filled"),
        required=False,
        initial=True,
    )

    unanimous = forms.BooleanField(label=_("Every vote must be in favor"), required=False)
    abstentions_count = forms.BooleanField(
        label=_("Abstentions count among the votes, so that they work against the project"),
        required=False,
    )
    quorum_of_present = forms.BooleanField(
        label=_("The quorum counts the members present at the meeting, who alone vote"),
        required=False,
    )
    proxies = forms.BooleanField(
        label=_("An absent member may have another member vote for them"), required=False
    )

    def clean_slug(self) -> str:
        """Reject a short name that is the address of another page."""
        slug: str = self.cleaned_data["slug"]
        if slug in _RESERVED_BODY_SLUGS:
            raise forms.ValidationError(
                _("“%s” is already in use. Enter a different short name.") % slug
            )
        return slug

    def get_rules(self) -> action_inputs.BodyRules:
        """Return the body's own rules once the form is valid."""
        cleaned = self.cleaned_data
        return action_inputs.BodyRules(
            quorum=cleaned["quorum"],
            majority=cleaned["majority"],
            conflicts=cleaned["conflicts"],
            family_seat=cleaned["family_seat"],
            unanimous=cleaned["unanimous"],
            abstentions_count=cleaned["abstentions_count"],
            quorum_of_present=cleaned["quorum_of_present"],
            proxies=cleaned["proxies"],
        )


class SeatForm(forms.Form):
    """A person's seat for a term."""

    user = PersonField(label=_("Member"), queryset=User.objects.none())
    organization = forms.ModelChoiceField(
        label=_("Organization"), queryset=Organization.objects.all(), required=False
    )
    sector = forms.CharField(label=_("Sector"), max_length=80, required=False)
    starts = _build_date_field(_("Term starts"), initial=timezone.localdate)
    ends = _build_date_field(_("Term ends"), required=False)
    for_families = forms.BooleanField(label=_("Seat for families or young people"), required=False)
    listed = forms.BooleanField(
        label=_("Member agrees to be named on the public page"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("PersonField", self.fields["user"]).queryset = list_active_users()

    def build_seat_term(self) -> action_inputs.SeatTerm:
        """Return the seat once the form is valid."""
        field_names = ("organization", "sector", "starts", "ends", "for_families", "listed")
        return action_inputs.SeatTerm(**{name: self.cleaned_data[name] for name in field_names})


class EndSeatForm(forms.Form):
    """Last day of a term."""

    ends = _build_date_field(_("Last day"))


class MeetingForm(forms.Form):
    """Day and place of a meeting."""

    on = _build_date_field(_("Date"))
    place = forms.CharField(label=_("Place"), max_length=160, required=False)


class AgendaForm(forms.Form):
    """A project that waits for this body."""

    version = forms.ChoiceField(label=_("Project"))

    def __init__(self, *args: Any, ready: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["version"]).choices = ready


class MinutesForm(forms.Form):
    """The minutes of a meeting."""

    text = _build_text_field(_("Minutes"), rows=10)


class VoteForm(forms.Form):
    """One ballot."""

    ballot = forms.ChoiceField(
        label=_("Your vote"), choices=labels.BALLOTS, widget=forms.RadioSelect
    )
    why = _build_text_field(_("Reason"), required=False)


class AttendanceForm(forms.Form):
    """The members who are present at a meeting."""

    present = forms.ModelMultipleChoiceField(
        label=_("Members present"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, members: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelMultipleChoiceField[User]", self.fields["present"]).queryset = members


class ProxyForm(forms.Form):
    """The member who is to vote for an absent one."""

    holder = forms.ModelChoiceField(label=_("Your proxy"), queryset=User.objects.none())

    def __init__(self, *args: Any, members: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[User]", self.fields["holder"]).queryset = members


class RecusalForm(forms.Form):
    """A recusal, with an optional reason."""

    why = _build_text_field(_("Reason"), required=False)


class CloseVoteForm(forms.Form):
    """The conditions of an approval, one in each line."""

    conditions = _build_text_field(_("Conditions (one per line)"), required=False)

    def get_conditions(self) -> list[str]:
        """Return the conditions once the form is valid."""
        text = self.cleaned_data["conditions"]
        return [line.strip() for line in text.splitlines() if line.strip()]


class InvitationForm(forms.Form):
    """A data partner that was invited to take part."""

    organization = forms.ModelChoiceField(label=_("Partner"), queryset=Organization.objects.all())
    agreement = forms.CharField(label=_("Agreement number"), max_length=80)

    def clean_agreement(self) -> str:
        """Refuse a number that no agreement on record has."""
        return clean_agreement_number(self.cleaned_data["agreement"])


class PolicyForm(forms.Form):
    """The next version of a policy."""

    kind = forms.ChoiceField(label=_("Policy"), choices=labels.POLICIES)
    text = _build_text_field(_("Text"), rows=12)
    owner = forms.CharField(label=_("Policy owner"), max_length=120)
    adopted_on = _build_date_field(_("Adopted on"))
    review_on = _build_date_field(_("Next review"))

    def clean(self) -> dict[str, Any]:
        """Reject a review that does not come after the adoption."""
        cleaned = super().clean() or {}
        adopted, review = cleaned.get("adopted_on"), cleaned.get("review_on")
        if adopted and review and review <= adopted:
            raise forms.ValidationError(_("Enter a review date after the adoption date."))
        return cleaned


class AcknowledgePolicyForm(forms.Form):
    """The organization that acknowledges a policy."""

    organization = forms.ModelChoiceField(
        label=_("Organization"), queryset=Organization.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, organizations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ModelChoiceField[Organization]", self.fields["organization"])
        choice.queryset = organizations
