"""A long password that is a common one in another form is refused; unrelated words are not."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from cairn.platform.accounts.password_rules import find_repeated_part


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "Password2026!!",
        "12345678901234567890",
        "aaaaaaaaaaaaaaaa",
        "!!qwertyqwerty99",
        "letmeinletmein",
    ],
)
def test_a_disguised_common_password_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize(
    "password", ["walk along the river", "copper-lantern-sails", "Ñandú7 vuela"]
)
def test_unrelated_words_are_accepted(password: str) -> None:
    validate_password(password)


@given(st.text(min_size=1, max_size=6), st.integers(1, 5))
def test_the_repeated_part_makes_the_text_again(part: str, times: int) -> None:
    found = find_repeated_part(part * times)
    assert found * (len(part * times) // len(found)) == part * times
    assert len(found) <= len(part)
