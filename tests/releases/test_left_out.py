"""A family's opt-out takes the child out of every figure."""

import pyarrow as pa
import pytest
from tests.releases.community import AT, Community, permit

from cairn.consents.actions import opting_out as consents
from cairn.intake.storehouse import open_storehouse
from cairn.linkage.models import LinkageRun, LinkedPart
from cairn.releases import left_out, queries
from cairn.rules.vocabulary import Action, OptOutScope
from cairn.warehouse.zones import Zone

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


def deliver(slug: str, sent: dict[str, list[str]], people: list[str | None]) -> None:
    """A conformed file and what was linked from it, in the newest run."""
    store = open_storehouse()
    conformed = store.write(
        Zone.CONFORMED, pa.table(sent), permit=permit(Action.CONFORM), step="conform"
    )
    ref = store.write(
        Zone.LINKED,
        pa.table({"person_id": pa.array(people, pa.string())}),
        permit=permit(Action.LINK),
        step="part",
        inputs=[conformed],
        note={"record": "participation"},
    )
    run = LinkageRun.objects.get()
    LinkedPart.objects.create(
        run=run,
        delivery=run.parts.count(),
        organization=slug,
        agreement=f"DSA-{slug}",
        record="participation",
        file=str(ref),
    )


def test_who_declined_is_not_counted(community: Community) -> None:
    deliver("oak", {"local_id": ["S-1", "S-2", "S-3"]}, ["O1-0", None, "O1-3"])
    deliver("oak", {"school_id": ["O1"]}, ["O1-4"])
    deliver("elm", {"local_id": ["S-1"]}, ["E1-0"])
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
