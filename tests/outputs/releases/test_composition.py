"""Releases compose: a further release adds to the public page and takes nothing from it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.outputs.releases.community import AT, ON, Community, Silent
from tests.outputs.releases.test_differencing import ROWS, codes, out

from cairn.outputs.dashboards import queries
from cairn.outputs.releases import facts
from cairn.outputs.releases.actions import (
    disclosure_check,
    drafts,
    review_and_publication,
)
from cairn.outputs.releases.figures import OutcomeFigures
from cairn.outputs.releases.models import Release
from cairn.outputs.releases.protection import counts, public_tables
from cairn.outputs.releases.protection.public_tables import (
    BlockedOutcome,
    advise_smaller_tables,
    list_conflicts,
    list_smaller_sets,
)
from cairn.outputs.releases.queries import public_state
from cairn.outputs.releases.views import release_page
from cairn.policy.engine.decision import Refused
from cairn.policy.facts.outputs.release import DifferencingConflict, DifferencingConflictKind
from cairn.policy.vocabulary.releases import ReleaseState
from cairn.sdc.differencing.public_facts import FactChange
from cairn.warehouse.exporters.release_files import ALL_GROUPS, build_group_key
from cairn.warehouse.measures.outcomes import load_outcome_catalogue

pytestmark = [pytest.mark.django_db(databases=["default", "identities"]), pytest.mark.one_database]
OUTCOME = "chronic_absence"


def public_figures() -> OutcomeFigures:
    published = queries.load_published_outcome(OUTCOME, ON)
    assert published is not None
    return published.figures


def changes(rows: list[public_state.PublicPageChange]) -> dict[tuple[str, FactChange], int]:
    return {(row.table, row.change): row.figures for row in rows}


def withdraw(community: Community, release: Release) -> None:
    review_and_publication.withdraw_release(
        release=release, reason="A mistake.", by=community.manager, at=AT
    )


def test_a_second_release_leaves_the_first_intact_and_its_withdrawal_too(
    community: Community, client: Client
) -> None:
    community.published()
    first = public_figures()
    second = community.checked(community.draft(title="Genders", tables=[["district", "gender"]]))
    told = changes(public_state.list_publication_changes(second))
    lines = release_page.describe_publication(second)
    assert any(line.endswith("(1 figure)") for line in lines), lines
    assert not any("(1 figures" in line for line in lines)
    assert told == {
        ("by district and gender", FactChange.ADDED): 4,
        ("county totals only", FactChange.UNCHANGED): 1,
        ("by district", FactChange.UNCHANGED): 2,
        ("by gender", FactChange.UNCHANGED): 2,
    }
    assert public_state.list_withdrawal_changes(second) == []
    client.force_login(community.author)
    page = client.get(reverse("releases:detail", args=[second.pk])).content.decode()
    assert "What changes on the public page" in page
    assert "This hides nothing that is public." in page
    Release.objects.filter(pk=second.pk).update(state=ReleaseState.DRAFT.value)
    second.refresh_from_db()
    published = community.carried(second)
    both = public_figures()
    for year, table in first.tables.items():
        assert table.items() <= both.tables[year].items()
    assert build_group_key({"district": "Oak", "gender": "F"}) in both.tables[both.latest]
    assert changes(public_state.list_withdrawal_changes(published)) == {
        ("by district and gender", FactChange.REMOVED): 4,
        ("county totals only", FactChange.UNCHANGED): 1,
        ("by district", FactChange.UNCHANGED): 2,
        ("by gender", FactChange.UNCHANGED): 2,
    }
    client.force_login(community.manager)
    asked = client.get(reverse("releases:withdraw", args=[published.pk])).content.decode()
    assert "by district and gender" in asked
    withdraw(community, published)
    assert public_figures() == first
    page = client.get(reverse("dashboards:outcome", args=[OUTCOME])).content.decode()
    assert "Some figures were withdrawn" in page
    assert "63%" in page


def test_figures_of_an_earlier_year_keep_the_trend(community: Community) -> None:
    """A release of another year only, as the newest: the trend has both."""
    first = community.published()
    other = community.carried(community.draft(title="Genders", tables=[["district", "gender"]]))
    moved = public_state.load_released_file(first.released)
    older = replace(
        moved, cells=tuple(replace(cell, school_year="2024-25") for cell in moved.cells)
    )
    with pytest.MonkeyPatch.context() as patch:
        read = public_state.load_released_file
        patch.setattr(
            public_state,
            "load_released_file",
            lambda ref: older if ref == first.released else read(ref),
        )
        figures = public_figures()
        published = queries.load_published_outcome(OUTCOME, ON)
    assert figures.years == ("2024-25", "2025-26")
    assert [row.count.share is not None for row in figures.trend] == [True, True]
    assert published is not None
    assert published.release == other
    assert published.sources == (other, first)


def test_a_correction_replaces_what_it_corrects_and_says_so(community: Community) -> None:
    first = community.published()
    correction = drafts.begin_release_correction(
        release=first, what_changed="A late record.", by=community.author, at=AT
    )
    drafts.redraft_release(
        release=correction,
        outcomes=[OUTCOME],
        tables=[["district", "school"]],
        years=[],
        by=community.author,
        at=AT,
    )
    disclosure_check.check_release_disclosure(
        release=correction, by=community.author, at=AT, progress=Silent()
    )
    told = changes(public_state.list_publication_changes(correction))
    assert told["by race and gender", FactChange.REMOVED] == 8
    assert told["by district and school", FactChange.UNCHANGED] == 5
    assert public_state.find_hiding_conflicts(correction) == ()


def test_a_number_withdrawn_after_the_check_is_not_published_anew(community: Community) -> None:
    """The check kept it shown because it was public; so the check runs again."""
    first = community.published()
    again = community.checked(community.draft(title="Again"))
    soon = AT + timedelta(minutes=1)
    review_and_publication.withdraw_release(
        release=first, reason="A mistake.", by=community.manager, at=soon
    )
    with pytest.raises(Refused) as refused:
        review_and_publication.submit_release(release=again, by=community.author, at=AT)
    assert codes(refused) == {"P20"}
    later = AT + timedelta(hours=1)
    disclosure_check.check_release_disclosure(
        release=again, by=community.author, at=later, progress=Silent()
    )
    review_and_publication.submit_release(release=again, by=community.author, at=later)
    Release.objects.filter(pk=first.pk).update(
        state=ReleaseState.CORRECTED.value, withdrawn_at=None
    )
    again.refresh_from_db()
    assert facts.load_release_fact(again).beside.attacked == frozenset({str(first.pk)})
    Release.objects.filter(pk=community.draft(title="Fix").pk).update(
        corrects=first, what_changed="x", published_at=later + timedelta(hours=1)
    )
    assert facts.load_release_fact(again).beside.attacked == frozenset()


def test_a_pilot_changes_nothing_on_the_public_page(community: Community) -> None:
    release = community.checked()
    assert public_state.list_publication_changes(release)
    release.pilot = True
    assert public_state.list_publication_changes(release) == []
    assert public_state.find_hiding_conflicts(release) == ()


def test_publication_is_refused_if_it_would_hide_what_is_public(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if the check did not see it: the public state is compared once more."""
    community.published()
    again = community.checked(community.draft(title="Again"))
    hidden = public_state._read_proposed_facts(again)
    nothing = {
        key: public_state.PublicFigure(tuple(replace(cell, n=None) for cell in value.cells))
        for key, value in hidden.values.items()
    }
    monkeypatch.setattr(
        public_state, "_read_proposed_facts", lambda release: replace(hidden, values=nothing)
    )
    (conflict,) = public_state.find_hiding_conflicts(again)
    assert (conflict.how, conflict.outcome, conflict.school_year) == (
        DifferencingConflictKind.HIDES_PUBLIC,
        "Chronic absence",
        "2025-26",
    )
    assert changes(public_state.list_publication_changes(again)).keys() == {
        (table, FactChange.UNCHANGED)
        for table in (
            "county totals only",
            "by district",
            "by district and school",
            "by race",
            "by gender",
            "by race and gender",
        )
    }
    with pytest.raises(Refused) as refused:
        review_and_publication.publish_release(release=again, by=community.manager, at=AT)
    assert "P44" in codes(refused)


