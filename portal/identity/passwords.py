"""Password rules and hashing.

Rules follow OWASP ASVS 5.0 section 6.2: at least 8 characters, long ones welcome, nothing common, nothing
that names the person or the company, no composition rules, no forced change.
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.errors import Message, message

SHORTEST = 8
SUGGESTED = 12
LONGEST = 256
_WORD_MIN = 4
_RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1q2w3e4r5t6y7u8i9o0p",
)
_LEET = str.maketrans("013457@$!", "oieastasi")

# Two threads: a wave of sign-ins waits in this queue, not in the event loop (42 ms each on the test machine).
_EXECUTOR = ThreadPoolExecutor(2, thread_name_prefix="argon2")
# OWASP's minimum for argon2id: 19 MiB, two passes, one lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_DUMMY = _HASHER.hash("nobody has this password")


def _normal(password: str) -> bytes:
    """Return the bytes that are hashed: NFC, so that every keyboard gives the same Hangul."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


async def hash_password(password: str) -> str:
    """Return the argon2id hash of a password."""
    return await asyncio.get_running_loop().run_in_executor(_EXECUTOR, _HASHER.hash, _normal(password))


async def matches(stored: str | None, password: str) -> bool:
    """Tell whether the password is the stored one; without a stored one the same work is done in vain."""
    right = await asyncio.get_running_loop().run_in_executor(_EXECUTOR, _verify, stored or _DUMMY, password)
    return right and stored is not None


def _verify(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, _normal(password[: LONGEST + 1]))
    except (VerificationError, InvalidHashError):
        return False


@cache
def common_words() -> frozenset[str]:
    """Return the stems of passwords that guessing programs try first, in lower case."""
    text = files("portal.identity").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line.strip() for line in text.splitlines() if line and not line.startswith("#"))


def password_problem(password: str, *context: str) -> Message | None:
    """Return why a password cannot be accepted, or None.

    Args:
        password: What the person chose.
        context: Sign-in name, own name, company and product names: they may not make up the password.
    """
    if len(password) < SHORTEST:
        return message(
            "Use at least %(count)s characters; a short sentence is easiest to keep.", count=SHORTEST
        )
    if len(password) > LONGEST:
        return message("Use at most %(count)s characters.", count=LONGEST)
    plain = unicodedata.normalize("NFKC", password).lower()
    if _is_common(plain):
        return message("This password is too common; guessing programs try it first.")
    if any(_is_mostly(plain, word) for word in _context_words(context)):
        return message("The password may not be made of your name or the company's.")
    return None


def _is_common(plain: str) -> bool:
    if len(set(plain)) <= 3 or _is_run(plain):  # noqa: PLR2004  three different characters are no secret
        return True
    stem = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    forms = {plain, stem, plain.translate(_LEET), stem.translate(_LEET), re.sub(r"[\W_]+", "", plain)}
    forms |= {form[: len(form) // 2] for form in forms if form[: len(form) // 2] * 2 == form}
    return bool(forms & common_words()) or (len(stem) < _WORD_MIN and _is_date_like(plain))


def _is_run(plain: str) -> bool:
    letters = re.sub(r"[\W_]+", "", plain)
    doubled = [run * 2 for run in _RUNS] + [(run * 2)[::-1] for run in _RUNS]
    return any(letters in run for run in doubled) or any(
        len(letters) % size == 0 and letters == letters[:size] * (len(letters) // size)
        for size in (1, 2, 3, 4)
    )


def _is_date_like(plain: str) -> bool:
    """Tell whether hardly anything but digits is there, as in telephone numbers and birthdays."""
    return len(re.sub(r"\d", "", plain)) < _WORD_MIN and len(plain) < SUGGESTED


def _context_words(context: tuple[str, ...]) -> set[str]:
    words = {part for text in context for part in re.split(r"[\W_]+", text.lower()) if len(part) >= _WORD_MIN}
    return words | {text.lower() for text in context if len(text) >= 2 and not text.isascii()}  # noqa: PLR2004  a Korean name has two or three syllables


def _is_mostly(plain: str, word: str) -> bool:
    rest = plain.replace(word, "")
    return rest != plain and len(re.sub(r"[\W\d_]+", "", rest)) < _WORD_MIN
