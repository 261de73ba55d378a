"""A survey from a parent's phone, in Spanish, to a figure with small groups suppressed."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from django.utils import timezone
from tests.journeys import river_files
from tests.journeys.visitor import PHONE, Visitor

from cairn.policy.vocabulary.access import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]
_AGREEMENT: Final = Path(__file__).with_name("RV-DSA-01.toml")
_SURVEYS: Final = """
[legal_basis.criteria.survey_authority]
clause = "§4.1"
quotation = "Instruction in kindergarten to grade 12."
confirmed_by = "Ines Calloway"
confirmed_for = "river"
confirmed_on = 2024-06-05

[legal_basis.criteria.survey_condition]
value = "notice_and_opt_out"
clause = "§4.1"
quotation = "Instruction in kindergarten to grade 12."
confirmed_by = "Ines Calloway"
confirmed_for = "river"
confirmed_on = 2024-06-05

[[data]]
record = "survey_answer"
elements = [
    "local_id", "survey", "response_id", "question", "question_id", "answer", "answer_value",
    "language", "date", "school_year",
]
years = ["2020-21", "2030-31"]
clause = "Exhibit A, 3"

[retention]"""
_FEW: Final = 4
"""Families of girls who do not feel welcome: too few to be shown."""


@pytest.fixture
def manager(person: Callable[..., Any]) -> Any:
    """The data manager of the hub, with River's agreement and its accepted roster."""
    from cairn.data.intake.actions.conformance import check_delivery
    from cairn.data.intake.actions.receipt import receive_delivery
    from cairn.data.intake.feed_recognition import guess_file_mapping
    from cairn.governance.agreements.actions.signature_and_record import load_agreement
    from cairn.governance.partners.models import Organization
    from cairn.policy.vocabulary.deliveries import Channel
    from cairn.warehouse.readers import read_file

    by, now = person(Role.DATA_MANAGER), timezone.localtime()
    text = _AGREEMENT.read_text("utf-8").replace("\n[retention]", _SURVEYS, 1)
    agreement = load_agreement(text=text, newcomers=["river"], by=by, at=now)
    received = receive_delivery(
        name="roster.csv",
        content=river_files.roster(),
        organization=Organization.objects.get(slug="river"),
        agreement=agreement,
        feed="roster",
        period="2026-27",
        channel=Channel.COMMAND,
        mapping=guess_file_mapping(read_file("roster.csv", river_files.roster()), "student"),
        by=by,
        at=now,
    )
    check_delivery(delivery=received.delivery, by=by, at=now)
    return by


def _write(dana: Visitor) -> None:
    dana.open("surveys:surveys")
    dana.sees("No survey was written yet")
    dana.follow("Write a survey")
    page, today = dana.page, timezone.localdate()
    dana.pick(page.get_by_label("Organization whose survey it is"), "river")
    dana.choose(page.get_by_role("radio", name="By roster"))
    for label, text in (
        ("Title in English", "Welcome survey"),
        ("What the survey is for, in English", "We ask how welcome you feel."),
        ("Title in Spanish", "Encuesta de bienvenida"),
        ("What the survey is for, in Spanish", "Preguntamos si se siente bienvenido."),
        ("First day", str(today)),
        ("Last day", str(today + timedelta(days=7))),
    ):
        dana.type_into(page.get_by_label(label), text)
    dana.press("Save and add questions")
    dana.follow("Add a question")
    dana.pick(page.get_by_label("Kind of answer"), "scale")
    dana.type_into(page.get_by_label("Question in English"), "How welcome do you feel?")
    dana.type_into(page.get_by_label("Question in Spanish"), "¿Qué tan bienvenido se siente?")
    dana.choose(page.get_by_label("An answer is required"))
    dana.pick(page.get_by_label("Figure toward which it counts"), "family_welcome")
    dana.press("Save the question")
    dana.sees("How welcome do you feel?", "counts toward a figure")


