"""Whose boards have which slugs, which a board keeps for ever."""

import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from hiring.domain.board import Tenant
from hiring.services.flights import Flights

MAXIMUM_SLUGS = 10_000
JOINED_S = 0.25

FindTenant = Callable[[str], Coroutine[Any, Any, Tenant]]
"""Finds whose board has a slug. Raises: NotFound."""


class BoardTenants:
    """What this process knows of them; what it was told the longest ago goes first."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Tenant] = OrderedDict()
        self._asking: Flights[str, Tenant] = Flights(JOINED_S, time.monotonic)

    async def recall(self, slug: str, find: FindTenant) -> Tenant:
        """Whose board has a slug. Raises: as `find`."""
        tenant = self._known.get(slug)
        if tenant is None:
            tenant = self._known[slug] = await self._asking.join(slug, partial(find, slug))
            if len(self._known) > MAXIMUM_SLUGS:
                self._known.popitem(last=False)
        return tenant
