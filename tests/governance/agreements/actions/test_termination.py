"""How an agreement ends: notice, its day, closing; and what is due before."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.governance.agreements.draft_steps import DRAFT, Writing, now

from cairn.governance.agreements import facts
from cairn.governance.agreements.actions import counsel_review, signature_and_record, termination
from cairn.governance.agreements.queries import agreement_inbox
from cairn.governance.partners.facts import load_actor
from cairn.policy.engine.decision import Refused
from cairn.policy.questions.governance.agreements import decide_agreement_in_force
from cairn.policy.vocabulary.access import SecondFactor
from cairn.policy.vocabulary.agreements import AgreementState

pytestmark = pytest.mark.django_db


def test_notice_runs_its_days_and_can_be_taken_back(writing: Writing) -> None:
    row, on = writing.signed(), timezone.localdate()
    give = {"agreement": row, "organization": writing.elm, "why": "we move on", "at": now()}
    with pytest.raises(Refused):
        termination.terminate_agreement(
            **give, by=writing.steward, from_day=on + timedelta(days=29)
        )
    with pytest.raises(Refused):
        termination.terminate_agreement(
            **give, by=writing.counsel, from_day=on + timedelta(days=30)
        )
    day = on + timedelta(days=30)
    termination.terminate_agreement(**give, by=writing.steward, from_day=day)
    terms = facts.load_agreement_fact(row)
    assert (row.state, terms.terminated_on) == (AgreementState.TERMINATED, day)
    assert decide_agreement_in_force(terms, day - timedelta(days=1)).allowed
    assert not decide_agreement_in_force(terms, day).allowed
    give_back = {"agreement": row, "organization": writing.elm, "by": writing.steward}
    with pytest.raises(Refused):
        termination.withdraw_termination_notice(**give_back, at=now() + timedelta(days=30))
    with pytest.raises(Refused):
        termination.withdraw_termination_notice(**(give_back | {"by": writing.manager}), at=now())
    assert row.notice_by == "elm"
    termination.withdraw_termination_notice(**give_back, at=now())
    assert facts.load_agreement_fact(row).terminated_on is None
    assert row.state == AgreementState.SIGNED


def test_it_closes_when_its_day_is_over_and_nothing_is_left(writing: Writing) -> None:
    row = writing.signed()
    with pytest.raises(Refused):
        termination.begin_agreement_closing(agreement=row, by=writing.manager, at=now())
    later = now() + timedelta(days=365 * 6)
    termination.begin_agreement_closing(agreement=row, by=writing.manager, at=later)
    assert not decide_agreement_in_force(
        facts.load_agreement_fact(row), timezone.localdate()
    ).allowed
    for unfinished in (None, 2):
        with pytest.raises(Refused):
            termination.close_agreement(
                agreement=row, open_duties=unfinished, by=writing.manager, at=later
            )
    termination.close_agreement(agreement=row, open_duties=0, by=writing.manager, at=later)
    assert row.state == AgreementState.CLOSED


def test_what_is_due_before_the_end(writing: Writing) -> None:
    writing.signed(DRAFT + '\n[renewal]\nkind = "by_agreement"\nnotice_days = 90\n')
    who, on = load_actor(writing.steward), timezone.localdate()
    assert agreement_inbox.list_agreement_deadlines(who, on, on) == []
    kinds = [
        (one.kind, one.organization)
        for one in agreement_inbox.list_agreement_deadlines(who, on, on.replace(year=2032))
    ]
    assert kinds == [("renewal", "elm"), ("agreement_end", "elm")]


def test_what_waits_for_whom(writing: Writing) -> None:
    on = timezone.localdate()

    def list_task_titles(who: object) -> list[str]:
        return [line.title for line in agreement_inbox.list_agreement_tasks(load_actor(who), on)]  # type: ignore[arg-type]

    draft = writing.with_counsel()
    assert list_task_titles(writing.counsel) == ["draft to review as counsel"]
    writing.confirm(draft)
    counsel_review.record_counsel_clearance(
        draft=draft, organization=writing.elm, by=writing.counsel, at=now()
    )
    assert list_task_titles(writing.counsel) == []
    assert list_task_titles(writing.manager) == ["draft to send for signature"]
    signature_and_record.send_draft_for_signature(draft=draft, by=writing.manager, at=now())
    assert list_task_titles(writing.steward) == ["agreement to sign"]
    without_second_factor = replace(load_actor(writing.steward), second_factor=SecondFactor.ABSENT)
    titles = agreement_inbox.list_agreement_tasks(without_second_factor, on)
    assert [task.title for task in titles] == ["agreement to sign"]
    writing.sign(draft, writing.elm, writing.steward)
    assert list_task_titles(writing.steward) == []
    assert list_task_titles(writing.manager) == ["agreement to sign"]
