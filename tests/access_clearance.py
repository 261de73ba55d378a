"""Somebody who has signed, learned and taken part, at organizations whose security is in order."""

from datetime import UTC, date, datetime

from cairn.governance.partners.models import Assessment, Organization, SecurityPlan
from cairn.governance.partners.questionnaire import AnswerGrade, list_questionnaires_for
from cairn.governance.training.confidentiality import load_confidentiality_agreement
from cairn.governance.training.course_catalog import find_workshop, list_required_modules
from cairn.governance.training.models import Completion, Signature
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.organizations import OrganizationKind

_FIRST, _LAST = date(2020, 1, 1), date(2099, 12, 31)
_AT = datetime(2020, 1, 1, 12, tzinfo=UTC)


def clear(user: User) -> None:
    """Rows written straight into the tables: as if it had all been done long ago."""
    Signature.objects.create(
        user=user,
        version=load_confidentiality_agreement().version,
        digest=load_confidentiality_agreement().digest,
        typed_name=user.name,
        how="test",
        signed_at=_AT,
    )
    Completion.objects.bulk_create(
        Completion(
            user=user,
            course=course.id,
            version=course.version,
            passed_on=_FIRST,
            expires_on=_LAST,
            how="test",
            recorded_at=_AT,
        )
        for course in (*list_required_modules(), find_workshop())
    )
    for row in Organization.objects.filter(affiliations__user=user, plans=None).distinct():
        _secure(row, user)


def _secure(organization: Organization, by: User) -> None:
    SecurityPlan.objects.create(organization=organization, adopted_on=_FIRST, adopted_by=by)
    Assessment.objects.bulk_create(
        Assessment(
            organization=organization,
            questionnaire=questionnaire.id,
            version=questionnaire.version,
            answers={item.id: AnswerGrade.YES.value for item in questionnaire.items},
            score=100,
            assessed_on=_FIRST,
            expires_on=_LAST,
            recorded_by=by,
            recorded_at=_AT,
        )
        for questionnaire in list_questionnaires_for(OrganizationKind(organization.kind))
    )
