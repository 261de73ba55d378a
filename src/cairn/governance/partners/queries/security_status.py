"""Read an organization's clearance: its people's training and its security."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from cairn.governance.partners.facts import load_security_facts
from cairn.governance.partners.models import (
    Affiliation,
    Assessment,
    Bar,
    Organization,
    SecurityPlan,
)
from cairn.governance.partners.questionnaire import Questionnaire, list_questionnaires_for
from cairn.governance.training.api import load_clearances
from cairn.platform.accounts.api import User
from cairn.policy.checks import find_training_state
from cairn.policy.engine import Decision
from cairn.policy.facts import Actor, Clearance
from cairn.policy.law import STUDENT_DATA_ROLES
from cairn.policy.lifecycles import TrainingState
from cairn.policy.questions import may_open_page, may_view_organization_clearance
from cairn.policy.vocabulary import Action, OrganizationKind

__all__ = ["may_see_security"]


def may_see_security(who: Actor, organization: str, on: date) -> Decision:
    """Decide whether a person may read an organization's security record.

    Args:
        who: the policy facts about the person.
        organization: the organization's slug.
        on: the date.

    Returns:
        The decision.
    """
    return may_open_page(Action.VIEW_CLEARANCE, who, organization=organization, on=on)


def may_change_security(who: Actor, organization: str, on: date) -> Decision:
    """Decide whether a person may assess an organization and adopt its plan.

    Args:
        who: the policy facts about the person.
        organization: the organization's slug.
        on: the date.

    Returns:
        The decision.
    """
    return may_open_page(Action.CHANGE_SECURITY, who, organization=organization, on=on)


@dataclass(frozen=True, slots=True)
class Trainee:
    """A person with access at an organization, and the state of their training."""

    user: User
    roles: tuple[str, ...]
    state: TrainingState
    until: date | None
    missing: tuple[str, ...]
    signed: bool


def list_trainees(organization: Organization, on: date) -> list[Trainee]:
    """List all who have access at an organization on a date; the caller has asked the policy.

    Args:
        organization: the organization's row.
        on: the date.

    Returns:
        The trainees, by name.
    """
    return list_trainees_by_organization((organization,), on)[organization.pk]


def list_trainees_by_organization(
    organizations: Iterable[Organization], on: date
) -> dict[int, list[Trainee]]:
    """List all who have access at each organization on a date, with a constant number of queries.

    Args:
        organizations: the organizations' rows; the caller has asked the policy about each.
        on: the date.

    Returns:
        The trainees by name, by the organization's primary key; empty lists where there are none.
    """
    roles: dict[int, dict[User, list[str]]] = {row.pk: {} for row in organizations}
    rows = Affiliation.objects.filter_active(on).filter(
        organization__in=roles, role__in=STUDENT_DATA_ROLES, user__is_active=True
    )
    for row in rows.select_related("user").order_by("user__name", "user_id"):
        roles[row.organization_id].setdefault(row.user, []).append(row.get_role_display())
    clearance_by_user = load_clearances({user.pk for users in roles.values() for user in users})
    return {
        organization: [
            _build_trainee(user, tuple(labels), clearance_by_user[user.pk], on)
            for user, labels in users.items()
        ]
        for organization, users in roles.items()
    }


def _build_trainee(user: User, roles: tuple[str, ...], clearance: Clearance, on: date) -> Trainee:
    return Trainee(
        user=user,
        roles=roles,
        state=find_training_state(clearance, on),
        until=clearance.find_last_day(on),
        missing=clearance.list_missing_modules(on),
        signed=clearance.has_signed(on),
    )


def decide_organization_clearance(who: Actor, organization: Organization, on: date) -> Decision:
    """Decide whether an organization is cleared, with every reason.

    Args:
        who: the policy facts about the person.
        organization: the organization's row.
        on: the date.

    Returns:
        The decision.
    """
    (security_fact,) = load_security_facts([organization])
    return may_view_organization_clearance(who, organization.slug, security_fact, on)


@dataclass(frozen=True, slots=True)
class QuestionnaireStatus:
    """One questionnaire for an organization, its newest answers, and whether they still count."""

    questionnaire: Questionnaire
    assessment: Assessment | None
    counts: bool


def list_questionnaire_statuses(organization: Organization, on: date) -> list[QuestionnaireStatus]:
    """List every questionnaire for this kind of organization, with its newest answers.

    Args:
        organization: the organization's row.
        on: the date.

    Returns:
        The questionnaires.
    """
    statuses = []
    for questionnaire in list_questionnaires_for(OrganizationKind(organization.kind)):
        row = Assessment.objects.filter(
            organization=organization, questionnaire=questionnaire.id
        ).first()
        counts = row is not None and row.assessed_on <= on <= row.expires_on
        statuses.append(QuestionnaireStatus(questionnaire, row, counts))
    return statuses


def find_adopted_plan(organization: Organization) -> SecurityPlan | None:
    """Find the newest plan that the organization adopted.

    Args:
        organization: the organization's row.

    Returns:
        The plan's row, or None.
    """
    return SecurityPlan.objects.filter(organization=organization).first()


def list_bars(organization: Organization) -> QuerySet[Bar]:
    """List every bar on record, including lifted ones.

    Args:
        organization: the organization's row.

    Returns:
        The query of bars.
    """
    return Bar.objects.filter(organization=organization).select_related("owner")
