"""A newer edition replaces a published table: what differs comes first, nothing is lost."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.data.public_sources.published_card import CARD, list_card_roles, read_page, send_card

from cairn.data.public_sources import actions
from cairn.data.public_sources.editions import FigureChange, compare_editions
from cairn.data.public_sources.models import PublicFigure, PublicSource, SourceState
from cairn.platform.audit.models import AuditLine

NEWER = (
    b"School Year,Division Name,Subgroup,Pass Rate\n"
    b"2022 - 2023,Oak County,All Students,82.9\n"
    b"2022 - 2023,Oak County,Asian,GE95\n"
    b"2021-22,Oak County,Black,*\n"
    b"2023-24,Oak County,All Students,84.0\n"
)
AT = datetime(2026, 10, 1, 15, 0, tzinfo=UTC)


def _upload_newer(manager: Client, earlier: PublicSource, content: bytes = NEWER) -> PublicSource:
    answer = send_card(manager, content, replaces=earlier.pk, as_of="2024-06-30")
    assert answer.status_code == 302
    return PublicSource.objects.latest("pk")


def _confirm(manager: Client, newer: PublicSource, earlier: PublicSource, **changed: str) -> Any:
    columns = reverse("public_sources:columns", args=[newer.pk])
    return manager.post(columns, list_card_roles(add="1", replaces=str(earlier.pk), **changed))


@pytest.mark.django_db
def test_a_newer_edition_replaces_the_earlier_one_which_is_kept(
    manager: Client, added: PublicSource
) -> None:
    detail = reverse("public_sources:detail", args=[added.pk])
    start = f"{reverse('public_sources:upload')}?replaces={added.pk}"
    assert start in read_page(manager.get(detail))
    form = read_page(manager.get(start))
    assert 'value="State of Oak"' in form
    assert "Nothing is replaced yet" in form
    newer = _upload_newer(manager, added)
    page = read_page(manager.get(reverse("public_sources:columns", args=[newer.pk])))
    for words in (
        "What differs from the edition of June 30, 2023",
        "<dt>Figures added</dt><dd>1</dd>",
        "<dt>Figures removed</dt><dd>1</dd>",
        "<dt>Figures changed</dt><dd>1</dd>",
        "<dt>Figures unchanged</dt><dd>2</dd>",
        "82.3",
        "82.9",
        "As in the earlier edition.",
    ):
        assert words in page
    added.refresh_from_db()
    assert added.state == SourceState.ADDED
    assert _confirm(manager, newer, added).status_code == 302
    added.refresh_from_db()
    newer.refresh_from_db()
    assert (added.state, newer.state) == (SourceState.SUPERSEDED, SourceState.ADDED)
    assert (added.figures.count(), newer.figures.count()) == (4, 4)
    old_page = read_page(manager.get(detail))
    assert "A newer edition superseded this one" in old_page
    assert "Add a newer edition" not in old_page
    assert "82.3" in old_page
    assert "2 editions" in read_page(manager.get(reverse("public_sources:detail", args=[newer.pk])))
    assert "Superseded" in read_page(manager.get(reverse("public_sources:list")))
    line = AuditLine.objects.latest("sequence")
    assert (line.event, line.detail) == (
        "public_source.replaced",
        {"figures": 4, "replaces": added.pk},
    )


@pytest.mark.django_db
def test_a_page_that_compared_with_another_edition_replaces_nothing(
    manager: Client, added: PublicSource
) -> None:
    first = _upload_newer(manager, added)
    second = _upload_newer(manager, added, NEWER.replace(b"84.0", b"84.1"))
    assert _confirm(manager, first, added).status_code == 302
    answer = _confirm(manager, second, added)
    assert answer.headers["Location"] == reverse("public_sources:columns", args=[second.pk])
    assert "Another edition was added in the meantime" in read_page(
        manager.get(answer.headers["Location"])
    )
    assert PublicSource.objects.get(pk=second.pk).state == SourceState.UPLOADED
    first.refresh_from_db()
    assert _confirm(manager, second, first).status_code == 302
    states = PublicSource.objects.order_by("pk").values_list("state", flat=True)
    assert [*states] == ["superseded", "superseded", "added"]


@pytest.mark.django_db
def test_a_file_that_was_added_before_and_an_older_one_are_recognized(
    manager: Client, added: PublicSource
) -> None:
    again = send_card(manager, CARD, replaces=added.pk, as_of="2024-06-30")
    assert again.status_code == 422
    assert "uploaded already" in read_page(again)
    older = send_card(manager, NEWER, replaces=added.pk, as_of="2022-06-30")
    assert older.status_code == 422
    assert "before those of the edition that they would replace (June 30, 2023)" in read_page(older)
    assert PublicSource.objects.count() == 1


@pytest.mark.django_db
def test_the_same_figures_and_another_table_are_named(manager: Client, added: PublicSource) -> None:
    alike = _upload_newer(manager, added, CARD.replace(b"\n", b"\r\n"))
    page = read_page(manager.get(reverse("public_sources:columns", args=[alike.pk])))
    assert "Both editions have the same figures." in page
    other = _upload_newer(manager, added, NEWER.replace(b"Oak", b"Elm"))
    page = read_page(manager.get(reverse("public_sources:columns", args=[other.pk])))
    assert "No figure of the earlier edition is in this file." in page


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["moon", "987654"])
def test_a_table_that_is_not_there_is_not_replaced(manager: Client, key: str) -> None:
    assert manager.get(reverse("public_sources:upload"), {"replaces": key}).status_code == 404


@pytest.mark.django_db
def test_an_edition_is_not_added_beside_the_earlier_one_nor_twice(
    manager: Client, added: PublicSource, person: Callable[..., Any]
) -> None:
    newer, by = _upload_newer(manager, added), person()
    with pytest.raises(actions.SourceConflict, match="newer edition"):
        actions.add_public_source(source=newer, roles={}, rows=[], by=by, at=AT)
    actions.replace_public_source(source=newer, earlier=added, roles={}, rows=[], by=by, at=AT)
    late = _upload_newer(manager, added, NEWER.replace(b"84.0", b"84.1"))
    with pytest.raises(actions.SourceConflict, match="in the meantime"):
        actions.replace_public_source(source=late, earlier=added, roles={}, rows=[], by=by, at=AT)
    PublicSource.objects.filter(pk=late.pk).update(as_of=date(2020, 1, 1))
    with pytest.raises(actions.SourceConflict, match="before those"):
        actions.replace_public_source(source=late, earlier=newer, roles={}, rows=[], by=by, at=AT)
    newer.refresh_from_db()
    assert newer.state == SourceState.ADDED


def _figure(estimate: str, place: str = "Oak", code: str = "", **values: str) -> PublicFigure:
    return PublicFigure(place=place, place_id=code, measure="Rate", estimate=estimate, **values)


def test_a_code_holds_a_place_together_whose_spelling_changed() -> None:
    difference = compare_editions(
        [_figure("1", "Oak Cnty", "51"), _figure("2", "Elm")],
        [_figure("3", "Oak County", "51", margin="0.4", denominator="90"), _figure("2", "ELM")],
    )
    assert (difference.changed, difference.unchanged) == (1, 1)
    assert difference.changes == (FigureChange("Oak County · Rate", "1", "3 ± 0.4 (90)"),)


def test_figures_of_the_same_place_and_group_are_paired() -> None:
    difference = compare_editions([_figure("1"), _figure("1"), _figure("2")], [_figure("1")])
    assert (difference.unchanged, difference.removed, difference.added) == (1, 2, 0)
    assert compare_editions([], [_figure("1")]).has_nothing_in_common
    assert compare_editions([_figure("")], [_figure("1")]).changes[0].earlier == "—"
