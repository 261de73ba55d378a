"""River District, its agreement about surveys, its roster, and surveys to answer."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from cairn.policy.vocabulary.access import Role


@pytest.fixture(autouse=True)
def the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.data.surveys.sample_surveys import AT

    monkeypatch.setattr(timezone, "now", lambda: AT)


@pytest.fixture
def manager(person: Callable[..., Any]) -> Any:
    return person(Role.DATA_MANAGER)


@pytest.fixture
def sign(manager: Any) -> Callable[..., Any]:
    """Records the agreement: `sign()`, or `sign("survey_answer")` for surveys by roster only."""
    from tests.data.surveys.sample_surveys import AT, write_agreement

    from cairn.governance.agreements.actions.signature_and_record import load_agreement

    def record(*records: str, **options: Any) -> Any:
        records = records or ("survey_answer", "anonymous_survey_answer")
        text = write_agreement(*records, **options)
        return load_agreement(text=text, newcomers=["river"], by=manager, at=AT)

    return record


@pytest.fixture
def agreement(sign: Callable[..., Any]) -> Any:
    return sign()


@pytest.fixture
def roster(agreement: Any, manager: Any) -> Any:
    """Two students whose records were accepted, and one whose record was not."""
    from tests.data.surveys.sample_surveys import import_roster

    return import_roster(agreement, manager)


@pytest.fixture
def write(agreement: Any, manager: Any) -> Callable[..., Any]:
    """Writes a survey with one question of each kind: `write("anonymous", kinds=("scale",))`."""
    from tests.data.surveys.sample_surveys import AT, KINDS, describe_question, describe_survey

    from cairn.data.surveys import actions
    from cairn.governance.partners.models import Organization

    def draft(route: str = "anonymous", kinds: tuple[str, ...] = KINDS, **changed: Any) -> Any:
        survey = actions.draft_survey(
            organization=Organization.objects.get(slug="river"),
            details=describe_survey(route, **changed),
            by=manager,
            at=AT,
        )
        for position, kind in enumerate(kinds, 1):
            actions.save_question(
                survey=survey,
                question=None,
                details=describe_question(position, kind, is_required=kind == "scale"),
                by=manager,
                at=AT,
            )
        return survey

    return draft


@pytest.fixture
def opened(write: Callable[..., Any], manager: Any) -> Callable[..., Any]:
    """Writes a survey and opens it."""

    from tests.data.surveys.sample_surveys import AT

    from cairn.data.surveys import actions

    def make(*args: Any, **options: Any) -> Any:
        survey = write(*args, **options)
        actions.open_survey(survey=survey, by=manager, at=AT)
        survey.refresh_from_db()
        return survey

    return make
