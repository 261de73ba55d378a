"""What linking cannot say of a figure travels with it, from the check to the public page."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.releases.community import Community

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


def test_how_children_were_told_apart_is_said_beside_every_release(community: Community) -> None:
    release = community.published()
    release.refresh_from_db()
    (caveat,) = release.caveats
    assert "not measured yet" in caveat
    page = Client().get(reverse("dashboards:outcome", args=["chronic_absence"]))
    assert caveat in page.content.decode()
