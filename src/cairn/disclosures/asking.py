"""“May I?”: the form, the question it makes, and the answer for whoever asks."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.consents.season import school_years
from cairn.disclosures import facts
from cairn.disclosures.labels import PURPOSES
from cairn.partners.models import Organization
from cairn.projects.models import Project
from cairn.rules.actor import Actor
from cairn.rules.ask import ask
from cairn.rules.decision import Decision
from cairn.rules.facts import Facts
from cairn.rules.telling import few, hearer, told
from cairn.rules.use import UseRequest
from cairn.rules.vocabulary import (
    Action,
    Audience,
    Channel,
    Level,
    Outcome,
    PartyRole,
    Purpose,
)
from cairn.warehouse.elements import catalogue

_FROM: Final = 10
_ACTIONS: Final = {
    Action.VIEW: _("See one child's record"),
    Action.LIST: _("See a list of children"),
    Action.EXPORT: _("Take an extract"),
    Action.DELIVER: _("Send to another organization"),
    Action.REFER: _("Refer a child"),
    Action.MATCH: _("Match records"),
    Action.AGGREGATE: _("Count"),
    Action.RELEASE: _("Release figures"),
    Action.PUBLISH: _("Publish figures"),
    Action.EMERGENCY: _("Emergency"),
}
_LEVELS: Final = {
    Level.POPULATION: _("A whole population"),
    Level.PROGRAM: _("A program's participants"),
    Level.INDIVIDUAL: _("Single children"),
    Level.SYSTEMS: _("Systems"),
    Level.DE_IDENTIFIED: _("De-identified rows"),
}
_CHANNELS: Final = (
    (Channel.UPLOAD.value, _("By a page of this site")),
    (Channel.COMMAND.value, _("By a command of the hub")),
)
_NOBODY, _ROSTER = "nobody", "roster"
_NOT_TOLD: Final = "…"


if TYPE_CHECKING:
    _One = forms.ModelChoiceField[Project]
else:  # Django's fields are generic for the type checker alone.
    _One = forms.ModelChoiceField


class _ProjectField(_One):
    """Projects by their question, not by their reference alone."""

    def label_from_instance(self, obj: Project) -> str:
        newest = obj.versions.order_by("number").last()
        return f"{obj.reference}: {newest.title}" if newest else obj.reference


class MayIForm(forms.Form):
    """Who would do what, for which purpose, with which elements of which children."""

    acting_for = forms.ModelChoiceField(
        Organization.objects.none(), label=_("For whom do you act?"), to_field_name="slug"
    )
    action = forms.ChoiceField(
        label=_("What would you do?"),
        choices=[(a.value, label) for a, label in _ACTIONS.items()],
    )
    recipient = forms.ModelChoiceField(
        Organization.objects.order_by("name"),
        label=_("Who would have the data?"),
        required=False,
        to_field_name="slug",
        empty_label=_("The organization I act for"),
    )
    purpose = forms.ChoiceField(
        label=_("What for?"), choices=[(p.value, label) for p, label in PURPOSES.items()]
    )
    project = _ProjectField(
        Project.objects.order_by("reference"),
        label=_("Under which project?"),
        required=False,
        to_field_name="reference",
        empty_label=_("None"),
    )
    level = forms.ChoiceField(
        label=_("How close to one child?"),
        choices=[(one.value, label) for one, label in _LEVELS.items()],
    )
    elements = forms.MultipleChoiceField(
        label=_("Data elements"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Open a kind of record and choose what you would use of it."),
    )
    channel = forms.ChoiceField(
        label=_("How would the data travel?"),
        required=False,
        choices=[("", _("They stay where they are")), *_CHANNELS],
    )
    file = forms.CharField(
        label=_("What would the file be called?"),
        required=False,
        max_length=255,
        help_text=_("Only where the agreement names the files that may be sent."),
    )
    people = forms.ChoiceField(
        label=_("Which children?"),
        choices=[
            (_NOBODY, _("None: only figures, in which nobody is")),
            (_ROSTER, _("Those on the roster of the organization that would have the data")),
        ],
    )
    year = forms.ChoiceField(
        label=_("Data of which school year?"),
        required=False,
        help_text=_(
            "A child has a school and a grade of its own in each year. With none chosen, those of "
            "the day count."
        ),
    )
    on = forms.DateField(label=_("On which day?"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, organizations: list[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["acting_for"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - as declared above
        field.queryset = Organization.objects.filter(pk__in=[one.pk for one in organizations])

        chosen = self.fields["elements"]
        assert isinstance(chosen, forms.MultipleChoiceField)  # noqa: S101 - as declared above
        chosen.choices = [pair for _title, pairs in _elements() for pair in pairs]

        years = self.fields["year"]
        assert isinstance(years, forms.ChoiceField)  # noqa: S101 - as declared above
        latest = [(year, year) for year in school_years(timezone.localdate())]
        years.choices = [("", _("Every year that the project names")), *latest]

    def clean_elements(self) -> frozenset[str]:
        """The elements chosen."""
        return frozenset(self.cleaned_data["elements"])

    def kinds(self) -> list[tuple[str, int, list[tuple[str, str, bool]]]]:
        """Each kind of record, how many of its elements are chosen, and for each element its name,
        its words and whether it is chosen."""
        chosen = set(self["elements"].value() or ())
        return [
            (
                title,
                sum(name in chosen for name, _words in pairs),
                [(name, words, name in chosen) for name, words in pairs],
            )
            for title, pairs in _elements()
        ]


def _elements() -> list[tuple[str, list[tuple[str, str]]]]:
    """Each kind of record by its title, with its elements by name and in words."""
    return [
        (
            record.title,
            [(f"{record.name}.{name}", field.description) for name, field in record.fields.items()],
        )
        for record in catalogue().values()
    ]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer as whoever asks may hear it; children are numbers, never names."""

    decision: Decision
    audience: Audience
    told: dict[str, Any]
    asked: int | str
    allowed: int | str
    left_out: int | str

    @property
    def outcome(self) -> Outcome:
        """The outcome as the asker may hear it: whether a person is asked about one child is not
        a recipient's to know."""
        return Outcome(self.told["outcome"])

    @property
    def against(self) -> list[dict[str, Any]]:
        """What stands in the way, whether of all of it or of an element."""
        return [r for r in self.told["reasons"] if r.get("effect") != Outcome.ALLOW.value]

    @property
    def met(self) -> list[dict[str, Any]]:
        """What was looked at and found in order."""
        return [r for r in self.told["reasons"] if r.get("effect") == Outcome.ALLOW.value]


