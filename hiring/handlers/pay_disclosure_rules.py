"""Pay disclosure rules: what the laws of places demand of posts, with their sources."""

from datetime import date
from typing import Literal

import msgspec

from hiring.domain.vocabulary import CountryCode, RegionCode, WebAddress
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply
from hiring.queries import pay_disclosure_rules as queries


class PayDisclosureRule(msgspec.Struct, frozen=True, kw_only=True):
    """A law on pay in hiring, as far as this service knows it."""

    country: CountryCode
    """The country in which it holds."""
    region: RegionCode | None
    """The part of the country in which it holds; null for the whole country."""
    kind: Literal["in_post", "before_interview"]
    """When applicants are told the pay: `in_post`, so no post for the place is published without a pay range, or at the
    latest `before_interview`, so one without is published with a warning. No interview is refused for it yet: this
    service does not schedule any."""
    begins_on: date
    """The first day on which it holds. It adds to what held before."""
    is_salary_history_refused: bool
    """Whether no post for the place may ask what applicants earned before."""
    law: str
    """The name of the law."""
    sources: list[WebAddress]
    """Public addresses that say so, the law itself or others who tell of it."""
    read_on: date
    """The day on which the sources were read. Laws change: ask a lawyer before you rely on it."""


class PayDisclosureRules(msgspec.Struct, frozen=True):
    """All laws on pay that this service knows."""

    items: list[PayDisclosureRule]
    """The laws by country, region and first day."""


@operation(returns=PayDisclosureRules)
async def list_pay_disclosure_rules(request: Handler) -> Reply:
    """List pay disclosure rules.

    Shows the laws that decide whether a post is published without a pay range and whether it may ask what applicants
    earned, on one page, also those that will begin. A place that is not in it is one that this service knows nothing
    of. Caches may keep the answer for an hour.
    """
    body = f'{{"items":{await queries.list_all(request.db)}}}'
    return Reply(body=body, headers={"Cache-Control": "public, max-age=3600"})
