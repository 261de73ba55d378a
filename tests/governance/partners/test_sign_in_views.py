"""A data manager changes the sign-in of another person, who reads it at the next sign-in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cairn.governance.partners.actions import sign_in_records
from cairn.governance.partners.models import Affiliation
from cairn.platform.accounts.models import SignInChange
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"
REASON = {"reason": "Left on leave"}


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


def _sign_in(email: str) -> tuple[Client, Any]:
    client = Client()
    return client, client.post(
        reverse("account_login"), {"login": email, "password": PASSWORD}, follow=True
    )


def test_a_sign_in_is_deactivated_and_reactivated(
    browser: Callable[..., Client], person: Callable[..., Any]
) -> None:
    manager, sam = person(Role.DATA_MANAGER), person(Role.STEWARD, at="river")
    client, page = _sign_in(sam.email)
    assert f"You are signed in as {sam.name}." in page.content.decode()
    assert sam.email not in page.content.decode()
    office = browser(manager)
    address = reverse("partners:deactivate", args=(sam.pk,))
    assert b"They are signed out now" in office.get(address).content
    assert office.post(address, {"reason": ""}).status_code == 422
    answer = office.post(address, REASON, follow=True)
    assert b"is deactivated." in answer.content
    assert "_auth_user_id" not in client.session
    assert "_auth_user_id" not in _sign_in(sam.email)[0].session
    assert office.get(address).status_code == 404
    listed = office.get(reverse("partners:people"))
    assert b"Sign-in deactivated" in listed.content

    back = reverse("partners:reactivate", args=(sam.pk,))
    assert b"Current roles of this person: 1" in office.get(back).content
    office.post(back, {"reason": "Back at work."})
    client, page = _sign_in(sam.email)
    text = page.content.decode()
    assert "deactivated your sign-in" in text
    assert "Reason: Left on leave." in text
    assert "Reason: Back at work." in text
    assert "deactivated your sign-in" not in client.get(reverse("web:home")).content.decode()
    assert b"Left on leave" in client.get(reverse("accounts:mine")).content
    assert office.get(back).status_code == 404
    lines = AuditLine.objects.filter(event__in=("person.deactivated", "person.reactivated"))
    assert [line.detail["reason"] for line in lines.order_by("pk")] == [
        "Left on leave",
        "Back at work.",
    ]


def test_a_second_factor_is_reset_and_sessions_that_proved_it_end(
    browser: Callable[..., Client], person: Callable[..., Any]
) -> None:
    manager, sam = person(Role.DATA_MANAGER), person(Role.STEWARD, at="river")
    office = browser(manager)
    address = reverse("partners:reset_second_factor", args=(sam.pk,))
    assert office.get(address).status_code == 404
    assert b"has not set up two-step" in office.get(_person_page(sam)).content
    client, _page = _sign_in(sam.email)
    Authenticator.objects.create(user=sam, type=Authenticator.Type.TOTP, data={"secret": "x"})
    Authenticator.objects.create(user=sam, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert b"Reset two-step sign-in" in office.get(_person_page(sam)).content
    office.post(address, {"reason": "Lost phone"})
    assert not Authenticator.objects.filter(user=sam).exists()
    assert "_auth_user_id" not in client.session
    assert "_auth_user_id" in office.session
    _client, page = _sign_in(sam.email)
    assert "reset your two-step sign-in" in page.content.decode()
    assert AuditLine.objects.get(event="second_factor.reset").detail == {"reason": "Lost phone"}


def _person_page(user: Any) -> str:
    return reverse("partners:person", args=(user.pk,))


def test_no_one_changes_their_own_sign_in(
    browser: Callable[..., Client], person: Callable[..., Any]
) -> None:
    manager = person(Role.DATA_MANAGER)
    Authenticator.objects.create(user=manager, type=Authenticator.Type.TOTP, data={"secret": "x"})
    office = browser(manager)
    for name in ("deactivate", "reset_second_factor"):
        address = reverse(f"partners:{name}", args=(manager.pk,))
        assert office.get(address).status_code == 403
        assert office.post(address, REASON).status_code == 403
        assert address not in office.get(_person_page(manager)).content.decode()
    with pytest.raises(Refused):
        sign_in_records.deactivate_sign_in(
            user=manager, reason="x", by=manager, at=timezone.localtime()
        )
    manager.refresh_from_db()
    assert manager.is_active
    assert not SignInChange.objects.exists()


def test_a_manager_of_one_organization_does_not_reach_the_accounts_of_another(
    browser: Callable[..., Client], person: Callable[..., Any], organization: Callable[..., Any]
) -> None:
    local, sam = person(Role.DATA_MANAGER, at="river"), person(Role.STEWARD, at="river")
    address = reverse("partners:deactivate", args=(sam.pk,))
    assert browser(local).get(address).status_code == 200
    row = Affiliation.objects.create(
        user=sam, organization=organization("lake"), role="steward", starts=timezone.localdate()
    )
    assert browser(local).get(address).status_code == 403
    row.ends = timezone.localdate() - timedelta(days=1)
    row.save()
    assert browser(local).get(address).status_code == 200


def test_a_manager_without_a_second_factor_changes_no_sign_in(
    browser: Callable[..., Client], person: Callable[..., Any]
) -> None:
    sam = person(Role.STEWARD, at="river")
    manager = person(Role.DATA_MANAGER, invented=False)
    page = browser(manager).get(reverse("partners:deactivate", args=(sam.pk,)))
    assert page.status_code == 403
