"""What `rules` needs to know about a signed-in person: whether they proved a second factor."""

import ipaddress

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest

from cairn.accounts.models import User
from cairn.rules.vocabulary import SecondFactor

_PASSED_ON = ("HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP")


def second_factor(user: User, request: HttpRequest | None) -> SecondFactor:
    """How this session, or this shell (no request), proved who it is beyond a password."""
    if request is None:
        return SecondFactor.LOCAL_SHELL
    if any(record.get("method") == "mfa" for record in get_authentication_records(request, user)):
        return SecondFactor.PRESENT
    if user.is_invented and listens_on_loopback() and not _passed_on(request):
        return SecondFactor.EXCUSED
    return SecondFactor.ABSENT


def listens_on_loopback() -> bool:
    """Whether the running server is one that only this machine can reach.

    False unless our own server said where it listens: another server's address is unknown. False
    also where the site has a public name: a proxy on this machine then brings visitors from
    anywhere to the loopback address.
    """
    try:
        listens = ipaddress.ip_address(settings.CAIRN_LISTENS_ON).is_loopback
    except ValueError:
        return False
    return listens and settings.ENVIRONMENT.is_loopback


def _passed_on(request: HttpRequest) -> bool:
    """Whether a proxy or a tunnel says that the request came from somewhere else."""
    return any(name in request.META for name in _PASSED_ON)
