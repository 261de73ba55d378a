"""Columns of the lists of partners, people and people in training."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import django_tables2
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cairn.governance.partners.models import DataTool
from cairn.platform.tables.api import DayColumn, ListTable


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """One partner in the list.

    Attributes:
        name: its full name.
        slug: its short name.
        kind: the type of organization, in words.
        people: people with a role there today.
        links: pages about it that the user may open, each as label and URL.
    """

    name: str
    slug: str
    kind: str
    people: int
    links: tuple[tuple[str, str], ...]


class PartnerTable(ListTable):
    """Partners, by name."""

    caption = "Partners"
    filter_columns = ("kind",)
    may_download = True

    name = django_tables2.Column(_("Name"))
    slug = django_tables2.Column(_("Short name"))
    kind = django_tables2.Column(_("Type"))
    people = django_tables2.Column(_("People today"))
    links = django_tables2.Column(
        _("Access and security"), orderable=False, exclude_from_export=True
    )

    def render_name(self, value: str, record: PartnerRow) -> SafeString:
        """Link the name to the partner's page."""
        return _link(reverse("web:partner", args=(record.slug,)), value)

    def value_name(self, value: str) -> str:
        """Return the plain name."""
        return value

    def render_links(self, record: PartnerRow) -> SafeString:
        """Show the links side by side."""
        return _show_links(record.links, record.name)

    def value_links(self) -> str:
        """Return no text: links are not searched."""
        return ""


@dataclass(frozen=True, slots=True)
class RoleRow:
    """One role of one person in the list of people.

    Attributes:
        name: the person's name.
        person_url: the person's page.
        email: the address with which they sign in.
        organization: name of the organization.
        organization_url: its page.
        role: the role, in words.
        starts: first day.
        ends: last day; None if it is open.
        status: current, ended or not started, in words.
    """

    name: str
    person_url: str
    email: str
    organization: str
    organization_url: str
    role: str
    starts: date
    ends: date | None
    status: str | Promise


class PeopleTable(ListTable):
    """People with their roles, present and past."""

    caption = "Roles"
    filter_columns = ("organization", "role", "status")
    may_download = True

    name = django_tables2.Column(_("Name"))
    email = django_tables2.Column(_("Email"))
    organization = django_tables2.Column(_("Organization"))
    role = django_tables2.Column(_("Role"))
    starts = DayColumn(verbose_name=_("First day"))
    ends = DayColumn(verbose_name=_("Last day"), default=_("No end date"))
    status = django_tables2.Column(_("Status"))

    def render_name(self, value: str, record: RoleRow) -> SafeString:
        """Link the name to the person's page."""
        return _link(record.person_url, value)

    def value_name(self, value: str) -> str:
        """Return the plain name."""
        return value

    def render_organization(self, value: str, record: RoleRow) -> SafeString:
        """Link the organization to its page."""
        return _link(record.organization_url, value)

    def value_organization(self, value: str) -> str:
        """Return the plain name of the organization."""
        return value


@dataclass(frozen=True, slots=True)
class TraineeRow:
    """One person with access to student records at an organization.

    Attributes:
        name: the person's name.
        person_url: the person's page; empty if the user may not open it.
        roles: their roles there, in words.
        status: state of their training, in words.
        tone: class of the badge.
        until: last day on which the training is valid; None if it is not complete.
        missing: the open steps, in words.
        attest_url: the page that records training; empty if the user may not.
    """

    name: str
    person_url: str
    roles: str
    status: str | Promise
    tone: str
    until: date | None
    missing: str
    attest_url: str


class TraineeTable(ListTable):
    """People with access at an organization, and the state of their training."""

    caption = "People with access"
    filter_columns = ("status",)
    may_download = True

    name = django_tables2.Column(_("Name"))
    roles = django_tables2.Column(_("Role"))
    status = django_tables2.Column(_("Training"))
    until = DayColumn(verbose_name=_("Valid through"), default="")
    missing = django_tables2.Column(_("Still to do"), default="")
    attest_url = django_tables2.Column(
        _("Actions"), orderable=False, exclude_from_export=True, default=""
    )

    def render_name(self, value: str, record: TraineeRow) -> SafeString | str:
        """Link the name to the person's page."""
        return _link(record.person_url, value) if record.person_url else value

    def value_name(self, value: str) -> str:
        """Return the plain name."""
        return value

    def render_status(self, value: str, record: TraineeRow) -> SafeString:
        """Show the state of training as a badge."""
        return format_html('<span class="badge {}">{}</span>', record.tone, value)

    def value_status(self, value: str) -> str:
        """Return the state in words."""
        return value

    def render_attest_url(self, value: str, record: TraineeRow) -> SafeString:
        """Link to the page that records training."""
        return _show_links(((str(_("Record training")), value),), record.name)

    def value_attest_url(self) -> str:
        """Return no text: links are not searched."""
        return ""


class DataToolTable(ListTable):
    """Tools, by organization."""

    caption = "Data tools"
    filter_columns = ("organization",)
    may_download = True

    organization = django_tables2.Column(_("Organization"), accessor="organization__name")
    name = django_tables2.Column(_("Tool"))
    used_for = django_tables2.Column(_("Used for"))
    yearly_cost = django_tables2.Column(_("Cost a year, in dollars"), default="")
    contact = django_tables2.Column(_("Contact"), default="")

    def __init__(self, *args: Any, may_change: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_change = may_change

    def render_name(self, value: str, record: DataTool) -> SafeString | str:
        """Link the name to the page on which it is changed."""
        if not self.may_change:
            return value
        return _link(reverse("partners:change_tool", args=(record.pk,)), value)

    def value_name(self, value: str) -> str:
        """Return the plain name."""
        return value


def _link(url: str, text: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', url, text)


def _show_links(links: tuple[tuple[str, str], ...], about: str) -> SafeString:
    """Show links side by side; each names its row for screen readers."""
    shown = format_html_join(
        "",
        '<a href="{}">{}<span class="hide-text"> {}</span></a>',
        ((url, label, about) for label, url in links),
    )
    return format_html('<span class="cluster tight">{}</span>', shown)
