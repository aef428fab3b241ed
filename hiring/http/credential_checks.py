"""What keeps passwords from being guessed and accounts from being found: limits on wrong tries, and even answers.

A wrong login counts for its address, for the account at that address, and, more slowly, for the account from wherever
it comes. An address from which the account was logged in to lately passes the last of these, so that nobody locks its
owner out by guessing. A right password takes back what it counted: many people may share an address.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hiring.commands.sessions import email_hash
from hiring.errors import ApiError
from hiring.http.admission import refuse_over
from hiring.http.asking import Asking


@asynccontextmanager
async def guarded(request: Asking, email: str) -> AsyncIterator[None]:
    """Counts a login before its password is checked in the block, and takes it back when the block succeeds.

    Raises: RateLimited.
    """
    state, account = request.dependencies.request_state, email_hash(email)
    counted = [("login", request.source), ("login", f"{account}@{request.source}")]
    here = await state.count(caller=counted[1][1], limit="login")
    refuse_over("login", here.retry_after_s)
    anywhere = await state.count(caller=account, limit="account")
    if anywhere.retry_after_s is None:
        counted.append(("account", account))
    elif not await is_known_here(request, account):
        refuse_over("account", anywhere.retry_after_s)
    yield
    for limit, caller in counted:
        await state.take_back(caller=caller, limit=limit)


async def is_known_here(request: Asking, account: str) -> bool:
    """Whether the account was logged in to lately from this address, or from its IPv6 network."""
    return await request.db.queries.sessions.is_known_address(
        email_hash=account, remote_address=request.address,
        remote_network=request.source if ":" in request.source else None,
    )  # fmt: skip


@asynccontextmanager
async def evened(request: Asking, *, is_success_evened: bool) -> AsyncIterator[None]:
    """Lets a block end no sooner than `passwords.answer_after_ms` after it began, so that time tells nothing of it."""
    clock = asyncio.get_running_loop().time
    end_at = clock() + request.dependencies.settings.passwords.answer_after_ms / 1000
    try:
        yield
    except ApiError:
        await asyncio.sleep(end_at - clock())
        raise
    if is_success_evened:
        await asyncio.sleep(end_at - clock())
