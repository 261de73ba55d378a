"""What the questions of one page share is read once."""

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries
from tests.releases.community import Community

from cairn.releases import facts

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


def test_a_reading_asks_once_and_says_what_one_question_says(
    community: Community, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    release = community.published()
    reading = facts.Reading()
    first = reading.release(release)
    assert first == facts.release(release)
    with django_assert_num_queries(0):
        assert reading.release(release) is first
        assert reading.lineage(release.agreements) == first.agreements
    assert first.providers


def test_an_agreement_that_is_not_on_record_is_left_out(community: Community) -> None:
    release = community.published()
    assert facts.lineage([*release.agreements, "none"]) == facts.lineage(release.agreements)
