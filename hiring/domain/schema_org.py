"""The types of schema.org that a JobPosting consists of, each with the members that this service fills in.

In JSON, members have the names of schema.org; a member whose value is not known is absent. Source:
https://schema.org/JobPosting.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType, field

from hiring.domain.vocabulary import CountryCode, CurrencyCode, WebAddress

Employment = Literal["FULL_TIME", "PART_TIME", "CONTRACTOR", "TEMPORARY", "INTERN", "VOLUNTEER", "PER_DIEM", "OTHER"]


class PropertyValue(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """The identifier of a post."""

    type: Literal["PropertyValue"] = field(name="@type")
    """The type of the object in schema.org."""
    name: str
    """The name of the organization that hires."""
    value: Annotated[str, Meta(extra_json_schema={"format": "uuid"})]
    """The id of the post."""


class HiringOrganization(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """The organization that hires, as search engines show it."""

    type: Literal["Organization"] = field(name="@type")
    """The type of the object in schema.org."""
    name: str
    """The name of the organization."""
    same_as: WebAddress | UnsetType = UNSET
    """The organization's `website_url`; absent where it has none."""
    logo: WebAddress | UnsetType = UNSET
    """The organization's `logo_url`; absent where it has none."""


class PostalAddress(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """The address of a place of work, as far as the post tells it."""

    type: Literal["PostalAddress"] = field(name="@type")
    """The type of the object in schema.org."""
    street_address: str | UnsetType = UNSET
    """The street and the number; absent where they are not told."""
    address_locality: str | UnsetType = UNSET
    """The city or town; absent where it is not told."""
    address_region: str | UnsetType = UNSET
    """The name of the part of the country; absent where it is not told, or is one of another country."""
    postal_code: str | UnsetType = UNSET
    """The postal code; absent where it is not told."""
    address_country: CountryCode | UnsetType = UNSET
    """The country (ISO 3166-1), which the region may imply; absent where neither is told."""


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """A place of work."""

    type: Literal["Place"] = field(name="@type")
    """The type of the object in schema.org."""
    name: str | UnsetType = UNSET
    """What the place is called; absent where it has no name."""
    address: PostalAddress | str
    """The address of the place, or its name where nothing else is known."""


class AdministrativeArea(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """A country, or a part of one, in which people may work remotely."""

    type: Literal["Country", "State"] = field(name="@type")
    """The type of the object in schema.org; `State` stands for a part of any country."""
    name: Annotated[str, Meta(examples=["Ontario, Canada"])]
    """The English name of the country, or of the part with its country."""


class QuantitativeValue(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """An amount of pay or a range, in major units of the currency."""

    type: Literal["QuantitativeValue"] = field(name="@type")
    """The type of the object in schema.org."""
    value: Annotated[float, Meta(examples=[52000])] | UnsetType = UNSET
    """The pay, where it is one amount; absent where it is a range."""
    min_value: float | UnsetType = UNSET
    """The lowest pay of all ranges that are told; absent where it is one amount."""
    max_value: float | UnsetType = UNSET
    """The highest pay of all ranges that are told; absent where it is one amount."""
    unit_text: Literal["HOUR", "DAY", "WEEK", "MONTH", "YEAR"]
    """The stretch of work that the pay is for."""


class MonetaryAmount(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """The pay that a post advertises."""

    type: Literal["MonetaryAmount"] = field(name="@type")
    """The type of the object in schema.org."""
    currency: CurrencyCode
    """The currency of the pay, as a code of ISO 4217."""
    value: QuantitativeValue
    """The amount or range, and the period that it pays for."""


class JobPosting(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """A post as structured data for search engines, to be put into its page as JSON-LD."""

    context: Literal["https://schema.org"] = field(name="@context")
    """The vocabulary that defines the names of the members."""
    type: Literal["JobPosting"] = field(name="@type")
    """The type of the object in schema.org."""
    title: str
    """The title of the post."""
    description: str
    """The text of the post, its `body_html`."""
    identifier: PropertyValue
    """What identifies the post."""
    date_posted: Annotated[str, Meta(extra_json_schema={"format": "date"})]
    """The day of the first publication, in UTC."""
    employment_type: Employment
    """The kind of employment that the job offers."""
    hiring_organization: HiringOrganization
    """The organization that hires."""
    url: WebAddress | UnsetType = UNSET
    """The page of the post that people read; absent where the board has no `post_url_template`."""
    direct_apply: bool | UnsetType = UNSET
    """Always true: people apply on the page of the post. Absent where `url` is."""
    valid_through: Annotated[str, Meta(extra_json_schema={"format": "date-time"})] | UnsetType = UNSET
    """The `closes_at` of the post; absent where no end is set."""
    job_location: list[Place] | UnsetType = UNSET
    """Where the work is done, as advertised; absent where no place is told."""
    job_location_type: Literal["TELECOMMUTE"] | UnsetType = UNSET
    """`TELECOMMUTE` where the work is remote; absent for any other workplace."""
    applicant_location_requirements: (
        Annotated[list[AdministrativeArea], Meta(examples=[[{"@type": "Country", "name": "Germany"}]])] | UnsetType
    ) = UNSET
    """Where remote workers may live: the `remote_regions` of the post. Absent where the post names none, or the work is
    not remote."""
    base_salary: MonetaryAmount | UnsetType = UNSET
    """The pay that the post advertises, in the currency and period of its first range; absent where none is above
    zero."""
