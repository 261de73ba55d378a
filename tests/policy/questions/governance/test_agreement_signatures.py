"""How a signer was identified is recorded as it was."""

from collections.abc import Callable

import pytest

from cairn.policy.facts.people.access import Actor
from cairn.policy.questions.governance.agreement_drafts import find_signature_method
from cairn.policy.vocabulary.access import Role, SecondFactor
from cairn.policy.vocabulary.agreements import SignatureMethod


@pytest.mark.parametrize(
    ("factor", "method"),
    [
        (SecondFactor.PRESENT, SignatureMethod.SESSION),
        (SecondFactor.EXCUSED, SignatureMethod.DEMONSTRATION),
        (SecondFactor.LOCAL_SHELL, SignatureMethod.COMMAND),
    ],
)
def test_the_method_says_what_the_session_proved(
    acting: Callable[..., Actor], factor: SecondFactor, method: SignatureMethod
) -> None:
    assert find_signature_method(acting(Role.STEWARD, second_factor=factor)) is method


def test_a_session_without_a_second_factor_signs_nothing(acting: Callable[..., Actor]) -> None:
    with pytest.raises(ValueError, match="second factor"):
        find_signature_method(acting(Role.STEWARD, second_factor=SecondFactor.ABSENT))
