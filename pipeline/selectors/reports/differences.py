"""What a reader cares for of the differences between two editions: numbers, amounts, rows that came or went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

# So many are kept: whoever wants more compares the two reports.
MOST = 200
TOLD = ("n", "cny")
FLOW_TOLD = ("opening", "closing")
LISTS = ("moves", "yellow", "red", "silent", "key_leads", "to_sign")
COUNTS = ("raised", "answered", "settled", "reported", "open", "overdue")
PLANNED = ("planned", "kept", "late", "missed", "cancelled", "open", "next_n")
OF_TARGETS = ("actual", "minimum", "percent", "light", "state")
Change = dict[str, Any]
Told = Mapping[str, Any]


def differences(before: Told, after: Told) -> list[Change]:
    """`[{"path", "before", "after"}]`: where the second report tells something else; None for what is not there."""
    found: list[Change] = []
    for path, was, now in _every(before, after):
        if was != now:
            found.append({"path": path, "before": was, "after": now})
            if len(found) == MOST:
                break
    return found


def _every(before: Told, after: Told) -> Iterator[tuple[str, Any, Any]]:
    """Everything that is compared: where it stands, what it was, what it is."""
    for key, was, now in _by(before["lines"], after["lines"], "key"):
        yield from _numbers(f"lines.{key}", was, now, ("now", "year"))
    for key, was, now in _by(before["teams"], after["teams"], "id"):
        numbers_was, numbers_now = was.get("numbers", {}), now.get("numbers", {})
        yield from _numbers(f"teams.{key}", numbers_was, numbers_now, [*dict.fromkeys([*numbers_was, *numbers_now])])
        yield f"teams.{key}.reported", bool(was.get("reported_at")), bool(now.get("reported_at"))
    for key, was, now in _by(before["stages"], after["stages"], "code"):
        yield from _numbers(f"stages.{key}", was.get("columns", {}), now.get("columns", {}), FLOW_TOLD)
    for name in LISTS:
        yield f"{name}.n", before[name]["n"], after[name]["n"]
    for name in ("moves", "key_leads", "to_sign"):
        yield from _rows(
            name, before[name]["rows"], after[name]["rows"], ("id", "what"), ("day", "amount", "currency")
        )
    yield from _rows("milestones", before["milestones"], after["milestones"], ("lead_id", "kind"), ("day",))
    yield from ((f"requests.{name}", before["requests"][name], after["requests"][name]) for name in COUNTS)
    yield from ((f"plan.{name}", before["plan"][name], after["plan"][name]) for name in PLANNED)
    for key, was, now in _by(before["targets"], after["targets"], "id"):
        yield from ((f"targets.{key}.{name}", was.get(name), now.get(name)) for name in OF_TARGETS)
    scores = [{row["name"]["zh"]: row["total"] for row in one["scores"]} for one in (before, after)]
    for name in dict.fromkeys([*scores[0], *scores[1]]):
        yield f"scores.{name}", scores[0].get(name), scores[1].get(name)
    for name in ("without_amount", "undated", "rateless"):
        was, now = before["missing"][name], after["missing"][name]
        yield (
            f"missing.{name}",
            was["n"] if name == "without_amount" else was,
            (now["n"] if name == "without_amount" else now),
        )


def _by(before: Sequence[Told], after: Sequence[Told], key: str) -> Iterator[tuple[str, Told, Told]]:
    """Rows of both with the same key; an empty one for what is in one alone."""
    were, are = ({row[key]: row for row in rows} for rows in (before, after))
    for one in dict.fromkeys([*were, *are]):
        yield one, were.get(one, {}), are.get(one, {})


def _numbers(path: str, was: Told, now: Told, names: Sequence[str]) -> Iterator[tuple[str, Any, Any]]:
    for name in names:
        for part in TOLD:
            yield f"{path}.{name}.{part}", (was.get(name) or {}).get(part), (now.get(name) or {}).get(part)


def _rows(
    path: str, before: Sequence[Told], after: Sequence[Told], keys: Sequence[str], told: Sequence[str]
) -> Iterator[tuple[str, Any, Any]]:
    """Rows that came, went, or say something else; each is told by its name and what is said of it."""

    def by_key(rows: Sequence[Told]) -> dict[str, dict[str, Any]]:
        return {
            ".".join(str(row[key]) for key in keys): {
                "name": row.get("name") or row.get("lead", ""), **{name: row[name] for name in told}
            }
            for row in rows
        }  # fmt: skip

    were, are = by_key(before), by_key(after)
    for key in dict.fromkeys([*were, *are]):
        yield f"{path}.{key}", were.get(key), are.get(key)
