"""Read published tables, limited to what the requester may see."""

from datetime import date

from django.db.models import Q, QuerySet

from cairn.data.public_sources.models import PublicSource, SourceState
from cairn.policy import questions
from cairn.policy.facts import Actor
from cairn.policy.vocabulary import Action

__all__ = ["list_public_sources", "list_shown_sources"]

_CONFIRMED = (SourceState.ADDED, SourceState.SUPERSEDED)


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
    return rows.filter(state__in=_CONFIRMED)


def list_added_sources(publisher: str, who: Actor, on: date) -> QuerySet[PublicSource]:
    """List the current published tables of one publisher that were added.

    Raises:
        Refused: the person may not read published tables.
    """
    return list_public_sources(who, on).filter(publisher=publisher, state=SourceState.ADDED)


def find_added_source(pk: int, who: Actor, on: date) -> PublicSource:
    """Find one published table that was added, superseded or not.

    Raises:
        Refused: the person may not read published tables.
        PublicSource.DoesNotExist: there is no such table.
    """
    return list_public_sources(who, on).get(pk=pk, state__in=_CONFIRMED)


def list_editions(source: PublicSource, who: Actor, on: date) -> list[PublicSource]:
    """List the confirmed editions of a table, the newest first.

    Raises:
        Refused: the person may not read published tables.
    """
    first = source.first_edition_pk
    rows = list_public_sources(who, on).filter(Q(pk=first) | Q(first_edition=first))
    return sorted(
        rows.filter(state__in=_CONFIRMED), key=lambda row: (row.added_at, row.pk), reverse=True
    )


def find_current_edition(pk: int, who: Actor, on: date) -> PublicSource:
    """Find the current edition of a table by any of its editions.

    Raises:
        Refused: the person may not read published tables.
        PublicSource.DoesNotExist: there is no such table.
    """
    return next(
        row
        for row in list_editions(find_added_source(pk, who, on), who, on)
        if row.state == SourceState.ADDED
    )


def stays_shown(source: PublicSource, earlier: PublicSource, who: Actor, on: date) -> bool:
    """Tell whether the public would see a newer edition in place of the earlier one.

    Args:
        source: the newer edition.
        earlier: the edition that it replaces.
        who: the policy facts about the person who replaces it.
        on: the date.

    Returns:
        True if the public sees the earlier one, and the license or terms of use that were
        confirmed for it are still the same.
    """
    if earlier.shown_at is None:
        return False
    return questions.may_show_public_source(source.license, earlier.license, who, on).allowed


def list_shown_sources(who: Actor, on: date) -> list[PublicSource]:
    """List the published tables that the public sees, each in its newest edition.

    Args:
        who: the policy facts about the reader; a visitor without an account too.
        on: the date.

    Returns:
        The rows by title.

    Raises:
        Refused: the reader may not read published figures.
    """
    questions.may_open_page(Action.VIEW_PUBLISHED, who, on=on).require()
    newest: dict[int, PublicSource] = {}
    for row in PublicSource.objects.filter(shown_at__isnull=False).order_by("added_at", "pk"):
        newest[row.first_edition_pk] = row
    return sorted(newest.values(), key=lambda row: (row.title.casefold(), row.pk))


def find_shown_source(pk: int, who: Actor, on: date) -> PublicSource:
    """Find one published table that the public sees, also in an earlier edition.

    Raises:
        Refused: the reader may not read published figures.
        PublicSource.DoesNotExist: there is no such table, or it is not shown.
    """
    questions.may_open_page(Action.VIEW_PUBLISHED, who, on=on).require()
    row = PublicSource.objects.defer("sealed_file").get(pk=pk)
    is_shown = row.shown_at is not None
    if not questions.may_view_shown_source(who, on, shown=is_shown).allowed:
        raise PublicSource.DoesNotExist
    return row


def list_shown_editions(source: PublicSource, who: Actor, on: date) -> list[PublicSource]:
    """List the editions of a table that the public sees, the newest first.

    Raises:
        Refused: the reader may not read published figures.
    """
    questions.may_open_page(Action.VIEW_PUBLISHED, who, on=on).require()
    first = source.first_edition_pk
    rows = PublicSource.objects.defer("sealed_file").filter(shown_at__isnull=False)
    return list(rows.filter(Q(pk=first) | Q(first_edition=first)).order_by("-added_at", "-pk"))


def find_uploaded_source(pk: int, who: Actor, on: date) -> PublicSource:
    """Find one published table that waits to be confirmed.

    Raises:
        Refused: the person may not add published tables.
        PublicSource.DoesNotExist: there is no such table, or it was added.
    """
    questions.may_add_public_source(who, on).require()
    return PublicSource.objects.get(pk=pk, state=SourceState.UPLOADED)
