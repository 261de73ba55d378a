"""A file of directory information comes in under the sender's annual notice, and not without it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.data.intake.conftest import AGREEMENT, AT

from cairn.data.intake.actions.conformance import check_delivery
from cairn.data.intake.actions.receipt import ReceiptResult, decide_submission
from cairn.data.intake.facts import Submission
from cairn.data.intake.models import Delivery
from cairn.governance.consents.actions.annual_notices import (
    AnnualNoticeContent,
    record_annual_notice,
    withdraw_annual_notice,
)
from cairn.governance.consents.actions.opt_outs import record_opt_outs
from cairn.governance.consents.use_facts import gather_use_facts
from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Organization
from cairn.platform.storage.api import open_file_store
from cairn.policy.engine.decision import Refused
from cairn.policy.facts.data.use import UseRequest
from cairn.policy.questions.data.uses import decide_use
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.data_use import Level, Purpose
from cairn.policy.vocabulary.deliveries import Channel
from cairn.policy.vocabulary.families import OptOutScope
from cairn.warehouse.store.file_refs import FileRef

pytestmark = pytest.mark.django_db

START, END = AGREEMENT.index("[legal_basis]"), AGREEMENT.index("[[data]]")
DIRECTORY_AGREEMENT = (
    AGREEMENT[:START]
    + """[legal_basis]
basis = "directory"
clause = "§4"

[legal_basis.criteria]
designation = "§4.1: the district designates these elements"
annual_notice = "given"
opt_out_window = "30 days"

"""
    + AGREEMENT[END:].replace(', "gender"]', "]")
)
CONTENT = AnnualNoticeContent(
    season="2026-27",
    published_on=date(2026, 8, 3),
    directory=frozenset(
        f"student.{name}" for name in ("local_id", "given_name", "family_name", "birth_date")
    ),
    opt_out_until=date(2026, 9, 15),
)


@pytest.fixture
def agreement(manager: Any) -> Any:
    """The district's agreement on directory information."""
    from cairn.governance.agreements.actions.signature_and_record import load_agreement

    text = DIRECTORY_AGREEMENT
    agreed = load_agreement(text=text, newcomers=["river"], by=manager, at=AT)
    # A state whose law Cairn knows; else counsel must have read it.
    Organization.objects.filter(slug="river").update(state="UT")
    return agreed


@pytest.fixture
def steward(agreement: Any, person: Callable[..., Any]) -> Any:
    return person(Role.STEWARD, at="river")


@pytest.fixture
def give_notice(steward: Any) -> Callable[..., Any]:
    """Records the district's notice: `give_notice(limited_to=frozenset({"tutors"}))`."""
    district = Organization.objects.get(slug="river")

    def record(**changes: Any) -> Any:
        content = replace(CONTENT, **changes)
        return record_annual_notice(organization=district, content=content, by=steward, at=AT)

    return record


def _list_ids(row: Delivery) -> list[str]:
    table = open_file_store().read(FileRef.parse(row.landed))
    ids: list[str] = table.column("ID").to_pylist()
    return ids


def _list_question_refusals(steward: Any) -> set[str]:
    """Ask "Can I use or share this data?" about the district's file."""
    who = load_actor(steward)
    request = UseRequest(
        actor=who.id,
        acting_for="river",
        action=Action.DELIVER,
        purpose=Purpose.PUBLIC_REPORTING,
        elements=CONTENT.directory,
        level=Level.INDIVIDUAL,
        people=(),
        channel="command",
        recipient="backbone",
        first_year="2026-27",
        last_year="2026-27",
    )
    decision = decide_use(request, gather_use_facts(who, "", (), AT.date()), AT.date())
    return {reason.code for reason in decision.refusals}


def test_without_a_notice_the_upload_page_and_the_file_are_refused(
    send: Callable[..., Any],
    agreement: Any,
    manager: Any,
    steward: Any,
    give_notice: Callable[..., Any],
) -> None:
    submission = Submission(
        organization=Organization.objects.get(slug="river"),
        agreement=agreement,
        channel=Channel.COMMAND,
        by=manager,
        at=AT,
    )
    assert [reason.code for reason in decide_submission(submission).refusals] == ["R22.2"]
    assert send().result is ReceiptResult.REFUSED
    assert _list_question_refusals(steward) == {"R22.2"}
    give_notice()
    assert _list_question_refusals(steward) == set()
    assert decide_submission(submission).allowed
    assert send().result is ReceiptResult.NEW


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"opt_out_until": date(2026, 10, 1)}, "R22.3"),
        ({"limited_to": frozenset({"tutors"})}, "R22.4"),
        ({"directory": frozenset({"student.grade"})}, "R22.1"),
    ],
)
def test_what_the_notice_does_not_allow_is_refused(
    send: Callable[..., Any],
    steward: Any,
    give_notice: Callable[..., Any],
    changes: dict[str, Any],
    code: str,
) -> None:
    give_notice(**changes)
    assert send().result is ReceiptResult.REFUSED
    assert _list_question_refusals(steward) == {code}


def test_a_column_that_the_notice_does_not_designate_is_never_written(
    send: Callable[..., Any], give_notice: Callable[..., Any]
) -> None:
    give_notice(directory=CONTENT.directory - {"student.birth_date"})
    row = send().delivery
    assert "Born" not in open_file_store().read(FileRef.parse(row.landed)).column_names
    assert "Born" in {entry["name"] for entry in row.report["dropped"]}


def test_the_rows_of_families_who_opted_out_are_set_aside(
    send: Callable[..., Any], give_notice: Callable[..., Any], steward: Any, manager: Any
) -> None:
    """On receipt, and at the check for a family that opted out in between."""
    give_notice()

    def opt_out(local_id: str, scope: OptOutScope) -> None:
        record_opt_outs(
            organization=Organization.objects.get(slug="river"),
            local_ids=[local_id],
            scope=scope,
            season="2026-27",
            by=steward,
            at=AT,
        )

    opt_out("1", OptOutScope.DIRECTORY)
    row = send().delivery
    assert _list_ids(row) == ["2", "3"]
    assert row.report["left_out"] == 1
    opt_out("3", OptOutScope.ALL_DISCRETIONARY)
    checked = check_delivery(delivery=row, by=manager, at=AT)
    assert (checked.rows_kept, checked.report["left_out"]) == (1, 2)


def test_without_student_ids_no_opt_out_could_be_left_out(
    send: Callable[..., Any], give_notice: Callable[..., Any], steward: Any, manager: Any
) -> None:
    give_notice(directory=CONTENT.directory - {"student.local_id"})
    row = send().delivery
    assert "ID" not in open_file_store().read(FileRef.parse(row.landed)).column_names
    record_opt_outs(
        organization=Organization.objects.get(slug="river"),
        local_ids=["1"],
        scope=OptOutScope.DIRECTORY,
        season="2026-27",
        by=steward,
        at=AT,
    )
    with pytest.raises(Refused) as refused:
        check_delivery(delivery=row, by=manager, at=AT)
    assert "R22.10" in {reason.code for reason in refused.value.decision.refusals}


def test_a_notice_withdrawn_before_the_check_stops_the_file(
    send: Callable[..., Any], give_notice: Callable[..., Any], steward: Any, manager: Any
) -> None:
    notice = give_notice()
    row = send().delivery
    withdraw_annual_notice(notice=notice, reason="Never sent out.", by=steward, at=AT)
    with pytest.raises(Refused):
        check_delivery(delivery=row, by=manager, at=AT)
    give_notice()
    assert check_delivery(delivery=row, by=manager, at=AT).rows_kept == 3
