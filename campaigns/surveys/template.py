"""The season survey as it starts: the questions of the client's programme, to be changed as one likes.

Source: FEATURES S47 (fall of demand, structure of demand, effect on our products, products that can stay).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from campaigns.surveys.commands import OptionCommand, QuestionCommand
from campaigns.surveys.model import OPTIONS_MOST, QuestionKind

if TYPE_CHECKING:
    from collections.abc import Sequence

OCCASIONS = (
    ("집에서 (가정)", "At home"),
    ("식당·주점", "Restaurants and bars"),
    ("사무실·작업장", "Offices and workplaces"),
    ("행사·명절", "Events and holidays"),
    ("이동·여행", "On the way"),
    ("배달·포장", "Delivery and take-away"),
)


def season_questions(
    categories: Sequence[str], products: Sequence[tuple[str, str]]
) -> tuple[QuestionCommand, ...]:
    """Return the questions a new season survey starts with.

    Args:
        categories: The manufacturer's product categories: the rows of the expected change.
        products: Code and name of products that may stay; 60 at most are taken.
    """
    return (
        QuestionCommand(
            QuestionKind.PERCENT,
            "이번 비수기 수요가 작년 같은 철과 비교해 몇 % 달라질까요?",
            "By how many percent will demand change this season, against the same season last year?",
            "줄면 음수로 적어 주세요. 예: -15",
            "A fall is negative, such as -15.",
            feeds_target=bool(categories),
            options=tuple(OptionCommand(name, name, "") for name in categories[:OPTIONS_MOST]),
        ),
        QuestionCommand(
            QuestionKind.MANY,
            "비수기에도 팔리는 자리는 어디입니까?",
            "On which occasions does demand remain in the quiet months?",
            "해당하는 것을 모두 고르세요.",
            "Choose all that apply.",
            options=tuple(OptionCommand("", korean, english) for korean, english in OCCASIONS),
        ),
        QuestionCommand(
            QuestionKind.SCALE,
            "우리 제품은 비수기에 얼마나 영향을 받습니까?",
            "How strongly is our range affected in the quiet months?",
            low_anchor="거의 없음",
            low_anchor_en="hardly",
            high_anchor="매우 큼",
            high_anchor_en="very strongly",
        ),
        QuestionCommand(
            QuestionKind.PRODUCTS,
            "비수기에도 매장에 남길 수 있는 제품은 무엇입니까?",
            "Which products can stay on the shelf in the quiet months?",
            "해당하는 것을 모두 고르세요.",
            "Choose all that apply.",
            options=tuple(OptionCommand(code, name, "") for code, name in products[:OPTIONS_MOST]),
        ),
        QuestionCommand(
            QuestionKind.TEXT,
            "그 밖에 알아야 할 것이 있습니까?",
            "Is there anything else we should know?",
        ),
    )
