"""The tables that linking compares: one node for all records of a source that say the same."""

from typing import Final

NODES: Final = """
CREATE TABLE node AS
SELECT
  row_number() OVER (ORDER BY source, local_id, given, family_key, birth_date) AS unique_id,
  source, local_id, given, family_key, birth_date,
  any_value(family_tokens) AS family_tokens,
  mode(state_id) AS state_id,
  left(given, 1) AS initial,
  list_aggregate(list_sort(string_split(coalesce(given, ''), ' ') || any_value(family_tokens)),
    'string_agg', ' ') AS name_bag,
  strftime(birth_date, '%Y%m%d') AS birth_text,
  format('{}-{}-{}', year(birth_date), least(month(birth_date), day(birth_date)),
    greatest(month(birth_date), day(birth_date))) AS birth_key,
  list_sort(list_distinct(flatten(list(given_forms)))) AS given_forms,
  list_sort(list_distinct(flatten(list(middle_tokens)))) AS middle_tokens,
  list_sort(list_distinct(list_filter(flatten(list([
      'a ' || street || coalesce(' ' || postal, ''), 'p ' || phone, 'e ' || email, 'g ' || guardian
    ])), lambda x: x IS NOT NULL))) AS household,
  list_filter(['s ' || mode(state_id), 'i ' || source || ' ' || local_id],
    lambda x: x IS NOT NULL) AS ids,
  mode(postal) AS postal, mode(phone) AS phone, mode(street) AS street, mode(gender) AS gender
FROM (SELECT *, nullif(array_to_string(family_tokens, ' '), '') AS family_key FROM standard)
WHERE given IS NOT NULL OR len(family_tokens) > 0
GROUP BY source, local_id, given, family_key, birth_date
"""
"""``birth_key`` is the same when day and month are swapped, ``name_bag`` when the names are."""

MEMBERS: Final = """
CREATE TABLE member AS
SELECT record_key, unique_id, row_number() OVER (ORDER BY record_key) AS position
FROM (
  SELECT s.record_key, min(n.unique_id) AS unique_id
  FROM standard s LEFT JOIN node n
    ON n.source IS NOT DISTINCT FROM s.source
    AND n.local_id IS NOT DISTINCT FROM s.local_id
    AND n.given IS NOT DISTINCT FROM s.given
    AND n.family_tokens IS NOT DISTINCT FROM s.family_tokens
    AND n.birth_date IS NOT DISTINCT FROM s.birth_date
  GROUP BY s.record_key
)
"""

SURE: Final = """
SELECT coalesce(sum(n * (n - 1) // 2), 0) FROM (
  SELECT count(*) AS n FROM node WHERE given IS NOT NULL AND birth_key IS NOT NULL
  GROUP BY given, family_key, birth_key
)
UNION ALL SELECT count(*) FROM node
"""
"""Pairs that agree on both names and the birth date; then the number of nodes."""

NO_PAIRS: Final = "CREATE TABLE scored (unique_id_l BIGINT, unique_id_r BIGINT, weight DOUBLE)"

RESULT: Final = """
SELECT m.record_key, coalesce(p.cluster, m.unique_id, -m.position) AS cluster
FROM member m LEFT JOIN person p ON p.unique_id = m.unique_id
ORDER BY m.position
"""
"""A record without a usable name stays alone."""
