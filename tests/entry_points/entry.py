"""The entries of the tables of routes, background tasks and commands."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action

NO_FIELDS: Mapping[str, str] = MappingProxyType({})


class Route(NamedTuple):
    """One route of the site, and what has to be true of it.

    Args:
        roles: who may use it.
        method: "get" or "post".
        make: creates what the address names; returns the arguments of the address.
        asks: the policy actions that it asks for, in order; the last one is what the route does.
            A page may ask for more afterwards, such as whether it shows a button.
        records: the audit events of one request that was allowed.
        sends: form fields of a POST, or the query of a GET.
    """

    roles: Collection[Role]
    method: str
    make: Callable[[], dict[str, Any]]
    asks: tuple[Action, ...]
    records: tuple[str, ...] = ()
    sends: Mapping[str, str] = NO_FIELDS


class BackgroundTask(NamedTuple):
    """One background task.

    Args:
        make: creates what the task needs; returns its arguments.
        asks: the policy actions that it asks for, in order.
        records: the audit events that it leaves.
        raises: how it ends where there is nothing to do for what `make` creates.
    """

    make: Callable[[], dict[str, Any]]
    asks: tuple[Action, ...]
    records: tuple[str, ...] = ()
    raises: type[Exception] | None = None


class Command(NamedTuple):
    """One verb of the command line.

    Args:
        make: creates what the verb needs, with files in a folder; returns its arguments.
        asks: the policy actions that it asks for, in order.
        exit_code: 0 done, 1 refused or findings, 2 wrong usage.
        records: the audit events that it leaves.
    """

    make: Callable[[Path], list[str]]
    asks: tuple[Action, ...]
    exit_code: int
    records: tuple[str, ...] = ()
