"""From a duty to an accepted certificate: what goes, what stays, and what an overdue duty stops."""

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.intake.conftest import AT
from tests.retention.conftest import LATER

from cairn.audit.models import AuditLine
from cairn.intake.models import Delivery
from cairn.intake.storehouse import open_storehouse
from cairn.linkage.models import Statement
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.retention import actions, certificate, queries
from cairn.retention.actions import NotNow
from cairn.retention.models import DestructionCertificate, DestructionRun
from cairn.rules.decision import Refused
from cairn.rules.duty import DutyFact
from cairn.rules.vocabulary import DeliveryState, DutyCause, DutyState
from cairn.warehouse.zones import NoSuchFile

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
DUE = AT.date() + timedelta(days=1095)


class Silent:
    """Shows progress to nobody."""

    def step(self, name: str, total: int = 0) -> None:
        assert name

    def advance(self, units: int = 1) -> None:
        assert units


def only_duty(on: date) -> DutyFact:
    (found,) = queries.duties(on)
    return found


def destroyed(by: Any, at: Any = AT) -> DestructionRun:
    run = actions.begin(duty=only_duty(at.date()), by=by, at=at)
    actions.destroy(run=run, by=by, at=at, progress=Silent())
    run.refresh_from_db()
    return run


def test_a_delivery_is_due_when_its_time_is_over(delivery: Any) -> None:
    duty = only_duty(AT.date())
    assert (duty.cause, duty.due, duty.state) == (DutyCause.TERM, DUE, DutyState.DUE)
    assert (duty.owner, duty.holders) == ("river", frozenset({"backbone"}))
    assert duty.references == (f"delivery:{delivery.pk}",)
    assert queries.overdue("backbone", DUE) == ()
    assert [d.agreement for d in queries.overdue("backbone", DUE + timedelta(days=1))] == [
        "RV-DSA-01"
    ]
    assert queries.overdue("river", DUE + timedelta(days=1)) == ()


def test_everything_about_the_children_goes_and_the_certificate_says_what(
    linked: Any, manager: Any
) -> None:
    store = open_storehouse()
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
    assert row.digest == certificate.digest(row.content)
    assert AuditLine.objects.get(event="destruction.certified").detail["digest"] == row.digest
    assert queries.duties(AT.date()) == ()


def test_a_backup_of_the_zones_stays_closed(linked: Any, manager: Any, tmp_path: Path) -> None:
    store = open_storehouse()
    refs = [Delivery.objects.get().landed, Delivery.objects.get().conformed]
    shutil.copytree(store.root, tmp_path / "backup")
    destroyed(manager)
    shutil.rmtree(settings.CAIRN_DATA / "zones")
    shutil.copytree(tmp_path / "backup", settings.CAIRN_DATA / "zones")
    from cairn.warehouse.zones import FileRef

    for name in refs:
        with pytest.raises(NoSuchFile, match="key"):
            open_storehouse().read(FileRef.parse(name))


