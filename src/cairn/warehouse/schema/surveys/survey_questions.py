"""Tell the questions of a survey apart: consent, scales, choices, open questions, the student.

Everything here is decided by wordings, and by counts and lengths of the answers. Nothing is
returned that could be an answer of one respondent, except spellings of "yes".
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

__all__ = [
    "AnswerKind",
    "find_affirmative_spellings",
    "find_answer_kind",
    "find_consent_answers",
    "find_student_field",
    "has_written_answers",
    "is_affirmative_answer",
    "is_consent_question",
    "is_identity_question",
]

_CONSENT: Final = (
    re.compile(r"\b(?:consent|assent|consentimiento|consiente|consiento|autoriza|autorizo)\b"),
    re.compile(r"\bagree (?:to|that i|that my) \w"),
    re.compile(r"\b(?:give|have|grant) (?:us |you )?(?:my |your |our )?permission\b"),
    re.compile(r"\b(?:do you|i) agree\b.{0,200}\b(?:survey|study|research|data|answers)\b"),
    re.compile(r"\bwilling to (?:take part|participate)\b"),
    re.compile(r"\bacept[ao]s? (?:participar|tomar parte|que|ser)\b"),
    re.compile(r"\bde acuerdo (?:en|con) (?:participar|tomar parte|que)\b"),
    re.compile(r"\b(?:da|das|doy|dan) (?:su |tu |mi )?permiso\b"),
)
_NO: Final = re.compile(
    r"\b(?:no|not|don['\u2019]?t|never|decline|refuse|disagree|disagreed|declined|refused"
    r"|rechazo|niego|nunca)\b"
)
_YES: Final = re.compile(
    r"(?:i (?:do )?|we |yo |s[ií],? |yes,? )?(?:yes|y|s[ií]|true|checked|ok|okay|consent|consented"
    r"|agree|agreed|assent|accept|accepted|give|acepto|autorizo|consiento|doy|de acuerdo"
    r"|estoy de acuerdo)\b"
)
_NO_CONSENT_ASKED: Final = re.compile(
    r"\b(?:why|reasons?|if you (?:do not|don['\u2019]?t|did not)|por qu[eé]|si no)\b"
)
_MAX_CONSENT_SPELLINGS: Final = 12
_MIN_SIGNATURES: Final = 3
_MAX_SPELLING: Final = 200

_STUDENT: Final = r"(?:student|child|youth|participant|scholar|pupil|camper)(?:['\u2019]?s)?"
_ESTUDIANTE: Final = (
    r"(?:(?:de|del|de la|de su|de tu) )(?:estudiante|alumno|alumna|ni[ñn]o|ni[ñn]a|hijo|hija)"
)
_STUDENT_FIELDS: Final[Mapping[str, tuple[re.Pattern[str], ...]]] = {
    "local_id": (
        re.compile(rf"\b{_STUDENT} ?(?:id|identification|number|no\.?|#)(?!\w)"),
        re.compile(r"\b(?:school|lunch) (?:id|number)\b"),
        re.compile(rf"\b(?:id|n[uú]mero|identificaci[oó]n|matr[ií]cula) {_ESTUDIANTE}\b"),
    ),
    "birth_date": (re.compile(r"\b(?:date of birth|birth ?date|birthday|fecha de nacimiento)\b"),),
    "given_name": (
        re.compile(rf"\b{_STUDENT} (?:first|given) name\b"),
        re.compile(rf"\bnombre {_ESTUDIANTE}\b"),
    ),
    "family_name": (
        re.compile(rf"\b{_STUDENT} (?:last|family) name\b"),
        re.compile(rf"\bapellidos? {_ESTUDIANTE}\b"),
    ),
}
_MAX_IDENTITY_WORDS: Final = 12
_IDENTITY: Final = re.compile(
    r"\b(?:name|e-?mail|phone|address|nombre|apellidos?|correo|tel[eé]fono|direcci[oó]n)\b"
)
_IDENTITY_WORDS: Final = 6
_NOT_IDENTITY: Final = re.compile(r"\b(?:ip|school|program|site|file|url|class|teacher)\b")

_MAX_STEPS: Final = 101
_MAX_CHOICES: Final = 20
_MANY_WORDS: Final = 8
_FEW_ANSWERS: Final = 5
_OPEN_SHARE: Final = 0.5
_OPEN_WORDING: Final = re.compile(
    r"\b(?:please (?:specify|explain|describe|tell)|open-ended|in your own words|comments?"
    r"|why or why not|especifique|expli[qc]\w+|describa|comentarios?)\b"
)
_SCALE_WORDS: Final = frozenset(
    {"yes", "no", "maybe", "not sure", "sí", "si", "tal vez", "agree", "disagree", "neutral"}
    | {"strongly agree", "strongly disagree", "somewhat agree", "somewhat disagree"}
    | {"neither agree nor disagree", "always", "often", "usually", "sometimes", "rarely", "never"}
    | {"very", "somewhat", "a little", "not at all", "true", "false", "all of the time"}
    | {"siempre", "a menudo", "a veces", "rara vez", "nunca", "de acuerdo", "en desacuerdo"}
    | {"totalmente de acuerdo", "totalmente en desacuerdo", "n/a", "don't know", "excellent"}
    | {"good", "fair", "poor", "very good", "prefer not to say", "prefer not to answer"}
)

SCALE_PATTERN: Final = "^\\s*(-?\\d{1,3}(?:\\.\\d+)?)(?:\\s*[-\u2013=:.)]\\s*(?:[^\\d\\s].*)?)?$"
"""The number of an answer on a scale: "4", or "4 - Agree", and not "3-5 times" (RE2)."""


class AnswerKind(StrEnum):
    """How respondents answer a question."""

    SCALE = "scale"
    CHOICE = "choice"
    OPEN = "open"
    EMPTY = "empty"


def is_consent_question(wording: str) -> bool:
    """Tell whether a question asks for consent to take part or to use the answers.

    Args:
        wording: the question, in English or Spanish.

    Returns:
        Whether it does.
    """
    text = _fold_wording(wording)
    is_follow_up = _NO_CONSENT_ASKED.search(text) is not None
    return not is_follow_up and any(pattern.search(text) for pattern in _CONSENT)


def is_affirmative_answer(text: str) -> bool:
    """Tell whether an answer gives consent without a reservation.

    Args:
        text: the answer. "Yes, but not for photos" is none.

    Returns:
        Whether it does.
    """
    folded = _fold_wording(text)
    return bool(_YES.match(folded)) and not _NO.search(folded)


def find_consent_answers(cells: pa.Array | pa.ChunkedArray) -> tuple[str, ...] | None:
    """Find which answers of a column give consent.

    Args:
        cells: the column, as text.

    Returns:
        Their spellings, folded to lower case, with the usual ones; empty if none of the answers
        is a yes or a no, so that it stays open; None if respondents write something of their own,
        such as a signature, so that any answer but a no gives consent.
    """
    texts = _count_answers(cells)
    consenting = find_affirmative_spellings(cells)
    if consenting or all(_NO.search(_fold_wording(text)) for text in texts):
        return tuple(dict.fromkeys([*consenting, *_USUAL_CONSENT]))
    distinct = pa.array([*texts], pa.string())
    has_numbers = pc.all(pc.match_substring_regex(distinct, SCALE_PATTERN)).as_py()
    is_written = len(texts) == sum(texts.values()) and len(texts) >= _MIN_SIGNATURES
    if len(texts) > _MAX_CONSENT_SPELLINGS or (is_written and not has_numbers):
        return None
    return ()


def find_affirmative_spellings(cells: pa.Array | pa.ChunkedArray) -> list[str]:
    """Find the spellings of yes in a column, if its answers are a choice.

    Args:
        cells: the column, as text.

    Returns:
        The spellings, folded to lower case; none if there are too many different answers.
    """
    texts = _count_answers(cells)
    if len(texts) > _MAX_CONSENT_SPELLINGS:
        return []
    short = (text for text in texts if len(text) <= _MAX_SPELLING)
    return sorted({text.casefold() for text in short if is_affirmative_answer(text)})


_USUAL_CONSENT: Final = ("yes", "sí", "si", "i agree", "i consent", "agree", "acepto")
NO_SIGNATURES: Final = ("", "no", "none", "n/a", "na", "-", "ninguno", "ninguna")
"""Answers that a respondent without a signature leaves or writes."""


def find_student_field(wording: str) -> str:
    """Find the field of the student that a question or a heading asks for.

    Args:
        wording: the question, or the heading.

    Returns:
        Name of the field; empty if it asks for none, or for the respondent, who may be a parent.
    """
    text = _fold_wording(wording)
    if len(text.split()) > _MAX_IDENTITY_WORDS:
        return ""
    for field, patterns in _STUDENT_FIELDS.items():
        if any(pattern.search(text) for pattern in patterns):
            return field
    return ""


def is_identity_question(wording: str) -> bool:
    """Tell whether a short question or heading asks for a name, an e-mail address or the like.

    Args:
        wording: the question, or the heading.

    Returns:
        Whether it does.
    """
    text = _fold_wording(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", wording))
    is_short = len(text.split()) <= _IDENTITY_WORDS
    return is_short and bool(_IDENTITY.search(text)) and not _NOT_IDENTITY.search(text)


def find_answer_kind(
    cells: pa.Array | pa.ChunkedArray, wording: str = "", *, is_text: bool = False
) -> AnswerKind:
    """Find how respondents answer a question; in doubt it is an open one.

    Args:
        cells: the answers.
        wording: the question.
        is_text: whether the export says that respondents write the answer.

    Returns:
        The kind of answer.
    """
    texts = _count_answers(cells)
    distinct = pa.array([*texts], pa.string())
    is_scale = texts and pc.all(pc.match_substring_regex(distinct, SCALE_PATTERN)).as_py()
    if is_scale and len(texts) <= _MAX_STEPS:
        return AnswerKind.SCALE
    if is_text or _OPEN_WORDING.search(_fold_wording(wording)):
        return AnswerKind.OPEN
    if not texts:
        return AnswerKind.EMPTY
    if all(text.casefold() in _SCALE_WORDS for text in texts):
        return AnswerKind.CHOICE
    answers = sum(texts.values())
    is_varied = len(texts) > answers * _OPEN_SHARE
    has_sentence = any(n == 1 and len(text.split()) > _MANY_WORDS for text, n in texts.items())
    if is_varied or (has_sentence and answers > _FEW_ANSWERS):
        return AnswerKind.OPEN
    return AnswerKind.CHOICE


def has_written_answers(cells: pa.Array | pa.ChunkedArray) -> bool:
    """Tell whether answers that were choices once are now written by the respondents.

    Args:
        cells: the answers. A few different ones are choices that were not chosen before.

    Returns:
        Whether there are many different ones, or two sentences that no other respondent wrote.
    """
    texts = _count_answers(cells)
    sentences = [t for t, n in texts.items() if n == 1 and len(t.split()) > _MANY_WORDS]
    is_varied = len(texts) > sum(texts.values()) * _OPEN_SHARE
    distinct = pa.array([*texts], pa.string())
    is_scale = bool(pc.all(pc.match_substring_regex(distinct, SCALE_PATTERN)).as_py())
    return len(sentences) > 1 or (is_varied and len(texts) > _MAX_CHOICES and not is_scale)


def _count_answers(cells: pa.Array | pa.ChunkedArray) -> dict[str, int]:
    """Count each different answer, without the empty ones."""
    trimmed = pc.utf8_trim_whitespace(pc.fill_null(cells, ""))
    counted = pc.value_counts(trimmed)
    pairs = zip(
        counted.field("values").to_pylist(), counted.field("counts").to_pylist(), strict=True
    )
    return {text: count for text, count in pairs if text}


def _fold_wording(text: str) -> str:
    # "consent_given" is the name of a question; "child/consent" one in a group.
    folded = " ".join(re.sub(r"[_/]", " ", text.casefold()).split())
    return folded.strip("¿?¡!.,:;*\"' ")
