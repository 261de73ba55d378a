"""Link a file of records with Splink as its documentation shows it, in a process of its own.

Its documented cleaning (lower case, no accents, digits of a phone), its comparisons made for
these fields, blocking on two of given name, surname and birth date, and on the id, u from random
pairs, expectation maximisation over two blocks (names; birth date within a town, since all who
share a birthday are 17 GB of pairs at a million records), and of several thresholds the one
that, with the truth at hand, turns out best (choosing it is not in its time).

    python benchmarks/linkage/link_with_splink.py RECORDS.parquet TRUTH.parquet PEOPLE.parquet
"""

import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import splink.comparison_library as cl
from resource_usage import UsageReport
from score import score_linkage
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

THRESHOLDS = (0.5, 0.9, 0.99, 0.999, 0.9999)
_CLEANING_SQL = """
CREATE TABLE record AS
SELECT row_number() OVER () AS unique_id, source, record_id,
  nullif(lower(strip_accents(given_name)), '') AS given_name,
  nullif(lower(strip_accents(middle_name)), '') AS middle_name,
  nullif(lower(strip_accents(family_name)), '') AS family_name,
  lower(strip_accents(given_name || ' ' || family_name)) AS full_name,
  strftime(birth_date, '%Y-%m-%d') AS dob,
  lower(street) AS street, postal_code,
  lower(city) AS city, lower(email) AS email, state_id,
  right(regexp_replace(phone, '[^0-9]', '', 'g'), 10) AS phone
FROM read_parquet('{}')
"""


def main() -> None:
    """Read, link and write; then find the best threshold."""
    source, truth, target = (Path(name) for name in sys.argv[1:4])
    with UsageReport() as report, duckdb.connect() as connection:
        connection.execute(_CLEANING_SQL.format(source))
        linker = train_linker(connection)
        scored_pairs = linker.inference.predict(threshold_match_probability=0.01)
        _cluster_pairs(connection, linker, scored_pairs, 0.99)
        report.extra = dict(report.measure())
        people_by_threshold = {
            threshold: _cluster_pairs(connection, linker, scored_pairs, threshold)
            for threshold in THRESHOLDS
        }
        truth_table = pq.read_table(truth)
        best = max(
            people_by_threshold,
            key=lambda threshold: score_linkage(truth_table, people_by_threshold[threshold])[
                "cluster_f1"
            ],
        )
        report.extra["threshold"] = best
        pq.write_table(people_by_threshold[best], target)


def train_linker(connection: duckdb.DuckDBPyConnection) -> Linker:
    """Build a linker of the table ``record`` and estimate its parameters."""
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.ForenameSurnameComparison(
                "given_name", "family_name", forename_surname_concat_col_name="full_name"
            ),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.ExactMatch("middle_name"),
            cl.LevenshteinAtThresholds("street", [1, 3]),
            cl.ExactMatch("postal_code").configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("phone", [1]),
            cl.EmailComparison("email"),
            cl.LevenshteinAtThresholds("state_id", [1]),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("given_name", "family_name"),
            block_on("given_name", "dob"),
            block_on("family_name", "dob"),
            block_on("state_id"),
        ],
    )
    linker = Linker(DuckDBAPI(connection).register("record"), settings, log_level=None)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("given_name", "family_name", "dob"), block_on("state_id")], recall=0.7
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for block in (block_on("given_name", "family_name"), block_on("dob", "city")):
        linker.training.estimate_parameters_using_expectation_maximisation(block)
    return linker


def _cluster_pairs(
    connection: duckdb.DuckDBPyConnection, linker: Linker, pairs: object, threshold: float
) -> pa.Table:
    clustered = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold)
    return connection.sql(
        "SELECT record.source, record.record_id, cluster_id AS person_id "
        f"FROM {clustered.physical_name} JOIN record USING (unique_id)"
    ).to_arrow_table()


if __name__ == "__main__":
    main()
