"""A school that withheld where a child lives before the county was an element withholds it, too."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from cairn.governance.consents.models.child import Child
from cairn.governance.consents.plain_language import ADDRESS_CHOICE, expand_choices
from cairn.governance.partners.models import Organization

BEFORE = sorted({*expand_choices([ADDRESS_CHOICE])} - {"student.county"})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("withheld", "after"),
    [
        (BEFORE, sorted([*BEFORE, "student.county"])),
        ([*BEFORE, "student.county"], [*BEFORE, "student.county"]),
        (["student.phone"], ["student.phone"]),
        ([], []),
        (None, None),
    ],
)
def test_a_withheld_home_address_gets_the_county(withheld: Any, after: Any) -> None:
    district = Organization.objects.create(slug="river", name="River", kind="school_district")
    child = Child.objects.create(organization=district, key="c1", sealed=b"", withheld=withheld)
    migration = import_module("cairn.governance.consents.migrations.0008_withheld_county")
    migration.withhold_county(apps, SimpleNamespace(connection=connection))
    child.refresh_from_db()
    assert child.withheld == after
