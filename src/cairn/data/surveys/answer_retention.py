"""Let retention list and destroy the answers that wait, like every other record about children."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from cairn.data.surveys.actions import destroy_demanded_answers
from cairn.data.surveys.models import Survey
from cairn.data.surveys.queries import filter_surveys_to_erase
from cairn.governance.retention.api import ANSWER_ZONE, DestroyedFile, HoldingDetail
from cairn.platform.accounts.api import User
from cairn.policy.facts import Holding


class SurveyAnswerHolder:
    """The answers of each survey and the students of its links, until they are imported."""

    kind = "survey"

    def holdings(self, agreements: Collection[str] | None = None) -> Iterator[Holding]:
        """Yield the surveys with answers that were not imported, or with students of links."""
        rows = filter_surveys_to_erase().select_related("organization")
        if agreements is not None:
            rows = rows.filter(agreement_reference__in=agreements)
        for row in rows:
            yield Holding(
                reference=f"{self.kind}:{row.pk}",
                agreement=row.agreement_reference,
                owner=row.organization.slug,
                since=timezone.localdate(row.opened_at),
                keep_until=row.destroy_on,
            )

    def items(self, references: Sequence[str]) -> list[HoldingDetail]:
        """Describe the answers of surveys, each survey as one file."""
        return [self._describe_answers(self._load_survey(reference)) for reference in references]

    def destroy(self, reference: str, *, by: User, at: datetime) -> HoldingDetail:
        """Destroy the answers and students of one survey, which takes no more; none is no error."""
        survey = self._load_survey(reference)
        detail = self._describe_answers(survey)
        if detail.files:
            destroy_demanded_answers(survey=survey, by=by, at=at)
        return detail

    def _load_survey(self, reference: str) -> Survey:
        return Survey.objects.get(pk=int(reference.partition(":")[2]))

    def _describe_answers(self, survey: Survey) -> HoldingDetail:
        answers = [bytes(row.sealed_answers) for row in survey.responses.all()]
        kept = survey.links.filter(sealed_student__isnull=False)
        students = [bytes(row.sealed_student or b"") for row in kept]
        digest = hashlib.sha256(b"".join([*answers, *students])).hexdigest()
        file = DestroyedFile(ANSWER_ZONE, digest, len(answers))
        return HoldingDetail(
            reference=f"{self.kind}:{survey.pk}",
            name=str(survey),
            address=reverse("surveys:survey", args=[survey.pk]),
            files=(file,) if answers or students else (),
        )
