"""A family's no reaches a child who came encoded, by the sender's own id, in all its rows."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from tests.linkage.encoded_world import delivering
from tests.warehouse.rosters.rows import children

from cairn.accounts.models import User
from cairn.consents.actions import opting_out as consents
from cairn.intake.storehouse import open_storehouse
from cairn.linkage import actions as linkage
from cairn.linkage import queries
from cairn.partners.models import Organization
from cairn.releases import left_out
from cairn.rules.vocabulary import OptOutScope, OrganizationKind, Role

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
    linkage.link(by=manager, at=timezone.localtime())
    consents.record(
        organization=Organization.objects.get(slug="camp"),
        local_ids=["c3"],
        scope=OptOutScope.ALL_DISCRETIONARY,
        season="2025-26",
        by=manager,
        at=timezone.localtime(),
    )
    (gone,) = {fact.person for fact in left_out.opt_outs(open_storehouse())}
    for part in queries.parts():
        assert gone in open_storehouse().read(part.ref)["person_id"].to_pylist()
