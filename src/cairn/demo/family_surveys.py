"""Ask the families of Alder Creek: one survey with published figures, and one that is open."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.utils import timezone

from cairn.data.intake.api import check_delivery
from cairn.data.surveys import api as surveys_api
from cairn.data.surveys.api import Survey
from cairn.demo.governance import staff
from cairn.governance.agreements.api import load_agreement
from cairn.governance.partners.api import Organization, load_actor
from cairn.outputs.survey_figures import api as figures_api
from cairn.platform.accounts.api import User
from cairn.policy.facts import Actor
from cairn.policy.vocabulary import QuestionKind, ReviewVerdict, SurveyRoute

_AGREEMENT: Final = Path(__file__).parent / "lists" / "RC-DSA-25.toml"
_DISTRICT: Final = "alder-creek-sd"
_LANGUAGES: Final = ("en", "es", "en")
_NEWS: Final = [
    ["Messages on my phone", "Mensajes en mi teléfono"],
    ["Paper sent home", "Papel que llega a casa"],
    ["From other families", "Por otras familias"],
    ["Hardly at all", "Casi nunca"],
]
_HELPS: Final = [
    ["A late bus", "Un autobús más tarde"],
    ["Homework help", "Ayuda con la tarea"],
    ["Meals after school", "Comidas después de la escuela"],
    ["Sports or music", "Deportes o música"],
]
_WHEN: Final = [
    ["Before school", "Antes de la escuela"],
    ["After school", "Después de la escuela"],
    ["On weekends", "Los fines de semana"],
    ["In summer", "En verano"],
]
_YES_NO: Final = [["Yes", "Sí"], ["No", "No"]]


@dataclass(frozen=True, slots=True)
class _Question:
    """One question in English and Spanish, and the answer of the respondent with a number."""

    kind: QuestionKind
    wording: str
    wording_es: str
    choices: tuple[list[str], ...] = ()
    is_required: bool = False

    def answer(self, number: int) -> Any:
        """Invent an answer; some respondents skip what they may skip."""
        if not self.is_required and number % _SKIPPED_EVERY == 0:
            return None
        match self.kind:
            case QuestionKind.TEXT:
                return "The late bus would help us most."
            case QuestionKind.SCALE:
                return str(5 - number % 3)
            case QuestionKind.CHOICES:
                return [0, 2] if number % 2 else [0, 1]
            case _:
                return [min(number % 5, len(self.choices) - 1) // 2]


_ASKED: Final = (
    _Question(
        QuestionKind.ONE_CHOICE,
        "How do you hear from your child's school?",
        "¿Cómo recibe noticias de la escuela de su hijo?",
        tuple(_NEWS),
        is_required=True,
    ),
    _Question(
        QuestionKind.CHOICES,
        "What would help your family this year?",
        "¿Qué ayudaría a su familia este año?",
        tuple(_HELPS),
    ),
    _Question(
        QuestionKind.SCALE,
        "My child has an adult at school to talk to.",
        "Mi hijo tiene en la escuela un adulto con quien hablar.",
        is_required=True,
    ),
    _Question(QuestionKind.TEXT, "What else should we know?", "¿Qué más deberíamos saber?"),
)
_OPEN: Final = (
    _Question(
        QuestionKind.CHOICES,
        "When would your child come?",
        "¿Cuándo vendría su hijo?",
        tuple(_WHEN),
        is_required=True,
    ),
    _Question(
        QuestionKind.CHOICES,
        "What should a program offer?",
        "¿Qué debería ofrecer un programa?",
        tuple(_HELPS),
    ),
    _Question(
        QuestionKind.ONE_CHOICE,
        "Could your child get home without a bus?",
        "¿Podría su hijo volver a casa sin autobús?",
        tuple(_YES_NO),
        is_required=True,
    ),
    _Question(
        QuestionKind.SCALE,
        "A program near our home matters to us.",
        "Un programa cerca de casa es importante para nosotros.",
    ),
    _Question(
        QuestionKind.TEXT,
        "What would keep your child from coming?",
        "¿Qué impediría que su hijo viniera?",
    ),
)
_SKIPPED_EVERY: Final = 4
_RESPONDENTS, _EARLY_RESPONDENTS = 40, 2


def run_demo_surveys(manager: User, at: datetime) -> None:
    """Ask families twice: one survey is imported and its figures published, one stays open.

    It does nothing if a survey exists.

    Args:
        manager: the data manager.
        at: the moment of the actions.
    """
    if Survey.objects.exists():
        return
    load_agreement(text=_AGREEMENT.read_text(encoding="utf-8"), by=manager, at=at)
    closed = _open_survey(
        ("How school reaches families", "Cómo llega la escuela a las familias"),
        "We ask how you hear from school and what would help. The answers decide what we change.",
        "Preguntamos cómo recibe noticias de la escuela y qué ayudaría. Las respuestas deciden "
        "qué cambiamos.",
        _ASKED,
        timedelta(0),
        by=manager,
        at=at,
    )
    _answer_survey(closed, _ASKED, _RESPONDENTS, at)
    surveys_api.close_survey(survey=closed, by=manager, at=at)
    received = surveys_api.import_survey_answers(
        closed,
        requester=load_actor(manager),
        by=manager,
        at=at,
        on_received=lambda _delivery: None,
    )
    check_delivery(delivery=received.delivery, by=manager, at=at)
    closed.refresh_from_db()
    _publish_figures(closed, manager, at)
    waiting = _open_survey(
        ("Programs that families want", "Programas que las familias quieren"),
        "We ask when and where programs should be. The answers go to the partnership's programs.",
        "Preguntamos cuándo y dónde deberían estar los programas. Las respuestas van a los "
        "programas de la red.",
        _OPEN,
        timedelta(days=30),
        by=manager,
        at=at,
    )
    _answer_survey(waiting, _OPEN, _EARLY_RESPONDENTS, at)


def _open_survey(
    titles: tuple[str, str],
    notice: str,
    notice_es: str,
    questions: tuple[_Question, ...],
    days: timedelta,
    *,
    by: User,
    at: datetime,
) -> Survey:
    today = timezone.localdate(at)
    survey = surveys_api.draft_survey(
        organization=Organization.objects.get(slug=_DISTRICT),
        details=surveys_api.SurveyDetails(
            agreement_reference=_AGREEMENT.stem,
            texts={
                "title": titles[0],
                "title_es": titles[1],
                "notice": notice,
                "notice_es": notice_es,
                "consent_question": "Do you agree to take part in this survey?",
                "consent_question_es": "¿Acepta participar en esta encuesta?",
            },
            route=SurveyRoute.ANONYMOUS.value,
            opens_on=today,
            closes_on=today + days,
            answer_limit=500,
        ),
        by=by,
        at=at,
    )
    for position, question in enumerate(questions, 1):
        surveys_api.save_question(
            survey=survey,
            question=None,
            details=surveys_api.QuestionDetails(
                position=position,
                kind=question.kind.value,
                wording=question.wording,
                wording_es=question.wording_es,
                choices=list(question.choices),
                scale_top=5,
                is_required=question.is_required,
                topic="",
                outcome="",
            ),
            by=by,
            at=at,
        )
    surveys_api.open_survey(survey=survey, by=by, at=at)
    survey.refresh_from_db()
    return survey


def _answer_survey(
    survey: Survey, asked: tuple[_Question, ...], respondents: int, at: datetime
) -> None:
    rows = list(survey.questions.all())
    for number in range(respondents):
        answers = {
            str(row.pk): answer
            for row, question in zip(rows, asked, strict=True)
            if (answer := question.answer(number)) is not None
        }
        surveys_api.record_answer(
            survey=survey,
            link=None,
            response_id=f"{number:032x}",
            language=_LANGUAGES[number % len(_LANGUAGES)],
            answers=answers,
            who=Actor.public(),
            by=None,
            at=at,
        )


def _publish_figures(survey: Survey, manager: User, at: datetime) -> None:
    users = {user.email: user for user in User.objects.filter(is_invented=True)}
    analyst = users[staff.ANALYST.email]
    chosen = [question.id for question in surveys_api.list_countable_questions(survey)]
    protected = figures_api.count_survey_answers(
        survey, chosen, actor=load_actor(analyst), by=analyst, at=at
    )
    figures = figures_api.store_survey_figures(
        survey=survey, chosen=chosen, protected=protected, by=analyst, at=at
    )
    for member in staff.REVIEWERS:
        figures_api.review_survey_figures(
            figures=figures,
            seen_round=figures.round,
            verdict=ReviewVerdict.APPROVE,
            comment="",
            by=users[member.email],
            at=at,
        )
    steward = users[staff.find_demo_steward(_DISTRICT).email]
    figures_api.confirm_survey_figures(figures=figures, seen_round=figures.round, by=steward, at=at)
    figures_api.publish_survey_figures(figures=figures, by=manager, at=at)
