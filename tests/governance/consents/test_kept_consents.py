"""What is shown beside the consents is kept, and is that of a fresh look after each change."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from tests.governance.consents.sample_consents import AT, ON, World, paper
from tests.row_logs import keeping_results

from cairn.governance.consents.actions.consents import record_consent_revocation
from cairn.governance.consents.models.consent import Consent
from cairn.governance.consents.queries.overview import load_consent_overview
from cairn.governance.partners.facts import load_actor
from cairn.platform.accounts.models import User
from cairn.platform.actions.api import forget_kept_results

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identities"])


@pytest.fixture(autouse=True)
def keeping(world: World) -> Iterator[None]:
    with keeping_results():
        yield


def _revoke(world: World) -> None:
    record_consent_revocation(
        consent=Consent.objects.earliest("pk"), name="Rosa Alba", by=world.steward, at=AT
    )


def _summarize(user: User) -> tuple[object, ...]:
    overview = load_consent_overview(load_actor(user), ON)
    return (
        [(form.pk, form.given, form.waits, form.retired_at) for form in overview.forms],
        [(sitting.pk, sitting.total) for sitting in overview.sittings],
        [program.slug for program in overview.programs],
        overview.of_age,
    )


CHANGES: dict[str, Callable[[World], object]] = {
    "a form is recorded": lambda world: world.record(paper("S-8")),
    "a form is verified": lambda world: world.verified(paper("S-9")),
    "a family revokes": _revoke,
    "nothing": lambda _: None,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_it_is_that_of_a_fresh_look_after_each_change(
    world: World, change: Callable[[World], object]
) -> None:
    world.verified(paper("S-1"))
    users = (world.steward, world.tutor)
    before = [_summarize(user) for user in users]
    change(world)
    kept = [_summarize(user) for user in users]
    forget_kept_results()
    assert kept == [_summarize(user) for user in users]
    assert (kept == before) is (change is CHANGES["nothing"])


def test_the_list_follows_what_others_do(world: World, browser: Callable[..., Client]) -> None:
    (consent,) = world.verified(paper("S-1"))
    client = browser(world.steward)
    pages = [client.get("/consents/").content.decode() for _ in range(2)]
    assert all("Revoked" not in page and "Child S-1" in page for page in pages)
    record_consent_revocation(consent=consent, name="Rosa Alba", by=world.steward, at=AT)
    assert "Revoked" in client.get("/consents/").content.decode()
