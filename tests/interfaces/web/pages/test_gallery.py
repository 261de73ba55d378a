"""The gallery shows each component once, and its table works."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


def test_the_gallery_shows_a_table_a_form_and_its_errors(browser: Callable[..., Client]) -> None:
    page = browser(Role.ANALYST).get(reverse("web:gallery"), {"status": "Draft"}).content.decode()
    assert "Sample agreements: 10 of 30" in page
    assert 'role="alert"' in page
    assert "No agreement yet" in page


def test_the_sample_is_downloaded(browser: Callable[..., Client]) -> None:
    response = browser(Role.ANALYST).get(reverse("web:gallery"), {"download": "csv", "q": "ended"})
    assert response.headers["Content-Disposition"] == 'attachment; filename="sample.csv"'
    assert len(response.content.decode().splitlines()) == 11
