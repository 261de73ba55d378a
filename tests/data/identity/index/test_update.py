"""The index over time: people keep their ids, decisions hold, nothing is left of what is gone."""

from datetime import datetime

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from tests.data.identity.sample_records import ADA, EVA, NOW, Taking, build_records, crowd

from cairn.data.identity.index import update
from cairn.data.identity.index.record_erasure import erase_records
from cairn.data.identity.models.clerical_review import (
    ALWAYS,
    NEVER,
    Question,
    Verdict,
    VerdictRecord,
)
from cairn.data.identity.models.match_history import FittedModel, MatchEvent
from cairn.data.identity.models.person_index import (
    BlockingKey,
    Gap,
    Link,
    Person,
    Record,
    SourceId,
    Statement,
)
from cairn.data.identity.queries.known_names import list_known_names
from cairn.data.identity.review.match_decisions import find_match_decisions
from cairn.data.identity.storage import index_counts, statements
from cairn.data.identity.storage.statements import IdentitySealer, RecordStatement

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


def person(one: RecordStatement) -> str:
    return update.find_people_by_keys([one.key])[one.key]


def decide(
    kind: str,
    one: RecordStatement,
    other: RecordStatement,
    sealer: IdentitySealer,
    at: datetime = NOW,
) -> Verdict:
    made = Verdict.objects.create(kind=kind, by_id="7", by_label="Dana", at=at)
    numbers = statements.find_record_numbers([one.key, other.key])
    for side, told in enumerate((one, other)):
        VerdictRecord.objects.create(verdict=made, record_id=numbers[told.key], side=side)
    update.mark_records_fresh(numbers.values())
    update.update_index(sealer, at)
    return made


def undo(verdict: Verdict, sealer: IdentitySealer, at: datetime = NOW) -> None:
    verdict.undone_at = at
    verdict.save()
    update.mark_records_fresh(verdict.records.values_list("record_id", flat=True))
    update.update_index(sealer, at)


def test_only_what_a_delivery_touches_is_looked_at(taking: Taking) -> None:
    assert taking(1, crowd("river")).whole
    (ada,) = build_records("club", {**ADA, "local_id": "7"})
    later = taking(2, [ada])
    assert (later.whole, later.looked_at, later.new_people) == (False, 1, 1)
    (again,) = build_records("school", {**ADA, "local_id": "9"})
    assert taking(3, [again]).looked_at == 2
    assert person(again) == person(ada)


def test_a_correction_keeps_the_person(taking: Taking) -> None:
    taking(1, crowd("river"))
    (ada,) = build_records("club", {**ADA, "local_id": "7"})
    taking(2, [ada])
    (married,) = build_records("club", {**ADA, "local_id": "7", "family_name": "Obermaier"})
    before = person(ada)
    taking(2, [married])
    assert person(married) == before
    assert update.find_people_by_keys([ada.key]) == {}


def test_never_the_same_holds_against_the_evidence_and_over_corrections(
    taking: Taking, sealer: IdentitySealer
) -> None:
    taking(1, crowd("river"))
    (one,), (other,) = (
        build_records("club", {**ADA, "local_id": "7"}),
        build_records("camp", {**ADA, "local_id": "3"}),
    )
    taking(2, [one])
    taking(3, [other])
    assert person(one) == person(other)
    decide(NEVER, one, other, sealer)
    assert person(one) != person(other)
    (again,) = build_records("camp", {**ADA, "local_id": "3", "phone": "4105550123"})
    taking(4, build_records("camp", {**ADA, "local_id": "3", "postal_code": "21202"}))
    taking(3, [again])
    assert person(one) != person(again)
    taking(5, crowd("river", 40), whole=True)
    assert person(one) != person(again)


def test_a_decision_undone_gives_the_old_ids_back(taking: Taking, sealer: IdentitySealer) -> None:
    taking(1, crowd("river"))
    (one,), (other,) = (
        build_records("club", {**ADA, "local_id": "7"}),
        build_records("camp", {**EVA, "local_id": "3"}),
    )
    taking(2, [one])
    taking(3, [other])
    before = person(one), person(other)
    assert before[0] != before[1]
    joined = decide(ALWAYS, one, other, sealer)
    assert person(one) == person(other) == before[0]
    assert Person.objects.get(pk=before[1]).merged_into == before[0]
    undo(joined, sealer)
    assert (person(one), person(other)) == before
    assert Person.objects.get(pk=before[1]).merged_into == ""
    with pytest.raises(IntegrityError), transaction.atomic(using="identities"):
        MatchEvent.objects.all().delete()
    kinds = MatchEvent.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["merged", "revived", "split"]


