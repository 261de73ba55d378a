"""Let the invented people sign, train and attest by the same actions that a person would use."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.utils import timezone

from cairn.governance.partners.api import (
    Affiliation,
    AnswerGrade,
    Organization,
    adopt_security_plan,
    attest_training,
    describe_organization,
    list_questionnaires_for,
    record_assessment,
    write_security_plan,
)
from cairn.governance.training.api import (
    find_workshop,
    list_required_modules,
    load_confidentiality_agreement,
    sign_confidentiality,
    take_quiz,
)
from cairn.platform.accounts.api import User
from cairn.policy.vocabulary import FERPA_AGENCY_KINDS, OrganizationKind

_STATE: Final = "UT"
_PARTLY_MET_ITEMS: Final = frozenset({"backups", "incident", "board"})


def meet_access_requirements(*, user: User, attesting_user: User, at: datetime) -> None:
    """Sign the confidentiality agreement, pass every module, and have the workshop attested."""
    sign_confidentiality(
        typed_name=user.name,
        digest=load_confidentiality_agreement().digest,
        how="name typed at the machine's own shell",
        user=user,
        by=user,
        at=at,
    )
    for course in list_required_modules():
        answers = [question.right for question in course.questions]
        take_quiz(course=course, answers=answers, by=user, at=at)
    attest_training(
        person=user,
        organization=Affiliation.objects.live(timezone.localdate(at))
        .filter(user=user)[0]
        .organization,
        course=find_workshop(),
        took_place=timezone.localdate(at),
        how=f"workshop led by {attesting_user.name}",
        by=attesting_user,
        at=at,
    )


def assess_demo_organizations(
    *, organizations: Iterable[Organization], by: User, at: datetime
) -> None:
    """Answer every security questionnaire for each organization, and adopt its plan."""
    for organization in organizations:
        for questionnaire in list_questionnaires_for(OrganizationKind(organization.kind)):
            answers = {
                item.id: (
                    AnswerGrade.PARTLY if item.id in _PARTLY_MET_ITEMS else AnswerGrade.YES
                ).value
                for item in questionnaire.items
            }
            record_assessment(
                organization=organization,
                questionnaire=questionnaire,
                answers=answers,
                note="",
                by=by,
                at=at,
            )
        text = write_security_plan(organization, timezone.localdate(at))
        adopt_security_plan(organization=organization, text=text, by=by, at=at)


def describe_demo_organization(organization: Organization, by: User, at: datetime) -> None:
    """Record the state and the kind of an organization, so that its state's law applies."""
    kind = OrganizationKind(organization.kind)
    describe_organization(
        organization=organization,
        state=_STATE,
        education_program=kind in FERPA_AGENCY_KINDS or kind is OrganizationKind.COMMUNITY_PROGRAM,
        educational_agency=kind in FERPA_AGENCY_KINDS,
        covered_entity=kind is OrganizationKind.HEALTH,
        by=by,
        at=at,
    )
