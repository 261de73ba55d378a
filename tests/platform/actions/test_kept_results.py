"""What was read from sealed rows is used again until one of them changes, and never later."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import RequestFactory
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.row_logs import keeping_results

from cairn.governance.partners.models import Contact, Organization
from cairn.platform.actions import actors, kept_results
from cairn.platform.actions.api import (
    forget_kept_results,
    keep_while_rows_unchanged,
    watch_value,
)
from cairn.platform.schedule.models import JobRun

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identities"])
AT = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def keeping() -> Iterator[None]:
    with keeping_results():
        yield


class Reader:
    """A kept function that counts how often it really reads."""

    def __init__(self, read: Callable[[], Any], **options: Any) -> None:
        self.reads = 0

        @keep_while_rows_unchanged(**options)
        def list_names(*_key: str) -> Any:
            self.reads += 1
            return read()

        self.list_names = list_names

    def __call__(self, *key: str) -> Any:
        return self.list_names(*key)


def list_organizations() -> list[str]:
    return list(Organization.objects.order_by("slug").values_list("name", flat=True))


def add_organization(slug: str) -> Organization:
    return Organization.objects.create(slug=slug, name=slug, kind="backbone")


def test_a_result_is_used_again_until_a_row_that_it_rests_on_changes() -> None:
    reader = Reader(list_organizations)
    assert [reader(), reader(), reader.reads] == [[], [], 1]
    first = add_organization("one")
    assert [reader(), reader(), reader.reads] == [["one"], ["one"], 2]
    Organization.objects.filter(pk=first.pk).update(name="Uno")
    assert [reader(), reader(), reader.reads] == [["Uno"], ["Uno"], 3]
    Contact.objects.create(organization=first, name="Ada Lund", email="ada@uno.example")
    assert [reader(), reader.reads] == [["Uno"], 3], "a row of another table changes nothing"
    Contact.objects.all().delete()
    first.delete()
    assert [reader(), reader.reads] == [[], 4]


def test_each_argument_and_language_has_its_own_result_and_a_list_is_copied() -> None:
    reader = Reader(list_organizations)
    add_organization("one")
    reader("a").append("changed by a caller")
    assert [reader("a"), reader("b"), reader.reads] == [["one"], ["one"], 2]
    with translation.override("es"):
        assert [reader("a"), reader.reads] == [["one"], 3]


def test_what_rests_on_unsealed_rows_or_writes_is_read_each_time() -> None:
    unsealed = Reader(JobRun.objects.count)
    writing = Reader(lambda: Organization.objects.filter(slug="none").update(name="none"))
    for reader in (unsealed, writing):
        assert [reader(), reader(), reader.reads][2] == 2


def test_a_result_within_another_counts_for_both() -> None:
    inner = Reader(list_organizations)
    outer = Reader(lambda: [*inner(), Contact.objects.count()])
    inner()
    assert [outer(), outer(), inner.reads, outer.reads] == [[0], [0], 1, 1]
    add_organization("one")
    assert [outer(), inner.reads, outer.reads] == [["one", 0], 2, 2]


def test_what_was_rolled_back_is_forgotten() -> None:
    reader = Reader(list_organizations)
    reader()
    with transaction.atomic():
        add_organization("one")
        assert reader() == ["one"]
        transaction.set_rollback(True)
    assert reader() == []
    # Another change takes the number in the log that the first one had.
    add_organization("two")
    assert [reader(), reader()] == [["two"], ["two"]]


def test_a_transaction_sees_what_it_wrote() -> None:
    reader = Reader(list_organizations)
    reader()
    with transaction.atomic():
        add_organization("one")
        assert reader() == ["one"]
        add_organization("two")
        assert reader() == ["one", "two"]
    assert reader() == ["one", "two"]


def test_the_caches_of_a_request_hide_no_table(rf: RequestFactory) -> None:
    def read() -> list[str]:
        cache = actors.open_request_cache("names")
        if "all" not in cache:
            cache["all"] = list_organizations()
        return list(cache["all"])

    kept, request = Reader(read), rf.get("/")

    def view(_request: Any) -> Any:
        cache = actors.open_request_cache("names")
        cache["all"] = ["from the cache"]
        assert kept() == []
        assert actors.open_request_cache("names") is cache
        add_organization("one")
        assert kept() == ["one"]
        actors.clear_request_cache()
        assert kept("again") == ["one"]
        assert actors.open_request_cache("names") == {}
        return SimpleNamespace()

    actors.CurrentRequestMiddleware(view)(request)
    cleared = Reader(actors.clear_request_cache)
    actors.CurrentRequestMiddleware(lambda _request: cleared())(rf.get("/"))


def test_a_page_asks_once_how_far_the_logs_are(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It shows what held at its first look, and what it wrote itself; an action looks again."""
    looks: list[str] = []
    read_on = kept_results._logs.read_on
    monkeypatch.setattr(
        kept_results._logs, "read_on", lambda alias: (looks.append(alias), read_on(alias))[1]
    )
    reader = Reader(list_organizations)
    reader()

    def view(_request: Any) -> Any:
        looks.clear()
        assert [reader(), reader(), sorted(looks)] == [[], [], ["default", "identities"]]
        add_organization("one")
        assert [reader(), reader(), len(looks)] == [["one"], ["one"], 3]
        in_another_thread(lambda: add_organization("two"))
        assert [reader(), len(looks)] == [["one"], 3]
        actors.clear_request_cache()
        assert [reader(), len(looks)] == [["one", "two"], 5]
        return SimpleNamespace()

    actors.CurrentRequestMiddleware(view)(rf.get("/"))

    def change(_request: Any) -> Any:
        for count in (2, 4):
            assert reader() == ["one", "two"]
            assert len(looks) == count
        return SimpleNamespace()

    looks.clear()
    actors.CurrentRequestMiddleware(change)(rf.post("/"))


