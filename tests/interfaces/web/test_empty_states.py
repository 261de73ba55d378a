"""An empty list says what to do next, on every page that has a list."""

import re
from collections.abc import Iterator
from pathlib import Path

import cairn

TEMPLATES = Path(cairn.__file__).parent
EMPTY = '{% include "web/parts/empty.html"'
TABLE = re.compile(r'{% include "web/parts/list_table.html"(?: with table=(\w+))? %}')
# What to do next stands elsewhere on the page, or is not for the reader to do.
NO_LINK_NEEDED = {
    "web/parts/empty.html": "the part itself",
    "web/gallery.html": "an example, whose link is given with the part",
    "web/home.html": "all pages are listed below",
    "projects/questions.html": "the form is below",
    "programs/funders.html": "the form is below",
    "partners/clearance.html": "only a data manager may add people, as the text says",
}
# Tables that have a row in any case, and those whose page asks otherwise whether they have one.
NEVER_EMPTY = {
    "opt_outs/list.html tallies": "one row for each kind of opt-out",
    "indicators/list.html table": "the outcomes that Cairn ships are listed, too",
    "public_sources/catalog.html table": "the catalog comes with Cairn",
    "public_sources/detail.html table": "a table without figures cannot be added",
    "public_sources/public/detail.html table": "a table without figures cannot be added",
    "web/gallery.html table": "shows examples",
    "families/invite.html runs": "the form above makes the first row",
    "deadlines/list.html table": "`count` is asked for its empty text",
    "programs/records.html table": "the page asks whether a record is due",
    "releases/wrong_figure.html table": "a preview has figures, or it would not have been sent",
}


def _templates() -> Iterator[tuple[str, str]]:
    for path in sorted(TEMPLATES.rglob("templates/**/*.html")):
        yield str(path).rpartition("templates/")[2], path.read_text("utf-8")


def test_each_empty_text_leads_on() -> None:
    for name, source in _templates():
        if name in NO_LINK_NEEDED:
            continue
        for before in source.split(EMPTY)[:-1]:
            block = re.split(r"{% (?:else|elif|if not|empty)\b", before)[-1]
            assert "as action %}" in block, f"{name}: an empty text without a link"


def test_each_list_has_an_empty_text() -> None:
    lists = {
        f"{name} {found[1] or 'table'}": source
        for name, source in _templates()
        for found in TABLE.finditer(source)
    }
    assert len(lists) > 20
    for list_name, source in lists.items():
        table = list_name.partition(" ")[2]
        guarded = f"{table}.unfiltered_count" in source and EMPTY in source
        assert guarded or list_name in NEVER_EMPTY, f"{list_name} has no empty text"
    assert set(NEVER_EMPTY) <= set(lists)
