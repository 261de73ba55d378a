"""A family's no reaches a child who came encoded, by the sender's own id, in all its rows."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from tests.data.identity.encoded_deliveries import delivering
from tests.matching.rosters.roster_rows import children

from cairn.data.identity.actions import linkage
from cairn.data.identity.queries import linkage_runs
from cairn.governance.consents.actions import opt_outs as consents
from cairn.governance.partners.models import Organization
from cairn.outputs.releases.queries import excluded_people
from cairn.platform.accounts.models import User
from cairn.platform.storage.api import open_file_store
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.families import OptOutScope
from cairn.policy.vocabulary.organizations import OrganizationKind

pytestmark = pytest.mark.django_db(databases=["default", "identities"], transaction=True)


@pytest.fixture
def manager(person: Callable[..., Any]) -> User:
    return person(Role.DATA_MANAGER, at="river-county-partnership", kind=OrganizationKind.BACKBONE)


def test_who_declines_at_one_sender_is_left_out_of_what_every_sender_brought(
    manager: User,
) -> None:
    deliver, kids = delivering(manager), children(20)
    deliver("clinic", kids)
    deliver("camp", [{**kid, "record_id": f"c{n}"} for n, kid in enumerate(kids)])
    linkage.link_current_deliveries(by=manager, at=timezone.localtime())
    consents.record_opt_outs(
        organization=Organization.objects.get(slug="camp"),
        local_ids=["c3"],
        scope=OptOutScope.ALL_DISCRETIONARY,
        season="2025-26",
        by=manager,
        at=timezone.localtime(),
    )
    (gone,) = {fact.person for fact in excluded_people.load_opt_outs(open_file_store())}
    for part in linkage_runs.list_linked_files():
        assert gone in open_file_store().read(part.ref)["person_id"].to_pylist()
