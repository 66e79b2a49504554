"""SQL of staged order lines: resolve codes, find what is known already, insert documents and lines.

Fields of the code table: 1 to 3 are buyers at that level, 11 to 13 sellers, 20 products; 0 and 10 are buyers
and sellers of rows without a level, until one is inferred. ``$level`` is the
level of rows that do not name one. See docs/algorithms/imports.md for the classes of rows.
"""

# ruff: noqa: S608  the pieces joined here are constants of this module; values are bound

from __future__ import annotations

from portal.sales.imports.staging import Computed

BUYER, SELLER, PRODUCT = 0, 10, 20

COMPUTED = (
    Computed("kind_no", "case c_kind when 'return' then 2 when 'correction' then 3 else 1 end"),
    Computed(
        "level_no",
        "case c_level when 'sell_in' then 1 when 'sell_through' then 2 when 'sell_out' then 3 end",
    ),
    Computed("line_kind_no", "case c_line_kind when 'deposit' then 2 else 1 end"),
)

LEVEL = "coalesce(s.level_no, $level)"

STAGE_INDEX = "create index <rows>_identity on <rows> (c_number, kind_no, c_line, row_no)"
"""SQLite only: makes repeats cheap to find and lets lines be inserted in the order of their key."""

COUNT_BUYER_KINDS = (
    "select sum(case when a.kind = 'dealer' then 1 else 0 end) as dealers,"
    " sum(case when a.kind <> 'dealer' then 1 else 0 end) as others"
    " from <codes> s join account a on a.code = s.code where s.field = 0"
)
RESOLVE_ACCOUNTS = (
    "update <codes> set id = (select coalesce(a.merged_into, a.id) from account a where a.code = <codes>.code"
    " and a.kind in ($kinds) order by case a.kind when $first then 1 else 2 end limit 1)"
    " where field = $of and id is null"
)
RESOLVE_PRODUCTS = (
    "update <codes> set id = (select p.id from product p where p.code = <codes>.code)"
    " where field = 20 and id is null"
)
NUMBER_LINES = (
    "update <rows> set c_line = n.place from (select row_no as of_row, row_number() over"
    " (partition by kind_no, c_number order by row_no) as place from <rows>) n"
    " where n.of_row = <rows>.row_no and c_line is null"
)

_SAME_IN_FILE = (
    "s.c_buyer = f.c_buyer and s.c_day = f.c_day and s.c_product = f.c_product"
    " and s.c_quantity = f.c_quantity and s.c_amount = f.c_amount and s.line_kind_no = f.line_kind_no"
    " and coalesce(s.c_vat, 0) = coalesce(f.c_vat, 0)"
    " and coalesce(s.c_deposit, 0) = coalesce(f.c_deposit, 0)"
    " and coalesce(s.level_no, 0) = coalesce(f.level_no, 0)"
)
MARK_REPEATED = (
    "insert into <marks> (row_no, state, first_row)"
    " select s.row_no, case when " + _SAME_IN_FILE + " then 5 else 4 end, r.first_row"
    " from (select c_number, kind_no, c_line, min(row_no) as first_row from <rows>"
    " group by c_number, kind_no, c_line having count(*) > 1) r"
    " join <rows> s on s.c_number = r.c_number and s.kind_no = r.kind_no and s.c_line = r.c_line"
    " and s.row_no <> r.first_row"
    " join <rows> f on f.c_number = r.c_number and f.kind_no = r.kind_no and f.c_line = r.c_line"
    " and f.row_no = r.first_row"
    " where not exists (select 1 from <marks> m where m.row_no = s.row_no)"
)
FORGET_UNUSED = (
    "delete from <codes> where id is null and not exists (select 1 from <rows> s"
    " where ($used) and not exists (select 1 from <marks> m where m.row_no = s.row_no and m.state in (4, 7)))"
)
"""Codes that only conflicting rows name: nothing is made for them."""

