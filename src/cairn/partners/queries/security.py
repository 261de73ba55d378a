"""What is on record about an organization's clearance: its people's training, its security."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from cairn.accounts.models import User
from cairn.partners.models import Affiliation, Assessment, Bar, Organization, SecurityPlan
from cairn.partners.questionnaire import Questionnaire, asked_of
from cairn.partners.security_facts import security
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.decision import Decision
from cairn.rules.lives.training import TrainingState, training_state
from cairn.rules.roles import HOLDS_ACCESS
from cairn.rules.training import organization_standing
from cairn.rules.vocabulary import Action, OrganizationKind
from cairn.training.facts import clearances


def may_see_security(who: Actor, organization: str, on: date) -> Decision:
    """Whether this person may read what is on record about an organization's security."""
    return may_open(Action.VIEW_CLEARANCE, who, organization=organization, on=on)


def may_change_security(who: Actor, organization: str, on: date) -> Decision:
    """Whether this person may assess an organization and adopt its plan."""
    return may_open(Action.CHANGE_SECURITY, who, organization=organization, on=on)


@dataclass(frozen=True, slots=True)
class Trainee:
    """Someone with access at an organization, and where they stand with their training."""

    user: User
    roles: tuple[str, ...]
    state: TrainingState
    until: date | None
    missing: tuple[str, ...]
    signed: bool


def trainees(organization: Organization, on: date) -> list[Trainee]:
    """All who hold access at an organization on a date. The caller has asked the rules."""
    rows = Affiliation.objects.live(on).filter(
        organization=organization, role__in=HOLDS_ACCESS, user__is_active=True
    )
    roles: dict[User, list[str]] = {}
    for row in rows.select_related("user").order_by("user__name", "user_id"):
        roles.setdefault(row.user, []).append(row.get_role_display())
    known = clearances(user.pk for user in roles)
    return [
        Trainee(
            user=user,
            roles=tuple(held),
            state=training_state(known[user.pk], on),
            until=known[user.pk].until(on),
            missing=known[user.pk].missing(on),
            signed=known[user.pk].has_signed(on),
        )
        for user, held in roles.items()
    ]


def standing(who: Actor, organization: Organization, on: date) -> Decision:
    """Whether an organization is cleared, with every reason."""
    (known,) = security([organization])
    return organization_standing(who, organization.slug, known, on)


@dataclass(frozen=True, slots=True)
class Answered:
    """One questionnaire that is asked of an organization, and how it was last answered."""

    questionnaire: Questionnaire
    assessment: Assessment | None
    counts: bool


def answered(organization: Organization, on: date) -> list[Answered]:
    """Every questionnaire asked of this kind of organization, with its newest answers."""
    found = []
    for questionnaire in asked_of(OrganizationKind(organization.kind)):
        row = Assessment.objects.filter(
            organization=organization, questionnaire=questionnaire.id
        ).first()
        counts = row is not None and row.assessed_on <= on <= row.expires_on
        found.append(Answered(questionnaire, row, counts))
    return found


def plan_on_file(organization: Organization) -> SecurityPlan | None:
    """The newest plan that was adopted."""
    return SecurityPlan.objects.filter(organization=organization).first()


def bars(organization: Organization) -> QuerySet[Bar]:
    """Every bar that was recorded, lifted ones too."""
    return Bar.objects.filter(organization=organization)
