"""An agreement about surveys, a roster, and what the author of a survey states."""

from datetime import UTC, date, datetime
from typing import Any

from tests.data.intake.conftest import AGREEMENT, ROSTER, STUDENTS

from cairn.data.intake.actions.conformance import check_delivery
from cairn.data.intake.actions.receipt import receive_delivery
from cairn.data.surveys.actions import QuestionDetails, SurveyDetails
from cairn.governance.partners.models import Organization
from cairn.policy.vocabulary.deliveries import Channel

AT = datetime(2026, 10, 1, 15, 0, tzinfo=UTC)
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 14)

_LAW = "".join(
    f"""
[legal_basis.criteria.{name}]
{value}clause = "§4.1"
quotation = "Families had notice of the survey and could opt out."
confirmed_by = "A. Superintendent"
confirmed_for = "river"
confirmed_on = 2024-06-12
"""
    for name, value in (
        ("survey_authority", ""),
        ("survey_condition", 'value = "notice_and_opt_out"\n'),
    )
)
_FIELDS = (
    *("survey", "response_id", "question", "question_id", "answer", "answer_value"),
    *("answer_text", "language", "date", "school_year"),
)


def write_agreement(*records: str, fields: tuple[str, ...] = _FIELDS) -> str:
    """The text of an agreement that covers the answers of surveys too."""
    terms = "".join(
        f'[[data]]\nrecord = "{record}"\n'
        f"elements = {[*(['local_id'] if record == 'survey_answer' else []), *fields]}\n"
        'years = ["2020-21", "2030-31"]\nclause = "Exhibit A, 3"\n'
        for record in records
    )
    text = AGREEMENT.replace("[retention]", f"{terms}\n[retention]")
    return text.replace("[[data]]", f"{_LAW}\n[[data]]", 1)


def import_roster(agreement: Any, by: Any, content: bytes = ROSTER) -> Any:
    """Import a roster of River District, and check it."""
    received = receive_delivery(
        name="roster.csv",
        content=content,
        organization=Organization.objects.get(slug="river"),
        agreement=agreement,
        feed="roster",
        period="2026-27",
        channel=Channel.COMMAND,
        mapping=STUDENTS,
        by=by,
        at=AT,
        replace_earlier=True,
    )
    check_delivery(delivery=received.delivery, by=by, at=AT, progress=_Silent())
    return received.delivery


class _Silent:
    def step(self, name: str, total: int = 0) -> None: ...

    def advance(self, units: int = 1) -> None: ...


def describe_survey(route: str, **changed: Any) -> SurveyDetails:
    """What the author of a complete survey states."""
    texts = {
        "title": "Family survey",
        "title_es": "Encuesta para familias",
        "notice": "We ask how welcome families feel.",
        "notice_es": "Preguntamos si las familias se sienten bienvenidas.",
        "consent_question": "Do you agree to take part?",
        "consent_question_es": "¿Acepta participar?",
    }
    given = {
        "agreement_reference": "RV-DSA-01",
        "texts": texts | changed.pop("texts", {}),
        "route": route,
        "opens_on": FIRST,
        "closes_on": LAST,
        "answer_limit": 500,
    }
    return SurveyDetails(**(given | changed))


def describe_question(position: int, kind: str, **changed: Any) -> QuestionDetails:
    """A question as its author wrote it."""
    choices = [["Bus", "Autobús"], ["Car", "Carro"]] if "choice" in kind else []
    given = {
        "position": position,
        "kind": kind,
        "wording": f"Question {kind}?",
        "wording_es": f"¿Pregunta {kind}?",
        "choices": choices,
        "scale_top": 5,
        "is_required": False,
        "topic": "",
        "outcome": "",
    }
    return QuestionDetails(**(given | changed))


KINDS = ("scale", "one_choice", "choices", "number", "date", "text")
