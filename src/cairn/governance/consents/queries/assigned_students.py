"""Find the students that a person with assignments works with, among those on record here.

`policy` decides who is out of reach. This module only looks up where the students are enrolled,
and only for a person with assignments.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import TypeVar

from cairn.governance.consents import providers
from cairn.governance.consents.models.child import Child
from cairn.governance.consents.protected_identity import unseal_child_label
from cairn.policy.checks import list_unassigned_students
from cairn.policy.facts import Actor
from cairn.policy.questions import list_limiting_names

__all__ = ["select_assigned_rows"]

Row = TypeVar("Row")


def load_sites_of_children(
    actor: Actor, children: Iterable[Child], on: date
) -> providers.ProgramSites:
    """Load where children are enrolled, in the organizations in which assignments limit the person.

    Args:
        actor: the person.
        children: the children.
        on: the date.

    Returns:
        Programs and sites by child key; empty if nothing limits the person.
    """
    organizations = {
        item.organization
        for item in actor.assignments
        if list_limiting_names(actor, (item.organization,), on) is not None
    }
    if not organizations:
        return {}
    labels = {row.key: unseal_child_label(row.key, row.sealed) for row in children}
    return providers.load_program_sites(organizations, labels, on)


def load_sites_of_people(actor: Actor, keys: Collection[str], on: date) -> providers.ProgramSites:
    """Do the same as `load_sites_of_children` for children by key."""
    if not actor.assignments:
        return {}
    return load_sites_of_children(actor, Child.objects.filter(key__in=keys), on)


def select_assigned_rows(
    rows: Iterable[Row],
    get_child: Callable[[Row], Child],
    organization: str,
    who: Actor,
    on: date,
) -> list[Row]:
    """Select the rows about children that the person works with at an organization.

    Args:
        rows: rows about one child each.
        get_child: returns the child of a row.
        organization: slug of the organization that the person acts for.
        who: the policy facts about the person.
        on: the date.

    Returns:
        The rows, in the order given; all of them if no assignment limits the person.
    """
    listed = list(rows)
    if not who.assignments:
        return listed
    children: Mapping[str, Child] = {get_child(row).key: get_child(row) for row in listed}
    sites = load_sites_of_children(who, children.values(), on)
    unassigned = list_unassigned_students(children, sites, who, organization, on)
    return [row for row in listed if get_child(row).key not in unassigned]
