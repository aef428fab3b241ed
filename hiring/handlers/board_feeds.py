"""Board feeds: a public board for feed readers and job sites, which anybody may read."""

from functools import partial

import msgspec

from hiring.database import Database
from hiring.domain.feeds import INDEED, JSON_FEED, MAXIMUM_BYTES, RSS, Channel, Feed
from hiring.handlers.board_shapes import PublicBoard
from hiring.handlers.boards import BoardHandler
from hiring.http import PREFIX
from hiring.http.operation import operation
from hiring.http.replies import Reply
from hiring.queries import boards as queries
from hiring.queries.boards import Board


@operation(media_types=(RSS.media_type,), is_tagged=True)
async def read_rss_feed(request: BoardHandler, board: str) -> Reply:
    """Read a board as RSS.

    RSS 2.0 with the latest 100 posts that the public sees, of at most 4 MiB of text, each with its text as HTML. Posts
    of confidential jobs are left out. The `guid` of an item is the id of the post. Items have no `link` where the board
    has no `post_url_template`. Caches may keep the answer for a minute.
    """
    return await fed(request, board, RSS)


@operation(media_types=(JSON_FEED.media_type,), is_tagged=True)
async def read_json_feed(request: BoardHandler, board: str) -> Reply:
    """Read a board as JSON Feed.

    JSON Feed 1.1 with the same posts as the RSS feed. Items have no `url` where the board has no `post_url_template`.
    Caches may keep the answer for a minute.
    """
    return await fed(request, board, JSON_FEED)


@operation(media_types=(INDEED.media_type,), is_tagged=True)
async def read_indeed_feed(request: BoardHandler, board: str) -> Reply:
    """Read a board as the XML feed of Indeed.

    The latest 1,000 posts that the public sees, of at most 4 MiB of text, in the elements that Indeed documents. Posts
    of confidential jobs are left out. The `referencenumber` is the id of the post, the `requisitionid` that of the post
    that it translates, or its own. A post with several locations tells the first. Indeed demands the address of each
    job, so the feed of a board without a `post_url_template` has none. Caches may keep the answer for a minute.
    """
    return await fed(request, board, INDEED)


async def fed(request: BoardHandler, board: str, feed: Feed) -> Reply:
    """200 with a feed of a board; a thread writes it. Raises: NotFound."""
    dependencies = request.dependencies

    async def read(db: Database, found: Board) -> str:
        posts = await queries.list_advertised(db, found, row_limit=feed.maximum_posts, maximum_bytes=MAXIMUM_BYTES)
        channel = channel_of(found, dependencies.settings.api.public_url, request.place)
        return await dependencies.threads.run(partial(feed.written, channel, posts))

    return await request.shown(board, read, media_type=feed.media_type)


def channel_of(board: Board, public_url: str, path: str) -> Channel:
    """What a feed of a board says of itself."""
    about = msgspec.json.decode(board.text, type=PublicBoard)
    return Channel(
        title=about.name, language=about.language, organization_name=about.organization_name,
        website_url=board.website_url, board_url=f"{public_url}{PREFIX}/boards/{board.slug}",
        feed_url=f"{public_url}{path}",
    )  # fmt: skip
