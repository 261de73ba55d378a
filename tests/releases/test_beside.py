"""A release is attacked together with everything of the same outcome that is out already."""

import pytest
from tests.releases.community import AT, Community, Silent

from cairn.intake.storehouse import open_storehouse
from cairn.releases import actions, checking, page, protecting
from cairn.releases.models import Release
from cairn.releases.protecting import MeetsEarlierError, Past
from cairn.rules.vocabulary import ReleaseState
from cairn.warehouse import released
from cairn.warehouse.released import ALL, Cell
from cairn.warehouse.zones import FileRef

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


def hidden(release: Release) -> set[tuple[str, ...]]:
    cells = released.read(open_storehouse(), FileRef.parse(release.protected)).cells
    return {
        (c.district, c.school, c.race_ethnicity, c.gender, c.result) for c in cells if c.n is None
    }


def test_the_first_release_has_nothing_beside_it(community: Community) -> None:
    assert {part["beside"] for part in community.checked().certificate} == {0}


def test_the_same_tables_again_are_safe_and_withhold_the_same(community: Community) -> None:
    first = community.published()
    again = community.checked(community.draft(title="Again"))
    assert {part["beside"] for part in again.certificate} == {1}
    assert again.safe
    assert hidden(again) == hidden(first)
    assert page.shown(again)["beside"] == 1
    assert page.shown(again)["unseen"] == []


def test_what_is_published_after_the_check_is_named(community: Community) -> None:
    waiting = community.checked(community.draft(title="Waits"))
    first = community.published()
    Release.objects.filter(pk=first.pk).update(published_at=AT.replace(hour=16))
    assert page.shown(waiting)["unseen"] == [first]


def test_a_correction_is_attacked_together_with_what_it_corrects(community: Community) -> None:
    first = community.published()
    correction = actions.correct(
        release=first, what_changed="A late record.", by=community.author, at=AT
    )
    actions.check(release=correction, by=community.author, at=AT, progress=Silent())
    assert {part["beside"] for part in correction.certificate} == {1}


def out(*numbers: tuple[str, str, int | None]) -> Past:
    cells = tuple(
        Cell("absence", "2025-26", ALL, ALL, ALL, gender, result, n)
        for gender, result, n in numbers
    )
    return Past("“Spring” (2026-03-02)", [["gender"]], cells)


ROWS = [
    {"school_year": "2025-26", "gender": gender, "district": "oak", "result": result, "n": n}
    for gender, result, n in (
        ("female", "yes", 40),
        ("female", "no", 60),
        ("male", "yes", 50),
        ("male", "no", 70),
    )
]


def now(past: Past) -> list[protecting.Year]:
    return list(protecting.years("absence", ROWS, [["gender"]], 10, [], [past]))


def test_a_late_record_of_three_children_stops_it_without_the_number() -> None:
    past = out(
        ("female", "yes", 40), ("female", "no", 57), ("female", ALL, 97),
        ("male", "yes", 50), ("male", "no", 70), ("male", ALL, 120),
        (ALL, "yes", 90), (ALL, "no", 127), (ALL, ALL, 217),
    )  # fmt: skip
    with pytest.raises(MeetsEarlierError, match="Spring") as met:
        now(past)
    assert "3" not in str(met.value).replace("2026-03-02", "")


def test_other_people_stop_it_and_the_release_is_named() -> None:
    past = out(
        ("female", "yes", 90), ("female", "no", 20), ("female", ALL, 110),
        ("male", "yes", 20), ("male", "no", 30), ("male", ALL, 50),
        (ALL, "yes", 110), (ALL, "no", 50), (ALL, ALL, 160),
    )  # fmt: skip
    with pytest.raises(MeetsEarlierError, match=r"Spring.*other children"):
        now(past)


def test_what_was_withheld_then_is_withheld_now() -> None:
    past = out(
        ("female", "yes", None), ("female", "no", None), ("female", ALL, 100),
        ("male", "yes", None), ("male", "no", None), ("male", ALL, 120),
        (ALL, "yes", 90), (ALL, "no", 130), (ALL, ALL, 220),
    )  # fmt: skip
    (year,) = now(past)
    assert year.beside == 1
    shut = {(c.gender, c.result) for c in year.cells() if c.n is None}
    assert {(g, r) for g in ("female", "male") for r in ("yes", "no")} <= shut


def test_the_check_says_which_release_it_meets(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = community.published()
    store = open_storehouse()
    held = released.read(store, FileRef.parse(first.released))
    monkeypatch.setattr(
        checking.released,
        "read",
        lambda *_: released.Released(
            tuple(
                Cell(**{**{n: getattr(c, n) for n in released.SCHEMA.names}, "n": c.n and c.n + 3})
                for c in held.cells
            ),
            held.names,
        ),
    )
    with pytest.raises(checking.MeetsEarlier, match="Chronic absence"):
        community.checked(community.draft(title="Again"))
    assert Release.objects.get(title="Again").state == ReleaseState.DRAFT
