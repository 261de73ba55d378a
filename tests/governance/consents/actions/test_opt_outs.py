"""Families decline: recorded without an id, withdrawn, undone, and heard by the rules."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client

from cairn.governance.consents import facts
from cairn.governance.consents.actions import opt_outs as actions
from cairn.governance.consents.actions.consents import OptOutEndings
from cairn.governance.consents.forms.opt_outs import OptOutForm
from cairn.governance.consents.models.opt_outs import Objection, OptOut, Recording
from cairn.governance.consents.protected_identity import compute_child_key
from cairn.governance.consents.queries import opt_outs as queries
from cairn.governance.consents.queries.inbox import list_consent_tasks
from cairn.governance.consents.queries.opt_outs import unseal_opt_out_signer
from cairn.governance.consents.school_year_choices import compute_school_year
from cairn.governance.consents.signature_lists import FamilySignature
from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Organization
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.families import OptOutScope, SignerRelation

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
ON = date(2026, 11, 24)
ALL = OptOutScope.ALL_DISCRETIONARY
ID = "S-000417"
ROSA = FamilySignature("Rosa Alba", SignerRelation.PARENT, ON, "en")
LEO = FamilySignature("Leo Alba", SignerRelation.GUARDIAN, ON, "en")

Person = Callable[..., User]
Browser = Callable[..., Client]


@pytest.fixture
def river(organization: Callable[..., Organization]) -> Organization:
    return organization("river")


@pytest.fixture
def steward(person: Person) -> User:
    return person(Role.STEWARD, at="river")


def _record(
    river: Organization,
    by: User,
    *ids: str,
    scope: OptOutScope = ALL,
    said: Mapping[str, FamilySignature] = actions.NO_SIGNATURES,
) -> Recording:
    recorded = actions.record_opt_outs(
        organization=river,
        local_ids=ids,
        scope=scope,
        season="2026-27",
        signatures=said,
        by=by,
        at=AT,
    )
    return recorded.recording


def test_a_recording_leaves_children_out_once(river: Organization, steward: User) -> None:
    recorded = actions.record_opt_outs(
        organization=river,
        local_ids=[ID, " s-000 417", "S-2"],
        scope=ALL,
        season="2026-27",
        by=steward,
        at=AT,
    )
    assert (recorded.new, recorded.already) == (2, 0)
    again = actions.record_opt_outs(
        organization=river, local_ids=["S-2", "S-3"], scope=ALL, season="2027-28", by=steward, at=AT
    )
    assert (again.new, again.already) == (1, 1)
    assert len(facts.list_active_opt_outs()) == 3


def test_the_plain_id_is_nowhere(river: Organization, steward: User) -> None:
    _record(river, steward, ID)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names from the database
            assert ID not in str(cursor.fetchall()), table
    for file in Path(settings.CAIRN_DATA).rglob("*"):
        assert file.is_dir() or ID.encode() not in file.read_bytes()


def test_a_key_is_of_one_organization_and_keyed(river: Organization) -> None:
    key = compute_child_key("river", ID)
    assert re.fullmatch(r"[0-9a-f]{64}", key)
    assert key == compute_child_key("river", " s-000 417 ")
    assert key != compute_child_key("hills", ID)
    assert key != compute_child_key("river", "S-000418")


def test_facts_name_people_where_the_mapping_knows_them(river: Organization, steward: User) -> None:
    _record(river, steward, ID, "S-2")
    _record(river, steward, ID, scope=OptOutScope.DIRECTORY)
    people = {
        compute_child_key("river", ID): {"p3", "p1"},
        compute_child_key("hills", "S-2"): {"p2"},
    }
    found = facts.list_opt_outs_of_people(people)
    assert [(f.person, f.scope, f.season, f.organization) for f in found] == [
        ("p1", ALL, "2026-27", "river"),
        ("p3", ALL, "2026-27", "river"),
        ("p1", OptOutScope.DIRECTORY, "2026-27", "river"),
        ("p3", OptOutScope.DIRECTORY, "2026-27", "river"),
    ]


def test_a_family_changes_its_mind_and_back(river: Organization, steward: User) -> None:
    _record(river, steward, ID, "S-2", said={ID: ROSA})
    done = actions.withdraw_opt_outs(
        organization=river, signatures={ID: ROSA, "S-9": ROSA}, scope=ALL, by=steward, at=AT
    )
    assert (done.ended, done.disputed) == (1, 0)
    assert [f.person for f in facts.list_active_opt_outs()] == [compute_child_key("river", "S-2")]
    _record(river, steward, ID)
    assert len(facts.list_active_opt_outs()) == 2
    assert OptOut.objects.count() == 3


def test_undo_takes_back_one_sitting_only(river: Organization, steward: User) -> None:
    _record(river, steward, ID)
    second = _record(river, steward, ID, "S-2")
    assert actions.undo_opt_out_recording(recording=second, by=steward, at=AT) == 1
    assert [f.person for f in facts.list_active_opt_outs()] == [compute_child_key("river", ID)]
    assert actions.undo_opt_out_recording(recording=second, by=steward, at=AT) == 0


def test_one_opt_out_stands_a_child_and_scope(river: Organization, steward: User) -> None:
    recording = _record(river, steward, ID)
    with pytest.raises(IntegrityError), transaction.atomic():
        OptOut.objects.create(
            recording=recording,
            organization=river,
            scope=ALL,
            child_key=compute_child_key("river", ID),
        )


def test_every_action_asks_and_leaves_a_line(
    river: Organization, steward: User, person: Person
) -> None:
    recording = _record(river, steward, ID)
    actions.withdraw_opt_outs(
        organization=river, signatures={ID: ROSA}, scope=ALL, by=steward, at=AT
    )
    actions.undo_opt_out_recording(recording=recording, by=steward, at=AT)
    lines = AuditLine.objects.filter(event__startswith="opt_out.").order_by("sequence")
    assert [line.event for line in lines] == [
        "opt_out.recorded",
        "opt_out.withdrawn",
        "opt_out.undone",
    ]
    assert all(line.decision_id for line in lines)
    stranger = person(Role.STEWARD, at="hills")
    with pytest.raises(Refused):
        _record(river, stranger, "S-5")
    with pytest.raises(Refused):
        actions.withdraw_opt_outs(
            organization=river, signatures={ID: ROSA}, scope=ALL, by=stranger, at=AT
        )
    with pytest.raises(Refused):
        actions.undo_opt_out_recording(recording=recording, by=stranger, at=AT)


def test_everyone_sees_their_own(
    river: Organization, steward: User, person: Person, organization: Callable[..., Organization]
) -> None:
    organization("hills")
    _record(river, steward, ID)
    hills = person(Role.STEWARD, at="hills")
    manager = person(Role.DATA_MANAGER)
    assert [t.organization.slug for t in queries.list_opt_out_tallies(load_actor(hills), ON)] == [
        "hills"
    ]
    assert not queries.list_opt_out_recordings(load_actor(hills), ON)
    (tally,) = [
        t for t in queries.list_opt_out_tallies(load_actor(manager), ON) if t.organization == river
    ]
    assert (tally.everything, tally.directory) == (1, 0)
    with pytest.raises(Refused):
        queries.list_opt_out_tallies(load_actor(person(Role.ANALYST)), ON)


def test_the_pages_record_withdraw_and_undo(
    river: Organization, steward: User, browser: Browser
) -> None:
    client = browser(steward)
    assert "No opt-outs yet" in client.get("/opt-outs/").content.decode()
    sent = {"organization": river.pk, "scope": ALL.value, "season": "2026-27"}
    page = client.post("/opt-outs/record/", {**sent, "local_ids": f"{ID}\nS-2"}, follow=True)
    assert "2 students are now opted out." in page.content.decode()
    page = client.post("/opt-outs/record/", {**sent, "local_ids": "S-2; S-3"}, follow=True)
    assert "1 student is now opted out. 1 was already opted out." in page.content.decode()
    assert ID not in page.content.decode()
    ends = {**sent, "authenticated": "signed paper"}
    assert client.post("/opt-outs/withdraw/", {**ends, "local_ids": ID}).status_code == 422
    ends["local_ids"] = f"{ID} | Rosa Alba | mother"
    page = client.post("/opt-outs/withdraw/", ends, follow=True).content.decode()
    assert "0 opt-outs ended. 1 was made by another person" in page
    assert len(facts.list_active_opt_outs()) == 3
    recording = Recording.objects.first()
    assert recording is not None
    address = f"/opt-outs/{recording.pk}/undo/"
    assert "Undo these opt-outs?" in client.get(address).content.decode()
    page = client.post(address, follow=True)
    assert "1 student is included again." in page.content.decode()
    assert len(facts.list_active_opt_outs()) == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"local_ids": " ,\n"}, "Enter at least one student ID."),
        (
            {"local_ids": ID + "x" * 60},
            "These entries are too long to be student IDs: number 1 in the list.",
        ),
        (
            {"local_ids": ",".join(f"S{n}" for n in range(20_001))},
            "The list has more than 20000 IDs.",
        ),
        ({"local_ids": "S | Rosa\n"}, "Line 1: enter ID | name | relationship."),
        ({"local_ids": "S | Rosa | aunt by marriage"}, "Line 1: enter ID | name | relationship."),
        ({"season": "2026-28"}, "Enter the school year as 2026-27."),
        ({"season": "soon"}, "Enter the school year as 2026-27."),
    ],
)
def test_a_form_says_what_to_write_and_repeats_no_id(
    river: Organization, change: dict[str, str], said: str
) -> None:
    sent = {"organization": river.pk, "scope": ALL.value, "season": "2026-27", "local_ids": ID}
    form = OptOutForm({**sent, **change}, organizations=Organization.objects.all())
    assert not form.is_valid()
    assert said in str(form.errors)
    assert ID not in str(form.errors)


def test_a_steward_cannot_choose_another_organization(
    steward: User, browser: Browser, organization: Callable[..., Organization]
) -> None:
    hills = organization("hills")
    client = browser(steward)
    sent = {"organization": hills.pk, "scope": ALL.value, "season": "2026-27", "local_ids": ID}
    assert client.post("/opt-outs/record/", sent).status_code == 422
    assert client.post("/opt-outs/withdraw/", sent).status_code == 422
    assert not OptOut.objects.exists()


def test_an_opt_out_is_ended_by_whoever_made_it_and_by_no_other_parent(
    river: Organization, steward: User, browser: Browser
) -> None:
    _record(river, steward, ID, said={ID: ROSA})
    ends = {"organization": river, "scope": ALL, "by": steward, "at": AT}
    for _ in range(2):
        assert actions.withdraw_opt_outs(**ends, signatures={ID: LEO}) == OptOutEndings(disputed=1)
    assert len(facts.list_active_opt_outs()) == 1
    client = browser(steward)
    page = client.get("/consents/conflicts/").content.decode()
    assert "<h1>Disagreements</h1>" in page
    assert "No disagreements" not in page
    assert "Rosa Alba, Parent" in page
    assert page.count("Leo Alba, Guardian") == 1
    assert [w.title for w in list_consent_tasks(load_actor(steward), ON)] == [
        "disputed opt-out to decide"
    ]
    objection = Objection.objects.get()
    address = f"/consents/objections/{objection.pk}/"
    assert "Rosa Alba, Parent" in client.get(address).content.decode()
    assert client.post(address, {"ends": "yes", "reason": " "}).status_code == 422
    client.post(address, {"ends": "no", "reason": "Both hold the right."})
    assert len(facts.list_active_opt_outs()) == 1
    assert (
        "This disagreement was already decided."
        in client.get(address, follow=True).content.decode()
    )
    assert actions.withdraw_opt_outs(**ends, signatures={ID: ROSA}) == OptOutEndings(ended=1)
    assert facts.list_active_opt_outs() == ()


def test_the_district_ends_an_opt_out_with_a_reason(
    river: Organization, steward: User, person: Person
) -> None:
    _record(river, steward, ID)
    actions.withdraw_opt_outs(
        organization=river, signatures={ID: LEO}, scope=ALL, by=steward, at=AT
    )
    objection = Objection.objects.get()
    decides = {"objection": objection, "ends": True, "reason": "He alone holds the right."}
    with pytest.raises(Refused):
        actions.decide_opt_out_objection(**decides, by=person(Role.STEWARD, at="hills"), at=AT)
    actions.decide_opt_out_objection(**decides, by=steward, at=AT)
    assert facts.list_active_opt_outs() == ()
    assert AuditLine.objects.get(event="opt_out.decided").decision_id
    with pytest.raises(Refused):
        actions.decide_opt_out_objection(**decides, by=steward, at=AT)
    assert str(objection) == f"objection {objection.pk}"


def test_both_parents_may_decline_and_each_ends_only_their_own(
    river: Organization, steward: User
) -> None:
    _record(river, steward, ID, said={ID: ROSA})
    again = _record(river, steward, ID, said={ID: LEO})
    assert again.opt_outs.count() == 1
    assert queries.list_opt_out_tallies(load_actor(steward), ON)[0].everything == 1
    _record(river, steward, ID)
    assert OptOut.objects.count() == 2
    done = actions.withdraw_opt_outs(
        organization=river, signatures={ID: LEO}, scope=ALL, by=steward, at=AT
    )
    assert done == OptOutEndings(ended=1, disputed=1)
    assert len(facts.list_active_opt_outs()) == 1


def test_who_said_it_is_kept_sealed_and_how_it_was_known(
    river: Organization, steward: User, browser: Browser
) -> None:
    sent = {"organization": river.pk, "scope": ALL.value, "season": "2026-27"}
    sent |= {"local_ids": f"{ID} | Rosa Alba | mother", "authenticated": "signed paper"}
    browser(steward).post("/opt-outs/record/", sent)
    row = OptOut.objects.get()
    assert (row.relation, row.method, row.authenticated) == ("parent", "paper", "signed paper")
    assert unseal_opt_out_signer(row, row.child_key)["name"] == "Rosa Alba"
    assert b"Rosa" not in bytes(row.sealed)


def test_nobody_undoes_what_they_may_not_see(
    river: Organization, steward: User, browser: Browser
) -> None:
    recording = _record(river, steward, ID)
    address = f"/opt-outs/{recording.pk}/undo/"
    assert browser(Role.STEWARD, at="hills").post(address).status_code == 404
    assert browser(Role.REVIEWER).post(address).status_code == 403
    assert len(facts.list_active_opt_outs()) == 1


def test_rows_say_what_they_are_without_a_child(river: Organization, steward: User) -> None:
    recording = _record(river, steward, ID)
    assert str(recording) == "River: All optional sharing, 2026-27"
    assert str(OptOut.objects.get()).startswith("opt-out ")


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 6, 30), "2025-26"),
        (date(2026, 7, 1), "2026-27"),
        (date(2024, 2, 29), "2023-24"),
        (date(2099, 9, 1), "2099-00"),
    ],
)
def test_a_school_year_begins_in_july(day: date, year: str) -> None:
    assert compute_school_year(day) == year
