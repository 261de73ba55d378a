"""Forms of those who decide: words, scores, leave, bodies, votes, policies."""

from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.accounts.models import User
from cairn.partners.models import Organization
from cairn.projects import labels
from cairn.projects.forms.people import PersonField, everybody
from cairn.projects.written import BodyRules, Said, Seated, Term
from cairn.rules.vocabulary import Decider, StepAnswer

_DATE = {"type": "date"}
_PAGES_BESIDE_BODIES = ("new", "policies")  # as in urls.py


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs=_DATE), **options)


def _text(label: Any, *, required: bool = True, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, widget=forms.Textarea(attrs={"rows": rows})
    )


class WordForm(forms.Form):
    """One word at a step. An owner may keep elements back, each with a reason or none."""

    answer = forms.ChoiceField(label=_("Your answer"), widget=forms.RadioSelect)
    why = _text(_("Why, or what should change"), required=False)

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
                (StepAnswer.RETURN.value, _("Send it back for a change")),
            ]
        owner = decider in (Decider.PROVIDERS, Decider.NATIONS)
        if owner and not only_comments:
            answers.append((StepAnswer.DECLINE.value, _("Decline; no reason is needed")))
        cast("forms.ChoiceField", self.fields["answer"]).choices = answers
        self._elements = elements if decider is Decider.PROVIDERS and not only_comments else []
        if self._elements:
            self.fields["left_out"] = forms.MultipleChoiceField(
                label=_("Elements that you keep back although you approve the rest"),
                choices=[(name, name) for name in self._elements],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
            self.fields["left_out_why"] = forms.CharField(
                label=_("Why you keep them back"), required=False, max_length=400
            )

    def said(self) -> Said:
        """The word, once the form is valid."""
        given = self.cleaned_data
        kept = dict.fromkeys(given.get("left_out", ()), given.get("left_out_why", ""))
        return Said(answer=StepAnswer(given["answer"]), why=given["why"], left_out=kept)


class ScoreForm(forms.Form):
    """One to five points for each criterion, each with a reason."""

    def __init__(self, *args: Any, criteria: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._criteria = criteria
        for n, criterion in enumerate(criteria):
            label = criterion[:1].upper() + criterion[1:]
            self.fields[f"points_{n}"] = forms.IntegerField(
                label=label, min_value=1, max_value=5, help_text=_("One to five points")
            )
            self.fields[f"why_{n}"] = forms.CharField(
                label=_("Why: %(criterion)s") % {"criterion": criterion}, max_length=400
            )

    def scores(self) -> dict[str, tuple[int, str]]:
        """Points and reason for each criterion."""
        given = self.cleaned_data
        return {
            criterion: (given[f"points_{n}"], given[f"why_{n}"])
            for n, criterion in enumerate(self._criteria)
        }


class AgreementsForm(forms.Form):
    """Agreements that a project shall rest on from now on, beside those that it names."""

    agreements = forms.MultipleChoiceField(
        label=_("Under which agreements do the data come?"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, offered: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.MultipleChoiceField", self.fields["agreements"]).choices = offered


class TermForm(forms.Form):
    """From when through when a leave counts."""

    starts = _day(_("From"))
    ends = _day(_("Through (the last day counts)"))

    def clean(self) -> dict[str, Any]:
        """Refuses an end before the start."""
        given = super().clean() or {}
        if given.get("starts") and given.get("ends") and given["ends"] < given["starts"]:
            raise forms.ValidationError(_("The last day is before the first."))
        return given

    def term(self) -> Term:
        """The term, once the form is valid."""
        return Term(starts=self.cleaned_data["starts"], ends=self.cleaned_data["ends"])


class HowForm(forms.Form):
    """How a condition was met."""

    how = _text(_("How was it met?"))


class BodyForm(forms.Form):
    """A body with its mission and its own rules."""

    name = forms.CharField(label=_("Name"), max_length=160)
    slug = forms.SlugField(label=_("Short name"), max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), choices=labels.BODIES)
    mission = _text(_("Mission"))
    quorum = forms.IntegerField(
        label=_("Quorum, in percent of the seats"), min_value=1, max_value=100, initial=50
    )
    majority = forms.IntegerField(
        label=_("More than this percent of the votes must be for it"),
        min_value=0,
        max_value=99,
        initial=50,
    )
    conflicts = forms.MultipleChoiceField(
        label=_("A member steps aside when"),
        choices=labels.CONFLICTS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        initial=[code for code, _label in labels.CONFLICTS],
    )
    family_seat = forms.BooleanField(
        label=_("It decides only while families or young people have a seat"),
        required=False,
        initial=True,
    )

    def clean_slug(self) -> str:
        """The short name, which becomes an address and so may not be that of another page."""
        slug: str = self.cleaned_data["slug"]
        if slug in _PAGES_BESIDE_BODIES:
            raise forms.ValidationError(
                _("“%s” is the address of another page. Choose another short name.") % slug
            )
        return slug

    def rules(self) -> BodyRules:
        """The body's own rules, once the form is valid."""
        given = self.cleaned_data
        return BodyRules(
            quorum=given["quorum"],
            majority=given["majority"],
            conflicts=given["conflicts"],
            family_seat=given["family_seat"],
        )


class SeatForm(forms.Form):
    """Somebody's seat for a term."""

    user = PersonField(label=_("Who"), queryset=User.objects.none())
    organization = forms.ModelChoiceField(
        label=_("From which organization"), queryset=Organization.objects.all(), required=False
    )
    sector = forms.CharField(label=_("Sector"), max_length=80, required=False)
    starts = _day(_("From"), initial=timezone.localdate)
    ends = _day(_("Through"), required=False)
    for_families = forms.BooleanField(
        label=_("A seat for families or young people"), required=False
    )
    listed = forms.BooleanField(label=_("Agrees to be named on the public page"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("PersonField", self.fields["user"]).queryset = everybody()

    def seated(self) -> Seated:
        """The seat, once the form is valid."""
        names = ("organization", "sector", "starts", "ends", "for_families", "listed")
        return Seated(**{name: self.cleaned_data[name] for name in names})


class EndForm(forms.Form):
    """The last day of a term."""

    ends = _day(_("Last day"))


class MeetingForm(forms.Form):
    """A meeting's day and place."""

    on = _day(_("On"))
    place = forms.CharField(label=_("Where"), max_length=160, required=False)


class AgendaForm(forms.Form):
    """A project that waits for this body."""

    version = forms.ChoiceField(label=_("Project"))

    def __init__(self, *args: Any, ready: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["version"]).choices = ready


class MinutesForm(forms.Form):
    """What was said and decided."""

    text = _text(_("Minutes"), rows=10)


class VoteForm(forms.Form):
    """One ballot."""

    ballot = forms.ChoiceField(
        label=_("Your vote"), choices=labels.BALLOTS, widget=forms.RadioSelect
    )
    why = _text(_("Why"), required=False)


class AsideForm(forms.Form):
    """Stepping aside."""

    why = _text(_("Why, if you want to say"), required=False)


class CloseForm(forms.Form):
    """The conditions under which the body approves, one a line."""

    conditions = _text(_("Conditions, one a line"), required=False)

    def lines(self) -> list[str]:
        """The conditions, once the form is valid."""
        text = self.cleaned_data["conditions"]
        return [line.strip() for line in text.splitlines() if line.strip()]


class InviteForm(forms.Form):
    """A data partner invited to take part."""

    organization = forms.ModelChoiceField(
        label=_("Which partner"), queryset=Organization.objects.all()
    )
    agreement = forms.CharField(label=_("With the agreement (reference)"), max_length=80)


class PolicyForm(forms.Form):
    """The next version of a policy."""

    kind = forms.ChoiceField(label=_("Which policy"), choices=labels.POLICIES)
    text = _text(_("Text"), rows=12)
    owner = forms.CharField(label=_("Who keeps it"), max_length=120)
    adopted_on = _day(_("Adopted on"))
    review_on = _day(_("To be reviewed by"))

    def clean(self) -> dict[str, Any]:
        """Refuses a review before the adoption."""
        given = super().clean() or {}
        adopted, review = given.get("adopted_on"), given.get("review_on")
        if adopted and review and review <= adopted:
            raise forms.ValidationError(_("The review comes after the adoption."))
        return given


class AcknowledgeForm(forms.Form):
    """For which organization a policy is acknowledged."""

    organization = forms.ModelChoiceField(
        label=_("For which organization"), queryset=Organization.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, organizations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ModelChoiceField[Organization]", self.fields["organization"])
        choice.queryset = organizations
