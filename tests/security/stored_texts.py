"""Every text a person or file can leave in the database, changed from a harmless word into a hostile one.

All text columns are found by looking at the tables; those that only code writes are named in ``CODE_ONLY``
with the reason. A column that is in neither, or that no row fills, fails the test that uses this.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from piccolo.columns import Text, Varchar

from portal import db
from portal.db.schema import all_tables

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK = "zqx"
SUFFIX = 8  # characters after the mark that keep codes apart: a dash and the row's number
# "table.column" or "table.*": closed words, hashes and keys that no form, file or import writes freely.
CODE_ONLY = frozenset(
    "audit_event.action audit_event.subject_kind audit_event.subject_key audit_event.request_id"
    " audit_event.hash audit_head.* login_user.password_hash login_user.locale login_user.theme"
    " login_user.totp_secret role_grant.* web_session.token_hash login_failure.* password_reset.*"
    " recovery_code.* invitation.code_hash invitation.role stored_file.* search_entry.* region.path"
    " account.kind account.state account.owner dealer.sell_through_owner account_state.state contact.role"
    " contact.owner person.consent_version sharing_grant.* account_note.side saved_view.list_name"
    " product.status import_batch.kind import_batch.mode import_batch.state import_batch.file_sha256"
    " import_change.* import_map.kind rulebook_version.sha256 rulebook_version.subject_kind"
    " rulebook_proposal.subject_kind rulebook_proposal.state rulebook_proposal.edit_session"
    " rulebook_proposal.rehearsal rulebook_version.content evaluation_run.*"
    " scorecard.* scorecard_comment.kind scorecard_action.kind"
    " scorecard_action.line scorecard_action.outcome"
    " credit_hold.reason_code credit_contact.channel credit_payment_purpose.* credit_standing.*"
    " season.code season.kind season.state season_step.step season_baseline.method season_target.side"
    " season_target.state season_answer.kind season_answer.side season_growth_point.kind"
    " season_growth_point.state season_growth_point.side"
    # No page or file shows these, or only as counts and keys of other records.
    " mail_message.* job.kind job.payload job.state job.idempotency_key job.worker job.cursor job.result"
    " replaced_document.* replaced_line.* account_category_month.*"
    " import_source.* supply_link.source"
    # Duplicates: closed words, keys and figures; old values of a merge are shown nowhere.
    " duplicate_key.* duplicate_pair.* account_merge.* dealer_code.field"
    " segment_run.* account_class.* segment_book.code segment_book.version segment_book.sha256"
    " segment_book.content prospect_card.code prospect_card.plain_code prospect_card.ratings"
    " prospect_card.book_version prospect_card.book_sha256"
    # Closed words of what is raised and asked.
    " voice_item.client_key voice_item.kind voice_item.topic voice_item.side voice_item.evidence"
    " voice_item.state voice_item.cause voice_event.kind survey.state survey_question.kind"
    " survey_response.client_key survey_response.side survey_response.payload_sha256"
    # Opinions and marks for the manufacturer: closed words, keys, hashes, figures.
    " opinion.once_key opinion.code_sha256 opinion.source_kind opinion.topic opinion.side opinion.state"
    " opinion_event.kind opinion_event.before reverse_card.book_sha256 reverse_card.marks"
    # Trainings and trips: closed words, keys, hashes.
    " occasion.kind occasion.state occasion_invitation.source occasion_invitation.book_sha256"
    " occasion_invitation.outcome enrollment.client_key enrollment.state enrollment.door_code door_record.*"
    " occasion_notice.* calendar_feed.*"
    # Training: closed words, types of files, keys and codes.
    " course_material.media_type lecturer.kind session_clash.kind session_clash.key session_cost.kind"
    " test_attempt.client_key test_attempt.kind session_feedback.id certificate.code"
    # Trips: closed words, keys, and how beds stood before a change.
    " trip_room_change.* trip_person.marker trip_cost.kind trip_cost.category hospitality.client_key"
    " hospitality.kind"
    # Plans: closed words.
    " target_account.share_source target_account.stage"
    " visit.client_key visit.content_sha256 visit.owner visit.rank visit.outcome"
    " weekly_meeting.state weekly_meeting.figures meeting_item.kind meeting_item.state"
    # Field: closed words, keys, hashes.
    " field_phone.phone_key field_item.* late_record.client_key late_record.kind late_record.owner"
    " late_record.reason late_record.state promise.client_key promise.owner promise.side promise.state"
    " share_observation.source census_record.*"
    # Plans: closed words, figures and keys; nothing a person typed but the reason of a refusal.
    " development_plan.owner development_plan.state development_plan.settings development_plan.label"
    " development_plan.inputs_sha256 plan_person.* plan_line.* holiday.* day_away.*"
    # Rebates: closed words, and what is fixed by a hash.
    " rebate_version.beneficiary rebate_version.state rebate_version.content rebate_version.sha256"
    " rebate_acceptance.* rebate_settlement_line.* rebate_standing.* rebate_payout.state"
    " rebate_payout.content_sha256 rebate_payout_line.state rebate_appeal.outcome rebate_adjustment.state"
    " rebate_settlement.kind rebate_settlement.state"
    " rebate_settlement.program_sha256 rebate_settlement.inputs_sha256 rebate_settlement.results_sha256"
    " ledger_account.* ledger_operation.idempotency_key ledger_operation.content_sha256"
    " ledger_operation.kind ledger_operation.component ledger_operation.program_sha256"
    " ledger_operation.inputs_sha256".split()
)
JSON = {
    "audit_event.changes": json.dumps({"name": [MARK, f"{MARK} 2"], MARK: [None, MARK]}),
    "target_account.score_parts": json.dumps({MARK: 7}),
    "late_record.payload": json.dumps({"note": MARK, "cases": MARK, "outcome": MARK}),
    "import_batch.column_map": json.dumps({"kind": "orders", "columns": {MARK: "number"}}),
    "import_batch.error": json.dumps({"text": "%(columns)s", "params": {"columns": MARK}}),
}
KEPT = frozenset(
    {
        "import_batch.report",
        "saved_view.query",
        "import_map.text",
        "rulebook_proposal.text",
        "rebate_version.text",
    }
)
"""Filled with the mark when the row was made."""


def columns() -> Iterator[tuple[str, str, int]]:
    """Yield table, column and longest length (0 = unbounded) of every text that is not code's own."""
    for table in all_tables():
        name = table._meta.tablename
        for column in table._meta.columns:
            if not isinstance(column, Varchar | Text) or f"{name}.*" in CODE_ONLY:
                continue
            if f"{name}.{column._meta.name}" not in CODE_ONLY:
                yield name, column._meta.name, column.length if isinstance(column, Varchar) else 0


