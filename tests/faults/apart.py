"""Parts that are told something else than the house's own: whole new processes, whose settings are read anew.

The nursery's children share what their parent read at its start; these pay two seconds for an environment of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.processes import Processes

if TYPE_CHECKING:
    from tests.faults.conftest import House
    from tests.faults.engine import Engine


@contextmanager
def told(engine: Engine, house: House, **environment: str) -> Iterator[None]:
    """Every part that the engine starts inside has this in its environment, and is killed at the end."""
    forked = engine.processes
    with Processes({**house.nursery.environment, **environment}, engine.state / "apart") as processes:
        engine.processes = processes
        try:
            yield
        finally:
            engine.processes = forked