USED = {
    BUYER: "s.c_buyer = <codes>.code and <codes>.field = " + LEVEL,
    SELLER: "s.c_seller = <codes>.code and <codes>.field = 10 + " + LEVEL,
    PRODUCT: "s.c_product = <codes>.code and <codes>.field = 20",
}
_SAME_AS_STORED = (
    "l.buyer = b.id and l.product = p.id and l.business_on = s.c_day and l.quantity = s.c_quantity"
    " and l.amount_minor = s.c_amount and l.vat_minor = coalesce(s.c_vat, 0)"
    " and l.deposit_minor = coalesce(s.c_deposit, 0) and l.line_kind = s.line_kind_no"
    " and l.level = " + LEVEL
)
_CODES = (
    " left join <codes> b on b.field = " + LEVEL + " and b.code = s.c_buyer"
    " left join <codes> p on p.field = 20 and p.code = s.c_product"
)
MARK_STORED = (
    "insert into <marks> (row_no, state, target)"
    " select s.row_no, case when " + _SAME_AS_STORED + " then case when $goes then 6 else 3 end"
    " when $goes then 2 else 4 end, l.id"
    " from <rows> s join document_line l on l.source = $source and l.kind = s.kind_no"
    " and l.number = s.c_number and l.line_no = s.c_line"
    + _CODES
    + " where not exists (select 1 from <marks> m where m.row_no = s.row_no)"
)
"""``$goes``: the stored line goes away, which it does in replace mode only."""

UNMARKED = "not exists (select 1 from <marks> m where m.row_no = s.row_no and m.state in (3, 4, 5, 7))"

INSERT_DOCUMENTS = (
    "insert into document (source, level, kind, number, seller, buyer, business_on, due_on, batch)"
    " select $source, g.level, g.kind_no, g.c_number,"
    " case when g.level = 1 then null else coalesce(k.id, $dealer_on,"
    " (select case when a.kind = 'dealer' then null else a.dealer end from account a where a.id = b.id))"
    " end, b.id, g.day, g.due_on, $batch"
    " from (select min(" + LEVEL + ") as level, s.kind_no, s.c_number, min(s.c_buyer) as c_buyer,"
    " max(s.c_seller) as c_seller,"
    " min(s.c_day) as day, min(s.c_due_on) as due_on"
    " from <rows> s where $wanted group by s.c_number, s.kind_no$buyers) g"
    " join <codes> b on b.field = g.level and b.code = g.c_buyer"
    " left join <codes> k on k.field = 10 + g.level and k.code = g.c_seller where true"
    " order by g.c_number, g.kind_no$known"
)
INSERT_LINES = (
    "insert into document_line (source, kind, number, line_no, document, level, line_kind, seller, buyer,"
    " business_on, product, quantity, amount_minor, vat_minor, deposit_minor, batch, source_row)"
    " select $source, s.kind_no, s.c_number, s.c_line, d.id, "
    + LEVEL
    + ", s.line_kind_no, d.seller, d.buyer,"
    " s.c_day, p.id, s.c_quantity, s.c_amount, coalesce(s.c_vat, 0), coalesce(s.c_deposit, 0), $batch,"
    " s.row_no"
    " from <rows> s join <codes> p on p.field = 20 and p.code = s.c_product$buyers"
    " where $wanted"
)
BY_NUMBER = " join document d on d.source = $source and d.kind = s.kind_no and d.number = s.c_number"
BY_NUMBER_AND_BUYER = (
    " join <codes> b on b.field = " + LEVEL + " and b.code = s.c_buyer" + BY_NUMBER + " and d.buyer = b.id"
)
KNOWN_DOCUMENTS = " on conflict (source, kind, number, buyer) do nothing"
"""Where documents may exist already, and numbers may show several buyers; else both are left out, which a
database notices at a million rows."""

LINE_COLUMNS = (
    "source, kind, number, line_no, document, level, line_kind, seller, buyer, business_on, product,"
    " quantity, amount_minor, vat_minor, deposit_minor, batch, source_row"
)
DOCUMENT_COLUMNS = "source, level, kind, number, seller, buyer, business_on, due_on, batch"

