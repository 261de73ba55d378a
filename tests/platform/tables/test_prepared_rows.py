"""Rows of a query that is compiled once: the same as Django's own, for any IDs."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cairn.governance.partners.models import Affiliation
from cairn.platform.tables.api import PreparedRows
from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


def select(ids: Any) -> Any:
    return (
        Affiliation.objects.filter(user__in=ids, role=Role.STEWARD.value, user__is_active=True)
        .order_by("starts", "-pk")
        .values_list("user_id", "starts", "ends", "organization__slug")
    )


def test_the_rows_are_those_of_the_query_set(person: Callable[..., Any]) -> None:
    users = [person(Role.STEWARD, at=f"place-{number % 3}") for number in range(6)]
    users += [person(Role.ANALYST, at="place-1")]
    Affiliation.objects.filter(user=users[2]).update(starts=date(2019, 5, 1), ends=date(2027, 1, 1))
    rows = PreparedRows(select)
    ids = [user.pk for user in users]
    for chosen in ([], ids[:1], ids[1:4], ids, [*ids, *ids], [ids[2], 10_000_000], iter(ids)):
        wanted = list(chosen)
        assert rows.read(wanted) == list(select(wanted))
    assert rows.read(ids)[0] == (users[2].pk, date(2019, 5, 1), date(2027, 1, 1), "place-2")


def test_one_query_is_asked_and_none_without_ids(person: Callable[..., Any]) -> None:
    user, rows = person(Role.STEWARD, at="river"), PreparedRows(select)
    with CaptureQueriesContext(connection) as asked:
        assert rows.read([]) == []
        assert len(rows.read([user.pk])) == len(rows.read([user.pk, user.pk + 1, user.pk + 2])) == 1
    assert len(asked) == 2


def test_what_changed_since_is_read(person: Callable[..., Any]) -> None:
    user, rows = person(Role.STEWARD, at="river"), PreparedRows(select)
    assert len(rows.read([user.pk])) == 1
    Affiliation.objects.filter(user=user).update(role=Role.ANALYST.value)
    assert rows.read([user.pk]) == []
