"""Letters are queued with the change that causes them, delivered once, and smuggle nothing in."""

from __future__ import annotations

import asyncio
import logging
import smtplib
from email import message_from_bytes
from email.policy import SMTP
from typing import TYPE_CHECKING

import pytest

from portal import db
from portal.errors import Invalid
from portal.mail.model import MAX_ATTEMPTS, Letter, as_message, check_letter
from portal.mail.service import ConsoleBackend, QueuePostman, SmtpBackend, backend_of, send_message
from portal.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LETTER = Letter("kim@dealer.example", "비밀번호 재설정", "주소: http://portal.test/reset/abc\n")


class Kept:
    """Keeps what it is asked to deliver."""

    def __init__(self, failures: int = 0) -> None:
        self.letters: list[Letter] = []
        self.failures = failures

    async def send(self, letter: Letter) -> None:
        if self.failures:
            self.failures -= 1
            raise ConnectionRefusedError("no server")
        self.letters.append(letter)


async def queue(*, secret: bool = False) -> int:
    async with db.unit_of_work():
        postman = QueuePostman(Settings())
        await postman.queue(LETTER.to_address, LETTER.subject, LETTER.text, secret=secret)
    return await db.fetch_value("select max(id) from mail_message")


async def test_a_letter_is_queued_with_its_job_or_not_at_all(database: str) -> None:
    await queue()

    async def fail() -> None:
        async with db.unit_of_work():
            await QueuePostman(Settings()).queue("lee@dealer.example", "x", "y")
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        await fail()
    assert await db.fetch_value("select count(*) from mail_message") == 1
    assert await db.fetch("select kind, state from job") == [{"kind": "mail.send", "state": "queued"}]


async def test_a_letter_is_delivered_once(database: str) -> None:
    message_id = await queue()
    backend = Kept()
    assert await send_message(message_id, backend) == "sent"
    assert await send_message(message_id, backend) == "gone"
    assert backend.letters == [LETTER]


async def test_a_failure_is_kept_and_tried_again_until_given_up(database: str) -> None:
    message_id = await queue(secret=True)
    backend = Kept(failures=MAX_ATTEMPTS)
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(ConnectionRefusedError):
            await send_message(message_id, backend)
    row = await db.fetch_one("select state, attempts, error, text from mail_message")
    assert row == {
        "state": "failed",
        "attempts": MAX_ATTEMPTS,
        "error": "ConnectionRefusedError: no server",
        "text": "",
    }


async def test_the_text_of_a_secret_letter_is_wiped_after_sending(database: str) -> None:
    open_id = await queue()
    secret_id = await queue(secret=True)
    await send_message(open_id, Kept())
    await send_message(secret_id, Kept())
    texts = await db.fetch("select text from mail_message order by id")
    assert [row["text"] for row in texts] == [LETTER.text, ""]


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example\nBcc: evil@x.example",
        "a@b.example\r\nSubject: x",
        "a@b.example, c@d.example",
        "Kim <a@b.example>",
        "a@b.example;c@d.example",
        "a@b@c.example",
        "a b@c.example",
        "a@b.example\x00",
        "@b.example",
        "a@",
        "a@-b.example ",
        "a" * 65 + "@b.example",
        "",
    ],
)
def test_an_address_that_is_not_one_plain_address_is_refused(address: str) -> None:
    with pytest.raises(Invalid):
        check_letter(Letter(address, "x", "y"))


@pytest.mark.parametrize(
    "subject", ["a\nBcc: b@c.example", "a\r\n\r\nbody", "a\x00", "a\x85b", "a\u2028b", ""]
)
def test_a_subject_that_is_not_one_line_is_refused(subject: str) -> None:
    with pytest.raises(Invalid):
        check_letter(Letter("a@b.example", subject, "y"))


def test_a_letter_on_the_wire_has_the_headers_we_gave_it_and_no_others() -> None:
    wire = as_message(LETTER, "portal@maker.example").as_bytes()
    head = wire.split(b"\r\n\r\n")[0]
    names = [line.split(b":")[0] for line in head.split(b"\r\n") if line[:1] not in b" \t"]
    assert names == [
        b"From",
        b"To",
        b"Subject",
        b"Auto-Submitted",
        b"Content-Type",
        b"Content-Transfer-Encoding",
        b"MIME-Version",
    ]


async def test_without_a_server_letters_go_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    backend = backend_of(Settings(smtp_host=""))
    assert isinstance(backend, ConsoleBackend)
    with caplog.at_level(logging.INFO):
        await backend.send(LETTER)
    assert "http://portal.test/reset/abc" in caplog.text


@pytest.fixture
async def smtp_server() -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server on the loopback that takes one letter after the other."""
    taken: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 test\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                taken.append(await reader.readuntil(b"\r\n.\r\n"))
            writer.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
            if verb == b"QUIT":
                break
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1], taken
    server.close()
    await server.wait_closed()


async def test_a_server_gets_the_letter(smtp_server: tuple[int, list[bytes]]) -> None:
    port, taken = smtp_server
    settings = Settings(smtp_host="127.0.0.1", smtp_port=port, smtp_start_tls=False)
    await SmtpBackend(settings).send(LETTER)
    (wire,) = taken
    assert b"To: kim@dealer.example" in wire
    assert smtplib.CRLF.encode() in wire


async def test_an_event_goes_along_byte_for_byte(database: str) -> None:
    event = "BEGIN:VCALENDAR\r\nSUMMARY:겨울 교육\r\nEND:VCALENDAR\r\n"
    async with db.unit_of_work():
        await QueuePostman(Settings()).queue(LETTER.to_address, LETTER.subject, LETTER.text, calendar=event)
    kept = Kept()
    await send_message(await db.fetch_value("select max(id) from mail_message"), kept)
    message = message_from_bytes(as_message(kept.letters[0], "portal@portal.test").as_bytes(), policy=SMTP)
    (part,) = message.iter_attachments()
    assert (part.get_content_type(), part.get_filename()) == ("text/calendar", "event.ics")
    assert (part.get_param("method"), part.get_payload(decode=True)) == ("PUBLISH", event.encode())
    assert message.get_body().get_content().strip() == LETTER.text.strip()