LATER = replace(
    out(
        ("female", "yes", 40), ("female", "no", 60), ("female", ALL_GROUPS, 100),
        ("male", "yes", 50), ("male", "no", 30), ("male", ALL_GROUPS, 80),
        (ALL_GROUPS, "yes", 90), (ALL_GROUPS, "no", 90), (ALL_GROUPS, ALL_GROUPS, 180),
    ),
    is_public=True,
)  # fmt: skip
"""Forty boys came since then, none of them absent."""


def protect(
    tables: counts.TableDimensions, years: object = ()
) -> list[counts.ProtectedOutcomeYear | DifferencingConflict]:
    return list(counts.protect_outcome_years("absence", ROWS, tables, 10, [], [LATER]))


def test_a_later_count_that_must_hide_a_public_number_names_its_release() -> None:
    (year,) = protect([["gender"]])
    assert isinstance(year, counts.ProtectedOutcomeYear)
    assert year.hides == (LATER.name,)
    blocked = BlockedOutcome(list_conflicts([year]), protect)
    (conflict,) = advise_smaller_tables([["gender"]], [blocked])
    assert conflict == DifferencingConflict(
        "absence", "2025-26", DifferencingConflictKind.HIDES_PUBLIC, (LATER.name,)
    )
    withdrawn = replace(LATER, is_public=False)
    (year,) = counts.protect_outcome_years("absence", ROWS, [["gender"]], 10, [], [withdrawn])
    assert isinstance(year, counts.ProtectedOutcomeYear)
    assert year.hides == ()


