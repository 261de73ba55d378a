"""What the questions of one page share is read once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import DjangoAssertNumQueries
from tests.outputs.releases.community import Community

from cairn.outputs.releases import facts
from cairn.outputs.releases.models import Release

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


def test_a_reading_asks_once_and_says_what_one_question_says(
    community: Community, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    release = community.published()
    reading = facts.ReleaseFactLoader()
    first = reading.load_release(release)
    assert first == facts.load_release_fact(release)
    with django_assert_num_queries(0):
        assert reading.load_release(release) is first
        assert reading.load_agreements(release.agreements) == first.agreements
    assert first.providers


def test_an_agreement_that_is_not_on_record_is_left_out(community: Community) -> None:
    release = community.published()
    assert facts.load_lineage([*release.agreements, "none"]) == facts.load_lineage(
        release.agreements
    )


def test_many_releases_take_as_many_queries_as_one(community: Community) -> None:
    first = community.published()
    with CaptureQueriesContext(connection) as one:
        facts.ReleaseFactLoader().load_releases([first])
    second = Release.objects.get(pk=first.pk)
    second.pk = None
    second.save()
    with CaptureQueriesContext(connection) as both:
        loaded = facts.ReleaseFactLoader().load_releases([first, second])
    # Of each alone: its organization, which a list selects with it, and what is out beside it.
    assert len(both) <= len(one) + 2
    assert loaded == tuple(map(facts.load_release_fact, (first, second)))
