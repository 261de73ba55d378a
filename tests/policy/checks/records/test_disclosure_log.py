"""A line of the disclosure record names who receives, and why; else nothing leaves."""

from datetime import date
from typing import Final

import pytest

from cairn.policy.checks.records.disclosure_log import check_disclosure_recorded
from cairn.policy.vocabulary.decisions import Outcome

DAY: Final = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("parties", "interest", "lacking"),
    [
        (["tutors"], "tutoring", ""),
        ([], "tutoring", "the recipient"),
        (["", " "], "tutoring", "the recipient"),
        (["tutors"], " ", "the legitimate interest"),
        ([], "", "the recipient and the legitimate interest"),
    ],
)
def test_a_line_is_complete_or_says_what_it_lacks(
    parties: list[str], interest: str, lacking: str
) -> None:
    (reason,) = check_disclosure_recorded(parties, interest).run(DAY)
    assert reason.effect is (Outcome.DENY if lacking else Outcome.ALLOW)
    assert lacking in reason.message


def test_each_party_is_named_once_in_order() -> None:
    parties = ["tutors", "hub", "tutors "]
    (reason,) = check_disclosure_recorded(parties, "evaluation").run(DAY)
    assert "hub, tutors" in reason.message