def test_the_nearest_tables_that_work_are_named_and_stored(community: Community) -> None:
    (year,) = protect([["gender"]])
    assert isinstance(year, counts.ProtectedOutcomeYear)
    tried = []

    def try_tables(
        tables: counts.TableDimensions, years: object
    ) -> list[counts.ProtectedOutcomeYear]:
        tried.append(tables)
        return [] if ("gender",) not in tables and len(tables) == 1 else [year]

    tables = [["district", "school"], ["gender"]]
    blocked = BlockedOutcome(list_conflicts([year]), try_tables)
    (conflict,) = advise_smaller_tables(tables, [blocked])
    assert tried == [(("district", "school"),)]
    assert (conflict.leave_out, conflict.works) == (("gender",), ("district,school",))
    release = community.draft()
    conflict = replace(conflict, outcome=OUTCOME)
    release.meets = [facts.serialize_conflict(conflict)]
    (loaded,) = facts.load_release_fact(release).beside.met
    assert loaded.outcome == load_outcome_catalogue()[OUTCOME].title["en"]
    assert (loaded.leave_out, loaded.works) == (("by gender",), ("by district and school",))


def test_smaller_sets_of_tables_are_tried_biggest_first() -> None:
    assert list(list_smaller_sets([["district", "school"], ["district", "gender"], ["gender"]]))[
        :3
    ] == [
        (("district", "school"), ("district", "gender")),
        (("district", "school"), ("gender",)),
        (("district", "gender"), ("gender",)),
    ]
    assert list(list_smaller_sets([["district", "school"]])) == [(("district",),), ((),)]
    assert list(list_smaller_sets([[]])) == []
    assert advise_smaller_tables([], []) == ()
    assert public_tables.MOST_TABLE_SETS_TRIED > 3
