"""Under which IDs other organizations keep the records of the same students."""

import pytest
from tests.services.students.school_world import link

from cairn.data.identity.models.person_index import SourceId
from cairn.data.identity.queries.linked_ids import LinkedId, find_linked_ids

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

SCHOOL, PROGRAM, STATISTICS = 1, 2, 3
OURS = frozenset({SCHOOL, PROGRAM})


def test_the_other_ids_of_a_student() -> None:
    link(("river", "S-1", SCHOOL), ("lanterns", "L-1", PROGRAM))
    link(("river", "S-2", SCHOOL))
    found = find_linked_ids("river", ["S-1", "s-1 ", "S-2", "S-3"], OURS)
    assert found["S-1"] == {LinkedId("lanterns", "L-1")}
    assert set(found) == {"S-1", "s-1 "}
    assert find_linked_ids("lanterns", ["L-1"], OURS) == {"L-1": {LinkedId("river", "S-1")}}


@pytest.mark.parametrize("deliveries", [{SCHOOL}, {PROGRAM}, {STATISTICS}, set()])
def test_submissions_about_something_else_connect_no_one(deliveries: set[int]) -> None:
    link(("river", "S-1", SCHOOL), ("lanterns", "L-1", PROGRAM))
    assert find_linked_ids("river", ["S-1"], deliveries) == {}
    assert find_linked_ids("river", ["S-1"], OURS) != {}


def test_an_id_of_several_people_identifies_no_one() -> None:
    link(("river", "S-1", SCHOOL), ("lanterns", "L-1", PROGRAM))
    SourceId.objects.filter(source="river").update(person=None)
    assert find_linked_ids("river", ["S-1"], OURS) == {}
    assert find_linked_ids("river", [], OURS) == {}
