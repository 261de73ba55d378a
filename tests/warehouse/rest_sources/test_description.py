"""A source file describes an API, and never holds a secret."""

import pytest

from cairn.warehouse.rest_sources import RestSource, is_rest_description
from cairn.warehouse.rest_sources.description import Paging
from cairn.warehouse.schema import UnreadableFile

URL = 'url = "https://sis.example.org/api/students"\n'


def test_a_description_is_read() -> None:
    text = f'{URL}secret_variable = "SIS"\npaging = "offset"\npage_size = 50\nrecords = "users"'
    source = RestSource.parse("a.toml", text)
    assert (source.secret_variable, source.page_size, source.records) == ("SIS", 50, "users")
    assert source.name_parameters() == ("limit", "offset")
    assert RestSource.parse("a.toml", f'{URL}paging = "page"').name_parameters()[1] == "page"
    assert RestSource(url="https://a.example").paging is Paging.NONE
    assert RestSource(url="https://a.example").name_parameters() == ("", "")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("url =", "not valid TOML"),
        ("", "entry “url”"),
        (f'{URL}query = "x"', "entry “query”"),
        (f"{URL}records = 1", "entry “records”"),
        (f'{URL}page_size = "5"', "entry “page_size”"),
        (f"{URL}page_size = true", "entry “page_size”"),
        (f"{URL}page_size = 0", "page_size is from 1"),
        (f'{URL}paging = "all"', "paging is one of none, offset, page, link"),
        ('url = "http://sis.example.org"', "no HTTPS address"),
        ('url = "https://"', "no HTTPS address"),
        ('url = "https://[x"', "no HTTPS address"),
        ('url = "https://sis.example.org:0/"', "no HTTPS address"),
        ('url = "https://sis.example.org:99999/"', "no HTTPS address"),
        ('url = "https://sis.example.org/a b"', "no HTTPS address"),
        ('url = "https://sis.example.org/\\r\\nX: y"', "no HTTPS address"),
        ('url = "https://ann:pass@sis.example.org"', "holds a user or a password"),
        ('url = "https://sis.example.org?api_key=x"', "holds a secret"),
        (f'{URL}token_url = "https://sis.example.org/token"', "belong together"),
        (f'{URL}client_id = "c"', "belong together"),
        (f'{URL}token_url = "http://a.example"\nclient_id = "c"', "token_url is no HTTPS"),
        (f'{URL}token_url = "https://a.example"\nclient_id = "c"', "a client has a secret"),
        (f'{URL}token_header = "X: y"', "name of a header"),
        (f'{URL}demographics = "https://other.example.org/d"', "another server"),
        (f'{URL}demographics = "http://sis.example.org/d"', "demographics is no HTTPS"),
    ],
)
def test_a_description_that_cannot_be_used_says_why(text: str, says: str) -> None:
    with pytest.raises(UnreadableFile, match=says):
        RestSource.parse("a.toml", text)


def test_a_query_of_a_database_is_another_description() -> None:
    assert is_rest_description(URL)
    assert is_rest_description('url = "http://sis.example.org"')
    for text in ('url = "sqlite:///a.db"', "url = 1", "url =", ""):
        assert not is_rest_description(text)
