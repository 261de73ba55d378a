"""Invented children for tests of plain files."""

from datetime import date, timedelta
from random import Random

GIVEN = (
    "Ana", "Ben", "Clara", "David", "Elena", "Felix", "Grace", "Henry", "Irene", "Jack", "Karen",
    "Lucas", "Maria", "Noah", "Olivia", "Peter", "Rosa", "Samuel", "Teresa", "Victor",
)  # fmt: skip
FAMILY = (
    "Abel", "Brandt", "Costa", "Duarte", "Egger", "Fuchs", "Gruber", "Hanson", "Ibarra", "Jansen",
    "Keller", "Lund", "Mendez", "Novak", "Olsen", "Prado", "Quiroga", "Rossi", "Silva", "Torres",
)  # fmt: skip


def children(number: int, *, seed: int = 0, **constant: str) -> list[dict[str, str]]:
    """So many different children; ``constant`` sets a field in every row."""
    chance = Random(seed)
    made = []
    for i in range(number):
        born = date(2008, 1, 1) + timedelta(days=chance.randrange(4000))
        made.append(
            {
                "record_id": f"r{i}",
                "given_name": GIVEN[(i + seed) % len(GIVEN)],
                "family_name": FAMILY[(i * 7 + i // len(GIVEN) + 3 * seed) % len(FAMILY)],
                "birth_date": born.isoformat(),
                "street": f"{chance.randrange(1, 900)} Oak Street",
                "city": chance.choice(("Alder", "Birch", "Cedar")),
                "postal_code": f"229{chance.randrange(100):02d}",
                "phone": f"434-555-{chance.randrange(10**4):04d}",
                "email": f"parent{chance.randrange(10**6)}@example.org",
                "school": f"{chance.choice(FAMILY)} Elementary",
                "grade": str(chance.randrange(1, 6)),
                "sex": "FM"[i % 2],
                "state_id": str(8_000_000 + 37 * i + seed),
                "local_id": str(100 + i),
                **constant,
            }
        )
    return made


def csv_of(rows: list[dict[str, str]]) -> str:
    """The rows as CSV; the cells hold no separators."""
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    return "\n".join(lines) + "\n"
