"""Write the answers of a survey as a file, and import it as a data submission.

The file has one row for each answer, and two or more for a question with several choices. Its
columns are those of this module, so no person has to confirm them. Everything else is asked as of
an uploaded file.
"""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from django.utils import timezone

from cairn.data.intake import api as intake_api
from cairn.data.surveys import facts, sealed_answers
from cairn.data.surveys.actions import record_imported_answers
from cairn.data.surveys.answer_columns import COLUMNS, build_answer_mapping
from cairn.data.surveys.models import Answers, Survey, SurveyQuestion, SurveyResponse
from cairn.governance.consents.api import compute_school_year
from cairn.platform.accounts.api import User
from cairn.policy.facts import Actor
from cairn.policy.vocabulary import QuestionKind

__all__ = ["import_survey_answers"]

_IMPORTED: Final = (
    intake_api.ReceiptResult.NEW,
    intake_api.ReceiptResult.REPLACED,
    intake_api.ReceiptResult.AGAIN,
)


def import_survey_answers(
    survey: Survey,
    *,
    requester: Actor,
    by: User,
    at: datetime,
    on_received: Callable[[intake_api.Delivery], object],
) -> intake_api.DeliveryReceipt:
    """Import the answers of a closed survey, then destroy them here.

    If the process dies in between, the next try finds the same file and destroys the answers.

    Args:
        survey: the survey, closed and with answers.
        requester: facts about `by`, where a browser session supplied them.
        by: the user who imports them.
        at: the time.
        on_received: called with the data submission, in the transaction that records it.

    Returns:
        The data submission and the result; the answers stay if it was not accepted.

    Raises:
        DeliveryStateConflict: the facts kept changing meanwhile.
    """
    received = intake_api.receive_submission(
        submission=facts.build_survey_submission(survey, by=by, at=at, requester=requester),
        content=write_answer_file(survey),
        mapping=build_answer_mapping(is_by_roster=survey.is_by_roster),
        by=by,
        at=at,
        on_received=on_received,
    )
    if received.result in _IMPORTED:
        record_imported_answers(survey=survey, delivery=received.delivery, by=None, at=at)
    return received


def write_answer_file(survey: Survey) -> bytes:
    """Write the answers of a survey as CSV, in English.

    Args:
        survey: the survey.

    Returns:
        The bytes; they are held in memory only.
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="")
    writer.writeheader()
    questions = list(survey.questions.all())
    for response in survey.responses.select_related("link"):
        writer.writerows(_list_answer_rows(survey, questions, response))
    return out.getvalue().encode()


def _list_answer_rows(
    survey: Survey, questions: list[SurveyQuestion], response: SurveyResponse
) -> Iterator[dict[str, str]]:
    answers = sealed_answers.unseal_answers(response)
    common = {
        "Survey": survey.title,
        "Response ID": response.response_id,
        "Consent": "yes",
        "Survey language": response.language,
        "Response date": timezone.localdate(response.sent_at).isoformat(),
        "School year": compute_school_year(survey.opens_on),
        "Student ID": sealed_answers.unseal_student(response.link) if response.link else "",
    }
    for question in questions:
        about = {"Question ID": question.name, "Question": question.wording}
        for cells in _list_answer_cells(question, answers):
            yield common | about | cells


def _list_answer_cells(question: SurveyQuestion, answers: Answers) -> Iterator[dict[str, str]]:
    """List the cells of each row of a question: one, or one for each chosen choice."""
    answer = answers.get(str(question.pk))
    if answer is None:
        return
    match QuestionKind(question.kind):
        case QuestionKind.TEXT:
            yield {"Answer to an open question": str(answer)}
        case QuestionKind.ONE_CHOICE | QuestionKind.CHOICES:
            labels = question.list_labels("en")
            yield from ({"Answer": labels[position]} for position in answer)
        case QuestionKind.DATE:
            yield {"Answer": str(answer)}
        case QuestionKind.SCALE | QuestionKind.NUMBER:
            yield {"Answer": str(answer), "Answer as a number": str(answer)}