def test_an_owner_may_demand_it_at_any_time_and_take_it_back(delivery: Any, steward: Any) -> None:
    river, day = Organization.objects.get(slug="river"), AT.date() + timedelta(days=9)
    demand = actions.demand(agreement="RV-DSA-01", owner=river, due=day, why="", by=steward, at=AT)
    duty = only_duty(AT.date())
    assert (duty.cause, duty.due, duty.state) == (DutyCause.DEMAND, day, DutyState.DEMANDED)
    sooner = actions.demand(
        agreement="RV-DSA-01", owner=river, due=AT.date(), why="", by=steward, at=AT
    )
    assert only_duty(AT.date()).due == AT.date()
    demand.refresh_from_db()
    assert demand.taken_back_at == AT
    actions.take_back(demand=sooner, by=steward, at=AT)
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
        actions.demand(
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
    from tests.intake.conftest import ROSTER, STUDENTS

    from cairn.intake import actions as intake
    from cairn.rules.vocabulary import Channel

    def send() -> Any:
        return intake.receive(
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
    run = actions.begin(duty=only_duty(AT.date()), by=manager, at=AT)
    assert queries.duties(AT.date()) == ()

    def broken(by: Any, at: Any) -> dict[str, int]:
        raise OSError("the machine stopped")

    monkeypatch.setattr("cairn.retention.keepers._AFTER", {"x": broken})
    with pytest.raises(OSError, match="stopped"):
        actions.destroy(run=run, by=manager, at=AT, progress=Silent())
    run.refresh_from_db()
    assert (run.state, len(run.done)) == (DutyState.RUNNING.value, 1)
    late = DUE + timedelta(days=1)
    assert [d.state for d in queries.overdue("backbone", late)] == [DutyState.RUNNING]
    monkeypatch.setattr("cairn.retention.keepers._AFTER", {})
    actions.begin_again(run=run, by=manager, at=AT)
    actions.destroy(run=run, by=manager, at=AT, progress=Silent())
    row = DestructionCertificate.objects.get()
    assert row.content["files"] > 0
    assert queries.overdue("backbone", late) == ()


def test_the_owner_accepts_or_disputes_once(
    delivery: Any, manager: Any, steward: Any, person: Any
) -> None:
    run = destroyed(manager)
    with pytest.raises(Refused):
        actions.accept(run=run, by=manager, at=AT)
    assert queries.open_duties("RV-DSA-01", AT.date()) == 1
    actions.dispute(run=run, why="A copy went to the vendor.", by=steward, at=AT)
    assert run.state == DutyState.DISPUTED.value
    with pytest.raises(Refused):
        actions.accept(run=run, by=steward, at=AT)
    actions.begin_again(run=run, by=manager, at=AT)
    actions.destroy(run=run, by=manager, at=AT, progress=Silent())
    assert run.certificates.count() == 2
    actions.accept(run=run, by=steward, at=AT)
    assert run.state == DutyState.ACCEPTED.value
    assert queries.open_duties("RV-DSA-01", AT.date()) == 0
    with pytest.raises(NotNow):
        actions.begin_again(run=run, by=manager, at=AT)


def test_what_waits_and_what_is_due_is_told_to_those_it_concerns(
    delivery: Any, manager: Any, steward: Any
) -> None:
    hub, owner = actor(manager), actor(steward)
    assert queries.waiting(hub, AT.date()) == []
    (line,) = queries.waiting(hub, LATER.date())
    assert (line.count, line.due) == (1, DUE)
    assert queries.waiting(owner, LATER.date()) == []
    assert [d.on for d in queries.due(owner, AT.date(), DUE)] == [DUE]
    assert queries.due(owner, AT.date(), DUE - timedelta(days=1)) == []
    destroyed(manager)
    (told,) = queries.waiting(owner, AT.date())
    assert "certificate" in told.title


def test_two_clicks_begin_it_once(delivery: Any, manager: Any) -> None:
    duty = only_duty(AT.date())
    run = actions.begin(duty=duty, by=manager, at=AT)
    with pytest.raises(NotNow, match="begun"):
        actions.begin(duty=duty, by=manager, at=AT)
    actions.destroy(run=run, by=manager, at=AT, progress=Silent())
    with pytest.raises(NotNow, match="begun"):
        actions.begin(duty=duty, by=manager, at=AT)
    assert DestructionRun.objects.get() == run


def test_nobody_else_looks_at_a_duty_while_it_is_begun(delivery: Any, manager: Any) -> None:
    """PostgreSQL locks the agreement's row before it looks; SQLite has one writer at a time."""
    duty = only_duty(AT.date())
    with CaptureQueriesContext(connection) as asked:
        actions.begin(duty=duty, by=manager, at=AT)
    sql = [one["sql"] for one in asked.captured_queries]
    looks = next(n for n, one in enumerate(sql) if "retention_destructionrun" in one)
    if connection.features.has_select_for_update:
        assert any("agreements_agreement" in one and "FOR UPDATE" in one for one in sql[:looks])
    else:
        assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
