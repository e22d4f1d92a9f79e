"""What is measured how thoroughly, and what comes out: the rows of the table."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.data import QUICK, Sizes

__all__ = ["Cell", "Result", "Settings"]


@dataclass(frozen=True)
class Settings:
    """How thoroughly to measure, and where works write."""

    folder: Path
    quick: bool = False
    files: int | None = None

    @property
    def sizes(self) -> Sizes:
        return QUICK if self.quick else Sizes()

    def rounds(self, full: int) -> int:
        return 1 if self.quick else full


@dataclass
class Cell:
    """A peer beside us: the ratio of its cost to ours, and over how many files; 0 files: it does not do the same."""

    ratio: float = 0.0
    files: int = 0
    of: int = 0
    worst: tuple[float, str] | None = None
    best: tuple[float, str] | None = None
    differ: list[str] = field(default_factory=list)


@dataclass
class Result:
    """One row: the cost of ours in seconds or bytes (or how it grows), and the peers beside it."""

    name: str
    work: str
    data: str
    unit: str = "s"
    ours: float = 0.0
    peers: dict[str, Cell] = field(default_factory=dict)
    reach: dict[str, float] = field(default_factory=dict)
    note: str = ""
    most: float = 0.0  # what ours may take, where no peer does it or to be ahead is not enough; 0 for any number

    def missed(self) -> list[str]:
        """The peers against which the row falls short; dicomspec itself where it takes too long."""
        if self.ours > self.most > 0:
            return ["dicomspec"]
        if self.unit == "x":
            return [name for name, most in self.reach.items() if name == "dicomspec" and self.ours > most]
        return [name for name, least in self.reach.items() if (c := self.peers.get(name)) and 0 < c.ratio < least]
