"""What a question asks for, and what kind of answers it has."""

import pyarrow as pa
import pytest

from cairn.warehouse.schema.surveys.survey_questions import (
    AnswerKind,
    find_answer_kind,
    find_consent_answers,
    find_student_field,
    has_written_answers,
    is_affirmative_answer,
    is_consent_question,
    is_identity_question,
)


def _cells(*texts: str | None) -> pa.Array:
    return pa.array(texts, pa.string())


@pytest.mark.parametrize(
    ("wording", "asks"),
    [
        ("Do you agree to take part in this survey?", True),
        ("I consent to the use of my answers.", True),
        ("Do you give permission for your child to answer?", True),
        ("Do you give us your permission?", True),
        ("Are you willing to participate?", True),
        ("Do you agree? Your answers help this study.", True),
        ("¿Acepta participar en esta encuesta?", True),
        ("¿Da su permiso?", True),
        ("¿Está de acuerdo en participar?", True),
        ("How much do you agree? My school is safe.", False),
        ("Do you agree with your teachers?", False),
        ("consent_given", True),
        ("If you do not consent, tell us the reason.", False),
        ("Why do you not give consent?", False),
        ("How safe do you feel?", False),
    ],
)
def test_questions_of_consent_are_known_in_two_languages(wording: str, asks: bool) -> None:
    assert is_consent_question(wording) is asks


@pytest.mark.parametrize(
    ("answer", "consents"),
    [
        ("Yes", True),
        ("yes, I agree to take part", True),
        ("I agree", True),
        ("I do consent", True),
        ("Sí, acepto", True),
        ("Doy mi permiso", True),
        ("Yes, but not for photos", False),
        ("I do not agree", False),
        ("I don't consent", False),
        ("No", False),
        ("Disagree", False),
        ("2", False),
        ("Yesterday", False),
        ("", False),
    ],
)
def test_only_a_plain_yes_consents(answer: str, consents: bool) -> None:
    assert is_affirmative_answer(answer) is consents


def test_consent_answers_are_the_spellings_of_yes() -> None:
    answers = find_consent_answers(_cells("Yes, I do", "yes, i do ", "No", "", None))
    assert answers is not None
    assert answers[:2] == ("yes, i do", "yes")
    assert "yes" in (find_consent_answers(_cells("No", "No")) or ())
    assert "yes" in (find_consent_answers(_cells("", None)) or ())
    assert find_consent_answers(_cells("1", "2")) == ()
    assert find_consent_answers(_cells("1", "2", "3")) == ()
    assert find_consent_answers(_cells("Noted", "Noted")) == ()
    assert find_consent_answers(_cells("Ada A", "Ben B", "Cam C")) is None
    assert find_consent_answers(_cells(*(f"Yes {n}" for n in range(13)))) is None


@pytest.mark.parametrize(
    ("wording", "field"),
    [
        ("What is your student ID?", "local_id"),
        ("Child's ID number", "local_id"),
        ("Lunch number", "local_id"),
        ("Número de estudiante / ID del alumno", "local_id"),
        ("Date of birth", "birth_date"),
        ("Fecha de nacimiento", "birth_date"),
        ("Student's first name", "given_name"),
        ("Apellido de su hija", "family_name"),
        ("Your name", ""),
        ("Is it hard for a student ID to be kept safe when so many people at school ask?", ""),
        ("How many students identify with this?", ""),
    ],
)
def test_questions_about_the_student_are_known(wording: str, field: str) -> None:
    assert find_student_field(wording) == field


def test_short_questions_ask_for_a_name_or_an_address() -> None:
    assert is_identity_question("RecipientEmail")
    assert is_identity_question("Your name")
    assert is_identity_question("Correo electrónico")
    assert not is_identity_question("School name")
    assert not is_identity_question("Name one thing that you would change about the camp")


def test_scales_choices_and_open_questions_are_told_apart() -> None:
    assert find_answer_kind(_cells("1", "2", "5 - Always", None)) is AnswerKind.SCALE
    assert find_answer_kind(_cells("3-5 times", "1-2 times", "3-5 times", "1-2 times")) is (
        AnswerKind.CHOICE
    )
    assert find_answer_kind(_cells("Yes", "No")) is AnswerKind.CHOICE
    assert find_answer_kind(_cells("Art", "Art", "Chess", "Chess")) is AnswerKind.CHOICE
    assert find_answer_kind(_cells("Art", "My friends", "The bus")) is AnswerKind.OPEN
    assert find_answer_kind(_cells("Art", "Art"), "Why or why not?") is AnswerKind.OPEN
    assert find_answer_kind(_cells("Art", "Art"), is_text=True) is AnswerKind.OPEN
    assert find_answer_kind(_cells("5", "4"), is_text=True) is AnswerKind.SCALE
    assert find_answer_kind(_cells("", None)) is AnswerKind.EMPTY
    sentence = "My teacher said that I should tell someone about it"
    assert find_answer_kind(_cells(*["Art"] * 9, sentence)) is AnswerKind.OPEN
    assert find_answer_kind(_cells(*(str(n) for n in range(200)))) is AnswerKind.OPEN


def test_many_new_answers_are_written_and_a_new_choice_is_not() -> None:
    assert not has_written_answers(_cells("Art", "Chess", "Kites"))
    assert not has_written_answers(_cells(*(str(n) for n in range(90))))
    assert has_written_answers(_cells(*(f"thing {n}" for n in range(30))))
    sentence = "We went there with {} and were glad to be together"
    assert has_written_answers(_cells(sentence.format("Ada"), sentence.format("Ben")))
