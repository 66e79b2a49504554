"""Messages between the pool and its printing processes, and how they travel through a pipe.

MessagePack, each message behind its length in four bytes: a printing process that was taken over
can answer nonsense, but cannot make the portal run code, as pickled messages could.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

import msgspec

LENGTH = struct.Struct(">I")
LARGEST_MESSAGE = 512 * 1024 * 1024  # bytes


class PrintMetadata(msgspec.Struct, frozen=True):
    """What the PDF says about itself.

    Attributes:
        title: Shown in the reader's title bar.
        author: Who issues the document.
        subject: One sentence about it.
        created_at: ISO 8601 instant; a fixed one, never the clock, so that bytes repeat.
        language: BCP 47 tag.
    """

    title: str
    author: str
    subject: str
    created_at: str
    language: str


class PrintJob(msgspec.Struct, frozen=True):
    """One PDF to make; several pages of HTML are printed one after another into it.

    Attributes:
        pages: HTML documents, each with its own page numbers.
        stylesheet: Name of a file in ``templates/print``.
        metadata: What the PDF says about itself.
        cpu_seconds: Processor time after which the system ends the process.
    """

    pages: tuple[str, ...]
    stylesheet: str
    metadata: PrintMetadata
    cpu_seconds: int


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The process can print; versions of what decides how pages look."""

    weasyprint: str
    pango: str
    harfbuzz: str


class Printed(msgspec.Struct, frozen=True, tag=True):
    """A finished PDF and its number of pages."""

    pdf: bytes
    pages: int


class Failed(msgspec.Struct, frozen=True, tag=True):
    """A job, or the start, that failed.

    Attributes:
        kind: ``refused``, ``memory``, ``unavailable`` or ``fault``.
        message: English msgid.
        params: Values for its places.
    """

    kind: str
    message: str
    params: dict[str, str | int] = {}


Reply = Ready | Printed | Failed


def send(stream: BinaryIO, message: msgspec.Struct) -> None:
    """Write one message and flush it.

    Raises:
        OSError: The other side is gone.
    """
    body = msgspec.msgpack.encode(message)
    stream.write(LENGTH.pack(len(body)))
    stream.write(body)
    stream.flush()


def receive_job(stream: BinaryIO) -> PrintJob:
    """Wait for a job.

    Raises:
        EOFError: The portal is gone.
        msgspec.DecodeError: The message is no job.
    """
    return msgspec.msgpack.decode(_body(stream), type=PrintJob)


def receive_reply(stream: BinaryIO) -> Reply:
    """Wait for a printing process's answer.

    Raises:
        EOFError: The process is gone, in the middle of a message or before it.
        msgspec.DecodeError: The message is no reply.
    """
    reply: Reply = msgspec.msgpack.decode(_body(stream), type=Reply)
    return reply


def _body(stream: BinaryIO) -> bytes:
    (length,) = LENGTH.unpack(_exactly(stream, LENGTH.size))
    if length > LARGEST_MESSAGE:
        raise EOFError(f"message of {length} bytes")
    return _exactly(stream, length)


def _exactly(stream: BinaryIO, size: int) -> bytes:
    body = stream.read(size)
    if len(body) < size:
        raise EOFError
    return body
