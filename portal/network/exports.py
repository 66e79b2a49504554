"""Lists as files: columns, rows in the order shown; short ones at once, long ones as a job."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import unit_of_work
from portal.errors import NotAllowed
from portal.files.service import store
from portal.jobs.service import enqueue
from portal.network import words
from portal.network.identifiers import shown_business_number
from portal.network.model import Kind
from portal.network.policies import DUPLICATES, EXPORT, EXPORT_PEOPLE
from portal.network.queries import contacts, duplicates, lists, products
from portal.web.i18n import gettext, in_locale
from portal.web.spreadsheet import Column, Format, file_stream

if TYPE_CHECKING:
    from portal.jobs.run import JobRun
    from rules.duplicates.likeness import Reason

JOB_KIND = "network.export"
DIRECT_ROWS_MAX = 5000
Rows = AsyncIterator[list[dict[str, Any]]]
Query = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that can be exported.

    Attributes:
        name: Its path without the slash.
        title: English title, translated where shown.
        policy: What exporting it needs.
        columns: Makes the columns in the current language.
        rows: Yields the rows of a URL's filter in batches.
        count: Counts them up to a cap.
    """

    name: str
    title: str
    policy: str
    columns: Callable[[], Sequence[Column]]
    rows: Callable[[Viewer, Query], Rows]
    count: Callable[[Viewer, Query, int], Any]


def _word(table: Mapping[Any, str]) -> Callable[[Any], str]:
    return lambda code: gettext(table[code]) if code in table else str(code or "")


def _account_columns(kind: Kind) -> Sequence[Column]:
    columns = [
        Column("code", gettext("Code")),
        Column("name", gettext("Name"), 30),
        Column("state", gettext("State"), show=_word(words.STATES)),
        Column("region", gettext("Region")),
        Column("area", gettext("Area")),
    ]
    if kind is Kind.DEALER:
        columns.append(Column("business_number", gettext("Business number"), show=shown_business_number))
    else:
        columns.append(Column("dealer", gettext("Dealer"), 24))
        columns.append(Column("owner", gettext("Whose record"), show=_word(words.OWNERS)))
    if kind is Kind.TERMINAL:
        columns.append(Column("channel", gettext("Channel"), show=_word(words.CHANNELS)))
        columns.append(Column("trade_type", gettext("Trade")))
    return [*columns, Column("phone", gettext("Phone"))]


def _accounts(kind: Kind, name: str) -> Listing:
    def rows(viewer: Viewer, query: Query) -> Rows:
        return lists.iter_accounts(viewer, kind, lists.AccountFilter.of(query))

    async def count(viewer: Viewer, query: Query, cap: int) -> int:
        return await lists.count_accounts(viewer, kind, lists.AccountFilter.of(query), cap=cap)

    return Listing(name, words.LISTS[kind], EXPORT, lambda: _account_columns(kind), rows, count)


def _contact_columns() -> Sequence[Column]:
    return [
        Column("name", gettext("Name")),
        Column("title", gettext("Title")),
        Column("role", gettext("Role"), show=_word(words.ROLES)),
        Column("account", gettext("Account"), 30),
        Column("account_code", gettext("Code")),
        Column("region", gettext("Region")),
        Column("work_phone", gettext("Work phone")),
        Column("work_email", gettext("Work e-mail"), 26),
    ]


def _contact_rows(viewer: Viewer, query: Query) -> Rows:
    return contacts.iter_contacts(viewer, contacts.ContactFilter.of(query))


async def _contact_count(viewer: Viewer, query: Query, cap: int) -> int:
    return await contacts.count_contacts(viewer, contacts.ContactFilter.of(query), cap=cap)


def _product_columns() -> Sequence[Column]:
    return [
        Column("code", gettext("Code")),
        Column("name", gettext("Name"), 40),
        Column("category", gettext("Category")),
        Column("vendor_name", gettext("Vendor"), 24),
        Column("pack_units", gettext("Units per pack")),
        Column("volume_ml", gettext("Volume (ml)")),
        Column("status", gettext("Status"), show=_word(words.PRODUCT_STATUSES)),
        Column("launched_on", gettext("Launched")),
    ]


def _product_rows(_: Viewer, query: Query) -> Rows:
    return products.iter_products(products.ProductFilter.of(query))


async def _product_count(_: Viewer, query: Query, cap: int) -> int:
    return await products.count_products(products.ProductFilter.of(query), cap=cap)


