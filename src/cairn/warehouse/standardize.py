"""Identifying fields in one spelling, so that records can be compared. Nothing is linked here.

The whole table is standardized by DuckDB in one statement; Python sees each distinct given name
once, to look up what it is short for.
"""

from functools import cache
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from nicknames import NickNamer

from cairn.warehouse.engines.duckdb import DuckDB

FIELDS: Final = (
    "record_key", "anchor", "source", "local_id", "state_id", "given_name", "middle_name",
    "family_name", "suffix", "preferred_name", "birth_date", "gender", "street", "postal_code",
    "phone", "email", "guardian_name",
)  # fmt: skip
"""What may be known of a record. ``record_key`` and ``source`` are required; any other may be
absent. ``anchor`` is the same for all records that share a source and a local id."""

_NO_NAME: Final = (
    "baby", "baby boy", "baby girl", "boy", "child", "female", "girl", "infant", "male", "n a",
    "na", "newborn", "no name", "none", "null", "student", "test", "unknown", "unk", "x", "xx",
    "xxx",
)  # fmt: skip
_PARTICLES: Final = (
    "al", "da", "de", "del", "der", "di", "dos", "el", "la", "las", "le", "los", "san", "st",
    "van", "von", "y",
)  # fmt: skip
_SUFFIXES: Final = ("jr", "sr", "ii", "iii", "iv", "junior", "senior", "2nd", "3rd")
_STREET_WORDS: Final = {
    "street": "st", "avenue": "ave", "av": "ave", "road": "rd", "drive": "dr", "lane": "ln",
    "court": "ct", "circle": "cir", "place": "pl", "boulevard": "blvd", "terrace": "ter",
    "highway": "hwy", "parkway": "pkwy", "trail": "trl", "north": "n", "south": "s", "east": "e",
    "west": "w", "northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw",
}  # fmt: skip


def _list(words: tuple[str, ...]) -> str:
    return "[" + ", ".join(f"'{word}'" for word in words) + "]"


_PARTICLE_LIST: Final = _list(_PARTICLES)
_SQL: Final = f"""
WITH folded AS (
  SELECT record_key, anchor, source,
    upper(ltrim(regexp_replace(local_id, '[^0-9A-Za-z]', '', 'g'), '0')) AS local_id,
    upper(ltrim(regexp_replace(state_id, '[^0-9A-Za-z]', '', 'g'), '0')) AS state_id,
    folded(given_name) AS given, folded(middle_name) AS middle, folded(preferred_name) AS preferred,
    folded(family_name) AS family,
    CASE WHEN year(birth_date) BETWEEN 1901 AND 2100 THEN birth_date END AS birth_date,
    CASE WHEN gender IN ('F', 'M') THEN gender END AS gender,
    street_of(street) AS street, left(regexp_replace(postal_code, '[^0-9]', '', 'g'), 5) AS postal,
    right(regexp_replace(phone, '[^0-9]', '', 'g'), 10) AS phone,
    lower(trim(email)) AS email, folded(guardian_name) AS guardian
  FROM raw
), words AS (
  SELECT * REPLACE (
      CASE WHEN NOT list_contains({_list(_NO_NAME)}, given) THEN given END AS given,
      CASE WHEN length(phone) = 10 AND replace(phone, left(phone, 1), '') != ''
        THEN phone END AS phone,
      nullif(local_id, '') AS local_id, nullif(state_id, '') AS state_id,
      nullif(postal, '') AS postal, nullif(email, '') AS email),
    list_filter(string_split(coalesce(middle, ''), ' '), lambda w: w != '') AS middle_tokens,
    list_filter(string_split(coalesce(family, ''), ' '),
                lambda w: w != '' AND NOT list_contains({_list(_SUFFIXES)}, w)) AS family_words
  FROM folded
)
SELECT record_key, anchor, source, local_id, state_id, given, preferred, middle_tokens,
  list_sort(list_distinct(CASE
    WHEN len(list_filter(family_words, lambda w: NOT list_contains({_PARTICLE_LIST}, w))) > 0
    THEN list_filter(family_words, lambda w: NOT list_contains({_PARTICLE_LIST}, w))
    ELSE family_words END)) AS family_tokens,
  birth_date, gender, street, postal, phone, email, guardian
FROM words
"""  # noqa: S608 - the constants above


def standardize(identifiers: pa.Table) -> pa.Table:
    """One row per record of ``identifiers`` (``FIELDS``, all text but ``birth_date``).

    Names lose case, accents, apostrophes and suffixes. ``family_tokens`` is the surname as a
    sorted set of words, so that "Garcia-Lopez", "Lopez Garcia" and "de la Garcia" can meet.
    ``given_forms`` holds the given and preferred name and all they may be short for. What says
    nothing ("BABY BOY", a phone of zeros) becomes null.
    """
    with DuckDB().connect() as connection:
        connection.register("raw", complete(identifiers))
        connection.execute(_FOLDED)
        connection.execute(_street_macro())
        words = connection.sql(_SQL).to_arrow_table()
        connection.register("words", words)
        connection.register("forms", _forms(words))
        return connection.sql(_WITH_FORMS).to_arrow_table()


def complete(identifiers: pa.Table) -> pa.Table:
    """The same records with every column of ``FIELDS``, null where a source has none."""
    columns = {
        name: identifiers.column(name).cast(_type(name))
        if name in identifiers.column_names
        else pa.nulls(len(identifiers), _type(name))
        for name in FIELDS
    }
    return pa.table(columns)


def _type(name: str) -> pa.DataType:
    return pa.date32() if name == "birth_date" else pa.string()


_FOLDED: Final = """
CREATE TEMP MACRO folded(name) AS nullif(trim(regexp_replace(regexp_replace(
  lower(strip_accents(name)), '[''\u2019`.]', '', 'g'), '[^0-9a-z]+', ' ', 'g')), '')
"""

_WITH_FORMS: Final = """
SELECT words.* EXCLUDE (preferred),
  list_sort(list_distinct(list_filter(
    [given, preferred] || coalesce(g.forms, []) || coalesce(p.forms, []),
    lambda f: f IS NOT NULL))) AS given_forms
FROM words
LEFT JOIN forms g ON g.name = given
LEFT JOIN forms p ON p.name = preferred
"""


def _street_macro() -> str:
    """House number and street in short words; the flat is left out, being written in too many
    ways."""
    text = (
        "regexp_replace(coalesce(folded(street), ''), "
        "' (apt|apartment|unit|lot|suite|ste|no|number|floor|fl|room|rm)( .*)?$', '')"
    )
    text = f"' ' || {text} || ' '"
    for long, short in _STREET_WORDS.items():
        text = f"replace({text}, ' {long} ', ' {short} ')"
    return f"CREATE TEMP MACRO street_of(street) AS nullif(trim({text}), '')"


def _forms(words: pa.Table) -> pa.Table:
    """For each distinct given name, what it is short for (``bill`` → ``william``)."""
    told = [*words.column("given").chunks, *words.column("preferred").chunks]
    both = pa.chunked_array(told, pa.string())  # the type: there may be no name at all
    names = pc.unique(both.drop_null()).to_pylist()
    forms = [_long_forms(name) for name in names]
    return pa.table(
        {"name": pa.array(names, pa.string()), "forms": pa.array(forms, pa.list_(pa.string()))}
    )


def _long_forms(name: str) -> list[str]:
    first = name.split(" ", 1)[0]
    return sorted({first, *_nicknames().canonicals_of(name), *_nicknames().canonicals_of(first)})


@cache
def _nicknames() -> NickNamer:
    return NickNamer()
