"""Make the keys of links, and encrypt answers and the students behind personal links."""

import hashlib
import json
import secrets
from typing import Final

from cairn.data.surveys.models import Answers, Survey, SurveyLink, SurveyResponse
from cairn.platform.sealing.api import FieldSealer, compute_keyed_hash, derive_subkey

_LINK_LABEL: Final = "surveys/links"
_ANSWER_LABEL: Final = "surveys/answers"
_KEY_LENGTH: Final = 40
"""160 bits in hexadecimal digits."""


def generate_key_seed() -> str:
    """Generate what the key of a new link is made from."""
    return secrets.token_hex(16)


def compute_link_key(seed: str) -> str:
    """Compute the key of a link, which needs the key of this installation too."""
    return compute_keyed_hash(_LINK_LABEL, seed.encode())[:_KEY_LENGTH]


def hash_survey_key(key: str) -> str:
    """Hash the key of a link: only the hash is kept."""
    return hashlib.sha256(key.encode()).hexdigest()


def seal_student(link: SurveyLink, local_id: str) -> bytes:
    """Encrypt a student ID for its link."""
    return _make_sealer().seal(f"student:{link.key_digest}", local_id.encode())


def unseal_student(link: SurveyLink) -> str:
    """Decrypt the student ID of a link; empty once it was erased."""
    if not link.sealed_student:
        return ""
    return _make_sealer().unseal(f"student:{link.key_digest}", link.sealed_student).decode()


def seal_answers(survey: Survey, response_id: str, answers: Answers) -> bytes:
    """Encrypt the answers of one respondent."""
    plain = json.dumps(answers, ensure_ascii=False).encode()
    return _make_sealer().seal(f"{survey.pk}:{response_id}", plain)


def unseal_answers(response: SurveyResponse) -> Answers:
    """Decrypt the answers of one respondent."""
    bound_to = f"{response.survey_id}:{response.response_id}"
    answers: Answers = json.loads(_make_sealer().unseal(bound_to, response.sealed_answers))
    return answers


def _make_sealer() -> FieldSealer:
    return FieldSealer(derive_subkey(_ANSWER_LABEL))
