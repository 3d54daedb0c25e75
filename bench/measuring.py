"""Repeated measurements and what is made of them."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass
class Series:
    """The seconds that one thing took, time after time."""

    seconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.seconds)

    @property
    def p95(self) -> float:
        """What nineteen of twenty stay below."""
        return percentile(self.seconds, 0.95)

    def add(self, act: Callable[[], object]) -> None:
        """Do it once more and note how long it took."""
        gc.collect()
        gc.disable()
        began = time.perf_counter()
        try:
            act()
        finally:
            self.seconds.append(time.perf_counter() - began)
            gc.enable()


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that so great a share of all does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]


def ratio_of(ours: Sequence[float], floor: Sequence[float]) -> float:
    """The median of the ratios of what was measured side by side, so that what slows both counts for neither."""
    return statistics.median(one / other for one, other in zip(ours, floor, strict=True))
