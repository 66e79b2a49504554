"""One pool of printing processes for all tests of printing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal.web.printing.pool import PrintPool, Typeface

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def pool() -> Iterator[PrintPool]:
    if not Typeface().is_built():
        pytest.fail("the print fonts are not built: run ./dev assets")
    with PrintPool(1) as made:
        yield made
