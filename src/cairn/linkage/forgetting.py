"""What linkage does once rows were destroyed: their names leave the person index too."""

from collections.abc import Mapping
from datetime import datetime

from cairn.accounts.models import User
from cairn.linkage import actions
from cairn.linkage.actions import NothingToLink
from cairn.linkage.models import Link, Person

LINKS_WITH_NAMES = "names in the person index"


def after_destruction(by: User, at: datetime) -> Mapping[str, int]:
    """Links anew what is left, or empties the index where nothing is; the names it then holds."""
    if Person.objects.exists():
        try:
            actions.link(by=by, at=at)
        except NothingToLink:
            actions.forget_everyone(by=by, at=at)
    return {LINKS_WITH_NAMES: Link.objects.exclude(sealed=b"").count()}
