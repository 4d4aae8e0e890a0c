"""Addresses and networks are read as the server reads them."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqmanifest.vocabulary.addresses import address, family, is_network, is_plain, is_plain_network, reserved


@given(st.ip_addresses())
def test_an_address_is_read_as_it_is_written(one: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    mapped = getattr(one, "ipv4_mapped", None)
    assert address(str(one)) == (mapped or one)
    assert is_plain(str(one)) == (mapped is None)


@given(st.ip_addresses(v=4), st.integers(0, 4), st.integers(0, 40))
def test_leading_zeros_count_for_nothing_and_are_not_plain(one: ipaddress.IPv4Address, zeros: int, bits: int) -> None:
    text = ".".join("0" * zeros + part for part in str(one).split("."))
    assert address(text) == one
    assert is_plain(text) == (zeros == 0)
    assert is_network(f"{text}/{'0' * zeros}{bits}") == (bits <= 32)


@given(st.text("0123456789abcdef:./% ", max_size=30))
def test_what_is_plain_is_read(text: str) -> None:
    assert address(text) is not None or not is_plain(text)
    assert is_network(text) or not is_plain_network(text)


@pytest.mark.parametrize(
    "text", ["", "10.0.0", "10.0.0.256", "10.0.0.1.2", "10.0.0.1 ", "0x0a.0.0.1", "fe80::1%eth0", "::1::", ":1", "1:2:3", "None"]
)
def test_what_is_no_address_is_not_read(text: str) -> None:
    assert address(text) is None


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("0.0.0.0", "unspecified"),  # noqa: S104  an address to read, none to listen on
        ("::", "unspecified"),
        ("127.1.2.3", "loopback"),
        ("::1", "loopback"),
        ("::ffff:127.0.0.1", "loopback"),
        ("169.254.1.1", "link-local"),
        ("fe80::1", "link-local"),
        ("224.0.0.251", "link-local multicast"),
        ("ff02::fb", "link-local multicast"),
        ("224.0.1.1", None),
        ("ff05::1", None),
        ("10.0.0.1", None),
    ],
)
def test_an_address_that_nobody_reaches_is_known(text: str, what: str | None) -> None:
    one = address(text)
    assert one is not None
    assert reserved(one) == what


@pytest.mark.parametrize(("text", "name"), [("10.0.0.1", "IPv4"), ("fd00::1", "IPv6"), ("::ffff:10.0.0.1", "IPv4")])
def test_an_address_is_of_a_family(text: str, name: str) -> None:
    one = address(text)
    assert one is not None
    assert family(one) == name


@pytest.mark.parametrize("text", ["10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "fd00::/129", "/8", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.0/8 "])
def test_what_is_no_network_is_not_read(text: str) -> None:
    assert not is_network(text)
    assert not is_plain_network(text)


def test_a_network_with_other_bits_is_read_and_not_plain() -> None:
    assert is_network("10.0.0.1/8")
    assert not is_plain_network("10.0.0.1/8")
    assert is_plain_network("10.0.0.0/8")
