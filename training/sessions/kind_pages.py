"""What training says about its occasions: pages, and modules as the lines of a programme."""

from __future__ import annotations

from portal.occasions.model import OccasionKind
from portal.occasions.sources import OccasionLine
from portal.web.i18n import choose
from training.sessions.queries.sessions import find_session_id, list_blocks


class TrainingPages:
    """Speaks for occasions of kind training."""

    @property
    def kind(self) -> OccasionKind:
        """Training."""
        return OccasionKind.TRAINING

    async def href(self, occasion_id: int) -> str:
        """Return the planner's page of a session."""
        session_id = await find_session_id(occasion_id)
        return "" if session_id is None else f"/training/sessions/{session_id}"

    async def own_href(self, occasion_id: int) -> str:
        """Return the dealer's page with materials, tests and feedback."""
        session_id = await find_session_id(occasion_id)
        return "" if session_id is None else f"/my/training/{session_id}"

    async def lines(self, occasion_id: int) -> tuple[OccasionLine, ...]:
        """Return the modules in order of time with their lecturers."""
        session_id = await find_session_id(occasion_id)
        if session_id is None:
            return ()
        return tuple(
            OccasionLine(
                choose(block.module_title, block.module_title_en),
                block.starts_at,
                block.ends_at,
                block.room_name,
                " ".join(
                    filter(
                        None, (choose(block.lecturer_name, block.lecturer_name_en), block.lecturer_position)
                    )
                ),
            )
            for block in await list_blocks(session_id)
        )
