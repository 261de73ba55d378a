"""A page that shows what will happen before what cannot be undone."""

import re

from django.test import Client


def check_asks_first(client: Client, address: str, *said: str) -> None:
    """The page says what will happen to which thing, and has a button and a Cancel link."""
    answer = client.get(address)
    assert answer.status_code == 200
    page = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    for words in said:
        assert re.search(words, page), words
    assert 'method="post"' in page
    assert re.search(r'<a class="button plain" href="[^"]+">Cancel</a>', page)