def test_what_a_reading_request_undoes_is_forgotten(rf: RequestFactory) -> None:
    reader, later = Reader(list_organizations), Reader(list_organizations)

    def view(_request: Any) -> Any:
        reader()
        with transaction.atomic():
            add_organization("one")
            assert reader() == ["one"]
            transaction.set_rollback(True)
        assert reader() == []
        for _ in range(2):
            in_another_thread(Organization.objects.count)
        assert later() == []
        return SimpleNamespace()

    actors.CurrentRequestMiddleware(view)(rf.get("/"))
    in_another_thread(lambda: add_organization("two"))
    for _ in range(3):
        actors.CurrentRequestMiddleware(
            lambda _request: SimpleNamespace(found=(reader(), later()))
        )(rf.get("/"))
        assert [reader(), later()] == [["two"], ["two"]]


def in_another_thread(call: Callable[[], object]) -> None:
    """Call with a connection of its own, as another process would."""

    def run() -> None:
        try:
            call()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()


def test_a_result_that_also_rests_on_the_time_is_kept_for_a_while_only() -> None:
    short = Reader(list_organizations, max_seconds=0.0)
    assert [short(), short(), short.reads] == [[], [], 2]


def test_what_rests_on_a_result_that_is_kept_for_a_while_is_not_kept_longer() -> None:
    inner = Reader(list_organizations, max_seconds=60.0)
    outer = Reader(inner)
    assert [outer(), outer(), inner.reads, outer.reads] == [[], [], 1, 2]


def test_what_rests_on_a_watched_value_is_read_again_if_the_value_changes() -> None:
    watched = watch_value(lambda slug: Organization.objects.filter(slug=slug).count())
    inner = Reader(lambda: [watched("one"), watched("two"), Contact.objects.count()])
    outer = Reader(inner)
    assert [outer(), outer(), inner.reads, outer.reads] == [[0, 0, 0], [0, 0, 0], 1, 1]
    other = add_organization("other")
    assert [outer(), inner.reads, outer.reads] == [[0, 0, 0], 1, 1], "the values are as they were"
    add_organization("two")
    assert [outer(), inner(), inner.reads, outer.reads] == [[0, 1, 0], [0, 1, 0], 2, 2]
    Contact.objects.create(organization=other, name="Ada Lund", email="ada@other.example")
    assert [outer(), inner.reads, outer.reads] == [[0, 1, 1], 3, 3]
    assert watched("two") == 1


def test_a_watched_value_that_cannot_be_kept_is_read_each_time() -> None:
    watched = watch_value(JobRun.objects.count)
    outer = Reader(lambda: [watched(), Contact.objects.count()])
    assert [outer(), outer(), outer.reads] == [[0, 0], [0, 0], 2]


def test_a_watched_value_within_another_counts_for_what_rests_on_both() -> None:
    names = watch_value(lambda: tuple(list_organizations()))
    number = watch_value(lambda: len(names()))
    outer = Reader(lambda: [number()])
    assert [outer(), outer.reads] == [[0], 1]
    first = add_organization("one")
    assert [outer(), outer.reads] == [[1], 2]
    Organization.objects.filter(pk=first.pk).update(name="Uno")
    assert [outer(), names(), outer.reads] == [[1], ("Uno",), 2]


def test_what_was_rolled_back_is_no_watched_value() -> None:
    watched = watch_value(Organization.objects.count)
    outer = Reader(lambda: [watched()])
    outer()
    with transaction.atomic():
        add_organization("one")
        assert outer() == [1]
        transaction.set_rollback(True)
    assert outer() == [0]


def test_what_rests_on_a_watched_function_that_failed_is_read_each_time() -> None:
    def fail() -> int:
        raise LookupError

    watched = watch_value(fail)

    def read() -> list[str]:
        with pytest.raises(LookupError):
            watched()
        return list_organizations()

    outer = Reader(read)
    assert [outer(), outer(), outer.reads] == [[], [], 2]


def test_another_day_has_its_own_result(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader(list_organizations)
    reader()
    monkeypatch.setattr(kept_results, "localdate", AT.date)
    assert [reader(), reader(), reader.reads] == [[], [], 2]


def test_many_changes_at_once_empty_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_results, "_MAX_LINES", 3)
    reader = Reader(list_organizations)
    reader()
    reader()
    for number in range(5):
        add_organization(f"many-{number}")
    assert len(reader()) == 5
    assert len(reader()) == 5
    add_organization("more")
    assert len(reader()) == 6


