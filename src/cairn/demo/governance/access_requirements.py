"""Let the invented people sign, train and attest by the same actions that a person would use."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.utils import timezone

from cairn.governance.partners import api as partners_api
from cairn.governance.training import api as training_api
from cairn.platform.accounts.api import User
from cairn.policy.vocabulary import FERPA_AGENCY_KINDS, OrganizationKind

_STATE: Final = "UT"
_PARTLY_MET_ITEMS: Final = frozenset({"backups", "incident", "board"})


def meet_access_requirements(*, user: User, attesting_user: User, at: datetime) -> None:
    """Sign the confidentiality agreement, pass every module, and have the workshop attested."""
    training_api.sign_confidentiality(
        typed_name=user.name,
        digest=training_api.load_confidentiality_agreement().digest,
        how="name typed at the machine's own shell",
        user=user,
        by=user,
        at=at,
    )
    for course in training_api.list_required_modules():
        answers = [question.right for question in course.questions]
        training_api.take_quiz(course=course, answers=answers, by=user, at=at)
    partners_api.attest_training(
        person=user,
        organization=partners_api.Affiliation.objects.live(timezone.localdate(at))
        .filter(user=user)[0]
        .organization,
        course=training_api.find_workshop(),
        took_place=timezone.localdate(at),
        how=f"workshop led by {attesting_user.name}",
        by=attesting_user,
        at=at,
    )


def assess_demo_organizations(
    *, organizations: Iterable[partners_api.Organization], by: User, at: datetime
) -> None:
    """Answer every security questionnaire for each organization, and adopt its plan."""
    for organization in organizations:
        for questionnaire in partners_api.list_questionnaires_for(
            OrganizationKind(organization.kind)
        ):
            answers = {
                item.id: (
                    partners_api.AnswerGrade.PARTLY
                    if item.id in _PARTLY_MET_ITEMS
                    else partners_api.AnswerGrade.YES
                ).value
                for item in questionnaire.items
            }
            partners_api.record_assessment(
                organization=organization,
                questionnaire=questionnaire,
                answers=answers,
                note="",
                by=by,
                at=at,
            )
        text = partners_api.write_security_plan(organization, timezone.localdate(at))
        partners_api.adopt_security_plan(organization=organization, text=text, by=by, at=at)


def describe_demo_organization(
    organization: partners_api.Organization, by: User, at: datetime
) -> None:
    """Record the state and the kind of an organization, so that its state's law applies."""
    kind = OrganizationKind(organization.kind)
    partners_api.describe_organization(
        organization=organization,
        state=_STATE,
        education_program=kind in FERPA_AGENCY_KINDS or kind is OrganizationKind.COMMUNITY_PROGRAM,
        educational_agency=kind in FERPA_AGENCY_KINDS,
        covered_entity=kind is OrganizationKind.HEALTH,
        by=by,
        at=at,
    )
