"""Provide facts for policy about a signed-in person: whether they proved a second factor."""

import ipaddress

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest

from cairn.platform.accounts.models import User
from cairn.policy.vocabulary import SecondFactor

_PROXY_HEADERS = ("HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP")


def detect_second_factor(user: User, request: HttpRequest | None) -> SecondFactor:
    """Detect how this session proved its user's identity beyond a password.

    Args:
        user: the signed-in user.
        request: the request; None in a local shell.

    Returns:
        PRESENT, ABSENT, LOCAL_SHELL, or EXCUSED for an invented user of the demo on loopback.
    """
    if request is None:
        return SecondFactor.LOCAL_SHELL
    if any(record.get("method") == "mfa" for record in get_authentication_records(request, user)):
        return SecondFactor.PRESENT
    if user.is_invented and is_loopback_only() and not _is_proxied(request):
        return SecondFactor.EXCUSED
    return SecondFactor.ABSENT


def is_loopback_only() -> bool:
    """Return whether the running server can be reached from this machine only.

    False unless Cairn's own server recorded its address: another server's address is unknown.
    False also where the site has a public name: a proxy on this machine then brings visitors
    from anywhere to the loopback address.
    """
    try:
        is_loopback_address = ipaddress.ip_address(settings.CAIRN_LISTENS_ON).is_loopback
    except ValueError:
        return False
    return is_loopback_address and settings.ENVIRONMENT.is_loopback


def _is_proxied(request: HttpRequest) -> bool:
    """Return whether a proxy or a tunnel declares that the request came from another machine."""
    return any(name in request.META for name in _PROXY_HEADERS)
