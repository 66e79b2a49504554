"""The queue with pencil and paper: a list of lines, seats counted by hand."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Line:
    """A line on the paper."""

    number: int
    dealer: int
    heads: int
    has_seat: bool = False


@dataclass
class Paper:
    """Seats, what each dealer may have, and the lines in order of sign-up."""

    seats: int
    entitled: dict[int, int]
    lines: list[Line] = field(default_factory=list)
    is_over: bool = False
    handed_out: int = 0

    def come(self, dealer: int, heads: int) -> None:
        self.handed_out += 1
        self.lines.append(Line(self.handed_out, dealer, heads))
        self.move_up()

    def leave(self, number: int) -> None:
        self.lines = [line for line in self.lines if line.number != number]
        self.move_up()

    def close(self) -> None:
        self.is_over = True
        self.move_up()

    def move_up(self) -> None:
        """Ask whoever waits, one after the other, first those whose dealer has fewer than he may have."""
        for turn in (False, True)[: 2 if self.is_over else 1]:
            for line in self.lines:
                if line.has_seat or self._beyond(line) is not turn:
                    continue
                if sum(one.heads for one in self.lines if one.has_seat) + line.heads <= self.seats:
                    line.has_seat = True

    def _beyond(self, line: Line) -> bool:
        """A dealer's people with seats count before him, and so do those who came before him."""
        own = [one for one in self.lines if one.dealer == line.dealer and one is not line]
        before = [one for one in own if one.has_seat or one.number < line.number]
        return len(before) >= self.entitled[line.dealer]

    def states(self) -> list[tuple[int, str]]:
        return [(line.number, "confirmed" if line.has_seat else "waiting") for line in self.lines]
