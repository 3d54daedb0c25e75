"""The days that the demo company lives: a clock that is turned from one working day to the next while the company is made.

Everything that it did it did through the operations, and those ask the clock what day it is. So the clock is what is turned: every act is
recorded on the day on which it happened, and those that take no date, like a move, have their day too.
"""

from __future__ import annotations

import heapq
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

Story = Generator[int, None, None]
"""What people did one thing after another. Before each, it yields how many working days ago that was."""

OPENS, CLOSES = time(8, 4), time(17, 40)


class Days:
    """The company's days, counted backwards in working days from today, which is 0."""

    def __init__(self) -> None:
        self._today = timezone.localdate()
        self._clock = timezone.now
        self._random = Random(8)  # noqa: S311  # a demo shall look the same everywhere
        self._moment = self._clock()
        self._ago = -1

    @contextmanager
    def on(self, ago: int) -> Iterator[None]:
        """While this goes on, it is that day for whatever asks Django's clock."""
        timezone.now = self._now
        try:
            self._turn_to(ago)
            yield
        finally:
            timezone.now = self._clock

    def live(self, stories: Iterable[Story]) -> None:
        """Let these stories happen, day by day; those of one day in their order."""
        waiting = [(-next(story), place, story) for place, story in enumerate(stories)]
        heapq.heapify(waiting)
        while waiting:
            turn, place, story = heapq.heappop(waiting)
            with self.on(-turn), suppress(StopIteration):
                after = -next(story)
                assert after >= turn, f"Story {place} goes back from {-turn} to {-after} days ago."
                heapq.heappush(waiting, (after, place, story))

    def ahead(self, days: int) -> date:
        """The working day so many working days after the one that is lived."""
        return self._day(self._ago - days)

    def _turn_to(self, ago: int) -> None:
        """To some time before noon or after, or some minutes on when the day is lived already; the present day has the real time."""
        longest = 25
        if ago != self._ago:
            self._ago = ago
            self._moment = timezone.make_aware(datetime.combine(self._day(ago), OPENS)) if ago else self._clock()
            longest = 330
        later = self._moment + timedelta(minutes=self._random.randrange(4, longest))
        if ago and timezone.localtime(later).time() < CLOSES:
            self._moment = later

    def _now(self) -> datetime:
        """A little later each time that somebody asks."""
        if self._ago == 0:
            return self._clock()
        self._moment += timedelta(seconds=self._random.randrange(1, 4))
        return self._moment

    def _day(self, ago: int) -> date:
        start = self._today - timedelta(days=max(0, self._today.weekday() - 4))
        weeks, days = divmod(ago, 5)
        found = start - timedelta(weeks=weeks)
        return found - timedelta(days=days + 2 if days > found.weekday() else days)
