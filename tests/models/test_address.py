"""Addresses: https, or this machine, and nothing hidden in them."""

import pytest

from cinetag_plugin.models.address import fault_of_address, is_local


@pytest.mark.parametrize(
    "address",
    [
        "https://raw.githubusercontent.com/google-coral/test_data/0123/net.tflite",
        "https://a.example:8443/net?x=1",
        "http://localhost/net",
        "http://127.0.0.1:8000/net",
        "http://[::1]:8000/net",
        "HTTPS://A.EXAMPLE/net",
    ],
)
def test_good_addresses_pass(address):
    assert fault_of_address(address) == ""


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("http://a.example/net", "not encrypted"),
        ("http://localhost.a.example/net", "not encrypted"),
        ("http://127.0.0.1.a.example/net", "not encrypted"),
        ("http://127.0.0.1@a.example/net", "name or password"),
        ("https://me:secret@a.example/net", "name or password"),
        ("http://a.example\\@localhost/net", "characters"),
        ("ftp://a.example/net", "not one of https"),
        ("file:///etc/passwd", "not one of https"),
        ("https:///net", "not one of https"),
        ("net.tflite", "not one of https"),
        ("https://a.example/n\net", "characters"),
        ("https://a.example/n et", "characters"),
        ("https://a.example/\x1b[2J", "characters"),
        ("https://\u0430.example/net", "characters"),
        ("https://a.example:99999/net", "cannot be read"),
        ("https://[a.example/net", "cannot be read"),
        ("https://a.example/" + "a" * 5000, "too long"),
        ("", "characters"),
    ],
)
def test_bad_addresses_are_told_apart(address, fault):
    assert fault in fault_of_address(address)


def test_this_machine_is_known():
    assert is_local("http://localhost:80/")
    assert not is_local("https://localhost.example/")
