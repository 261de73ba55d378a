"""Answer "Can I use or share this data?": the form, the policy question and the answer."""

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.governance.agreements.api import Agreement
from cairn.governance.consents import api as consents_api
from cairn.governance.disclosure_log import queries
from cairn.governance.disclosure_log.models import PURPOSE_LABELS
from cairn.governance.disclosure_log.use_records import load_use_records
from cairn.governance.partners.api import Organization
from cairn.governance.projects.api import Project
from cairn.policy.checks import select_related_agreements
from cairn.policy.engine import Decision, find_audience, mask_small_number, redact_decision
from cairn.policy.facts import Actor, Facts, UseRequest
from cairn.policy.questions import decide_use
from cairn.policy.vocabulary import (
    Action,
    Audience,
    Channel,
    Level,
    OrganizationKind,
    Outcome,
    PartyRole,
    Purpose,
)
from cairn.warehouse.schema import load_element_catalogue

_SMALLEST_SHOWN_COUNT: Final = 10

_USE_ACTIONS: Final = {
    Action.VIEW: _("View one child's record"),
    Action.LIST: _("View a list of children"),
    Action.EXPORT: _("Export an extract"),
    Action.DELIVER: _("Send to another organization"),
    Action.REFER: _("Refer a child"),
    Action.MATCH: _("Match records"),
    Action.AGGREGATE: _("Calculate figures"),
    Action.RELEASE: _("Release figures"),
    Action.PUBLISH: _("Publish figures"),
    Action.EMERGENCY: _("Disclose in an emergency"),
}

_LEVEL_LABELS: Final = {
    Level.POPULATION: _("Population"),
    Level.PROGRAM: _("Program"),
    Level.INDIVIDUAL: _("Individual student"),
    Level.SYSTEMS: _("Systems"),
    Level.DE_IDENTIFIED: _("De-identified records"),
}

_CHANNEL_LABELS: Final = (
    (Channel.UPLOAD.value, _("Upload on this site")),
    (Channel.COMMAND.value, _("Command on the server")),
)

_MORE_FIELDS: Final = ("year", "channel", "file")
"""Fields that few uses need; the page folds them."""

_ELEMENT_RULES: Final = {"G09": "G10", "J03": "J30"}
"""The rule that a request names no agreement or project, and what then holds for its elements."""

_NO_PEOPLE, _ROSTER_PEOPLE = "nobody", "roster"
_HIDDEN_COUNT: Final = "…"

if TYPE_CHECKING:
    _ProjectChoiceBase = forms.ModelChoiceField[Project]
else:  # Django's fields are generic only for the type checker.
    _ProjectChoiceBase = forms.ModelChoiceField


class _ProjectChoiceField(_ProjectChoiceBase):
    """A choice of projects that shows each project's title beside its reference."""

    def label_from_instance(self, obj: Project) -> str:
        newest = obj.versions.order_by("number").last()
        return f"{obj.reference}: {newest.title}" if newest else obj.reference


