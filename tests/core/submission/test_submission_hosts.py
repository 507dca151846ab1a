from __future__ import annotations

import pytest

from seawall.core.problems import Refused
from seawall.core.submission import host_name, industry_exists, lies_under


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Shop.Example.COM.", "shop.example.com"),
        ("ｓｈｏｐ．ｅｘａｍｐｌｅ", "shop.example"),
        ("海堤。中国", "xn--bls190c.xn--fiqs8s"),
        ("bücher.test", "xn--bcher-kva.test"),
        ("xn--bcher-kva.test", "xn--bcher-kva.test"),
        (" a-1.b.cn ", "a-1.b.cn"),
    ],
)
def test_names_come_back_in_ascii(text: str, name: str) -> None:
    assert host_name(text) == name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "host.form"),
        ("https://a.com", "host.form"),
        ("a.com/path", "host.form"),
        ("*.a.com", "host.form"),
        ("a_b.com", "host.form"),
        ("-a.com", "host.form"),
        ("a..com", "host.form"),
        ("a" * 64 + ".com", "host.form"),
        (".".join(["abcdefghi"] * 26) + ".com", "host.form"),
        ("straße.de", "host.form"),
        ("xn--0.com", "host.form"),
        ("127.0.0.1", "host.address"),
        ("127.1", "host.address"),
        ("a.0x7f", "host.address"),
        ("[::1]", "host.address"),
        ("fe80::1", "host.address"),
        ("１０.0.0.1", "host.address"),
        ("intranet", "host.private"),
        ("localhost", "host.private"),
        ("printer.local", "host.private"),
        ("db.internal", "host.private"),
        ("1.168.192.in-addr.arpa", "host.private"),
        ("com.cn", "host.shared_suffix"),
        ("co.uk", "host.shared_suffix"),
    ],
)
def test_what_is_not_a_public_name_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        host_name(text)
    assert caught.value.code == code


def test_a_host_lies_under_its_domain_only_at_a_dot() -> None:
    assert lies_under("a.b.cn", "b.cn")
    assert lies_under("b.cn", "b.cn")
    assert not lies_under("ab.cn", "b.cn")


def test_industries_are_checked_down_to_the_division() -> None:
    assert all(industry_exists(code) for code in ("A", "A01", "I65", "I6513", "T97", "K70"))
    assert not any(industry_exists(code) for code in ("", "U", "A06", "I66", "I6", "I65131", "i65", "65"))
