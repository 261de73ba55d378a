"""A family's opt-out takes the child out of every figure."""

import pyarrow as pa
import pytest
from tests.releases.community import AT, Community, permit

from cairn.consents import actions as consents
from cairn.intake.queries import Current
from cairn.intake.storehouse import key_ring, open_storehouse
from cairn.linkage.models import Link, Person
from cairn.releases import left_out, queries
from cairn.rules.vocabulary import Action, OptOutScope
from cairn.warehouse.identifiers import anchor_key
from cairn.warehouse.zones import Zone

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


def deliver(slug: str, columns: dict[str, list[str]]) -> Current:
    ref = open_storehouse().write(
        Zone.CONFORMED, pa.table(columns), permit=permit(Action.CONFORM), step="conform"
    )
    return Current(
        delivery=1,
        organization=slug,
        agreement=f"DSA-{slug}",
        feed="roster",
        period="",
        record="student",
        conformed_ref=str(ref),
    )


def test_who_declined_is_not_counted(community: Community, monkeypatch: pytest.MonkeyPatch) -> None:
    deliveries = (
        deliver("oak", {"local_id": ["S-1", "S-2"]}),
        deliver("oak", {"school_id": ["O1"]}),
        deliver("elm", {"local_id": ["S-1"]}),
    )
    monkeypatch.setattr(left_out, "current", lambda: deliveries)
    person = Person.objects.create(id="O1-0", created=AT)
    key = key_ring().subkey("linkage/records")
    Link.objects.create(record=anchor_key("oak", "S-1", key), source="oak", person=person, since=AT)
    steward = community.stewards["oak"]
    consents.record(
        organization=steward.affiliations.get().organization,
        local_ids=["s-1", "S-2", "S-unknown"],
        scope=OptOutScope.ALL_DISCRETIONARY,
        season="2025-26",
        by=steward,
        at=AT,
    )
    (fact,) = left_out.opt_outs(open_storehouse())
    assert fact.person == "O1-0"
    (figures,) = queries.figures(community.checked())
    assert figures.county.n == 2386


def test_nobody_declined(community: Community) -> None:
    assert left_out.opt_outs(open_storehouse()) == ()
