"""The table of data dictionaries."""

from typing import Any, ClassVar

import django_tables2
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from cairn.governance.dictionaries.models import DataDictionary
from cairn.platform.tables.api import ListTable


class DictionaryTable(ListTable):
    """The current dictionary of each data set."""

    caption: ClassVar[str] = "Data dictionaries"
    filter_columns: ClassVar[tuple[str, ...]] = ("organization",)
    may_download: ClassVar[bool] = True

    data_set = django_tables2.Column(verbose_name="Data set")
    organization = django_tables2.Column(verbose_name="Organization", accessor="organization__name")
    total = django_tables2.Column(verbose_name="Data elements")
    unconfirmed = django_tables2.Column(verbose_name="To be confirmed")
    imported_at = django_tables2.Column(verbose_name="Imported")

    def __init__(self, *args: Any, links_partners: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._links_partners = links_partners

    def render_data_set(self, record: DataDictionary) -> SafeString:
        """Link the data set to its dictionary."""
        url = reverse("dictionaries:detail", args=[record.pk])
        return format_html('<a href="{}">{}</a>', url, record.data_set)

    def value_data_set(self, record: DataDictionary) -> str:
        """Return the name of the data set."""
        return record.data_set

    def render_organization(self, record: DataDictionary) -> str:
        """Link the organization."""
        organization = record.organization
        if not self._links_partners:
            return organization.name
        url = reverse("web:partner", args=[organization.slug])
        return format_html('<a href="{}">{}</a>', url, organization.name)

    def value_organization(self, record: DataDictionary) -> str:
        """Return the name of the organization."""
        return record.organization.name

    def render_imported_at(self, record: DataDictionary) -> str:
        """Show the day of the import."""
        return date_format(localtime(record.imported_at), "DATE_FORMAT")
