"""A release is attacked together with everything of the same outcome that is out already."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from tests.outputs.releases.community import AT, ON, Community, Silent

from cairn.governance.partners.facts import load_actor
from cairn.outputs.releases import facts
from cairn.outputs.releases.actions import (
    disclosure_check,
    drafts,
    owner_answers,
    review_and_publication,
)
from cairn.outputs.releases.models import Release
from cairn.outputs.releases.protection import counts
from cairn.outputs.releases.protection.counts import PublishedSnapshot
from cairn.outputs.releases.views import release_page
from cairn.platform.audit.models import AuditLine
from cairn.platform.storage.api import open_file_store
from cairn.policy.engine.decision import Refused
from cairn.policy.facts.outputs.release import (
    DifferencingConflict,
    DifferencingConflictKind,
)
from cairn.policy.vocabulary.releases import Attacker, OwnerAnswer, ReleaseState
from cairn.warehouse.exporters import release_files
from cairn.warehouse.exporters.release_files import ALL_GROUPS, ReleasedCell, build_group_key
from cairn.warehouse.store.file_refs import FileRef
from cairn.warehouse.store.file_store import FileStore

pytestmark = [pytest.mark.django_db(databases=["default", "identities"]), pytest.mark.one_database]


def hidden(release: Release) -> set[tuple[str, ...]]:
    cells = release_files.read_release_figures(
        open_file_store(), FileRef.parse(release.protected)
    ).cells
    return {
        (
            c.group.get("district"),
            c.group.get("school"),
            c.group.get("race_ethnicity"),
            c.group.get("gender"),
            c.result,
        )
        for c in cells
        if c.n is None
    }


def test_the_first_release_has_nothing_beside_it(community: Community) -> None:
    assert {part["beside"] for part in community.checked().certificate} == {0}


def test_the_same_tables_again_are_safe_and_withhold_the_same(community: Community) -> None:
    first = community.published()
    again = community.checked(community.draft(title="Again"))
    assert {part["beside"] for part in again.certificate} == {1}
    assert again.safe
    assert hidden(again) == hidden(first)
    assert release_page.build_release_context(again)["beside"] == 1
    assert release_page.build_release_context(again)["unseen"] == ()


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.decision.refusals}


def ready(community: Community) -> Release:
    """A release that every owner has confirmed, so that it may be published."""
    release, asked = community.sent_back(community.draft(title="Waits"))
    for sent in asked:
        steward = community.stewards[sent.organization.slug]
        owner_answers.answer_send_back(
            send_back=sent, answer=OwnerAnswer.CONFIRM, comment="", by=steward, at=AT
        )
    release.refresh_from_db()
    return release


def test_what_came_out_after_the_check_stops_publication_until_it_is_checked_again(
    community: Community,
) -> None:
    waiting = ready(community)
    community.published()
    (other,) = release_page.build_release_context(waiting)["unseen"]
    assert other.name == "“Chronic absence” (2026-03-02)"
    with pytest.raises(Refused) as refused:
        review_and_publication.publish_release(release=waiting, by=community.manager, at=AT)
    assert codes(refused) == {"P20"}
    disclosure_check.check_release_disclosure(
        release=waiting, by=community.author, at=AT, progress=Silent()
    )
    assert waiting.state == ReleaseState.CHECKED
    assert release_page.build_release_context(waiting)["unseen"] == ()
    review_and_publication.submit_release(release=waiting, by=community.author, at=AT)
    assert waiting.round == 2


def test_what_came_out_of_other_figures_stops_nothing(community: Community) -> None:
    waiting = ready(community)
    first = community.published()
    for part in first.certificate:
        part["school_year"] = "2019-20"
    first.save()
    review_and_publication.publish_release(release=waiting, by=community.manager, at=AT)
    assert waiting.state == ReleaseState.PUBLISHED


def test_a_check_of_which_nobody_knows_what_it_saw_is_done_again(community: Community) -> None:
    community.published()
    again = community.checked(community.draft(title="Again"))
    again.attacked = None
    again.save()
    with pytest.raises(Refused) as refused:
        review_and_publication.submit_release(release=again, by=community.author, at=AT)
    assert codes(refused) == {"P20"}


def test_a_check_that_did_not_ask_everyone_is_done_again(community: Community) -> None:
    waiting = ready(community)
    for part in waiting.certificate:
        part["tried_by"].remove(Attacker.CONTRIBUTOR.value)
    waiting.save()
    with pytest.raises(Refused) as refused:
        review_and_publication.publish_release(release=waiting, by=community.manager, at=AT)
    assert codes(refused) == {"P42"}
    del waiting.certificate[0]["tried_by"]
    waiting.save()
    assert facts.load_release_fact(waiting).asked_to_try == frozenset()
    disclosure_check.check_release_disclosure(
        release=waiting, by=community.author, at=AT, progress=Silent()
    )
    assert waiting.state == ReleaseState.CHECKED
    assert facts.load_release_fact(waiting).asked_to_try == frozenset(Attacker)
    review_and_publication.submit_release(release=waiting, by=community.author, at=AT)


def test_the_check_asks_everyone_whom_the_rules_demand() -> None:
    assert frozenset(counts.ATTACKERS_TRIED) == frozenset(Attacker)


def test_a_correction_is_attacked_together_with_what_it_corrects(community: Community) -> None:
    first = community.published()
    correction = drafts.begin_release_correction(
        release=first, what_changed="A late record.", by=community.author, at=AT
    )
    disclosure_check.check_release_disclosure(
        release=correction, by=community.author, at=AT, progress=Silent()
    )
    assert {part["beside"] for part in correction.certificate} == {1}


def out(*numbers: tuple[str, str, int | None]) -> PublishedSnapshot:
    cells = tuple(
        ReleasedCell("absence", "2025-26", build_group_key({"gender": gender}), result, n)
        for gender, result, n in numbers
    )
    return PublishedSnapshot("“Spring” (2026-03-02)", [["gender"]], cells)


ROWS = [
    {"school_year": "2025-26", "gender": gender, "district": "oak", "result": result, "n": n}
    for gender, result, n in (
        ("female", "yes", 40),
        ("female", "no", 60),
        ("male", "yes", 50),
        ("male", "no", 70),
    )
]


def now(past: PublishedSnapshot) -> list[counts.ProtectedOutcomeYear | DifferencingConflict]:
    return list(counts.protect_outcome_years("absence", ROWS, [["gender"]], 10, [], [past]))


def test_a_late_record_of_three_children_stops_it_without_the_number() -> None:
    past = out(
        ("female", "yes", 40), ("female", "no", 57), ("female", ALL_GROUPS, 97),
        ("male", "yes", 50), ("male", "no", 70), ("male", ALL_GROUPS, 120),
        (ALL_GROUPS, "yes", 90), (ALL_GROUPS, "no", 127), (ALL_GROUPS, ALL_GROUPS, 217),
    )  # fmt: skip
    assert now(past) == [
        DifferencingConflict(
            "absence", "2025-26", DifferencingConflictKind.TELLS_OF_FEW, (past.name,)
        )
    ]


def test_other_people_stop_it_and_the_release_is_named() -> None:
    past = out(
        ("female", "yes", 90), ("female", "no", 20), ("female", ALL_GROUPS, 110),
        ("male", "yes", 20), ("male", "no", 30), ("male", ALL_GROUPS, 50),
        (ALL_GROUPS, "yes", 110), (ALL_GROUPS, "no", 50), (ALL_GROUPS, ALL_GROUPS, 160),
    )  # fmt: skip
    assert now(past) == [
        DifferencingConflict(
            "absence", "2025-26", DifferencingConflictKind.OTHER_CHILDREN, (past.name,)
        )
    ]


def test_what_was_withheld_then_is_withheld_now() -> None:
    past = out(
        ("female", "yes", None), ("female", "no", None), ("female", ALL_GROUPS, 100),
        ("male", "yes", None), ("male", "no", None), ("male", ALL_GROUPS, 120),
        (ALL_GROUPS, "yes", 90), (ALL_GROUPS, "no", 130), (ALL_GROUPS, ALL_GROUPS, 220),
    )  # fmt: skip
    (year,) = now(past)
    assert isinstance(year, counts.ProtectedOutcomeYear)
    assert year.beside == 1
    shut = {(c.group.get("gender"), c.result) for c in year.cells() if c.n is None}
    assert {(g, r) for g in ("female", "male") for r in ("yes", "no")} <= shut


@pytest.fixture
def grown(community: Community, monkeypatch: pytest.MonkeyPatch) -> Release:
    """A release that is out, whose figures seem to be of three children more than are counted."""
    first = community.published()
    read, out = release_files.read_release_figures, FileRef.parse(first.released)

    def more(store: FileStore, ref: FileRef) -> release_files.ReleaseFigures:
        held = read(store, ref)
        if ref != out:
            return held
        cells = (replace(cell, n=cell.n and cell.n + 3) for cell in held.cells)
        return release_files.ReleaseFigures(tuple(cells), held.names)

    monkeypatch.setattr(facts, "read_release_figures", more)
    return first


def test_the_check_says_which_release_it_meets(
    community: Community, grown: Release, client: Client
) -> None:
    again = community.draft(title="Again")
    with pytest.raises(Refused) as refused:
        community.checked(again)
    assert codes(refused) <= {"P18", "P19"}
    again.refresh_from_db()
    assert again.state == ReleaseState.DRAFT
    shown = release_page.explain_check_conflict(again, load_actor(community.author), ON)
    assert shown
    assert [r.code for r in shown.refusals] == [r.code for r in refused.value.decision.refusals]
    assert AuditLine.objects.filter(event="release.met_earlier").count() == 1
    client.force_login(community.author)
    text = client.get(reverse("releases:detail", args=[again.pk])).content.decode()
    assert "The check found a conflict with a published release" in text
    assert grown.title in text
    assert "34 CFR 99.31(b)(1)" in text


def test_what_stopped_a_check_is_gone_once_another_one_passes(
    community: Community, grown: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = community.draft(title="Again")
    with pytest.raises(Refused):
        community.checked(again)
    monkeypatch.undo()
    disclosure_check.check_release_disclosure(
        release=again, by=community.author, at=AT, progress=Silent()
    )
    assert (again.meets, again.state) == ([], ReleaseState.CHECKED)
    assert release_page.explain_check_conflict(again, load_actor(community.author), ON) is None


def test_a_release_with_its_owners_goes_back_where_another_check_stops(
    community: Community, grown: Release
) -> None:
    waiting = community.draft(title="Waits")
    Release.objects.filter(pk=waiting.pk).update(
        state=ReleaseState.SENT_BACK.value, certificate=grown.certificate, attacked=[]
    )
    waiting.refresh_from_db()
    with pytest.raises(Refused) as refused:
        disclosure_check.check_release_disclosure(
            release=waiting, by=community.author, at=AT, progress=Silent()
        )
    assert codes(refused) <= {"P18", "P19"}
    waiting.refresh_from_db()
    assert waiting.state == ReleaseState.RETURNED
