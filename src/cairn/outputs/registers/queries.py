"""Read what the public may know of agreements, projects and the bodies that decide.

Of agreements: who shares which data with which organization, and why. No entry names a person: no
signer, no contact, no child. Projects appear once they are approved: what they ask, which data they
use, for how long and who approved them. No staff, no requester, and no member who did not agree to
be named.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from cairn.governance.agreements import api as agreements_api
from cairn.governance.consents import api as consents_api
from cairn.governance.partners.api import Organization
from cairn.governance.projects import api as projects_api
from cairn.outputs.releases.api import Release, list_published_releases
from cairn.policy.checks import APPROVING_RESULTS, count_votes
from cairn.policy.facts import (
    UNTIL_TERMINATED,
    Actor,
    AgreementFact,
    ProjectFact,
    ProjectQuestionFact,
)
from cairn.policy.questions import decide_agreement_in_force, may_open_page
from cairn.policy.vocabulary import Action, PartyRole, ProjectState, StepAnswer
from cairn.warehouse.schema import describe_element

# The parts of an agreement that name no person: none has signers or contacts.
_PUBLIC_AGREEMENT_PARTS = (
    agreements_api.build_parties_part,
    agreements_api.build_definitions_part,
    agreements_api.build_purpose_part,
    agreements_api.build_legal_basis_part,
    agreements_api.build_data_part,
    agreements_api.build_data_schedule,
    agreements_api.build_retention_part,
    agreements_api.build_publication_part,
    agreements_api.build_term_part,
)


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """Hold one agreement in the register, with the releases of its data."""

    terms: AgreementFact
    parts: tuple[agreements_api.DocumentPart, ...]
    in_force: bool
    releases: tuple[Release, ...]

    @property
    def pilot(self) -> bool:
        """Return whether the agreement is about invented children only."""
        return bool(self.terms.pilot)

    @property
    def kind(self) -> str:
        """Return the kind of agreement in words."""
        return gettext(agreements_api.TIER_PHRASES[self.terms.tier])

    @property
    def summary(self) -> list[tuple[str, list[str]]]:
        """Return what is shared, with whom, why and until when, in words for families."""
        ends = self.terms.ends
        return [
            (gettext("Data provider"), list(self.providers)),
            (gettext("Data recipient"), list(self.recipients)),
            (
                gettext("Data shared"),
                consents_api.describe_records_for_families(self.terms.elements),
            ),
            (
                gettext("Purpose"),
                consents_api.describe_purposes_for_families(
                    each_purpose.value for each_purpose in self.terms.purposes
                ),
            ),
            (
                gettext("Legal basis"),
                [str(consents_api.describe_basis_for_families(self.terms.basis))],
            ),
            (
                gettext("Until"),
                [] if ends in (None, UNTIL_TERMINATED) else [date_format(ends, "DATE_FORMAT")],
            ),
        ]

    @property
    def providers(self) -> tuple[str, ...]:
        """Return the names of the organizations that provide data."""
        return tuple(party.name for party in self.terms.parties if party.role is PartyRole.PROVIDER)

    @property
    def recipients(self) -> tuple[str, ...]:
        """Return the names of the other parties."""
        return tuple(
            party.name for party in self.terms.parties if party.role is not PartyRole.PROVIDER
        )


def list_register_entries(actor: Actor, on: date) -> list[RegisterEntry]:
    """List every agreement on record, those in force first.

    Raises:
        Refused: the register is closed to this user.
    """
    may_open_page(Action.VIEW_REGISTER, actor, on=on).require()
    published = list(list_published_releases())
    unsorted_entries = [
        _build_register_entry(terms, published, on)
        for terms in agreements_api.load_agreement_facts(agreements_api.Agreement.objects.all())
        if not terms.parts  # each part is an entry: it has its own data, purpose and legal basis
    ]
    return sorted(unsorted_entries, key=lambda entry: (not entry.in_force, entry.terms.reference))


def load_register_entry(reference: str, actor: Actor, on: date) -> RegisterEntry:
    """Load one agreement.

    Raises:
        Refused: the register is closed to this user.
        Agreement.DoesNotExist: there is no such agreement.
    """
    may_open_page(Action.VIEW_REGISTER, actor, on=on).require()
    row = agreements_api.Agreement.objects.get(reference=reference)
    return _build_register_entry(
        agreements_api.load_agreement_fact(row), list_published_releases(), on
    )


def _build_register_entry(
    terms: AgreementFact, published: Iterable[Release], on: date
) -> RegisterEntry:
    return RegisterEntry(
        terms=terms,
        parts=tuple(
            part
            for build_part in _PUBLIC_AGREEMENT_PARTS
            if (part := build_part(terms)).has_content
        ),
        in_force=decide_agreement_in_force(terms, on).allowed,
        releases=tuple(release for release in published if terms.reference in release.agreements),
    )


APPROVED_PROJECT_STATES = (
    ProjectState.APPROVED,
    ProjectState.ACTIVE,
    ProjectState.ANALYSIS,
    ProjectState.CLOSING,
    ProjectState.CLOSED,
)


@dataclass(frozen=True, slots=True)
class ProjectApproval:
    """Hold who approved a project, and on which day."""

    who: str
    on: date


@dataclass(frozen=True, slots=True)
class PublicProject:
    """Hold one project in the register, in words."""

    fact: ProjectFact
    state: str
    purpose: str
    level: str
    lead: str
    approvals: tuple[ProjectApproval, ...]

    @property
    def pilot(self) -> bool:
        """Return whether the project works with invented children only."""
        return self.fact.pilot

    @property
    def questions(self) -> tuple[tuple[ProjectQuestionFact, tuple[str, ...]], ...]:
        """Return each question that was kept, with the data shared for it, in words."""
        describe_elements = (
            _list_element_names
            if get_language() == "en"
            else consents_api.describe_records_for_families
        )
        return tuple(
            (
                question,
                tuple(
                    describe_elements(
                        element
                        for element, question_ids in _find_shared_elements(self.fact).items()
                        if question.id in question_ids
                    )
                ),
            )
            for question in self.fact.questions
            if question.dropped_on is None
        )


@dataclass(frozen=True, slots=True)
class PublicBody:
    """Hold a body with its mission, and the members who agreed to be named."""

    name: str
    mission: str
    named: tuple[str, ...]
    seats: int


def _find_shared_elements(fact: ProjectFact) -> Mapping[str, tuple[str, ...]]:
    """Return the elements that the project may use, without those that an owner withholds.

    Before the authorization, an element counts as withheld if any owner that approved the rest
    withholds it.
    """
    if fact.authorization is not None:
        return fact.authorization.question_of
    withheld = {element for response in fact.words for element in response.left_out}
    return {
        element: question_ids
        for element, question_ids in fact.question_of.items()
        if element not in withheld
    }


def _list_element_names(elements: Iterable[str]) -> list[str]:
    """Name each element by itself, in the catalog's words."""
    return [describe_element(element) for element in sorted(elements)]


