"""Rows under written consent, by the real actions: only children whose families agreed, and only
what they agreed to, from the door to the counted figures."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone
from tests.data.identity.conftest import BACKBONE, MAPPINGS
from tests.outputs.releases.consent_partnership import (
    ALL,
    FEEDS,
    NOBODY,
    OTHER,
    YES,
    Partnership,
    make_name,
    roster,
    totals,
)

from cairn.data.identity.actions import linkage
from cairn.data.intake.actions import receipt
from cairn.data.intake.actions.receipt import ReceiptResult
from cairn.data.intake.views.delivery_page import DeliveryPage, format_row_count
from cairn.governance.consents.actions import children
from cairn.governance.consents.models.child import Says, Subject
from cairn.governance.disclosure_log.replay import replay_decisions
from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Organization
from cairn.outputs.deadlines.lapse_simulation import simulate_lapse
from cairn.outputs.releases.actions import disclosure_check
from cairn.platform.accounts.models import User
from cairn.platform.storage.api import open_file_store
from cairn.policy.questions.governance.expiry_impact import DependentUseKind
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.deliveries import Channel
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.warehouse.engines import open_sql_engine
from cairn.warehouse.measures import outcome_counts
from cairn.warehouse.measures.outcomes import load_outcome_catalogue
from cairn.warehouse.pipeline import mart
from cairn.warehouse.store.file_refs import FileRef
from cairn.warehouse.store.file_store import FileStore, WrongPermit

pytestmark = pytest.mark.django_db(databases=["default", "identities"], transaction=True)


@pytest.fixture
def partnership(person: Callable[..., Any]) -> Partnership:
    return Partnership(person)


def _opened(store: FileStore) -> Iterator[tuple[str, str]]:
    for manifest in store.manifests():
        if not manifest.destroyed:
            rows = store.read(FileRef.parse(manifest.name)).to_pydict()
            yield manifest.name, f"{manifest} {rows}"


def test_only_consented_rows_reach_the_figures(partnership: Partnership) -> None:
    partnership.arrive()
    assert partnership.counted() == len(YES)


def test_nothing_of_anybody_else_is_anywhere(partnership: Partnership) -> None:
    """Planted values are in no file, sealed or opened, and in neither database."""
    partnership.arrive()
    partnership.counted()
    opened = dict(_opened(open_file_store()))
    assert any(make_name(40) in text for text in opened.values())
    assert not [name for name, text in opened.items() if "ZZCANARY" in text or "77.8125" in text]
    for file in settings.CAIRN_DATA.rglob("*"):
        if file.is_file():
            assert b"ZZCANARY" not in file.read_bytes(), file
    for alias in ("default", "identities"):
        with connections[alias].cursor() as cursor:
            for table in connections[alias].introspection.table_names(cursor):
                cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the database's own names
                assert "ZZCANARY" not in str(cursor.fetchall()), table


def test_the_report_says_how_many_rows_were_left_out(
    partnership: Partnership, person: Callable[..., Any]
) -> None:
    row = partnership.check(partnership.send("students", roster()))
    out = len(ALL) - len(YES)
    assert (row.rows_in, row.rows_kept, row.report["left_out"]) == (len(YES), len(YES), out)
    today = timezone.localdate()
    assert DeliveryPage.from_delivery(row, load_actor(partnership.steward), today).left_out == out
    analyst = person(Role.ANALYST, at=BACKBONE, kind=OrganizationKind.BACKBONE)
    assert DeliveryPage.from_delivery(row, load_actor(analyst), today).left_out == "fewer than 10"


def test_only_the_owner_sees_which_rows(partnership: Partnership) -> None:
    """Whoever has the file in hand could read from a row's number which family has not agreed."""
    flawed = totals().replace(",170,30", ",170,many", 1)
    row = partnership.check(partnership.send("totals", flawed))
    today = timezone.localdate()

    def told(user: User) -> tuple[list[tuple[int, ...]], str]:
        page = DeliveryPage.from_delivery(row, load_actor(user), today)
        assert page.report is not None
        rows = [problem.rows for column in page.report.columns for problem in column.problems]
        return rows, str(format_row_count(1, page.numbered))

    assert told(partnership.steward) == ([(3,)], "1")
    assert told(partnership.manager) == ([()], "fewer than 10")


def test_a_yes_that_is_taken_back_leaves_the_child_out_of_the_next_count(
    partnership: Partnership,
) -> None:
    partnership.arrive()
    assert partnership.counted() == len(YES)
    partnership.take_back(YES[3])
    assert partnership.counted() == len(YES) - 1
    linkage.link_current_deliveries(by=partnership.manager, at=timezone.localtime())
    assert partnership.counted() == len(YES) - 1
    assert not list(replay_decisions())


def test_linking_anew_after_a_yes_is_taken_back_holds_nothing_of_the_child(
    partnership: Partnership,
) -> None:
    partnership.arrive()
    before = linkage.link_current_deliveries(by=partnership.manager, at=timezone.localtime())
    partnership.take_back(YES[3])
    run = linkage.link_current_deliveries(by=partnership.manager, at=timezone.localtime())
    assert (run.pk > before.pk, run.people) == (True, before.people - 1)
    store = open_file_store()
    for part in run.parts.filter(record="attendance_total"):
        days = store.read(FileRef.parse(part.file)).column("days_enrolled").to_pylist()
        assert (len(days), days.count(None)) == (len(YES), 1)