def _open(dana: Visitor) -> str:
    """The address of the first personal link."""
    dana.follow("Open the survey")
    dana.press("Open the survey")
    dana.sees("Open: it can be answered.", re.compile(r"0 of 15\d links"))
    dana.follow("Show the links")
    return dana.page.locator("main tbody td.small").first.inner_text().strip()


def _answer(rosa: Visitor, address: str) -> None:
    """First without an answer to the consent question, then yes, on a phone and by touch."""
    rosa.page.goto(address)
    rosa.look_over()
    rosa.look_over_in_the_dark()
    rosa.sees("Encuesta de bienvenida", "Preguntamos si se siente bienvenido.")
    rosa.page.get_by_role("button", name="Continuar").tap()
    rosa.is_told_of_a_mistake()
    rosa.page.get_by_label("Sí, acepto").tap()
    rosa.page.get_by_role("button", name="Continuar").tap()
    rosa.sees("¿Qué tan bienvenido se siente?")
    rosa.look_over()
    rosa.page.get_by_label("5", exact=True).tap()
    rosa.page.get_by_role("button", name="Enviar mis respuestas").tap()
    rosa.sees("Gracias. Recibimos sus respuestas.")
    rosa.look_over()


def _answer_for_the_others() -> None:
    """The other families answer as the first one did; of girls few are not content."""
    from cairn.data.surveys.actions import record_answer
    from cairn.data.surveys.models import Survey
    from cairn.data.surveys.sealed_answers import unseal_student
    from cairn.policy.facts.people.access import Actor

    survey = Survey.objects.get()
    question, girls, now = survey.questions.get(), 0, timezone.localtime()
    for number, link in enumerate(survey.links.filter(response=None)):
        is_girl = int(unseal_student(link)) % 2 == 0
        girls += is_girl
        is_content = girls > _FEW if is_girl else number % 3 > 0
        record_answer(
            survey=survey,
            link=link,
            response_id=f"{number:032x}",
            language="en",
            answers={str(question.pk): "4" if is_content else "2"},
            who=Actor.public(),
            by=None,
            at=now + timedelta(seconds=2 * number),
        )


def _count(by: Any) -> int:
    """Match the records, and check a release of the figure by gender."""
    from tests.outputs.releases.community import Silent
    from tests.school_statements import say

    from cairn.data.identity.actions.linkage import link_current_deliveries
    from cairn.governance.partners.models import Organization
    from cairn.outputs.releases.actions.disclosure_check import check_release_disclosure
    from cairn.outputs.releases.actions.drafts import draft_release

    now = timezone.localtime()
    say("river", by=by, at=now)
    link_current_deliveries(by=by, at=now)
    release = draft_release(
        title="Welcome at school",
        outcomes=["family_welcome"],
        tables=[["gender"]],
        years=[],
        organization=Organization.objects.get(slug="backbone"),
        story="The first survey.",
        by=by,
        at=now,
    )
    check_release_disclosure(release=release, by=by, at=now, progress=Silent())
    pk: int = release.pk
    return pk


def test_a_survey_from_a_parents_phone_to_a_figure(
    visitor: Callable[..., Visitor], manager: Any
) -> None:
    dana = visitor(manager)
    _write(dana)
    address = _open(dana)
    rosa = visitor(phone=True)
    assert rosa.page.viewport_size == PHONE
    _answer(rosa, address)
    _answer_for_the_others()
    dana.open("surveys:surveys")
    dana.follow("Welcome survey")
    dana.sees(re.compile(r"(15\d) of \1 links"))
    dana.follow("Close and import")
    dana.press("Close and import")
    dana.sees("The survey is closed, and its answers were imported.", "Survey answers")
    rosa.page.goto(address)
    rosa.sees("Esta encuesta está cerrada.")
    rosa.look_over()
    pk = _count(manager)
    dana.open("releases:detail", pk)
    dana.sees("Families who feel welcome at school")
    dana.sees("81%", "121", "150", "4 of 9 numbers are suppressed.")
    dana.sees("Passed: no suppressed number could be calculated")