def list_public_projects(actor: Actor, on: date) -> list[PublicProject]:
    """List every approved project, by reference.

    Raises:
        Refused: the register is closed to this user.
    """
    may_open_page(Action.VIEW_REGISTER, actor, on=on).require()
    names = dict(Organization.objects.values_list("slug", "name"))
    return [
        _build_public_project(fact, names, on)
        for fact in projects_api.load_project_facts()
        if fact.state in APPROVED_PROJECT_STATES
    ]


def find_public_project(reference: str, actor: Actor, on: date) -> PublicProject | None:
    """Find one approved project; None if there is none.

    Raises:
        Refused: the register is closed to this user.
    """
    return next(
        (
            public_project
            for public_project in list_public_projects(actor, on)
            if public_project.fact.reference == reference
        ),
        None,
    )


def list_public_bodies(actor: Actor, on: date) -> list[PublicBody]:
    """List the bodies that decide.

    Raises:
        Refused: the register is closed to this user.
    """
    may_open_page(Action.VIEW_REGISTER, actor, on=on).require()
    return [
        _build_public_body(row, on)
        for row in projects_api.Body.objects.prefetch_related("seats__user")
    ]


def _build_public_project(fact: ProjectFact, names: dict[str, str], on: date) -> PublicProject:
    return PublicProject(
        fact=fact,
        state=str(dict(projects_api.STATES)[fact.state.value]),
        purpose=str(dict(projects_api.PURPOSES)[fact.purpose.value]),
        level=str(dict(projects_api.LEVELS)[fact.level.value]),
        lead=names.get(fact.lead, fact.lead),
        approvals=tuple(
            sorted(
                dict.fromkeys(_list_approvals(fact, names, on)), key=lambda approval: approval.on
            )
        ),
    )


def _list_approvals(
    fact: ProjectFact, names: dict[str, str], on: date
) -> Iterator[ProjectApproval]:
    deciders, bodies = (
        dict(projects_api.DECIDERS),
        dict(projects_api.Body.objects.values_list("slug", "name")),
    )
    for decision in fact.words:
        if decision.answer is StepAnswer.APPROVE:
            decider_name = names.get(decision.organization, str(deciders[decision.decider.value]))
            yield ProjectApproval(decider_name, decision.on)
    for hearing in fact.hearings:
        if hearing.closed_on is not None and count_votes(hearing, on).result in APPROVING_RESULTS:
            yield ProjectApproval(bodies[hearing.body.slug], hearing.closed_on)


def _build_public_body(row: projects_api.Body, on: date) -> PublicBody:
    current_seats = [
        seat
        for seat in row.seats.all()
        if seat.starts <= on and (seat.ends is None or on <= seat.ends)
    ]
    listed_names = tuple(sorted(seat.user.name for seat in current_seats if seat.listed))
    return PublicBody(row.name, row.mission, listed_names, len(current_seats))
