"""What a page says where the index cannot follow a decision while somebody waits."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest

from cairn.accounts.models import User
from cairn.linkage.tasks import follows


def say_whether_it_follows(request: HttpRequest) -> None:
    """Says that the decision counts once the worker has linked everything anew, if it is so."""
    if said := follows(cast("User", request.user)):
        messages.warning(request, said)
