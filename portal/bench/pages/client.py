"""A small HTTP client on kept-alive connections, run in a process of its own.

It reads one JSON request per line, ``{"port", "path", "cookie", "connections", "seconds"}``, and answers with
``{"p50", "rate", "count"}``: median seconds of a page and pages per second.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from statistics import median
from typing import Any


async def _one_page(reader: asyncio.StreamReader) -> int:
    """Read one answer to its end and return its status."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode("latin-1").lower().split("\r\n")
    length = next((int(line[15:]) for line in lines if line.startswith("content-length:")), None)
    if length is not None:
        await reader.readexactly(length)
    else:
        await _read_chunks(reader)
    return int(lines[0].split(" ")[1])


async def _read_chunks(reader: asyncio.StreamReader) -> None:
    while size := int((await reader.readline()).strip() or b"0", 16):
        await reader.readexactly(size + 2)
    await reader.readline()


async def _visitor(wanted: dict[str, Any], until: float) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", wanted["port"])
    request = (
        f"GET {wanted['path']} HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: {wanted['cookie']}\r\n\r\n".encode()
    )
    times = []
    try:
        while (start := time.perf_counter()) < until:
            writer.write(request)
            status = await _one_page(reader)
            if status != 200:  # noqa: PLR2004  HTTP
                raise RuntimeError(f"port {wanted['port']}{wanted['path']} answered {status}")
            times.append(time.perf_counter() - start)
    finally:
        writer.close()
    return times


async def measure(wanted: dict[str, Any]) -> dict[str, float]:
    """Ask for one page again and again over some connections.

    Raises:
        RuntimeError: An answer was not 200.
    """
    start = time.perf_counter()
    visits = [_visitor(wanted, start + wanted["seconds"]) for _ in range(wanted["connections"])]
    times = [seconds for found in await asyncio.gather(*visits) for seconds in found]
    return {"p50": median(times), "rate": len(times) / (time.perf_counter() - start), "count": len(times)}


def main() -> None:
    """Answer requests until the input ends."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(asyncio.run(measure(json.loads(line)))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
