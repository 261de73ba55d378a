"""Let retention list and destroy the answers that wait, like every other record about children."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from cairn.data.surveys.actions import destroy_demanded_answers
from cairn.data.surveys.models import Survey
from cairn.governance.retention.api import ANSWER_ZONE, DestroyedFile, HoldingDetail
from cairn.platform.accounts.api import User
from cairn.policy.facts import Holding


class SurveyAnswerHolder:
    """The answers of each survey, until they are imported: a data owner's demand destroys them."""

    kind = "survey"

    def holdings(self) -> Iterator[Holding]:
        """Yield the surveys with answers that were not imported."""
        rows = Survey.objects.filter(responses__isnull=False).distinct()
        for row in rows.select_related("organization"):
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
        """Destroy the answers of one survey, which takes no more; do nothing if there are none."""
        survey = self._load_survey(reference)
        detail = self._describe_answers(survey)
        if detail.files:
            destroy_demanded_answers(survey=survey, by=by, at=at)
        return detail

    def _load_survey(self, reference: str) -> Survey:
        return Survey.objects.get(pk=int(reference.partition(":")[2]))

    def _describe_answers(self, survey: Survey) -> HoldingDetail:
        sealed = [bytes(row.sealed_answers) for row in survey.responses.all()]
        digest = hashlib.sha256(b"".join(sealed)).hexdigest()
        return HoldingDetail(
            reference=f"{self.kind}:{survey.pk}",
            name=str(survey),
            address=reverse("surveys:survey", args=[survey.pk]),
            files=(DestroyedFile(ANSWER_ZONE, digest, len(sealed)),) if sealed else (),
        )