async def fill() -> list[str]:
    """Put the mark into every text of every row, keep a copy, and return columns that no row fills."""
    empty = []
    async with db.unit_of_work():
        for trigger in await db.fetch("select name from sqlite_master where type = 'trigger'"):
            await db.execute(f"drop trigger {trigger['name']}")  # the log refuses changes, rightly
        for table, column, _ in columns():
            place = f"{table}.{column}"
            if place in JSON:
                await db.execute(f"update {table} set {column} = {{}}", JSON[place])
            elif place not in KEPT:
                await db.execute(f"update {table} set {column} = {{}} || '-' || rowid", MARK)
            if not await db.fetch_value(
                f"select count(*) from {table} where {column} like {{}}", f"%{MARK}%"
            ):
                empty.append(place)
        for table, texts in _tables().items():
            names = ", ".join(name for name, _ in texts)
            await db.execute(f"create table harmless_{table} as select rowid as row_id, {names} from {table}")
    return empty


async def put(hostile: str) -> None:
    """Write a text wherever ``fill`` left the mark, cut to what the column holds."""
    async with db.unit_of_work():
        for table, texts in _tables().items():
            sets, values = [], []
            for name, longest in texts:
                cut = hostile[: longest - SUFFIX] if longest else hostile
                in_json = f"{table}.{name}" in JSON or f"{table}.{name}" in KEPT - {"saved_view.query"}
                values += [MARK, json.dumps(cut)[1:-1] if in_json else cut]
                sets.append(
                    f"{name} = coalesce((select replace(h.{name}, {{}}, {{}}) from harmless_{table} h"
                    f" where h.row_id = {table}.rowid), {name})"
                )
            await db.execute(f"update {table} set {', '.join(sets)}", *values)


async def forget_readings() -> None:
    """Remove what was logged since ``fill``: pages that list the log would grow by being looked at."""
    async with db.unit_of_work():
        await db.execute(
            "delete from audit_event where rowid not in (select row_id from harmless_audit_event)"
        )


def _tables() -> dict[str, list[tuple[str, int]]]:
    found: dict[str, list[tuple[str, int]]] = {}
    for table, column, longest in columns():
        found.setdefault(table, []).append((column, longest))
    return found
