"""A dealer's owner says what codes of his accounting program mean; it is remembered for his next files."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, NotFound
from portal.network.model import Kind
from portal.network.queries.accounts import find_by_code
from portal.sales.imports.batch import save_report
from portal.sales.imports.errors import write_conflicts
from portal.sales.imports.lines import compare_again
from portal.sales.imports.model import BatchState
from portal.sales.imports.own_codes import BUYERS
from portal.sales.imports.pipeline import folder_of
from portal.sales.imports.queries import find_shown
from portal.sales.imports.statements import tune, with_marks
from portal.sales.imports.uploads import dealer_of
from portal.sales.policies import IMPORT

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.sales.imports.batch import Batch
    from portal.settings import Settings

CODE_MAX = 60
_REMEMBER = (
    "insert into dealer_code (dealer, field, code, account, product, decided_by_user_id, decided_at)"
    " values ({}, {}, {}, {}, {}, {}, {}) on conflict (dealer, field, code) do update set"
    " account = excluded.account, product = excluded.product,"
    " decided_by_user_id = excluded.decided_by_user_id, decided_at = excluded.decided_at"
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a code means.

    Attributes:
        field: ``buyer`` or ``product``.
        meaning: ``same`` as ``known``, ``new`` shop to be made, or ``all_new``: every buyer left.
        code: The code in the dealer's file.
        known: Code of one of his accounts, or of a product.
    """

    field: str
    meaning: str
    code: str
    known: str


async def explain(viewer: Viewer, batch_id: int, said: Explanation, settings: Settings) -> None:
    """Remember what a code means, and compare the waiting rows of the file again.

    Raises:
        NotFound: It is not an import of the viewer's own dealership.
        Conflict: The import does not wait for confirmation any more.
        Invalid: The dealer has no such account, or nobody has such a product.
    """
    shown = await find_shown(viewer, batch_id)
    batch, dealer_id = shown.batch, dealer_of(viewer)
    if dealer_id is None or batch.dealer_id != dealer_id:
        raise NotFound
    if batch.state is not BatchState.STAGED:
        raise Conflict("This import has moved on. Reload the page.")
    async with unit_of_work():
        await tune()
        if said.meaning == "all_new":
            await _all_new(viewer, batch)
        else:
            account, product = await _meant(viewer, said)
            values = (account, product, viewer.user_id, dt.datetime.now(dt.UTC))
            await execute(_REMEMBER, dealer_id, said.field, said.code, *values)
        await compare_again(batch)
        await write_conflicts(batch, await asyncio.to_thread(folder_of, settings, batch_id))
        await save_report(batch)
        await record(
            viewer.signature(IMPORT),
            "import.code_explained",
            Subject("import", str(batch_id)),
            {said.field: (said.code or None, said.known or said.meaning)},
        )


async def _meant(viewer: Viewer, said: Explanation) -> tuple[int | None, int | None]:
    """Return account and product that an explanation names; what is not the dealer's is not there."""
    if said.meaning == "new":
        return None, None
    if said.field == "product":
        found = await fetch_value("select id from product where code = {} and is_stub = false", said.known)
        if found is None:
            raise Invalid.of("known", "There is no product with this code.")
        return None, int(found)
    for kind in (Kind.TERMINAL, Kind.OUTLET):
        account = await find_by_code(viewer, kind, said.known)
        if account is not None:
            return int(account["id"]), None
    raise Invalid.of("known", "There is no record of yours with this code.")


async def _all_new(viewer: Viewer, batch: Batch) -> None:
    """Ask for a retail point for every buyer that is still unexplained."""
    await execute(
        with_marks(
            "insert into dealer_code (dealer, field, code, decided_by_user_id, decided_at)"  # noqa: S608  names from code
            f" select $bigint, 'buyer', c.code, $bigint, $timestamptz from {batch.stage.codes} c"
            f" where c.field = {int(BUYERS)} and c.id is null and c.stub = 0 and length(c.code) <= {CODE_MAX}"
            " on conflict (dealer, field, code) do nothing"
        ),
        *(batch.dealer_id, viewer.user_id, dt.datetime.now(dt.UTC)),
    )


async def forget(viewer: Viewer, field: str, code: str) -> None:
    """Forget what a code means; files brought so far stay as they are.

    Raises:
        NotFound: The viewer's dealer never explained it.
    """
    dealer_id = dealer_of(viewer)
    async with unit_of_work():
        gone = await execute(
            "delete from dealer_code where dealer = {} and field = {} and code = {}", dealer_id, field, code
        )
        if not gone:
            raise NotFound
        await record(
            viewer.signature(IMPORT),
            "import.code_forgotten",
            Subject("import_codes", str(dealer_id)),
            {field: (code, None)},
        )
