"""Find out who acts: the policy facts about a user, without importing the apps that know them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, Protocol

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from cairn.policy.facts import Actor

__all__ = [
    "ActorLoader",
    "NoActorLoaderError",
    "clear_request_cache",
    "isolate_request_caches",
    "load_current_actor",
    "open_actor_cache",
    "open_request_cache",
    "register_actor_loader",
]


class ActorLoader(Protocol):
    """Loads the policy facts about a user; `request` shows the second factor of the session."""

    def __call__(
        self,
        user: AbstractBaseUser | AnonymousUser | None,
        /,
        *,
        request: HttpRequest | None = None,
    ) -> Actor:
        """Load the facts; without a request the user works in the machine's own shell."""
        ...


_loaders: Final[list[ActorLoader]] = []
_CACHES: Final = "cairn_request_caches"
_ACTORS: Final = "cairn_loaded_actors"
_READING_METHODS: Final = frozenset({"GET", "HEAD"})
_current_request: Final[ContextVar[HttpRequest | None]] = ContextVar(
    "cairn_current_request", default=None
)


class NoActorLoaderError(RuntimeError):
    """No installed app has registered how to load an actor."""


def register_actor_loader(loader: ActorLoader) -> None:
    """Register how to load an actor; an app calls this once, in `AppConfig.ready`.

    Args:
        loader: loads the facts about a user. It replaces a loader registered before.
    """
    _loaders[:] = [loader]


def load_current_actor(user: AbstractBaseUser | AnonymousUser | None) -> Actor:
    """Load the policy facts about a user who acts now.

    The user of the current web request counts with the second factor of that session. Any other
    user acts from a command or a task.

    Args:
        user: the user; None or an anonymous user is the public.

    Returns:
        The actor.

    Raises:
        NoActorLoaderError: no app has registered a loader.
    """
    if not _loaders:
        raise NoActorLoaderError("An app must call register_actor_loader in AppConfig.ready.")
    request = _current_request.get()
    _forget_actors(request)
    if request is None or user is None or request.user != user:
        return _loaders[0](user)
    return _loaders[0](user, request=request)


def open_actor_cache(request: HttpRequest) -> dict[int, Actor]:
    """Open the cache of the users that a request has loaded, by their id.

    A page, its navigation and its refusal show the same rights. An action loads its user again, in
    its transaction, and empties the cache: it may change what a user may do.

    Args:
        request: the request.

    Returns:
        The cache.
    """
    actors: dict[int, Actor] = request.__dict__.setdefault(_ACTORS, {})
    return actors


def open_request_cache(name: str) -> dict[Any, Any]:
    """Open a cache of the current request, so that a page loads the same facts once.

    Only a request that changes nothing has one. An action loads its facts again, in its transaction
    (`clear_request_cache`), and so does the rest of its page.

    Args:
        name: what is cached, such as "agreements".

    Returns:
        The cache of this name; a new, empty one outside of a request and in a request that may
        change something.
    """
    request = _current_request.get()
    if request is None or request.method not in _READING_METHODS:
        return {}
    caches: dict[str, dict[Any, Any]] | None = request.__dict__.setdefault(_CACHES, {})
    return {} if caches is None else caches.setdefault(name, {})


def clear_request_cache() -> None:
    """Take the caches from the current request: an action decides from facts of its own moment."""
    request = _current_request.get()
    if request is not None:
        request.__dict__[_CACHES] = None
    _forget_actors(request)


@contextmanager
def isolate_request_caches() -> Iterator[None]:
    """Within the block, read nothing from the caches of the current request, and leave them as is.

    Everything is read from the database there, so that its tables can be seen.

    Returns:
        The context.
    """
    request = _current_request.get()
    if request is None:
        yield
        return
    outer = request.__dict__.get(_CACHES, {})
    request.__dict__[_CACHES] = None if outer is None else {}
    try:
        yield
    finally:
        # An action within the block has taken the caches away for the rest of the request.
        taken = request.__dict__[_CACHES] is None
        request.__dict__[_CACHES] = None if taken else outer


def _forget_actors(request: HttpRequest | None) -> None:
    """Forget who was loaded, in a request that may change what users may do."""
    if request is not None and request.method not in _READING_METHODS:
        open_actor_cache(request).clear()


class CurrentRequestMiddleware:
    """Remember the request while its view runs, so that actions see the session's second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = _current_request.set(request)
        try:
            return self.get_response(request)
        finally:
            _current_request.reset(token)
