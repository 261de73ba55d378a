"""What a page does and says where the index cannot follow while somebody waits."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone

from cairn.accounts.models import User
from cairn.linkage import actions
from cairn.linkage.models import Person
from cairn.linkage.tasks import ask_for_relatives, follows


def look_at(request: HttpRequest, person: Person) -> bool:
    """That somebody looks at a person, on record before she is shown. False where not all that
    came is worked out of who is related to whom: the worker is asked for the rest."""
    by = cast("User", request.user)
    complete = actions.look_at_person(person=person, by=by, at=timezone.now())
    if not complete:
        ask_for_relatives(by)
    return complete


def say_whether_it_follows(request: HttpRequest) -> None:
    """Says that the decision counts once the worker has linked everything anew, if it is so."""
    if said := follows(cast("User", request.user)):
        messages.warning(request, said)
