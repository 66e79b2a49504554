"""Queueing letters with the change that causes them, and delivering them from a job."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING, Any

import aiosmtplib

from portal.db import execute, fetch_one, fetch_value, unit_of_work
from portal.jobs import service as jobs
from portal.mail.model import MAX_ATTEMPTS, Backend, Letter, as_message, check_letter

if TYPE_CHECKING:
    from portal.jobs.run import JobRun
    from portal.settings import Settings

logger = logging.getLogger(__name__)
SEND = "mail.send"
_TIMEOUT_S = 20
_ERROR_MAX = 300


class QueuePostman:
    """Queues letters; what identity and other slices are given as their postman."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    async def queue(
        self, to_address: str, subject: str, text: str, *, secret: bool = False, calendar: str = ""
    ) -> None:
        """Queue a letter inside the open unit of work: it goes out exactly when the change stands.

        Args:
            to_address: A single address.
            subject: One line.
            text: The body.
            secret: Wipe the text once it is sent or given up.
            calendar: An event as iCalendar to go with it.

        Raises:
            Invalid: The address or subject could smuggle in another header.
            RuntimeError: No unit of work is open.
        """
        check_letter(Letter(to_address, subject, text, calendar))
        at = dt.datetime.now(dt.UTC)
        message_id = await fetch_value(
            "insert into mail_message (to_address, subject, text, calendar, secret, state, attempts, run_at,"
            " queued_at) values ({}, {}, {}, {}, {}, 'queued', 0, {}, {}) returning id",
            to_address,
            subject,
            text,
            calendar,
            secret,
            at,
            at,
        )
        await jobs.enqueue(
            SEND, {"message_id": message_id}, idempotency_key=f"mail-{message_id}", max_attempts=MAX_ATTEMPTS
        )


class ConsoleBackend:
    """Writes letters to the log, for installations without a mail server."""

    async def send(self, letter: Letter) -> None:
        """Write the letter as it would be sent."""
        logger.info("mail to %s\nSubject: %s\n\n%s", letter.to_address, letter.subject, letter.text)


class SmtpBackend:
    """Delivers letters through an SMTP server."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    async def send(self, letter: Letter) -> None:
        """Deliver one letter.

        Raises:
            aiosmtplib.SMTPException: The server did not take it.
        """
        settings = self.settings
        await aiosmtplib.send(
            as_message(letter, settings.mail_from),
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_user or None,
            password=settings.smtp_password.get_secret_value() or None,
            start_tls=settings.smtp_start_tls,
            timeout=_TIMEOUT_S,
        )


def backend_of(settings: Settings) -> Backend:
    """Return the mail server of the settings, or the log when none is set."""
    return SmtpBackend(settings) if settings.smtp_host else ConsoleBackend()


async def send_message(message_id: int, backend: Backend) -> str:
    """Deliver a queued letter and return its state; one that was sent before is left alone.

    Raises:
        Exception: Whatever the back end raised, after it was written down; the job tries again.
    """
    row = await fetch_one(
        "select to_address, subject, text, calendar, attempts from mail_message"
        " where id = {} and state = 'queued'",
        message_id,
    )
    if row is None:
        return "gone"
    try:
        await backend.send(Letter(row["to_address"], row["subject"], row["text"], row["calendar"]))
    except Exception as error:
        await _note_failure(message_id, row["attempts"] + 1, error)
        raise
    async with unit_of_work():
        await execute(
            "update mail_message set state = 'sent', sent_at = {}, attempts = attempts + 1, error = '',"
            " text = case when secret then '' else text end where id = {}",
            dt.datetime.now(dt.UTC),
            message_id,
        )
    return "sent"


async def _note_failure(message_id: int, attempts: int, error: Exception) -> None:
    given_up = attempts >= MAX_ATTEMPTS
    async with unit_of_work():
        await execute(
            "update mail_message set attempts = {}, error = {}, state = {},"
            " text = case when secret and {} then '' else text end where id = {}",
            attempts,
            f"{type(error).__name__}: {error}"[:_ERROR_MAX],
            "failed" if given_up else "queued",
            given_up,
            message_id,
        )


class _Delivery:
    """What the job delivers through; set when the application or the jobs process starts."""

    backend: Backend = ConsoleBackend()


async def deliver(run: JobRun) -> dict[str, Any]:
    """Do one job: deliver the letter it names."""
    return {"state": await send_message(int(run.payload["message_id"]), _Delivery.backend)}


def register_jobs(settings: Settings) -> None:
    """Name the function that delivers queued letters, and the mail server it uses."""
    _Delivery.backend = backend_of(settings)
    jobs.register(SEND, deliver)
