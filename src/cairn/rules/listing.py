"""Which terms of an agreement open an element: of which provider, in which file."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from cairn.rules.agreement import Agreement
from cairn.rules.terms import DataTerm


def listing(agreement: Agreement, element: str, provider: str = "") -> Iterator[DataTerm]:
    """The terms that list an element (``record.field``); of one provider's data, where named."""
    record, _, field = element.partition(".")
    for term in agreement.data:
        of_provider = not provider or term.provider in ("", provider)
        if term.record == record and field in term.elements and of_provider:
            yield term


def in_years(term: DataTerm, first: str, last: str) -> bool:
    """Whether a term covers the school years; one that names none is not limited."""
    begins = not term.first_year or term.first_year <= first
    return begins and (not term.last_year or last <= term.last_year)


def in_file(term: DataTerm, file: str) -> bool:
    """Whether a term lets its elements be in a file of this name; one that names none does.

    In the agreement's names ``*`` stands for any letters and ``?`` for one; case does not count.
    """
    return named(term.file_names, file)


def named(names: Iterable[str], file: str) -> bool:
    """Whether a file is called like one of these; where there is none, any name will do."""
    wanted = tuple(names)
    return not wanted or any(_like(file, name) for name in wanted)


def file_names(terms: Iterable[DataTerm]) -> str:
    """The names of the files that terms let in, in words."""
    named = sorted({name for term in terms for name in term.file_names})
    return " or ".join(named) or "a file of any name"


def _like(file: str, name: str) -> bool:
    return fnmatchcase(file.casefold(), name.casefold().replace("[", "[[]"))
