"""The index over time: people keep their ids, decisions hold, nothing is left of what is gone."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cairn.intake.storehouse import key_ring
from cairn.linkage import figures, index, statements
from cairn.linkage.decided import decided
from cairn.linkage.forgotten import forget
from cairn.linkage.models import (
    BlockingKey,
    FittedModel,
    Gap,
    Link,
    MatchEvent,
    Person,
    Question,
    Record,
    SourceId,
    Statement,
    Verdict,
    VerdictRecord,
)
from cairn.linkage.models.review import ALWAYS, NEVER
from cairn.linkage.sealing import Sealer
from cairn.linkage.statements import Told
from cairn.warehouse.identifiers import identifiers

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

NOW = datetime(2026, 11, 24, 12, tzinfo=timezone.get_current_timezone())
ADA = {"given_name": "Ada", "family_name": "Lund", "born": date(2012, 3, 4), "postal_code": "21201"}
EVA = {"given_name": "Eva", "family_name": "Lund", "born": date(2012, 3, 4), "postal_code": "21201"}


def said(source: str, *children: dict[str, Any]) -> list[Told]:
    names = ("local_id", "given_name", "family_name", "postal_code", "phone")
    columns: dict[str, pa.Array] = {
        name: pa.array([child.get(name) for child in children], pa.string()) for name in names
    }
    columns["birth_date"] = pa.array([child.get("born") for child in children], pa.date32())
    return statements.told(identifiers(pa.table(columns), source=source, key=b"k" * 32))


@pytest.fixture
def sealer() -> Sealer:
    return Sealer(key_ring())


@pytest.fixture
def take(sealer: Sealer) -> Callable[..., index.Settled]:
    """Takes in what one delivery says, a day after the one before, and looks."""
    days: Iterator[datetime] = (NOW + timedelta(days=n) for n in range(100))

    def run(delivery: int, told: list[Told], **how: Any) -> index.Settled:
        at = next(days)
        statements.take(delivery, told, sealer, at)
        return index.settle(sealer, at, **how)

    return run


def crowd(source: str, start: int = 0, many: int = 40) -> list[Told]:
    """So many children whom nobody takes for each other."""
    names = ("Ana", "Bo", "Cem", "Dee", "Eli", "Fay", "Gus", "Hal")
    families = ("Arnold", "Brook", "Castle", "Dorsey", "Eastman", "Ferro", "Garner", "Hull")
    return said(
        source,
        *(
            {
                "local_id": str(1000 + n),
                "given_name": names[n % 8],
                "family_name": families[(n // 8) % 8],
                "born": date(2008, 1, 5) + timedelta(days=97 * n),
                "postal_code": "21201",
            }
            for n in range(start, start + many)
        ),
    )


def person(one: Told) -> str:
    return index.people([one.key])[one.key]


def decide(kind: str, one: Told, other: Told, sealer: Sealer, at: datetime = NOW) -> Verdict:
    made = Verdict.objects.create(kind=kind, by_id="7", by_label="Dana", at=at)
    numbers = statements.numbers_of([one.key, other.key])
    for side, told in enumerate((one, other)):
        VerdictRecord.objects.create(verdict=made, record_id=numbers[told.key], side=side)
    index.look_at(numbers.values())
    index.settle(sealer, at)
    return made


def undo(verdict: Verdict, sealer: Sealer, at: datetime = NOW) -> None:
    verdict.undone_at = at
    verdict.save()
    index.look_at(verdict.records.values_list("record_id", flat=True))
    index.settle(sealer, at)


def test_only_what_a_delivery_touches_is_looked_at(take: Callable[..., index.Settled]) -> None:
    assert take(1, crowd("river")).whole
    (ada,) = said("club", {**ADA, "local_id": "7"})
    later = take(2, [ada])
    assert (later.whole, later.looked_at, later.new_people) == (False, 1, 1)
    (again,) = said("school", {**ADA, "local_id": "9"})
    assert take(3, [again]).looked_at == 2
    assert person(again) == person(ada)


def test_a_correction_keeps_the_person(take: Callable[..., index.Settled]) -> None:
    take(1, crowd("river"))
    (ada,) = said("club", {**ADA, "local_id": "7"})
    take(2, [ada])
    (married,) = said("club", {**ADA, "local_id": "7", "family_name": "Obermaier"})
    before = person(ada)
    take(2, [married])
    assert person(married) == before
    assert index.people([ada.key]) == {}


def test_never_the_same_holds_against_the_evidence_and_over_corrections(
    take: Callable[..., index.Settled], sealer: Sealer
) -> None:
    take(1, crowd("river"))
    (one,), (other,) = (
        said("club", {**ADA, "local_id": "7"}),
        said("camp", {**ADA, "local_id": "3"}),
    )
    take(2, [one])
    take(3, [other])
    assert person(one) == person(other)
    decide(NEVER, one, other, sealer)
    assert person(one) != person(other)
    (again,) = said("camp", {**ADA, "local_id": "3", "phone": "4105550123"})
    take(4, said("camp", {**ADA, "local_id": "3", "postal_code": "21202"}))
    take(3, [again])
    assert person(one) != person(again)
    take(5, crowd("river", 40), whole=True)
    assert person(one) != person(again)


def test_a_decision_undone_gives_the_old_ids_back(
    take: Callable[..., index.Settled], sealer: Sealer
) -> None:
    take(1, crowd("river"))
    (one,), (other,) = (
        said("club", {**ADA, "local_id": "7"}),
        said("camp", {**EVA, "local_id": "3"}),
    )
    take(2, [one])
    take(3, [other])
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


def test_what_is_withdrawn_leaves_no_trace(
    take: Callable[..., index.Settled], sealer: Sealer
) -> None:
    take(1, crowd("river"))
    (ada,) = said("club", {**ADA, "local_id": "7"})
    take(2, [ada])
    take(3, said("camp", {**EVA, "local_id": "3"}))
    decide(NEVER, ada, said("camp", {**EVA, "local_id": "3"})[0], sealer)
    number = statements.numbers_of([ada.key])[ada.key]
    take(2, [])
    forget({"club"})
    assert not Record.objects.filter(pk=number).exists()
    assert not Statement.objects.filter(delivery=2).exists()
    assert not BlockingKey.objects.filter(record_id=number).exists()
    assert not SourceId.objects.filter(source="club").exists()
    assert not VerdictRecord.objects.exists()
    assert not Verdict.objects.exists()
    assert Link.objects.filter(record=None).count() == 1
    assert figures.of_index().by_source.keys() == {"river", "camp"}


def test_an_empty_index_knows_no_names(take: Callable[..., index.Settled]) -> None:
    take(1, crowd("river"))
    assert FittedModel.objects.count() == 1
    take(1, [])
    forget(None)
    for model in (Record, Statement, BlockingKey, SourceId, FittedModel, Gap, Question):
        assert not model.objects.exists()


def test_a_run_that_was_killed_is_finished_by_the_next(
    take: Callable[..., index.Settled], sealer: Sealer
) -> None:
    take(1, crowd("river"))
    (ada,) = said("club", {**ADA, "local_id": "7"})
    statements.take(2, [ada], sealer, NOW)
    assert index.people([ada.key]) == {}
    assert index.settle(sealer, NOW).new_people == 1
    assert index.settle(sealer, NOW) == index.Settled()
    assert len(person(ada)) == 32


def test_the_order_of_deliveries_does_not_matter(
    take: Callable[..., index.Settled], sealer: Sealer
) -> None:
    river, club = crowd("river"), crowd("club", 5, 20)
    for delivery, told in enumerate((river, club), 1):
        take(delivery, told)
    forward = [sorted(o.key for o in (*river, *club) if person(o) == p) for p in
               {person(o) for o in (*river, *club)}]  # fmt: skip
    for delivery in (1, 2):
        take(delivery, [])
    for delivery, told in enumerate((club, river), 3):
        take(delivery, told)
    backward = [sorted(o.key for o in (*river, *club) if person(o) == p) for p in
                {person(o) for o in (*river, *club)}]  # fmt: skip
    assert sorted(forward) == sorted(backward)
    assert len(forward) == 40


def test_a_decision_speaks_of_whoever_shares_the_id(
    take: Callable[..., index.Settled], sealer: Sealer
) -> None:
    take(1, crowd("river"))
    (one,), (other,) = (
        said("club", {**ADA, "local_id": "7"}),
        said("camp", {**EVA, "local_id": "3"}),
    )
    take(2, [one])
    take(3, [other])
    decide(NEVER, one, other, sealer)
    (corrected,) = said("club", {**ADA, "local_id": "7", "family_name": "Lundgren"})
    take(4, [corrected])
    numbers = statements.numbers_of([one.key, other.key, corrected.key])
    found = decided([numbers[corrected.key]])
    assert set(found.never) == {
        (numbers[one.key], numbers[other.key]),
        (numbers[corrected.key], numbers[other.key]),
    }