COUNT_DOCUMENTS = (
    "select count(*) as documents, sum(case when one <> other then 1 else 0 end) as reused"
    " from (select min(c_buyer) as one, max(c_buyer) as other from <rows> group by c_number, kind_no) d"
)
REUSED_NUMBERS = (
    "select kind_no, c_number as number, min(c_buyer) as one_buyer, max(c_buyer) as other_buyer"
    " from <rows> group by kind_no, c_number having min(c_buyer) <> max(c_buyer) order by c_number limit 1"
)
COUNT_STUBS = (
    "select count(*) from (select distinct"
    " case when field in (1, 12) then 1 when field = 20 then 3 else 2 end as kind, code from <codes>"
    " where field <> 11 and (id is null or stub = 1)) c"
)
TOUCH_BUYERS = (
    "insert into touched_account (account, month_on) select distinct b.id, m.month_on from"
    " (select distinct " + LEVEL + " as level, c_buyer, $month as month_on from <rows> s where $wanted) m"
    " join <codes> b on b.field = m.level and b.code = m.c_buyer"
)
TOUCH_PRODUCTS = (
    "insert into touched_product (product, month_on) select distinct p.id, m.month_on from"
    " (select distinct c_product, $month as month_on from <rows> s where $wanted) m"
    " join <codes> p on p.field = 20 and p.code = m.c_product"
)
TOUCH_SELLERS = (
    "insert into touched_account (account, month_on) select k.seller, m.month_on from"
    " (select distinct seller from document where batch = $batch and seller is not null) k"
    " cross join (select distinct month_on from touched_product) m"
)
TOUCH_OTHER_SELLERS = (
    "insert into touched_account (account, month_on) select distinct d.seller, m.month_on from <rows> s"
    " join document d on d.source = $source and d.kind = s.kind_no and d.number = s.c_number"
    " and d.batch <> $batch and d.seller is not null"
    " cross join (select distinct month_on from touched_product) m"
)
STASH_LINES = (
    "insert into replaced_line (removed_by, line_id, " + LINE_COLUMNS + ")"
    " select $batch, l.id, "
    + ", ".join(f"l.{name}" for name in LINE_COLUMNS.split(", "))
    + " from document_line l where $goes"
)
NO_LINES = (
    "not exists (select 1 from document_line l where l.source = document.source and l.kind = document.kind"
    " and l.number = document.number and l.document = document.id)"
)
STASH_DOCUMENTS = (
    "insert into replaced_document (removed_by, document_id, " + DOCUMENT_COLUMNS + ")"
    " select $batch, id, " + DOCUMENT_COLUMNS + " from document"
    " where id in (select document from replaced_line where removed_by = $batch) and " + NO_LINES
)
RESTORE_DOCUMENTS = (
    "insert into document (id, "
    + DOCUMENT_COLUMNS
    + ") select document_id, "
    + DOCUMENT_COLUMNS
    + " from replaced_document where removed_by = $batch on conflict (source, kind, number, buyer) do nothing"
)
RESTORE_LINES = (
    "insert into document_line (id, "
    + LINE_COLUMNS
    + ") select r.line_id, "
    + ", ".join("d.id" if name == "document" else f"r.{name}" for name in LINE_COLUMNS.split(", "))
    + " from replaced_line r join document d on d.source = r.source and d.kind = r.kind"
    " and d.number = r.number and d.buyer = r.buyer where r.removed_by = $batch"
)
ADOPT_STUBS = (
    "update account set dealer = (select min(d.seller) from document d join account s on s.id = d.seller"
    " and s.kind = 'dealer' where d.buyer = account.id and d.batch = $batch)"
    " where dealer is null and kind <> 'dealer' and id in (select id from <codes> where stub = 1)"
)
EARLIER_DOCUMENT = "select 1 from document where source = $source and batch <> $batch limit 1"
COUNT_PAIRS = (
    "select count(*) from (select 1 from <rows> s where $wanted group by kind_no, c_number, c_buyer) d"
)
REMOVE_EMPTY_DOCUMENTS = (
    "delete from document where (batch = $batch or id in (select document from undone_document)) and "
    + NO_LINES
)
CLASHING_BATCH = (
    "select min(l.batch) from replaced_line r join document_line l on l.source = r.source and l.kind = r.kind"
    " and l.number = r.number and l.line_no = r.line_no and l.batch <> $batch where r.removed_by = $batch"
)
