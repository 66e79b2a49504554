"""The steps of a season page: slices that have something to show for one register a provider here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from portal.errors import Message, message
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


def is_offered(step: Step) -> bool:
    """Tell whether any part of the portal shows this step; what is not built yet is said so."""
    return step in _PROVIDERS


def paper_of(season_id: int, step: Step, standing: StepStanding | None) -> str:
    """Return the address of a step's paper: its own where there is one, else the sheet of the step."""
    own = standing.print_href if standing else None
    return own or f"/seasons/{season_id}/steps/{step.value}/print"


def words_of(step: Step, standing: StepStanding | None) -> Message:
    """Say how far a step is, or why nothing can be said."""
    if standing is not None:
        return standing.says
    if is_offered(step):
        return message("Nothing here yet.")
    return message(
        "The portal has no pages for this step yet. Owner, day, note and the done mark can be kept here."
    )


async def standing_of(step: Step, viewer: Viewer, season: SeasonRow) -> StepStanding | None:
    """Ask who provides for a step how far it is; None where nobody does, or nobody has anything to say."""
    provider = _PROVIDERS.get(step)
    return None if provider is None else await provider(viewer, season)


async def standings(viewer: Viewer, season: SeasonRow) -> dict[Step, StepStanding | None]:
    """Ask every provider; steps nobody provides for are None."""
    return {step: await standing_of(step, viewer, season) for step in Step}
