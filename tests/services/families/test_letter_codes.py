"""Guessing a code ends soon, and shuts nobody else out."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from django.test import Client
from django.utils import timezone
from tests.governance.consents.sample_consents import World
from tests.services.families.phone import letter

from cairn.services.families import letter_codes
from cairn.services.families.letter_codes import CodeAttempt, first_code_group, generate_letter_code
from cairn.services.families.models import WrongCodes

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
LIBRARY, ELSEWHERE = "198.51.100.7", "203.0.113.5"


@pytest.fixture(autouse=True)
def _one_window() -> Iterator[None]:
    """All of a test within the same ten minutes."""
    with _set_window(10**9):
        yield


@contextmanager
def _set_window(seconds: int) -> Iterator[None]:
    with patch.object(letter_codes, "_WINDOW_SECONDS", seconds):
        yield


def _try_code(code: str, address: str = LIBRARY) -> str:
    answer = Client(REMOTE_ADDR=address).post("/family/", {"code": code}, follow=True)
    return answer.content.decode()


def _build_wrong_code(code: str) -> str:
    """A wrong code with the first group of this one."""
    return f"{first_code_group(code)}-{generate_letter_code()[5:]}"


def test_hundreds_of_wrong_codes_from_one_address_shut_no_family_out(world: World) -> None:
    for _ in range(400):
        CodeAttempt(generate_letter_code(), LIBRARY, timezone.localtime())
    for local_id in ("S-1", "S-2"):
        assert "Requests from your school" in _try_code(letter(world, local_id).code)


def test_ten_wrong_codes_of_a_letter_close_this_letter_for_a_while(world: World) -> None:
    code = letter(world).code
    for n in range(10):
        assert "This code does not work." in _try_code(_build_wrong_code(code), f"203.0.113.{n}")
    assert "Too many tries." in _try_code(code, ELSEWHERE)
    assert "Requests from your school" in _try_code(letter(world).code, ELSEWHERE)
    with _set_window(1):
        assert "Requests from your school" in _try_code(code, ELSEWHERE)
        assert not WrongCodes.objects.exclude(wrong=0).exists()


def test_a_busy_address_gets_three_tries_at_a_letter(world: World) -> None:
    code = letter(world).code
    for _ in range(20):
        CodeAttempt(generate_letter_code(), LIBRARY, timezone.localtime())
    said = [_try_code(_build_wrong_code(code)) for _ in range(4)]
    assert ["Too many tries." in page for page in said] == [False, False, False, True]
    assert "Too many tries." in _try_code(code)
    assert "Requests from your school" in _try_code(code, ELSEWHERE)


def test_a_right_code_counts_for_nothing(world: World) -> None:
    code = letter(world).code
    for _ in range(30):
        assert "Requests from your school" in _try_code(code)


def test_what_is_kept_says_neither_code_nor_address_and_is_forgotten(world: World) -> None:
    code = generate_letter_code()
    with _set_window(600):
        CodeAttempt(code, LIBRARY, AT)
        kept = str(list(WrongCodes.objects.values()))
        assert first_code_group(code) not in kept
        assert LIBRARY not in kept
        CodeAttempt(generate_letter_code(), ELSEWHERE, AT + timedelta(minutes=10))
        assert WrongCodes.objects.count() == 2
        assert str(WrongCodes.objects.first()).startswith("1 wrong codes")
