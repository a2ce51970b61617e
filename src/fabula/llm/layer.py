"""The layer: what every part of the gateway is, and the call that passes through them."""

import asyncio
from typing import Protocol

from fabula.llm.values import Listener, ModelName, Reply, Request


class Purse(Protocol):
    """The money set aside for a call."""

    async def again(self) -> bool:
        """Set as much aside once more, since an attempt may have been billed without an answer; False: there is not
        enough left, and nobody may try again.
        """
        ...


class Call:
    """One request on its way to one model."""

    def __init__(
        self, request: Request, model: ModelName, *, deadline_s: float, listener: Listener | None = None
    ) -> None:
        """deadline_s: the running loop's `time()` at which the answer is of no more use."""
        self.request = request
        self.model = model
        self.deadline_s = deadline_s
        self.listener = listener
        """Told the text as it is written; None: nobody watches, and the answer is asked for in one piece."""
        self.purse: Purse | None = None
        """Put here by the layer that guards the budget."""

    @property
    def remaining_s(self) -> float:
        """Seconds until the deadline; <= 0: it is past."""
        return self.deadline_s - asyncio.get_running_loop().time()


class Layer(Protocol):
    """One concern of the gateway, around the next layer or a provider. Leaves (providers) are layers too."""

    async def ask(self, call: Call) -> Reply:
        """The model's reply. Raises ModelFailed and nothing else, cancellation apart."""
        ...