def test_a_yes_that_is_taken_back_before_the_check_stays_behind(partnership: Partnership) -> None:
    received = partnership.send("students", roster())
    partnership.take_back(YES[0])
    row = partnership.check(received)
    assert (row.rows_kept, row.report["left_out"]) == (len(YES) - 1, len(ALL) - len(YES) + 1)


def test_a_file_sent_again_after_more_families_agreed_is_another_delivery(
    partnership: Partnership,
) -> None:
    first = partnership.send("students", roster())
    assert partnership.send("students", roster()).result is ReceiptResult.AGAIN
    partnership.verified(partnership.form, [NOBODY])
    again = partnership.send("students", roster())
    assert (again.result, again.delivery.rows_in) == (
        ReceiptResult.REPLACED,
        first.delivery.rows_in + 1,
    )


def test_what_stops_when_the_agreement_lapses(partnership: Partnership) -> None:
    """The simulator asks with the children, or their rows would be refused before as after."""
    partnership.arrive()
    today = timezone.localdate()
    lapse = simulate_lapse(
        load_actor(partnership.manager), partnership.agreement.reference, today, today
    )
    assert lapse is not None
    assert {stop.kind for stop in lapse.stopped} == {
        DependentUseKind.DELIVERY,
        DependentUseKind.LINK,
    }
    assert len([stop for stop in lapse.stopped if stop.kind is DependentUseKind.DELIVERY]) == len(
        FEEDS
    )


def test_nobody_agreed_and_nothing_is_let_in(partnership: Partnership) -> None:
    for content in (roster([NOBODY, OTHER]), "id,first,last,born,race\n,A,B,2014-01-01,white\n"):
        received = partnership.send("students", content)
        assert received.result is ReceiptResult.REFUSED
        assert received.delivery.decision["outcome"] == "deny"
        assert received.delivery.landed == ""


def test_a_file_that_cannot_be_read_is_of_no_use(partnership: Partnership) -> None:
    received = receipt.receive_delivery(
        name="x.pdf",
        content=b"%PDF-1.7 ...",
        organization=partnership.district,
        agreement=partnership.agreement,
        feed="students",
        period="2025-26",
        channel=Channel.COMMAND,
        mapping=MAPPINGS["students"],
        by=partnership.manager,
        at=timezone.localtime(),
    )
    assert received.result is ReceiptResult.UNUSABLE
    assert "PDF" in received.delivery.report["problem"]


def test_what_a_family_did_not_agree_to_is_empty_for_its_child(partnership: Partnership) -> None:
    some = ("student.local_id", "student.given_name", "attendance_total.*")
    partnership.verified(partnership.form, [NOBODY], records=some)
    row = partnership.check(partnership.send("students", roster()))
    table = open_file_store().read(FileRef.parse(row.conformed))
    (mine,) = [r for r in table.to_pylist() if r["local_id"] == NOBODY]
    assert mine["given_name"]
    assert (mine["family_name"], mine["birth_date"]) == (None, None)


def test_what_a_school_keeps_back_stays_out_whatever_the_basis(partnership: Partnership) -> None:
    kept = {"local_ids": [YES[1]], "elements": ["student.family_name"]}
    children.withhold_elements(**kept, **partnership._district())
    row = partnership.check(partnership.send("students", roster()))
    table = open_file_store().read(FileRef.parse(row.conformed))
    names = {r["local_id"]: r["family_name"] for r in table.to_pylist()}
    assert names.pop(YES[1]) is None
    assert None not in names.values()


def test_a_nations_child_waits_for_its_nation(
    partnership: Partnership, organization: Callable[..., Organization]
) -> None:
    partnership.arrive()
    nation = organization("sand-creek-nation", kind=OrganizationKind.TRIBAL_NATION)
    asked = {"local_ids": YES[:2], "nations": [nation]}
    children.record_child_nations(**asked, **partnership._district())
    assert partnership.counted() == len(YES) - 2


def test_a_school_that_has_said_nothing_opens_no_row(partnership: Partnership) -> None:
    children.record_school_statement(
        subject=Subject.WITHHELD, says=Says.NOT_KNOWN, **partnership._district()
    )
    assert partnership.send("students", roster()).result is ReceiptResult.REFUSED


def test_a_mart_of_an_earlier_day_is_not_counted(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    partnership.arrive()
    caught: list[Any] = []

    def keep(*args: Any, **more: Any) -> Any:
        caught.append((args, more))
        return mart_build(*args, **more)

    mart_build = mart.build_mart
    monkeypatch.setattr(disclosure_check, "build_mart", keep)
    partnership.counted()
    ((store, refs), more) = caught[0]
    marts = mart_build(store, refs, **more)
    definition, engine = load_outcome_catalogue()["chronic_absence"], open_sql_engine("duckdb")
    tomorrow = replace(more["permit"], on=more["permit"].on + timedelta(days=1), seal=_seal())
    with pytest.raises(WrongPermit, match="on the day"):
        outcome_counts.count_outcome(
            outcome_counts.LoadedMart(store, marts), definition, (), permit=tomorrow, engine=engine
        )
    with pytest.raises(WrongPermit, match="owner of the rows"):
        mart_build(store, refs, permit=more["permit"], pseudonyms=more["pseudonyms"])


def _seal() -> object:
    from cairn.policy.engine.decision import _PERMIT_SEAL

    return _PERMIT_SEAL
