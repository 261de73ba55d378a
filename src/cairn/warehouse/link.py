"""Records → people: which records are of the same child. Splink on DuckDB, in memory."""

from typing import Final, Protocol

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.blocking_rule_library import CustomRule

from cairn.warehouse import link_model, refine
from cairn.warehouse.engines.duckdb import DuckDB
from cairn.warehouse.standardize import standardize

THRESHOLD: Final = 2.0
"""Bits of evidence, beyond even odds, at which two records are taken for one person."""

_SAMPLE_PAIRS: Final = 600_000
_SEED: Final = 20_26


class Progress(Protocol):
    """Whom a long step tells how far it is."""

    def step(self, name: str, total: int = 0) -> None: ...

    def advance(self, units: int = 1) -> None: ...


class Silence:
    """Progress that nobody watches."""

    def step(self, name: str, total: int = 0) -> None:
        """Nothing to show."""

    def advance(self, units: int = 1) -> None:
        """Nothing to show."""


def link(
    identifiers: pa.Table, *, threshold: float = THRESHOLD, progress: Progress | None = None
) -> pa.Table:
    """``record_key`` and ``cluster`` (int64) for every record key of ``identifiers``.

    ``identifiers`` has the columns of ``standardize.FIELDS``. Records that say the same are
    compared once. No labels and no tuning: what strangers share is measured on random pairs.
    """
    said = progress or Silence()
    said.step("standardize names and addresses")
    standard = standardize(identifiers)
    with DuckDB().connect() as connection:
        connection.register("standard", standard)
        connection.execute(_NODES)
        connection.execute(_MEMBERS)
        said.step("compare records")
        if connection.sql("SELECT count(*) FROM node").fetchall()[0][0] > 1:
            _score(connection)
        else:
            connection.execute(_NO_PAIRS)
        said.step("put people together")
        connection.register("person", refine.clusters(_pairs(connection), threshold))
        return connection.sql(_RESULT).to_arrow_table()


_NODES: Final = """
CREATE TABLE node AS
SELECT (row_number() OVER (ORDER BY source, local_id, given, family_key, birth_date))
    AS unique_id,
  source, local_id, given, family_key, birth_date, mode(state_id) AS state_id,
  any_value(family_tokens) AS family_tokens,
  left(given, 1) AS initial,
  list_aggregate(list_sort(string_split(coalesce(given, ''), ' ') || any_value(family_tokens)),
    'string_agg', ' ') AS name_bag,
  strftime(birth_date, '%Y%m%d') AS birth_text,
  format('{}-{}-{}', year(birth_date), least(month(birth_date), day(birth_date)),
    greatest(month(birth_date), day(birth_date))) AS birth_key,
  list_distinct(flatten(list(given_forms))) AS given_forms,
  list_distinct(flatten(list(middle_tokens))) AS middle_tokens,
  list_distinct(list_filter(flatten(list(
    ['a ' || street || coalesce(' ' || postal, ''), 'p ' || phone, 'e ' || email, 'g ' || guardian]
  )), lambda x: x IS NOT NULL)) AS household,
  list_filter(['s ' || mode(state_id), 'i ' || source || ' ' || local_id], lambda x: x IS NOT NULL) AS ids,
  CASE WHEN length(local_id) >= 5 THEN local_id END AS number,
  mode(postal) AS postal, mode(phone) AS phone, mode(street) AS street, mode(gender) AS gender
FROM (SELECT *, nullif(array_to_string(family_tokens, ' '), '') AS family_key FROM standard)
WHERE given IS NOT NULL OR len(family_tokens) > 0
GROUP BY source, local_id, given, family_key, birth_date
"""
_MEMBERS: Final = """
CREATE TABLE member AS
SELECT s.record_key, min(n.unique_id) AS unique_id, row_number() OVER () AS position
FROM standard s LEFT JOIN node n
  ON n.source IS NOT DISTINCT FROM s.source AND n.local_id IS NOT DISTINCT FROM s.local_id
 AND n.given IS NOT DISTINCT FROM s.given
 AND n.family_tokens IS NOT DISTINCT FROM s.family_tokens
 AND n.birth_date IS NOT DISTINCT FROM s.birth_date
GROUP BY s.record_key
"""
_NO_PAIRS: Final = (
    "CREATE TABLE scored (unique_id_l BIGINT, unique_id_r BIGINT, weight DOUBLE)"
)
_RESULT: Final = """
SELECT m.record_key, coalesce(p.cluster, m.unique_id, -m.position) AS cluster
FROM member m LEFT JOIN person p ON p.unique_id = m.unique_id
ORDER BY m.position
"""


def _score(connection: duckdb.DuckDBPyConnection) -> None:
    """The table ``scored``: every blocked pair with its weight in bits."""
    api = DuckDBAPI(connection=connection)
    linker = Linker(api.register("node"), _settings(), log_level=None)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("given", "family_key", "birth_key"), CustomRule("l.local_id = r.local_id AND l.source = r.source")], recall=0.7
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=_SAMPLE_PAIRS, seed=_SEED)
    predicted = linker.inference.predict(warning_mode="never")
    connection.execute(
        f"CREATE TABLE scored AS SELECT unique_id_l, unique_id_r, "
        f"-log2(pow(2.0, -match_weight) + {_household()}) AS weight FROM {predicted.physical_name}"
    )


def _settings() -> SettingsCreator:
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[c.settings() for c in link_model.COMPARISONS],
        blocking_rules_to_generate_predictions=[
            *(CustomRule(rule) for rule in link_model.BLOCKING),
            *(CustomRule(r, arrays_to_explode=[a]) for r, a in link_model.EXPLODED),
        ],
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=False,
    )


def _household() -> str:
    """SQL for how much likelier relatives are than one person: the third kind of pair."""
    cases = []
    for comparison in link_model.COMPARISONS:
        whens = " ".join(
            f"WHEN {number} THEN {ratio:e}"
            for number, ratio in comparison.ratio_to_household({}).items()
        )
        cases.append(f"(CASE gamma_{comparison.name} {whens} ELSE 1e0 END)")
    return " * ".join([repr(link_model.HOUSEHOLD_PAIRS), *cases])


def _pairs(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    return connection.sql("SELECT unique_id_l, unique_id_r, weight FROM scored WHERE weight > -30").to_arrow_table()
