"""The invented people sign, learn and attest by the same actions that a person would use."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.utils import timezone

from cairn.accounts.models import User
from cairn.partners import actions as partners
from cairn.partners.facts import actor
from cairn.partners.models import Affiliation, Organization
from cairn.partners.plan import plan
from cairn.partners.questionnaire import Grade, asked_of
from cairn.rules.vocabulary import FERPA_AGENCIES, OrganizationKind
from cairn.training import actions as training
from cairn.training.confidentiality import agreement
from cairn.training.course import modules, workshop

_STATE: Final = "UT"
_PARTLY: Final = frozenset({"backups", "incident", "board"})


def clear(*, user: User, by: User, at: datetime) -> None:
    """One person signs and passes every module; whoever leads the workshop attests it."""
    who = actor(user)
    training.sign(
        typed_name=user.name,
        digest=agreement().digest,
        how="name typed at the machine's own shell",
        user=user,
        by=user,
        at=at,
        who=who,
    )
    for course in modules():
        answers = [question.right for question in course.questions]
        training.take_quiz(course=course, answers=answers, by=user, at=at, who=who)
    partners.attest(
        person=user,
        organization=Affiliation.objects.live(timezone.localdate(at))
        .filter(user=user)[0]
        .organization,
        course=workshop(),
        took_place=timezone.localdate(at),
        how=f"workshop led by {by.name}",
        by=by,
        at=at,
    )


def secure(*, organizations: Iterable[Organization], by: User, at: datetime) -> None:
    """Each organization answers what is asked of it and adopts its plan."""
    for organization in organizations:
        for questionnaire in asked_of(OrganizationKind(organization.kind)):
            answers = {
                item.id: (Grade.PARTLY if item.id in _PARTLY else Grade.YES).value
                for item in questionnaire.items
            }
            partners.assess(
                organization=organization,
                questionnaire=questionnaire,
                answers=answers,
                note="",
                by=by,
                at=at,
            )
        text = plan(organization, timezone.localdate(at))
        partners.adopt_plan(organization=organization, text=text, by=by, at=at)


def place(organization: Organization, by: User, at: datetime) -> None:
    """Where an organization lies and what it is, so that its state's law is asked."""
    kind = OrganizationKind(organization.kind)
    partners.describe(
        organization=organization,
        state=_STATE,
        education_program=kind in FERPA_AGENCIES or kind is OrganizationKind.COMMUNITY_PROGRAM,
        educational_agency=kind in FERPA_AGENCIES,
        covered_entity=kind is OrganizationKind.HEALTH,
        by=by,
        at=at,
    )
