"""The documentation inside the application."""

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from cairn.interfaces.web.pages.documentation import (
    HelpPage,
    find_help_url,
    load_help_sections,
    load_help_topics,
    render_help_text,
    search_help,
)

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


def test_every_page_opens_for_everyone() -> None:
    for section in load_help_sections():
        for page in section.pages:
            assert Client().get(page.url).status_code == 200, page.name
    assert Client().get(reverse("web:help")).status_code == 200
    assert Client().get(reverse("web:help_page", args=["adr/README"])).status_code == 404


def test_every_topic_names_a_route_or_an_app_and_a_page() -> None:
    known = {page.name for section in load_help_sections() for page in section.pages}
    spaces = {
        pattern.namespace
        for pattern in get_resolver().url_patterns
        if getattr(pattern, "namespace", None)
    }
    for topic, page in load_help_topics().items():
        assert page in known
        assert topic.partition(":")[0] in spaces


def test_a_page_of_the_application_leads_to_its_topic() -> None:
    assert find_help_url("releases:extract").endswith("how-to/extract-for-research/")
    assert find_help_url("releases:list").endswith("explanation/what-may-leave/")
    assert find_help_url("account_login") == reverse("web:help")


def test_links_between_pages_stay_inside_and_markup_stays_text() -> None:
    text = (
        "# Title\n\n[rules](../reference/rules.md#R01) [code](../../src/x.md) "
        "[site](https://example.org)\n\n<script>x</script>"
    )
    html = render_help_text(HelpPage("how-to/prove-it", "Title", text))
    assert f'href="{reverse("web:help_page", args=["reference/rules"])}#R01"' in html
    assert f'href="{reverse("web:help")}"' in html
    assert 'href="https://example.org"' in html
    assert "<script>" not in html
    assert "<h1>" not in html


def test_a_search_puts_titles_first() -> None:
    titles = [page.title for page in search_help(["destroy"])]
    assert "estroy" in titles[0]
    assert search_help(["xyzzy"]) == []