def _pair_columns() -> Sequence[Column]:
    def reasons(found: Sequence[Reason]) -> str:
        return "; ".join(map(words.reason_text, found))

    sides = []
    for alias, number in (("a", "1"), ("b", "2")):
        sides += [
            Column(f"{alias}_code", f"{gettext('Code')} {number}"),
            Column(f"{alias}_name", f"{gettext('Name')} {number}", 26),
            Column(f"{alias}_dealer", f"{gettext('Dealer')} {number}", 22),
            Column(f"{alias}_address", f"{gettext('Address')} {number}", 30),
            Column(f"{alias}_phone", f"{gettext('Phone')} {number}"),
        ]
    return [
        Column("score", gettext("Points")),
        Column("reasons", gettext("What speaks for it"), 40, show=reasons),
        Column("state", gettext("State"), show=_word(words.PAIR_STATES)),
        *sides,
    ]


def _pair_rows(viewer: Viewer, query: Query) -> Rows:
    return duplicates.iter_pairs(viewer, duplicates.PairFilter.of(query))


async def _pair_count(viewer: Viewer, query: Query, cap: int) -> int:
    return await duplicates.count_pairs(viewer, duplicates.PairFilter.of(query), cap=cap)


LISTINGS = {
    listing.name: listing
    for listing in (
        _accounts(Kind.DEALER, "dealers"),
        _accounts(Kind.OUTLET, "outlets"),
        _accounts(Kind.TERMINAL, "terminals"),
        Listing("contacts", "Contacts", EXPORT_PEOPLE, _contact_columns, _contact_rows, _contact_count),
        Listing("duplicates", "Suspected duplicates", DUPLICATES, _pair_columns, _pair_rows, _pair_count),
        Listing("products", "Products", EXPORT, _product_columns, _product_rows, _product_count),
    )
}


def file_of(listing: Listing, viewer: Viewer, query: Query, file_format: Format) -> AsyncIterator[bytes]:
    """Yield the file of a list in the current language."""
    return file_stream(listing.columns(), listing.rows(viewer, query), file_format, gettext(listing.title))


def file_name(listing: Listing, file_format: Format) -> str:
    """Return the name of the file in the current language."""
    return f"{gettext(listing.title)}.{file_format.value}"


async def record_export(viewer: Viewer, listing: Listing, query: Query, file_format: Format) -> None:
    """Append to the audit log who takes which list out of the portal, in a unit of work of its own."""
    async with unit_of_work():
        await _record(viewer, listing, query, file_format)


async def _record(viewer: Viewer, listing: Listing, query: Query, file_format: Format) -> None:
    chosen = " ".join(f"{name}={value}" for name, value in sorted(query.items()) if value)
    await record(
        viewer.signature(listing.policy),
        "network.exported",
        Subject.of("list", listing.name),
        note=f"{file_format.value} {chosen}".strip(),
    )


async def enqueue_export(
    viewer: Viewer, listing: Listing, query: Query, file_format: Format, locale: str
) -> int:
    """Ask for a long list as a job and return the job's id; the audit log gets the request."""
    payload = {
        "listing": listing.name,
        "query": dict(query),
        "format": file_format.value,
        "login": viewer.login,
        "zone": viewer.zone,
        "locale": locale,
    }
    async with unit_of_work():
        job_id = await enqueue(JOB_KIND, payload, actor_user_id=viewer.user_id, max_attempts=2)
        await _record(viewer, listing, query, file_format)
    return job_id


async def run_export(run: JobRun) -> dict[str, Any]:
    """Write a list's file, as the person who asked for it would see it now, and keep it among the files.

    The application registers this under ``JOB_KIND``.
    """
    from portal.identity.queries import load_viewer  # noqa: PLC0415  only workers need people

    payload = run.payload
    listing, file_format = LISTINGS[payload["listing"]], Format(payload["format"])
    viewer = await load_viewer(payload["login"], payload["zone"])
    if not viewer.allowed(listing.policy):
        raise NotAllowed
    total = await listing.count(viewer, payload["query"], 10_000_000)
    rows = _reported(listing.rows(viewer, payload["query"]), run, total)
    with in_locale(payload["locale"]):
        stream = file_stream(listing.columns(), rows, file_format, gettext(listing.title))
        content = b"".join([piece async for piece in stream])
        name = file_name(listing, file_format)
    async with unit_of_work():
        file_id = await store(content, file_format.media_type)
        await run.advance(done=total, total=total)
    return {"file_id": file_id, "file_name": name, "rows": total}


async def _reported(batches: Rows, run: JobRun, total: int) -> Rows:
    done = 0
    async for rows in batches:
        yield rows
        done += len(rows)
        await run.report(min(done, total), total)
