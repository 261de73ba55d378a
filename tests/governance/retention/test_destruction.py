"""From a duty to an accepted certificate: what goes, what stays, and what an overdue duty stops."""

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.data.intake.conftest import AT
from tests.governance.retention.conftest import LATER

from cairn.data.identity.models.person_index import Statement
from cairn.data.intake.models import Delivery
from cairn.governance.agreements.api import Agreement, load_agreement_facts
from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Organization
from cairn.governance.retention import actions, certificate, data_holders, queries
from cairn.governance.retention.actions import DestructionStateError
from cairn.governance.retention.models import DestructionCertificate, DestructionRun
from cairn.platform.audit.models import AuditLine
from cairn.platform.storage.api import open_file_store
from cairn.policy.engine.decision import Refused
from cairn.policy.facts.data.record_keeping import DutyFact
from cairn.policy.vocabulary.deliveries import DeliveryState
from cairn.policy.vocabulary.retention import DutyCause, DutyState
from cairn.warehouse.store.file_store import FileStore, NoSuchFile

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
DUE = AT.date() + timedelta(days=1095)


class Silent:
    """Shows progress to nobody."""

    def step(self, name: str, total: int = 0) -> None:
        assert name

    def advance(self, units: int = 1) -> None:
        assert units


def only_duty(on: date) -> DutyFact:
    (found,) = queries.compute_duties(on)
    return found


def destroyed(by: Any, at: Any = AT) -> DestructionRun:
    run = actions.begin_destruction(duty=only_duty(at.date()), by=by, at=at)
    actions.destroy_run_holdings(run=run, by=by, at=at, progress=Silent())
    run.refresh_from_db()
    return run


def test_a_delivery_is_due_when_its_time_is_over(delivery: Any) -> None:
    duty = only_duty(AT.date())
    assert (duty.cause, duty.due, duty.state) == (DutyCause.TERM, DUE, DutyState.DUE)
    assert (duty.owner, duty.holders) == ("river", frozenset({"backbone"}))
    assert duty.references == (f"delivery:{delivery.pk}",)
    assert queries.find_overdue_duties("backbone", DUE) == ()
    assert [
        d.agreement for d in queries.find_overdue_duties("backbone", DUE + timedelta(days=1))
    ] == ["RV-DSA-01"]
    assert queries.find_overdue_duties("river", DUE + timedelta(days=1)) == ()
    late = DUE + timedelta(days=1)
    loaded = load_agreement_facts(Agreement.objects.all(), late)
    for organization in ("backbone", "river"):
        expected = queries.find_overdue_duties(organization, late)
        assert queries.find_overdue_duties(organization, late, loaded) == expected
        assert queries.find_overdue_duties(organization, late, ()) == ()


