"""Find the names of the programs that an organization runs, as its records have them."""

from collections.abc import Callable

__all__ = ["find_program_names", "register_program_name_loader"]

ProgramNameLoader = Callable[[str], frozenset[str]]
"""A function that loads the names of the programs of an organization (slug)."""

_LOADERS: list[ProgramNameLoader] = []


def register_program_name_loader(loader: ProgramNameLoader) -> None:
    """Register the function that loads names of programs; the last one registered is used.

    Args:
        loader: the function; the app of programs, which is in a higher layer, registers it.
    """
    _LOADERS[:] = [loader]


def find_program_names(organization: str) -> frozenset[str]:
    """Find the names of the programs that an organization runs.

    Args:
        organization: its slug.

    Returns:
        The names; empty if it runs none in Cairn.
    """
    return frozenset().union(*(load(organization) for load in _LOADERS))
