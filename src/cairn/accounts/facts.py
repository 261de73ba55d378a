"""What `rules` needs to know about a signed-in person: whether they proved a second factor."""

import ipaddress

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest

from cairn.accounts.models import User
from cairn.rules.vocabulary import SecondFactor


def second_factor(user: User, request: HttpRequest | None) -> SecondFactor:
    """How this session, or this shell (no request), proved who it is beyond a password."""
    if request is None:
        return SecondFactor.LOCAL_SHELL
    if any(record.get("method") == "mfa" for record in get_authentication_records(request, user)):
        return SecondFactor.PRESENT
    if user.is_invented and listens_on_loopback():
        return SecondFactor.EXCUSED
    return SecondFactor.ABSENT


def listens_on_loopback() -> bool:
    """Whether the running server is one that only this machine can reach.

    False unless our own server said where it listens: another server's address is unknown.
    """
    try:
        return ipaddress.ip_address(settings.CAIRN_LISTENS_ON).is_loopback
    except ValueError:
        return False