def test_only_so_many_results_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    general = kept_results._logs.general
    monkeypatch.setattr(general, "max_weight", 2)
    reader = Reader(list_organizations)
    reader("a")
    for key in ("a", "b", "c", "a"):
        reader(key)
    assert reader.reads == 4
    assert len(general.results) == 2
    monkeypatch.setattr(general, "max_seconds", 0.0)
    reader("d")
    assert len(general.results) == 1


def test_results_about_so_many_children_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    about_children = kept_results._logs.about_children
    monkeypatch.setattr(about_children, "max_weight", 5)
    reader = Reader(list_organizations, count_children=len)
    for key in ("aa", "bbb", "aa"):
        reader(key)
    assert [reader.reads, about_children.weight] == [2, 5]
    for key in ("c", "bbb", "aa", "c"):
        reader(key)
    assert reader.reads == 6, "what was used longest ago makes room"
    for key in ("more than all", "more than all", "c"):
        reader(key)
    assert [reader.reads, about_children.weight] == [8, 3], "one that is too large makes none"
    reader("")
    assert about_children.weight == 4, "an empty list takes room, too"


def test_results_about_children_are_kept_for_a_while_and_forgotten_at_the_first_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shelf = kept_results._logs.about_children
    reader = Reader(list_organizations, count_children=lambda _key: 1)
    other = Reader(Contact.objects.count)
    reader("a")
    other()
    add_organization("one")
    other()
    assert [len(shelf.results), shelf.weight] == [0, 0], "although somebody else asked"
    reader("a")
    now = kept_results.time.monotonic()
    monkeypatch.setattr(kept_results.time, "monotonic", lambda: now + 899)
    assert [reader("a"), reader.reads] == [["one"], 2]
    monkeypatch.setattr(kept_results.time, "monotonic", lambda: now + 901)
    assert [reader("a"), reader.reads] == [["one"], 3]
    forget_kept_results()
    assert [len(shelf.results), shelf.weight] == [0, 0]


def test_what_rests_on_a_result_about_children_is_not_kept_longer() -> None:
    inner = Reader(list_organizations, count_children=lambda: 1)
    outer, about_children = Reader(inner), Reader(inner, count_children=lambda: 1)
    assert [outer(), outer(), inner.reads, outer.reads] == [[], [], 1, 2]
    assert [about_children(), about_children(), about_children.reads] == [[], [], 1]
    add_organization("one")
    assert [about_children(), inner.reads] == [["one"], 2]


def test_a_reader_who_sees_less_of_the_log_gets_nothing_newer() -> None:
    """Another thread's transaction began before the rows were written that a result rests on."""
    reader = Reader(list_organizations)
    add_organization("one")
    reader()
    logs = kept_results._logs
    ((key, kept),) = logs.general.results.items()
    less = kept.heads | {"default": kept.heads["default"] - 1}
    assert logs.find(logs.general, key, dict(kept.heads), float("inf"))
    assert not logs.find(logs.general, key, less, 60.0)


def test_a_result_that_was_read_while_all_were_forgotten_is_not_kept() -> None:
    reader = Reader(lambda: (forget_kept_results(), list_organizations())[1])
    reader()
    reader()
    assert reader.reads == 2


def test_without_a_log_everything_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader(list_organizations)
    monkeypatch.setattr(kept_results, "has_row_log", lambda _alias: False)
    forget_kept_results()
    reader()
    reader()
    assert reader.reads == 2


def test_an_empty_or_removed_log_keeps_nothing() -> None:
    reader = Reader(list_organizations)
    with connection.cursor() as cursor:
        for sql in ("DELETE FROM row_change_log", "ALTER TABLE row_change_log RENAME TO gone"):
            cursor.execute(sql)
            reader()
            reader()
        cursor.execute("ALTER TABLE gone RENAME TO row_change_log")
    assert reader.reads == 4


@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.lists(st.sampled_from(["add", "rename", "delete", "roll back", "contact", "read"])))
def test_whatever_happened_the_result_is_that_of_a_fresh_reading(steps: list[str]) -> None:
    reader = Reader(list_organizations)
    for number, step in enumerate(steps):
        rows = Organization.objects.order_by("pk")
        if step == "add":
            add_organization(f"{reader}-{number}"[-40:])
        elif step == "rename":
            rows.filter(pk__in=rows[:1]).update(name=f"name {number}")
        elif step == "delete":
            Contact.objects.all().delete()
            rows.all().delete()
        elif step == "contact" and (row := rows.first()):
            Contact.objects.create(organization=row, name="Ada Lund", email="ada@one.example")
        elif step == "roll back":
            with transaction.atomic():
                add_organization(f"undone-{number}")
                assert reader() == list_organizations()
                transaction.set_rollback(True)
        assert reader() == list_organizations()
    Contact.objects.all().delete()
    Organization.objects.all().delete()