def test_what_is_withdrawn_leaves_no_trace(taking: Taking, sealer: IdentitySealer) -> None:
    taking(1, crowd("river"))
    (ada,) = build_records("club", {**ADA, "local_id": "7"})
    taking(2, [ada])
    taking(3, build_records("camp", {**EVA, "local_id": "3"}))
    decide(NEVER, ada, build_records("camp", {**EVA, "local_id": "3"})[0], sealer)
    number = statements.find_record_numbers([ada.key])[ada.key]
    taking(2, [])
    erase_records({"club"})
    assert not Record.objects.filter(pk=number).exists()
    assert not Statement.objects.filter(delivery=2).exists()
    assert not BlockingKey.objects.filter(record_id=number).exists()
    assert not SourceId.objects.filter(source="club").exists()
    assert not VerdictRecord.objects.exists()
    assert not Verdict.objects.exists()
    assert Link.objects.filter(record=None).count() == 1
    assert index_counts.count_index().by_source.keys() == {"river", "camp"}


def test_each_record_lists_its_keys_and_no_key_is_nobodys(
    taking: Taking, sealer: IdentitySealer
) -> None:
    def listed() -> set[tuple[int, int]]:
        rows = Record.objects.values_list("pk", "met_by")
        return {(n, int(key)) for n, held in rows for key in np.frombuffer(bytes(held), "<i8")}

    def list_stored_keys() -> set[tuple[int, int]]:
        return set(BlockingKey.objects.values_list("record_id", "key"))

    taking(1, crowd("river"))
    taking(2, build_records("club", {**ADA, "local_id": "7"}, {**EVA, "local_id": "8"}))
    first = list_stored_keys()
    assert listed() == first
    # Many are compared by an engine, few row by row: their keys are the same.
    taking(2, build_records("club", {**ADA, "local_id": "7", "phone": "4105550123"}))
    assert listed() == list_stored_keys() != first
    taking(3, crowd("camp", many=60), whole=True)
    assert listed() == list_stored_keys()
    taking(2, [])
    erase_records(None)
    assert listed() == list_stored_keys()
    assert {n for n, _ in list_stored_keys()} == set(Record.objects.values_list("pk", flat=True))


def test_an_empty_index_knows_no_names(taking: Taking) -> None:
    taking(1, crowd("river"))
    assert FittedModel.objects.count() == 1
    taking(1, [])
    erase_records(None)
    for model in (Record, Statement, BlockingKey, SourceId, FittedModel, Gap, Question):
        assert not model.objects.exists()


def test_a_run_that_was_killed_is_finished_by_the_next(
    taking: Taking, sealer: IdentitySealer
) -> None:
    taking(1, crowd("river"))
    (ada,) = build_records("club", {**ADA, "local_id": "7"})
    statements.store_delivery_statements(2, [ada], sealer, NOW)
    assert update.find_people_by_keys([ada.key]) == {}
    assert update.update_index(sealer, NOW).new_people == 1
    assert update.update_index(sealer, NOW) == update.IndexUpdate()
    assert len(person(ada)) == 32


def test_the_order_of_deliveries_does_not_matter(taking: Taking, sealer: IdentitySealer) -> None:
    river, club = crowd("river"), crowd("club", 5, 20)
    for delivery, told in enumerate((river, club), 1):
        taking(delivery, told)
    forward = [sorted(o.key for o in (*river, *club) if person(o) == p) for p in
               {person(o) for o in (*river, *club)}]  # fmt: skip
    for delivery in (1, 2):
        taking(delivery, [])
    for delivery, told in enumerate((club, river), 3):
        taking(delivery, told)
    backward = [sorted(o.key for o in (*river, *club) if person(o) == p) for p in
                {person(o) for o in (*river, *club)}]  # fmt: skip
    assert sorted(forward) == sorted(backward)
    assert len(forward) == 40


def test_a_decision_speaks_of_whoever_shares_the_id(taking: Taking, sealer: IdentitySealer) -> None:
    taking(1, crowd("river"))
    (one,), (other,) = (
        build_records("club", {**ADA, "local_id": "7"}),
        build_records("camp", {**EVA, "local_id": "3"}),
    )
    taking(2, [one])
    taking(3, [other])
    decide(NEVER, one, other, sealer)
    (corrected,) = build_records("club", {**ADA, "local_id": "7", "family_name": "Lundgren"})
    taking(4, [corrected])
    numbers = statements.find_record_numbers([one.key, other.key, corrected.key])
    found = find_match_decisions([numbers[corrected.key]])
    assert set(found.never) == {
        (numbers[one.key], numbers[other.key]),
        (numbers[corrected.key], numbers[other.key]),
    }


def test_what_people_are_called_is_tied_to_nobody(taking: Taking) -> None:
    first = {**ADA, "local_id": "7", "guardian_name": "Grace Hopper"}
    (ada,) = build_records("club", first)
    (eva,) = build_records("club", {**EVA, "local_id": "8"})
    taking(1, [ada, eva])
    found = list_known_names([person(ada)])
    assert {ADA["given_name"], ADA["family_name"], "Grace Hopper"} == found
    assert list_known_names([]) == set()
