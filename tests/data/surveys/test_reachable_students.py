"""Under written consent, only students with a consent that counts on the day are reached."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from tests.data.identity.conftest import MAPPINGS
from tests.outputs.releases.consent_partnership import YES, Partnership, roster

from cairn.data.intake.facts import Submission
from cairn.data.surveys.reachable_students import list_reachable_students
from cairn.policy.vocabulary.deliveries import Channel

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


@pytest.fixture(autouse=True)
def the_day() -> None:
    """Today, in place of the day of the other surveys."""


def test_a_consent_that_was_taken_back_reaches_no_student(person: Callable[..., Any]) -> None:
    partnership = Partnership(person)
    partnership.check(partnership.send("students", roster()))
    submission = Submission(
        organization=partnership.district,
        agreement=partnership.agreement,
        channel=Channel.COMMAND,
        by=partnership.manager,
        at=timezone.localtime(),
        name="totals.csv",
        feed="totals",
        period="2025-26",
    )
    needed = {"attendance_total.local_id", "attendance_total.days_absent"}
    reached = list_reachable_students(submission, MAPPINGS["totals"], needed)
    assert set(reached) == set(YES)
    partnership.take_back(YES[0])
    reached = list_reachable_students(submission, MAPPINGS["totals"], needed)
    assert set(reached) == set(YES[1:])
