"""Read published tables, limited to what the requester may see."""

from datetime import date

from django.db.models import QuerySet

from cairn.data.public_sources.models import PublicSource, SourceState
from cairn.policy import questions
from cairn.policy.facts import Actor

__all__ = ["list_public_sources"]


def list_public_sources(who: Actor, on: date) -> QuerySet[PublicSource]:
    """List published tables; those to be confirmed only for a person who may add them.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        The rows, without their files.

    Raises:
        Refused: the person may not read published tables.
    """
    questions.may_view_public_source(who, on).require()
    rows = PublicSource.objects.defer("sealed_file")
    if questions.may_add_public_source(who, on).allowed:
        return rows
    return rows.filter(state=SourceState.ADDED)


def list_added_sources(publisher: str, who: Actor, on: date) -> QuerySet[PublicSource]:
    """List the published tables of one publisher that were added.

    Raises:
        Refused: the person may not read published tables.
    """
    return list_public_sources(who, on).filter(publisher=publisher, state=SourceState.ADDED)


def find_added_source(pk: int, who: Actor, on: date) -> PublicSource:
    """Find one published table that was added.

    Raises:
        Refused: the person may not read published tables.
        PublicSource.DoesNotExist: there is no such table.
    """
    return list_public_sources(who, on).get(pk=pk, state=SourceState.ADDED)


def find_uploaded_source(pk: int, who: Actor, on: date) -> PublicSource:
    """Find one published table that waits to be confirmed.

    Raises:
        Refused: the person may not add published tables.
        PublicSource.DoesNotExist: there is no such table, or it was added.
    """
    questions.may_add_public_source(who, on).require()
    return PublicSource.objects.get(pk=pk, state=SourceState.UPLOADED)
