"""What can go wrong, in words a person can act on; the web layer translates them and picks the status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence to be translated where it is shown.

    Attributes:
        text: English sentence, the key of the translation, with ``%(name)s`` places.
        params: Values for the places.
    """

    text: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.params if self.params else self.text


def message(text: str, **params: Any) -> Message:
    """Build a message; the sentence must be a literal so that it can be collected for translation."""
    return Message(text, params)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with what was entered.

    Attributes:
        field: Name of the form field or column; empty when it concerns the whole.
        message: What is wrong.
        row: Row of a file, 1 for the first row of data, or None.
    """

    field: str
    message: Message
    row: int | None = None


class PortalError(Exception):
    """Something a person can be told about.

    Attributes:
        message: The sentence to show.
    """

    default = "Something went wrong."

    def __init__(self, text: str | Message | None = None, **params: Any) -> None:
        self.message = text if isinstance(text, Message) else Message(text or self.default, params)
        super().__init__(str(self.message))


class NotFound(PortalError):  # noqa: N818  named as the answer it becomes
    """The record does not exist, or not for this viewer; the two are never told apart."""

    default = "There is no such page or record."


class NotAllowed(PortalError):  # noqa: N818  as above
    """The viewer may see the record but not do this with it."""

    default = "You may not do this."


class Invalid(PortalError):  # noqa: N818  as above
    """What was entered cannot be accepted.

    Attributes:
        problems: Everything found wrong, at least one.
    """

    default = "Please correct what is marked."

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        if not self.problems:
            raise ValueError("Invalid needs at least one problem")
        super().__init__()

    @classmethod
    def of(cls, field: str, text: str, **params: Any) -> Invalid:
        """Build the error for a single field."""
        return cls((Problem(field, Message(text, params)),))

    def __str__(self) -> str:
        return "; ".join(f"{problem.field}: {problem.message}" for problem in self.problems)


class Conflict(PortalError):  # noqa: N818  as above
    """Somebody else was faster, or the record is not in a state that allows this."""

    default = "This was changed in the meantime. Reload the page and try again."


class TooMany(PortalError):  # noqa: N818  as above
    """Too many attempts.

    Attributes:
        retry_after_s: Seconds to wait, at least 1.
    """

    default = "Too many attempts. Please wait and try again."

    def __init__(self, retry_after_s: int, text: str | Message | None = None, **params: Any) -> None:
        self.retry_after_s = max(1, retry_after_s)
        super().__init__(text, **params)


class Unavailable(PortalError):  # noqa: N818  as above
    """The portal cannot answer just now (database or worker away); it is worth trying again.

    Attributes:
        retry_after_s: Seconds to wait, at least 1.
    """

    default = "The portal cannot answer just now. Please try again in a moment."

    def __init__(self, retry_after_s: int = 5, text: str | Message | None = None, **params: Any) -> None:
        self.retry_after_s = max(1, retry_after_s)
        super().__init__(text, **params)
