"""Find the students that a user may see, and ask policy, in a fixed number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import QuerySet

from cairn.data.intake.api import load_received_elements
from cairn.data.records.api import StudentFile, read_students
from cairn.governance.consents.api import (
    gather_use_facts,
    list_program_uses,
    select_current_entries,
)
from cairn.governance.partners.api import Organization
from cairn.policy import questions
from cairn.policy.checks import ElementOpening
from cairn.policy.engine import Decision
from cairn.policy.facts import Actor, Facts, UseRequest
from cairn.policy.vocabulary import Action, Level, Purpose


@dataclass(frozen=True, slots=True)
class SharedRecords:
    """One answered use, with the records that it opens.

    Attributes:
        decision: the answer.
        files: records by student key; none if it is refused.
        openings: what opens each element, by student key.
        interest: why the organization sees the records, in the words of its agreements.
    """

    decision: Decision
    files: Mapping[str, StudentFile]
    openings: Mapping[str, tuple[ElementOpening, ...]]
    interest: str

    def list_shown_elements(self) -> list[str]:
        """List the elements with a value that leaves."""
        return sorted(
            {
                f"{line.record}.{name}"
                for found in self.files.values()
                for line in found.lines
                for name in line.values
                if f"{line.record}.{name}" in self.decision.elements
            }
        )


def list_student_organizations(who: Actor, on: date) -> QuerySet[Organization]:
    """List the organizations for which a user may see students: the user's own.

    Args:
        who: the policy facts about the user.
        on: the date.

    Returns:
        The organizations.

    Raises:
        Refused: the user may see students for no organization.
    """
    questions.may_open_page(Action.VIEW_STUDENT, who, on=on).require()
    scope = questions.find_organization_scope(Action.VIEW_STUDENT, who, on)
    return Organization.objects.filter(slug__in=scope.organizations).order_by("name")


def find_student_key(organization: Organization, entry: int, on: date) -> str:
    """Find the key of the student behind a roster entry.

    Args:
        organization: the organization that the user acts for.
        entry: primary key of the entry.
        on: the date.

    Returns:
        The key; a text that names no student where there is no such entry.
    """
    keys = select_current_entries(organization, on).filter(pk=entry)
    return keys.values_list("child__key", flat=True).first() or f"entry {entry}"


def load_shared_records(
    organization: Organization, keys: tuple[str, ...], action: Action, who: Actor, on: date
) -> list[SharedRecords]:
    """Ask policy what an organization may see of students, and read it.

    A student who is not on record is asked about in the same way.

    Args:
        organization: the organization that the user acts for.
        keys: student keys.
        action: viewing one student, or a list.
        who: the policy facts about the user.
        on: the date.

    Returns:
        One answer for each newest school year of the data; at least one.
    """
    facts = _gather_viewer_facts(organization.slug, keys, who, on)
    uses = [
        use
        for use in list_program_uses(organization.slug, keys, action, facts, on)
        if use.purpose is Purpose.SERVICE_COORDINATION
    ] or [_build_empty_use(organization, keys, action, who)]
    return [_answer_use(use, facts, on) for use in uses]


def _gather_viewer_facts(viewer: str, keys: tuple[str, ...], who: Actor, on: date) -> Facts:
    """Gather what decides about a view, with the elements that files brought."""
    facts = gather_use_facts(who, "", keys, on, viewer=viewer)
    elements = frozenset(name for agreement in facts.agreements for name in agreement.elements)
    received = load_received_elements(elements, "").received
    return questions.select_viewer_facts(replace(facts, received=received), viewer)


def _build_empty_use(
    organization: Organization, keys: tuple[str, ...], action: Action, who: Actor
) -> UseRequest:
    """Build the use of an organization without any agreement, which is refused."""
    return UseRequest(
        actor=who.id,
        acting_for=organization.slug,
        action=action,
        purpose=Purpose.SERVICE_COORDINATION,
        elements=frozenset(),
        level=Level.INDIVIDUAL,
        people=keys,
    )


def _answer_use(use: UseRequest, facts: Facts, on: date) -> SharedRecords:
    decision = questions.decide_student_access(use, facts, on)
    openings = questions.list_student_openings(use, decision, facts, on)
    files = read_students(decision.require(), openings) if decision.allowed else {}
    return SharedRecords(decision, files, openings, _find_interest(use, decision, facts))


def _find_interest(use: UseRequest, decision: Decision, facts: Facts) -> str:
    """Find why the organization sees the records: in its agreements' words, else the purpose."""
    stated = {
        term.interest
        for agreement in facts.agreements
        if agreement.reference in decision.agreements
        for term in agreement.access
        if term.organization == use.acting_for and term.interest
    }
    return "; ".join(sorted(stated)) or "serves the student"
