"""Recompute a stored run under another Python, with NumPy where there is one and without it otherwise.

Run as a script with three files: snapshot, contexts, canonical rulebook. Prints the results hash. Without
NumPy the snapshot is read by its published layout alone, and business-rules decides every subject.
"""

from __future__ import annotations

import json
import struct
import sys
import types
from pathlib import Path


class Absent:
    """Stands in for NumPy while modules are imported; nothing may be computed with it."""

    def __getattr__(self, name: str) -> Absent:
        return Absent()

    def __call__(self, *_: object, **__: object) -> Absent:
        return Absent()

    def __getitem__(self, _: object) -> type:
        return Absent

    def __mro_entries__(self, _: object) -> tuple[type, ...]:
        return ()

    def __or__(self, _: object) -> type:
        return Absent

    __ror__ = __or__


def without_numpy() -> None:
    """Put stand-ins in the place of NumPy's modules."""
    for name in ("numpy", "numpy.typing"):
        module = types.ModuleType(name)
        module.__getattr__ = lambda _: Absent()  # type: ignore[method-assign]
        sys.modules[name] = module


def facts_of(data: bytes) -> list[tuple[str, dict[str, tuple[int, int, int, int | None]]]]:
    """Read a snapshot by its layout, one subject after the other, with Python alone."""
    place = 8

    def take(form: str) -> tuple[int, ...]:
        nonlocal place
        found = struct.unpack_from(f"<{form}", data, place)
        place += struct.calcsize(f"<{form}")
        return found

    def text(size: int) -> str:
        nonlocal place
        place += size
        return data[place - size : place].decode()

    header = json.loads(text(take("I")[0]))
    (count,) = take("I")
    sizes = take(f"{count}I")
    subjects = [text(size) for size in sizes]
    columns = {}
    for kpi in header["kpis"]:
        numbers = [take(f"{count}q") for _ in range(4)]
        bits = take(f"{(count + 7) // 8}B")
        missing = [bits[row >> 3] >> (row & 7) & 1 for row in range(count)]
        columns[kpi["code"]] = [
            (above, below, n, None if absent else value)
            for above, below, n, value, absent in zip(*numbers, missing, strict=True)
        ]
    return [
        (subject, {code: column[row] for code, column in columns.items()})
        for row, subject in enumerate(subjects)
    ]


def pure_digest(snapshot: bytes, contexts_file: bytes, canonical: str) -> str:
    """Decide every subject with business-rules and hash the results as a run does."""
    from portal.evaluations.results import Result, digest, unpack_contexts  # noqa: PLC0415  after the stand-ins
    from rules.facts import FactValue  # noqa: PLC0415  as above
    from rules.outcomes import NO_CONTEXT  # noqa: PLC0415  as above
    from rules.reference import Reference  # noqa: PLC0415  as above
    from rules.rulebook import Rulebook  # noqa: PLC0415  as above

    book, contexts = Rulebook.from_canonical(canonical), unpack_contexts(contexts_file)
    reference, results = Reference(book), []
    for subject, values in facts_of(snapshot):
        context = contexts.get(subject, NO_CONTEXT)
        outcome = reference.evaluate({code: FactValue(*fact) for code, fact in values.items()}, context)
        results.append(
            Result(
                subject,
                outcome.points_milli,
                outcome.grade or "",
                outcome.held or "",
                context.previous_grade or "",
                context.months_below,
                outcome.months_below,
                outcome.bits,
                grade_fell=False,
            )
        )
    return digest(results)


def fast_digest(snapshot: bytes, contexts_file: bytes, canonical: str) -> str:
    """Compute the run as the portal does."""
    from portal.evaluations.results import compute_all, digest, unpack_contexts  # noqa: PLC0415  needs NumPy
    from rules.facts import FactTable  # noqa: PLC0415  as above
    from rules.rulebook import Rulebook  # noqa: PLC0415  as above

    book = Rulebook.from_canonical(canonical)
    return digest(compute_all(book, FactTable.from_bytes(snapshot), unpack_contexts(contexts_file)))


def main() -> None:
    """Print the hash, and whether NumPy was there."""
    snapshot, contexts, book = (Path(name).read_bytes() for name in sys.argv[1:4])
    try:
        import numpy as np  # noqa: F401, PLC0415  whether it is there
    except ImportError:
        without_numpy()
        print("pure", pure_digest(snapshot, contexts, book.decode()))  # noqa: T201  the answer
    else:
        print("numpy", fast_digest(snapshot, contexts, book.decode()))  # noqa: T201  the answer


if __name__ == "__main__":
    main()