class UseCheckForm(forms.Form):
    """The use to check: the person, the action, the purpose, the data elements and children."""

    acting_for = forms.ModelChoiceField(
        Organization.objects.none(), label=_("Your organization"), to_field_name="slug"
    )
    action = forms.ChoiceField(
        label=_("Planned action"),
        choices=[(a.value, label) for a, label in _USE_ACTIONS.items()],
    )
    recipient = forms.ModelChoiceField(
        Organization.objects.order_by("name"),
        label=_("Recipient of the data"),
        required=False,
        to_field_name="slug",
        empty_label=_("Your organization"),
    )
    purpose = forms.ChoiceField(
        label=_("Purpose"), choices=[(p.value, label) for p, label in PURPOSE_LABELS.items()]
    )
    project = _ProjectChoiceField(
        Project.objects.order_by("reference"),
        label=_("Project"),
        required=False,
        to_field_name="reference",
        empty_label=_("No project"),
    )
    agreement = forms.ModelChoiceField(
        Agreement.objects.none(),
        label=_("Agreement"),
        required=False,
        to_field_name="reference",
        empty_label=_("All agreements on record"),
        help_text=_("Choose one to check it alone, with what it depends on and its amendments."),
    )
    level = forms.ChoiceField(
        label=_("Level of data"),
        choices=[(one.value, label) for one, label in _LEVEL_LABELS.items()],
    )
    elements = forms.MultipleChoiceField(
        label=_("Data elements"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Open a record type and choose the data elements that you need."),
    )
    channel = forms.ChoiceField(
        label=_("How would the data be sent?"),
        required=False,
        choices=[("", _("The data are not sent")), *_CHANNEL_LABELS],
    )
    file = forms.CharField(
        label=_("File name"),
        required=False,
        max_length=255,
        help_text=_("Needed only if the agreement lists the files that may be sent."),
    )
    people = forms.ChoiceField(
        label=_("Children"),
        choices=[
            (_NO_PEOPLE, _("None: aggregate figures only")),
            (_ROSTER_PEOPLE, _("Children on the recipient's roster")),
        ],
    )
    year = forms.ChoiceField(
        label=_("School year of the data"),
        required=False,
        help_text=_(
            "Cairn checks each child's school and grade in this year. If you choose no year, it "
            "checks all years of the project. Without a project, it checks the newest year for "
            "which the data exist."
        ),
    )
    on = forms.DateField(label=_("Date of use"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(
        self,
        *args: Any,
        organizations: list[Organization],
        agreements: QuerySet[Agreement],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        agreement = self.fields["agreement"]
        assert isinstance(agreement, forms.ModelChoiceField)  # noqa: S101 - as declared above
        agreement.queryset = agreements
        acting_for = self.fields["acting_for"]
        assert isinstance(acting_for, forms.ModelChoiceField)  # noqa: S101 - as declared above
        acting_for.queryset = Organization.objects.filter(
            pk__in=[organization.pk for organization in organizations]
        )

        elements = self.fields["elements"]
        assert isinstance(elements, forms.MultipleChoiceField)  # noqa: S101 - as declared above
        elements.choices = [pair for _title, pairs in _list_catalog_elements() for pair in pairs]

        years = self.fields["year"]
        assert isinstance(years, forms.ChoiceField)  # noqa: S101 - as declared above
        latest = [
            (year, year) for year in consents_api.list_recent_school_years(timezone.localdate())
        ]
        years.choices = [("", _("All years of the project, or the newest year")), *latest]

    def clean_elements(self) -> frozenset[str]:
        """Return the chosen elements."""
        return frozenset(self.cleaned_data["elements"])

    @property
    def main_fields(self) -> list[forms.BoundField]:
        """The fields that every use needs."""
        return [field for field in self if field.name not in _MORE_FIELDS]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        """The fields that few uses need."""
        return [self[name] for name in _MORE_FIELDS]

    @property
    def uses_more_fields(self) -> bool:
        """Whether one of the folded fields has a value or an error."""
        return any(field.errors or field.value() for field in self.more_fields)

    def list_element_groups(self) -> list[tuple[str, int, list[tuple[str, str, bool]]]]:
        """Return each record type with the number of its chosen elements, and each element's
        choice.

        An element is its name, its label and whether it is chosen.
        """
        chosen = set(self["elements"].value() or ())
        return [
            (
                title,
                sum(name in chosen for name, _words in pairs),
                [(name, label, name in chosen) for name, label in pairs],
            )
            for title, pairs in _list_catalog_elements()
        ]


def _list_catalog_elements() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return each record type by its title, with its elements by name and label."""
    return [
        (
            record.title,
            [(f"{record.name}.{name}", field.label) for name, field in record.fields.items()],
        )
        for record in load_element_catalogue().values()
    ]


@dataclass(frozen=True, slots=True)
class UseAnswer:
    """The answer in the form that the requester may see; children appear as counts only.

    Attributes:
        decision: the decision.
        audience: the audience that the requester belongs to.
        redacted: the decision as that audience may read it.
        asked: number of children of the request, or a mark where it is small.
        allowed: number of children allowed.
        left_out: number of children not allowed.
        contacts: organizations with people who read every reason: the owners of the data and the
            backbone.
    """

    decision: Decision
    audience: Audience
    redacted: dict[str, Any]
    asked: int | str
    allowed: int | str
    left_out: int | str
    contacts: tuple[Organization, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """The outcome that the requester may see.

        A recipient must not learn that one child's data needs a person's decision.
        """
        return Outcome(self.redacted["outcome"])

    @property
    def refusals(self) -> list[dict[str, Any]]:
        """The reasons against the whole use or against an element."""
        codes = {reason.get("code") for reason in self.redacted["reasons"]}
        return [
            reason
            for reason in self.redacted["reasons"]
            if reason.get("effect") != Outcome.ALLOW.value
            # Without an agreement or a project, no element has one.
            and not any(
                reason.get("code") == element_rule and general_rule in codes
                for general_rule, element_rule in _ELEMENT_RULES.items()
            )
        ]

    @property
    def passed_checks(self) -> list[dict[str, Any]]:
        """The checks that passed."""
        return [
            reason
            for reason in self.redacted["reasons"]
            if reason.get("effect") == Outcome.ALLOW.value
        ]


def list_own_organizations(who: Actor, on: date) -> list[Organization]:
    """List the organizations that a person acts for, and so may ask for.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        The organizations.
    """
    return list(Organization.objects.filter(slug__in=who.list_organizations(on)))


def gather_question_facts(use_request: UseRequest, who: Actor, on: date) -> Facts:
    """Gather everything on record for a question, with files received and data without names.

    Args:
        use_request: the use.
        who: the policy facts about the person who asks.
        on: the date.

    Returns:
        The facts.
    """
    use_facts = consents_api.gather_use_facts(
        who, use_request.project, use_request.people, on, year=use_request.first_year
    )
    records = load_use_records(use_request.elements, use_request.project)
    return replace(
        use_facts,
        received=records.received,
        determinations=records.determinations,
        releases=records.releases,
        codes=records.codes,
    )


def answer_use_check(form_data: dict[str, Any], who: Actor) -> UseAnswer:
    """Ask the policy package about the use in a form, on the form's date.

    Args:
        form_data: the cleaned data of `UseCheckForm`.
        who: the policy facts about the person.

    Returns:
        The answer.
    """
    on: date = form_data["on"]
    recipient: Organization = form_data["recipient"] or form_data["acting_for"]
    people = (
        consents_api.list_roster_keys(recipient, on)
        if form_data["people"] == _ROSTER_PEOPLE
        else ()
    )
    project = form_data["project"].reference if form_data["project"] else ""
    # Without a project nothing else says which year is meant.
    year = form_data["year"] or (
        "" if project else consents_api.find_newest_year(form_data["elements"], on)
    )
    use_request = UseRequest(
        actor=who.id,
        acting_for=form_data["acting_for"].slug,
        action=Action(form_data["action"]),
        purpose=Purpose(form_data["purpose"]),
        elements=form_data["elements"],
        level=Level(form_data["level"]),
        people=people,
        project=project,
        channel=form_data["channel"],
        recipient=form_data["recipient"].slug if form_data["recipient"] else "",
        file=form_data["file"],
        first_year=year,
        last_year=year,
    )
    use_facts = gather_question_facts(use_request, who, on)
    if form_data["agreement"]:
        related = select_related_agreements(use_facts.agreements, form_data["agreement"].reference)
        use_facts = replace(use_facts, agreements=related)
    decision = decide_use(use_request, use_facts, on)
    owners = _find_decision_owners(decision, use_facts)
    audience = find_audience(who, owners, on)
    included = len(decision.included | decision.partly.keys()) if decision.allowed else 0
    counts = len(people), included, len(people) - included
    requested_count, allowed_count, excluded_count = (
        counts if audience is Audience.STEWARD else _suppress_small_counts(*counts)
    )
    return UseAnswer(
        decision=decision,
        audience=audience,
        redacted=redact_decision(_name_organizations_in_reasons(decision), audience),
        asked=requested_count,
        allowed=allowed_count,
        left_out=excluded_count,
        contacts=() if decision.allowed else _list_contacts(owners),
    )


def _list_contacts(owners: frozenset[str]) -> tuple[Organization, ...]:
    """List the owners of the data and the backbone: their people read every reason."""
    backbone = OrganizationKind.BACKBONE.value
    return tuple(Organization.objects.filter(Q(slug__in=owners) | Q(kind=backbone)))


def _name_organizations_in_reasons(decision: Decision) -> Decision:
    names = queries.load_organization_names()
    named = tuple(queries.name_organizations(reason, names) for reason in decision.reasons)
    return replace(decision, reasons=named)


def _suppress_small_counts(
    requested: int, allowed: int, left_out: int
) -> tuple[int | str, int | str, int | str]:
    """Suppress small counts for a recipient, so that no two counts reveal the third."""
    shown_counts = (
        mask_small_number(requested, _SMALLEST_SHOWN_COUNT),
        mask_small_number(allowed, _SMALLEST_SHOWN_COUNT),
        mask_small_number(left_out, _SMALLEST_SHOWN_COUNT),
    )
    if all(isinstance(count, int) for count in shown_counts):
        return shown_counts
    return shown_counts[0], _HIDDEN_COUNT, _HIDDEN_COUNT


def _find_decision_owners(decision: Decision, use_facts: Facts) -> frozenset[str]:
    """Return the owners of the data that the decision is about."""
    return frozenset(
        slug
        for terms in use_facts.agreements
        if terms.reference in decision.agreements
        for slug in terms.list_organizations(PartyRole.PROVIDER)
    )
