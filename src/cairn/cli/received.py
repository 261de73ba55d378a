"""What `cairn receive` tells of the deliveries that came: a table for people, or plain facts."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from cairn.cli.voice import Voice, spoken
from cairn.disclosures.recorded import read
from cairn.intake.actions import Received, Result

_WORDS = {
    Result.NEW: "received",
    Result.REPLACED: "received, replaces the earlier file",
    Result.AGAIN: "already received",
    Result.REFUSED: "refused",
    Result.UNUSABLE: "of no use",
}


def line(received: Received) -> dict[str, Any]:
    """One delivery as plain facts: counts, column names and reasons, never a value."""
    row = received.delivery
    decision = read(row.decision)
    told = decision.refusals if received.result is Result.REFUSED else ()
    return {
        "delivery": row.pk,
        "file": row.file_name,
        "feed": row.feed,
        "period": row.period,
        "record": row.record,
        "result": received.result.value,
        "rows": row.rows_in,
        "kept": row.rows_kept,
        "set_aside": row.quarantined_rows,
        "dropped": row.report.get("dropped", []),
        "problem": row.report.get("problem", ""),
        "reasons": [spoken(reason) for reason in told],
        "destroy_by": row.destroy_by.isoformat() if row.destroy_by else None,
    }


def tell(voice: Voice, lines: Sequence[dict[str, Any]], left: Sequence[tuple[str, str]]) -> None:
    """The whole answer: what came, what was dropped and refused and why, what was left alone."""
    voice.facts["deliveries"] = list(lines)
    voice.facts["not_received"] = [{"file": name, "reason": reason} for name, reason in left]
    if lines:
        voice.table(
            ("File", "Feed", "Records", "Rows", "Kept", "Set aside", "Result"),
            [
                (
                    *(one[key] for key in ("file", "feed", "record", "rows", "kept", "set_aside")),
                    _WORDS[Result(one["result"])],
                )
                for one in lines
            ],
        )
    for one in lines:
        _details(voice, one)
    if left:
        voice.plain("Not received:")
        for name, reason in left:
            voice.plain(f"  {name}: {reason}")
    voice.plain(_sum(lines))


def _details(voice: Voice, one: dict[str, Any]) -> None:
    for reason in one["reasons"]:
        voice.plain(f"  ✗ {one['file']}: {reason['message']} ({reason['citation']})")
        voice.plain(f"    Next: {reason['next_step']}")
    if one["problem"]:
        voice.plain(f"  ✗ {one['file']}: {one['problem']}")
    refused = [d for d in one["dropped"] if d["reason"] != "not mapped"]
    if refused:
        names = ", ".join(dict.fromkeys(d["name"] for d in refused))
        voice.plain(f"  {one['file']}: never written, {refused[0]['reason']}: {names}")
    if unmapped := [d for d in one["dropped"] if d["reason"] == "not mapped"]:
        number = len({(d["sheet"], d["name"]) for d in unmapped})
        said = "column is not mapped and was" if number == 1 else "columns are not mapped and were"
        voice.plain(f"  {one['file']}: {number} {said} never written.")


def _sum(lines: Sequence[dict[str, Any]]) -> str:
    kept = Counter[str]()
    for one in lines:
        if one["result"] in (Result.NEW, Result.REPLACED, Result.AGAIN):
            kept[one["record"]] += one["kept"]
    if not kept:
        return "Nothing was received."
    parts = ", ".join(f"{count:,} {record.replace('_', ' ')}" for record, count in kept.items())
    return f"Records here now: {parts}."
