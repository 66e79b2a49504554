"""The steps of a season page: slices that have something to show for one register a provider here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from portal.errors import Message
from portal.seasons.model import Step

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.seasons.queries.seasons import SeasonRow


@dataclass(frozen=True, slots=True)
class StepStanding:
    """How far a step is.

    Attributes:
        done: What is finished.
        of: Out of how many, or None when there is no such number.
        says: The state in words.
        href: Where it is worked on.
        print_href: Its paper, or None.
    """

    done: int
    of: int | None
    says: Message
    href: str
    print_href: str | None = None


class StepProvider(Protocol):
    """A slice's answer to how far a step is."""

    async def __call__(self, viewer: Viewer, season: SeasonRow) -> StepStanding | None:
        """Return the standing the viewer may see, or None when there is nothing to say yet."""


_PROVIDERS: dict[Step, StepProvider] = {}


def register(step: Step | str, provider: StepProvider) -> None:
    """Name who tells how far a step is; naming the same one again changes nothing.

    Raises:
        ValueError: Another provider has the step.
    """
    if _PROVIDERS.setdefault(Step(step), provider) is not provider:
        raise ValueError(f"two slices want to show step {step}")


async def standings(viewer: Viewer, season: SeasonRow) -> dict[Step, StepStanding | None]:
    """Ask every provider; steps nobody provides for are None."""
    found: dict[Step, StepStanding | None] = {}
    for step in Step:
        provider = _PROVIDERS.get(step)
        found[step] = None if provider is None else await provider(viewer, season)
    return found
