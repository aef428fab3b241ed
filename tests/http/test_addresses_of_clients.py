"""Where a request comes from, and the token that it brings."""

import pytest
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine

from hiring.config import SettingsError
from hiring.errors import TokenInvalid
from hiring.http.admission import address_of, bearer, is_in, networks, source_of

PROXIES = networks(["10.0.0.0/8", "fd00::/8"])


def came_from(remote_ip: str, *forwarded: str) -> str:
    """Whose request it is that a proxy or a client brings."""
    headers = HTTPHeaders({"Host": "a"} | ({"X-Forwarded-For": ", ".join(forwarded)} if forwarded else {}))
    request = HTTPServerRequest(start_line=RequestStartLine("GET", "/", "HTTP/1.1"), headers=headers)
    request.remote_ip = remote_ip
    return address_of(request, PROXIES)


@pytest.mark.parametrize(
    ("remote_ip", "forwarded", "address"),
    [
        ("192.0.2.1", (), "192.0.2.1"), ("192.0.2.1", ("198.51.100.1",), "192.0.2.1"),
        ("10.0.0.1", ("198.51.100.1",), "198.51.100.1"), ("fd00::1", ("2001:DB8::1",), "2001:db8::1"),
        ("10.0.0.1", ("198.51.100.1", "198.51.100.2"), "198.51.100.2"),
        ("10.0.0.1", ("198.51.100.1", "10.9.9.9"), "198.51.100.1"),
        ("10.0.0.1", ("198.51.100.1", "192.0.2.9", "10.9.9.9"), "192.0.2.9"),
        ("10.0.0.1", (), "10.0.0.1"), ("10.0.0.1", ("10.0.0.2", "10.0.0.3"), "10.0.0.2"),
        ("10.0.0.1", ("198.51.100.1", "nonsense"), "10.0.0.1"), ("10.0.0.1", ("198.51.100.1", ""), "10.0.0.1"),
        ("", ("198.51.100.1",), ""),
    ],
)  # fmt: skip
def test_client_is_the_last_address_that_is_no_proxy(remote_ip: str, forwarded: tuple[str, ...], address: str) -> None:
    """A proxy is believed, whatever stands before a client's own address is not."""
    assert came_from(remote_ip, *forwarded) == address


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("192.0.2.1", "192.0.2.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::/64"), ("2001:db8:1:3::1", "2001:db8:1:3::/64"), ("", ""),
    ],
)  # fmt: skip
def test_source_of_an_ipv6_address_is_its_network(address: str, source: str) -> None:
    """All of which one client may use."""
    assert source_of(address) == source


def test_network_holds_its_own_addresses_alone() -> None:
    """What is no address is in none; what is no network is no setting."""
    assert is_in("10.255.0.1", PROXIES) and is_in("fd12::1", PROXIES)
    assert not any(is_in(address, PROXIES) for address in ("11.0.0.1", "fe00::1", "", "x"))
    assert not is_in("10.0.0.1", ())
    with pytest.raises(SettingsError, match="trusted_proxies"):
        networks(["10.0.0.1/8"])


@pytest.mark.parametrize(
    ("header", "token"), [(None, None), ("Bearer a", "a"), ("bearer  a ", "a"), ("BEARER a b", "a b")]
)
def test_token_is_read_when_its_scheme_is_bearer(header: str | None, token: str | None) -> None:
    """In any case; without a header there is none."""
    assert bearer(header) == token


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer   ", "Basic a", "a", "Bearera"])
def test_header_is_refused_when_it_brings_no_bearer_token(header: str) -> None:
    """Whoever sends one means to be known."""
    with pytest.raises(TokenInvalid):
        bearer(header)
