"""A family's opt-out takes the child out of every figure."""

import pyarrow as pa
import pytest
from tests.outputs.releases.community import AT, Community, permit

from cairn.data.identity.models.linkage_runs import LinkageRun, LinkedPart
from cairn.governance.consents.actions import opt_outs as consents
from cairn.outputs.releases.queries import excluded_people
from cairn.outputs.releases.queries import figures as queries_figures
from cairn.platform.storage.api import open_file_store
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.families import OptOutScope
from cairn.warehouse.store.file_refs import Zone

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


def deliver(slug: str, sent: dict[str, list[str]], people: list[str | None]) -> None:
    """A conformed file and what was linked from it, in the newest run."""
    store = open_file_store()
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
    consents.record_opt_outs(
        organization=steward.affiliations.get().organization,
        local_ids=["s-1", "S-2", "S-unknown"],
        scope=OptOutScope.ALL_DISCRETIONARY,
        season="2025-26",
        by=steward,
        at=AT,
    )
    (fact,) = excluded_people.load_opt_outs(open_file_store())
    assert fact.person == "O1-0"
    (figures,) = queries_figures.load_protected_figures(community.checked())
    assert figures.county.n == 2386


def test_nobody_declined(community: Community) -> None:
    assert excluded_people.load_opt_outs(open_file_store()) == ()
