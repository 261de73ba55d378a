"""How an agreement ends: notice, its day, closing; and what is due before."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.agreements.written import DRAFT, Writing, now

from cairn.agreements import actions, facts, queries
from cairn.partners.facts import actor
from cairn.rules.authority import in_force
from cairn.rules.decision import Refused
from cairn.rules.vocabulary import AgreementState

pytestmark = pytest.mark.django_db


def test_notice_runs_its_days_and_can_be_taken_back(writing: Writing) -> None:
    row, on = writing.signed(), timezone.localdate()
    give = {"agreement": row, "organization": writing.elm, "why": "we move on", "at": now()}
    with pytest.raises(Refused):
        actions.terminate(**give, by=writing.steward, from_day=on + timedelta(days=29))
    with pytest.raises(Refused):
        actions.terminate(**give, by=writing.counsel, from_day=on + timedelta(days=30))
    day = on + timedelta(days=30)
    actions.terminate(**give, by=writing.steward, from_day=day)
    terms = facts.agreement(row)
    assert (row.state, terms.terminated_on) == (AgreementState.TERMINATED, day)
    assert in_force(terms, day - timedelta(days=1)).allowed
    assert not in_force(terms, day).allowed
    give_back = {"agreement": row, "organization": writing.elm, "by": writing.steward}
    with pytest.raises(Refused):
        actions.take_back_notice(**give_back, at=now() + timedelta(days=30))
    with pytest.raises(Refused):
        actions.take_back_notice(**(give_back | {"by": writing.manager}), at=now())
    assert row.notice_by == "elm"
    actions.take_back_notice(**give_back, at=now())
    assert facts.agreement(row).terminated_on is None
    assert row.state == AgreementState.SIGNED


def test_it_closes_when_its_day_is_over_and_nothing_is_left(writing: Writing) -> None:
    row = writing.signed()
    with pytest.raises(Refused):
        actions.begin_closing(agreement=row, by=writing.manager, at=now())
    later = now() + timedelta(days=365 * 6)
    actions.begin_closing(agreement=row, by=writing.manager, at=later)
    assert not in_force(facts.agreement(row), timezone.localdate()).allowed
    for unfinished in (None, 2):
        with pytest.raises(Refused):
            actions.close(agreement=row, open_duties=unfinished, by=writing.manager, at=later)
    actions.close(agreement=row, open_duties=0, by=writing.manager, at=later)
    assert row.state == AgreementState.CLOSED


def test_what_is_due_before_the_end(writing: Writing) -> None:
    writing.signed(DRAFT + '\n[renewal]\nkind = "by_agreement"\nnotice_days = 90\n')
    who, on = actor(writing.steward), timezone.localdate()
    assert queries.due(who, on, on) == []
    kinds = [(one.kind, one.organization) for one in queries.due(who, on, on.replace(year=2032))]
    assert kinds == [("renewal", "elm"), ("agreement_end", "elm")]


def test_what_waits_for_whom(writing: Writing) -> None:
    on = timezone.localdate()

    def waits(who: object) -> list[str]:
        return [line.title for line in queries.waiting(actor(who), on)]  # type: ignore[arg-type]

    draft = writing.with_counsel()
    assert waits(writing.counsel) == ["draft for counsel to read"]
    actions.clear(draft=draft, organization=writing.elm, by=writing.counsel, at=now())
    assert waits(writing.counsel) == []
    assert waits(writing.manager) == ["draft to send out"]
    actions.send_out(draft=draft, by=writing.manager, at=now())
    assert waits(writing.steward) == ["agreement to sign"]
