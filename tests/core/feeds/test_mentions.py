"""Companies of a book in the titles of leak sites: domains surely, names as whole words, short ones never."""

from __future__ import annotations

import time

import pytest

from seawall.core.feeds.mentions import Book, Mention, Party, in_leaks, in_posts, words

BOOK = Book(
    [
        Party("harbour", ("港湾货运代理有限公司", "Harbour Freight Forwarding Ltd"), ("harbour-freight.example",)),
        Party("rose", ("", "Société Jean Rozé S.A.S."), ("sva-jeanroze.fr",)),
        Party("abc", ("甲乙公司", "ABC Inc."), ("abc.cn",)),
        Party("soft", ("", "Xoriant Software"), ()),
    ]
)


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("HARBOUR FREIGHT FORWARDING - leaked", [("harbour", "name")]),
        ("Harbour Freight", []),
        ("Harbour, Freight & Forwarding Limited", [("harbour", "name")]),
        ("New Harbour Freight Forwardings", []),
        ("SVA Jean Rozé - sva-jeanroze.fr", [("rose", "domain")]),
        ("SOCIETE JEAN ROZE", [("rose", "name")]),
        ("www.sva-jeanroze.fr/login", [("rose", "domain")]),
        ("notsva-jeanroze.fr", []),
        ("sva-jeanroze.fr.evil.example", []),
        ("ABC Inc.", []),
        ("files of mail.abc.cn", [("abc", "domain")]),
        ("甲乙公司数据", []),
        ("【泄露】港湾货运代理（上海）", [("harbour", "name")]),
        ("Software company Xoriant", []),
        ("", []),
    ],
)
def test_who_is_named(title: str, found: list[tuple[str, str]]) -> None:
    assert list(BOOK.named(title)) == found


def test_legal_forms_and_accents_do_not_tell_apart() -> None:
    assert words("The Müller Holding GmbH & Co. KG") == ("muller",)


def test_posts_come_newest_first_and_leaks_by_domain() -> None:
    posts = {
        "a": {"title": "abc.cn", "discovered": "2024-01-01"},
        "b": {"title": "x abc.cn y", "discovered": "2025-01-01"},
    }
    assert in_posts(BOOK, posts) == [Mention("abc", "b", "domain"), Mention("abc", "a", "domain")]
    leaks = {"1": {"domain": "mail.abc.cn"}, "2": {"domain": "xabc.cn"}, "3": {"domain": ""}, "4": {}}
    assert in_leaks(BOOK, leaks) == [Mention("abc", "1", "domain")]


def test_nobody_to_look_for_is_nothing_found() -> None:
    assert in_posts(Book([]), {"a": {"title": "港湾货运代理 abc.cn Harbour"}}) == []


def test_a_large_book_and_many_posts_take_seconds() -> None:
    book = Book(
        Party(f"{n}", (f"Company number{n} Works", f"第{n}号精密机械有限公司"), (f"c{n}.example",))
        for n in range(2_000)
    )
    posts = {
        f"{n}": {"title": f"Leak of company number{n} works, c{n}.example", "discovered": "2025"} for n in range(20_000)
    }
    start = time.monotonic()
    assert len(in_posts(book, posts)) == 2_000
    assert time.monotonic() - start < 15