def own_organizations(who: Actor, on: date) -> list[Organization]:
    """The organizations for which someone may ask: those they act for."""
    return list(Organization.objects.filter(slug__in=who.organizations(on)))


def answer(given: dict[str, Any], who: Actor) -> Answer:
    """Asks the rules what the form says, on its day."""
    on: date = given["on"]
    receiver: Organization = given["recipient"] or given["acting_for"]
    people = facts.roster(receiver, on) if given["people"] == _ROSTER else ()
    project = given["project"].reference if given["project"] else ""
    request = UseRequest(
        actor=who.id,
        acting_for=given["acting_for"].slug,
        action=Action(given["action"]),
        purpose=Purpose(given["purpose"]),
        elements=given["elements"],
        level=Level(given["level"]),
        people=people,
        project=project,
        channel=given["channel"],
        recipient=given["recipient"].slug if given["recipient"] else "",
        file=given["file"],
        first_year=given["year"],
        last_year=given["year"],
    )
    known = facts.known(who, project, people, on, year=given["year"])
    decision = ask(request, known, on)
    audience = hearer(who, _owners(decision, known), on)
    included = len(decision.included | decision.partly.keys()) if decision.allowed else 0
    counts = len(people), included, len(people) - included
    asked, allowed, left_out = counts if audience is Audience.STEWARD else _few(*counts)
    return Answer(
        decision=decision,
        audience=audience,
        told=told(decision, audience),
        asked=asked,
        allowed=allowed,
        left_out=left_out,
    )


def _few(asked: int, allowed: int, left_out: int) -> tuple[int | str, int | str, int | str]:
    """The three numbers for a recipient: where one is small, no two others give it away."""
    said = few(asked, _FROM), few(allowed, _FROM), few(left_out, _FROM)
    if all(isinstance(one, int) for one in said):
        return said
    return said[0], _NOT_TOLD, _NOT_TOLD


def _owners(decision: Decision, known: Facts) -> frozenset[str]:
    """Whose data the decision is about."""
    return frozenset(
        slug
        for terms in known.agreements
        if terms.reference in decision.agreements
        for slug in terms.organizations(PartyRole.PROVIDER)
    )
