"""Use a page of staff again until a row that it shows changes.

Most of the time of a list is its rendering, and most readers open a list in which nothing has
changed since they opened it last. What a page rests on is noted as for any other result
(``keep_while_rows_unchanged``); the form tokens of a page are put in for each request.
"""

import re
from collections.abc import Callable, Hashable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, Final, ParamSpec, cast

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token

from cairn.governance.partners.facts import load_actor
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import do_not_keep_result, keep_while_rows_unchanged

__all__ = ["keep_page_while_rows_unchanged"]

_TOKEN: Final = re.compile(rb'(?<=name="csrfmiddlewaretoken" value=")\w*')
_HEADERS: Final = {"Content-Type": "text/html; charset=utf-8"}

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[HttpRequest, Arguments], HttpResponseBase]


def keep_page_while_rows_unchanged(view: View[Arguments]) -> View[Arguments]:
    """Decorate the view of a staff page so that the page is kept for each user.

    A page is found by its user, what the policy knows of them, the address with its query, the
    day and the language. It is made again after a row that was read for it changed, and if there is
    a message to show. It may not depend on the time of day, the session, a setting or a file, and
    it names no child: pages stay in the memory of the process.

    Args:
        view: the view, which answers GET only.

    Returns:
        The view.
    """

    @keep_while_rows_unchanged(key=_identify_page)
    def make(
        request: HttpRequest,
        answers: list[HttpResponseBase],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> bytes:
        response = view(request, *args, **kwargs)
        answers.append(response)
        if not isinstance(response, HttpResponse) or not _is_plain_page(request, response):
            do_not_keep_result()
            return b""
        return _TOKEN.sub(b"", response.content)

    @wraps(view)
    def show(
        request: HttpRequest, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> HttpResponseBase:
        if not isinstance(request.user, User) or len(get_messages(request)):
            return view(request, *args, **kwargs)
        answers: list[HttpResponseBase] = []
        content = make(request, answers, *args, **kwargs)
        if answers:
            return answers[0]
        return HttpResponse(_TOKEN.sub(get_token(request).encode(), content))

    return cast("View[Arguments]", show)


def _is_plain_page(request: HttpRequest, response: HttpResponse) -> bool:
    """Tell whether an answer is a page and nothing else: no file, no cookie, no message."""
    has_page = response.status_code == HTTPStatus.OK and dict(response.headers) == _HEADERS
    has_message = getattr(get_messages(request), "added_new", False)
    return has_page and not response.cookies and not has_message


def _identify_page(request: HttpRequest, *_arguments: object, **_names: object) -> Hashable:
    """What a page depends on beside rows: its user, their rights, and its address."""
    user = cast("User", request.user)
    columns = (field.attname for field in User._meta.concrete_fields if field.name != "password")
    person = tuple(str(getattr(user, column)) for column in columns)
    is_part = bool(getattr(request, "htmx", False))
    return person, load_actor(user, request=request), request.get_full_path(), is_part