def test_holdings_are_described_in_order_from_one_reading_of_the_store(
    linked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Delivery.objects.get(pk=linked.pk)
    other.pk, other.state, other.landed = None, DeliveryState.SUPERSEDED, ""
    other.save()
    reads: list[FileStore] = []
    all_manifests = FileStore.manifests
    monkeypatch.setattr(
        FileStore, "manifests", lambda store: reads.append(store) or all_manifests(store)
    )
    references = [f"delivery:{pk}" for pk in (other.pk, linked.pk)]
    described = data_holders.describe_holdings(references)
    assert [detail.reference for detail in described] == references
    assert len(reads) == 1
    assert described[0].files == ()
    assert {file.sha256 for file in described[1].files} == {
        manifest.digest for manifest in open_file_store().manifests()
    }


def test_everything_about_the_children_goes_and_the_certificate_says_what(
    linked: Any, manager: Any
) -> None:
    store = open_file_store()
    before = [m for m in store.manifests() if not m.destroyed]
    assert Statement.objects.exists()
    run = destroyed(manager)
    linked.refresh_from_db()
    assert linked.state == DeliveryState.DESTROYED
    assert [m.name for m in store.manifests() if not m.destroyed] == []
    assert store.verify() == []
    assert not Statement.objects.exists()
    row = run.certificate
    assert row is not None
    assert run.state == DutyState.CERTIFIED.value
    assert row.content["files"] == len(before)
    assert {f["sha256"] for one in row.content["destroyed"] for f in one["files"]} == {
        m.digest for m in before
    }
    assert row.content["afterwards"] == {"names in the person index": 0}
    assert row.digest == certificate.compute_certificate_digest(row.content)
    assert AuditLine.objects.get(event="destruction.certified").detail["digest"] == row.digest
    assert queries.compute_duties(AT.date()) == ()


def test_a_backup_of_the_zones_stays_closed(linked: Any, manager: Any, tmp_path: Path) -> None:
    store = open_file_store()
    refs = [Delivery.objects.get().landed, Delivery.objects.get().conformed]
    shutil.copytree(store.root, tmp_path / "backup")
    destroyed(manager)
    shutil.rmtree(settings.CAIRN_DATA / "zones")
    shutil.copytree(tmp_path / "backup", settings.CAIRN_DATA / "zones")
    from cairn.warehouse.store.file_refs import FileRef

    for name in refs:
        with pytest.raises(NoSuchFile, match="key"):
            open_file_store().read(FileRef.parse(name))


def test_an_owner_may_demand_it_at_any_time_and_take_it_back(delivery: Any, steward: Any) -> None:
    river, day = Organization.objects.get(slug="river"), AT.date() + timedelta(days=9)
    demand = actions.demand_destruction(
        agreement="RV-DSA-01", owner=river, due=day, why="", by=steward, at=AT
    )
    duty = only_duty(AT.date())
    assert (duty.cause, duty.due, duty.state) == (DutyCause.DEMAND, day, DutyState.DEMANDED)
    sooner = actions.demand_destruction(
        agreement="RV-DSA-01", owner=river, due=AT.date(), why="", by=steward, at=AT
    )
    assert only_duty(AT.date()).due == AT.date()
    demand.refresh_from_db()
    assert demand.taken_back_at == AT
    actions.withdraw_demand(demand=sooner, by=steward, at=AT)
    assert only_duty(AT.date()).cause is DutyCause.TERM


@pytest.mark.parametrize(
    ("owner", "days", "code"), [("backbone", 9, "D03"), ("river", -1, "D04"), ("lake", 9, "A03")]
)
def test_nobody_demands_what_is_not_theirs_or_in_the_past(
    delivery: Any, steward: Any, manager: Any, organization: Any, owner: str, days: int, code: str
) -> None:
    organization("lake")
    by = manager if owner == "backbone" else steward
    with pytest.raises(Refused) as refused:
        actions.demand_destruction(
            agreement="RV-DSA-01",
            owner=Organization.objects.get(slug=owner),
            due=AT.date() + timedelta(days=days),
            why="",
            by=by,
            at=AT,
        )
    assert code in {r.code for r in refused.value.decision.refusals}


def test_who_has_not_destroyed_receives_nothing_more(
    delivery: Any, agreement: Any, manager: Any, steward: Any
) -> None:
    from tests.data.intake.conftest import ROSTER, STUDENTS

    from cairn.data.intake.actions.receipt import receive_delivery
    from cairn.policy.vocabulary.deliveries import Channel

    def send() -> Any:
        return receive_delivery(
            name="roster.csv",
            content=ROSTER,
            organization=Organization.objects.get(slug="river"),
            agreement=agreement,
            feed="roster",
            period="2029-30",
            channel=Channel.COMMAND,
            mapping=STUDENTS,
            by=manager,
            at=LATER,
        )

    refused = send().delivery
    assert refused.state == DeliveryState.REFUSED
    assert "D02" in {r["code"] for r in refused.decision["reasons"] if r["effect"] == "deny"}
    run = destroyed(manager, LATER)
    assert run.state == DutyState.CERTIFIED.value
    assert "D02" not in {
        r["code"] for r in send().delivery.decision["reasons"] if r["effect"] == "deny"
    }


def test_an_interrupted_destruction_goes_on_where_it_stopped(
    delivery: Any, manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = actions.begin_destruction(duty=only_duty(AT.date()), by=manager, at=AT)
    assert queries.compute_duties(AT.date()) == ()

    def broken(by: Any, at: Any) -> dict[str, int]:
        raise OSError("the machine stopped")

    monkeypatch.setattr("cairn.governance.retention.data_holders._FOLLOW_UPS", {"x": broken})
    with pytest.raises(OSError, match="stopped"):
        actions.destroy_run_holdings(run=run, by=manager, at=AT, progress=Silent())
    run.refresh_from_db()
    assert (run.state, len(run.done)) == (DutyState.RUNNING.value, 1)
    late = DUE + timedelta(days=1)
    assert [d.state for d in queries.find_overdue_duties("backbone", late)] == [DutyState.RUNNING]
    monkeypatch.setattr("cairn.governance.retention.data_holders._FOLLOW_UPS", {})
    actions.resume_destruction(run=run, by=manager, at=AT)
    actions.destroy_run_holdings(run=run, by=manager, at=AT, progress=Silent())
    row = DestructionCertificate.objects.get()
    assert row.content["files"] > 0
    assert queries.find_overdue_duties("backbone", late) == ()


def test_the_owner_accepts_or_disputes_once(
    delivery: Any, manager: Any, steward: Any, person: Any
) -> None:
    run = destroyed(manager)
    with pytest.raises(Refused):
        actions.accept_certificate(run=run, by=manager, at=AT)
    assert queries.count_open_duties("RV-DSA-01", AT.date()) == 1
    actions.dispute_certificate(run=run, why="A copy went to the vendor.", by=steward, at=AT)
    assert run.state == DutyState.DISPUTED.value
    with pytest.raises(Refused):
        actions.accept_certificate(run=run, by=steward, at=AT)
    actions.resume_destruction(run=run, by=manager, at=AT)
    actions.destroy_run_holdings(run=run, by=manager, at=AT, progress=Silent())
    assert run.certificates.count() == 2
    actions.accept_certificate(run=run, by=steward, at=AT)
    assert run.state == DutyState.ACCEPTED.value
    assert queries.count_open_duties("RV-DSA-01", AT.date()) == 0
    with pytest.raises(DestructionStateError):
        actions.resume_destruction(run=run, by=manager, at=AT)


def test_what_waits_and_what_is_due_is_told_to_those_it_concerns(
    delivery: Any, manager: Any, steward: Any
) -> None:
    hub, owner = load_actor(manager), load_actor(steward)
    assert queries.list_destruction_tasks(hub, AT.date()) == []
    (line,) = queries.list_destruction_tasks(hub, LATER.date())
    assert (line.count, line.due) == (1, DUE)
    assert queries.list_destruction_tasks(owner, LATER.date()) == []
    assert [d.on for d in queries.list_destruction_deadlines(owner, AT.date(), DUE)] == [DUE]
    assert queries.list_destruction_deadlines(owner, AT.date(), DUE - timedelta(days=1)) == []
    destroyed(manager)
    (told,) = queries.list_destruction_tasks(owner, AT.date())
    assert "certificate" in told.title


def test_two_clicks_begin_it_once(delivery: Any, manager: Any) -> None:
    duty = only_duty(AT.date())
    run = actions.begin_destruction(duty=duty, by=manager, at=AT)
    with pytest.raises(DestructionStateError, match="already started"):
        actions.begin_destruction(duty=duty, by=manager, at=AT)
    actions.destroy_run_holdings(run=run, by=manager, at=AT, progress=Silent())
    with pytest.raises(DestructionStateError, match="already started"):
        actions.begin_destruction(duty=duty, by=manager, at=AT)
    assert DestructionRun.objects.get() == run


def test_nobody_else_looks_at_a_duty_while_it_is_begun(delivery: Any, manager: Any) -> None:
    """PostgreSQL locks the agreement's row before it looks; SQLite has one writer at a time."""
    duty = only_duty(AT.date())
    with CaptureQueriesContext(connection) as asked:
        actions.begin_destruction(duty=duty, by=manager, at=AT)
    sql = [one["sql"] for one in asked.captured_queries]
    looks = next(n for n, one in enumerate(sql) if "retention_destructionrun" in one)
    if connection.features.has_select_for_update:
        assert any("agreements_agreement" in one and "FOR UPDATE" in one for one in sql[:looks])
    else:
        assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
