"""The memory that bodies of requests take in this process, bounded for all together and for each client."""

SHARE = 2
"""One client holds at the most the maximum divided by this."""


class HeldBodies:
    """Counts the bytes of bodies that are held; what does not fit is refused, not queued."""

    def __init__(self, maximum_bytes: int) -> None:
        self.maximum_bytes = maximum_bytes
        self.held_bytes = 0
        self._by_client: dict[str, int] = {}

    def take(self, client: str, count: int) -> bool:
        """Counts bytes that a client's request holds from now on; False, and nothing counted, where they do not fit."""
        held = self._by_client.get(client, 0)
        if self.held_bytes + count > self.maximum_bytes or held + count > self.maximum_bytes // SHARE:
            return False
        self.held_bytes += count
        self._by_client[client] = held + count
        return True

    def give_back(self, client: str, count: int) -> None:
        """Counts bytes as held no more."""
        self.held_bytes -= count
        left = self._by_client.get(client, 0) - count
        if left > 0:
            self._by_client[client] = left
        else:
            self._by_client.pop(client, None)
