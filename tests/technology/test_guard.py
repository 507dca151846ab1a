"""The guard's table: what may never be reached, in every spelling, and what must stay reachable."""

from __future__ import annotations

import pytest

from seawall.technology.net import Guard, Reason, networks


def _words(table: str) -> list[str]:
    return table.split()


FORBIDDEN_ADDRESSES = _words("""
127.0.0.1 127.0.0.2 127.1.2.3 127.255.255.255 0.0.0.0 0.0.0.1 0.1.2.3 10.0.0.1 10.255.255.255 172.16.0.1
172.31.255.255
192.168.0.1 192.168.255.255 169.254.0.1 169.254.169.254 169.254.170.2 169.254.169.123 169.254.0.23 100.64.0.1
100.100.100.200 100.100.2.136 100.127.255.255 168.63.129.16 192.0.0.1 192.0.0.8 192.0.0.9 192.0.0.10 192.0.0.170
192.0.0.192 192.0.2.1 198.51.100.7 203.0.113.9 198.18.0.1 198.19.255.255 192.88.99.1 192.31.196.1 192.52.193.1
192.175.48.1 224.0.0.1 224.0.0.251 239.255.255.250 232.1.1.1 240.0.0.1 254.1.1.1 255.255.255.255
:: ::1 ::2 ::7f00:1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:8.8.8.8 ::ffff:0:127.0.0.1
64:ff9b::7f00:1 64:ff9b::8.8.8.8 64:ff9b::a9fe:a9fe 64:ff9b:1::1 100::1 100:0:0:1::1 2001::1 2001:0:7f00:1::1
2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1::1 2002:a9fe:a9fe::1 2002:808:808::1 3fff::1 3fff:fff::1
5f00::1 fc00::1 fd00::1 fd00:ec2::254 fd20:ce::254 fe80::1 fe80::a9fe:a9fe febf::1 fec0::1 ff01::1 ff02::1 ff05::2
ff0e::1 4000::1 8000::1 2620:4f:8000::1 2a00:1450:4001:800:0:5efe:7f00:1 2a00:1450:4001:800:200:5efe:a00:1
""")

FORBIDDEN_HOSTS = [
    *_words("""
    localhost LOCALHOST localhost. foo.localhost a.b.localhost localhost.localdomain localdomain printer nas router
    server.local x.internal metadata.google.internal metadata.goog METADATA.google.internal. metadata
    metadata.tencentyun.com instance-data instance-data.ec2.internal kubernetes.default.svc
    kubernetes.default.svc.cluster.local db.corp db.lan db.home x.home.arpa db.intranet db.private x.onion
    1.0.0.127.in-addr.arpa 2130706433 017700000001 0x7f000001 0x7F.0.0.1 0x7f.1 127.1 127.0.1 0 0.0 0x0 00 127.0.0.1.
    127.0.0.01 0177.0.0.1 0177.0.0.01 127.0.0.0x1 0x7f.0x0.0x0.0x1 3232235521 2852039166 0xa9fea9fe
    0xa9.0xfe.0xa9.0xfe
    0251.0376.0251.0376 169.254.43518 169.16689662 425.510.425.510 256.256.256.256 1.2.3.4.5 127.0.0.1.5
    ①②⑦.⓪.⓪.① １２７.０.０.１ 127。0。0。1 ⓛⓞⓒⓐⓛⓗⓞⓢⓣ ｌｏｃａｌｈｏｓｔ loc\u00adalhost 169。254。169。254
    １６９.254.169.254
    example..com .example.com -example.com example-.com exa%6dple.com %31%32%37.0.0.1 example.com%00 example.com,evil
    example.com\\evil.com ex*mple.com [::1 ::1] [::1]x [fe80::1%25eth0] fe80::1%eth0 [::ffff:127.0.0.1]
    [::ffff:7f00:1]
    [0:0:0:0:0:ffff:127.0.0.1] [::] [::1] [fd00:ec2::254] [64:ff9b::7f00:1] [2002:7f00:1::] [v1.x] [1] [127.0.0.1]
    example.com:80:80 example.com/evil example.com?x example.com#x user@example.com
    """),
    "",
    " ",
    "exam ple.com",
    "example.com\n",
    "127.0.0.1\t",
    "\u200b127.0.0.1",
    "a" * 64 + ".com",
    ".".join(["a" * 60] * 5),
]

FORBIDDEN_URLS = [
    *_words("""
    http://127.0.0.1/ https://127.0.0.1/ http://127.0.0.1:80/ http://127.1/ http://2130706433/ http://0x7f000001/
    http://0177.0.0.1/ http://0/ http://0.0.0.0/ http://[::1]/ http://[::]/ http://[::ffff:127.0.0.1]/
    http://[::ffff:7f00:1]/ http://[0:0:0:0:0:0:0:1]/ http://[fe80::1%25lo]/ http://localhost/ http://localhost./
    http://LOCALHOST:80/ http://127.0.0.1./ http://169.254.169.254/latest/meta-data/ http://100.100.100.200/latest/
    http://168.63.129.16/machine http://metadata.google.internal/ http://metadata.tencentyun.com/latest/
    http://[fd00:ec2::254]/latest http://10.0.0.1/ http://192.168.1.1/ http://172.16.0.1/ http://172.31.0.1/
    http://100.64.0.1/ http://198.18.0.1/ http://224.0.0.1/ http://255.255.255.255/ http://[64:ff9b::7f00:1]/
    http://[2002:7f00:1::]/ http://①②⑦.⓪.⓪.①/ http://127。0。0。1/ http://ⓛocalhost/ http://user@example.com/
    http://user:pass@example.com/ http://example.com@127.0.0.1/ http://127.0.0.1@example.com/ http://@example.com/
    http://example.com:80@127.0.0.1/ http://example.com\\@127.0.0.1/ http://127.0.0.1\\@example.com/
    http:\\\\127.0.0.1\\ http:/example.com/ http:example.com http:///example.com/ //example.com/ example.com
    /etc/passwd ftp://example.com/ file:///etc/passwd file://example.com/ gopher://example.com/ dict://example.com/
    ldap://example.com/ ws://example.com/ wss://example.com/ data:text/plain,x javascript:alert(1)
    jar:http://example.com!/
    netdoc:///etc/passwd sftp://example.com/ tftp://example.com/ ssh://example.com/ unix:///var/run/docker.sock
    http+unix://%2Fvar%2Frun%2Fdocker.sock/ http://example.com:22/ http://example.com:8080/ https://example.com:8443/
    http://example.com:443/ https://example.com:80/ http://example.com:0/ http://example.com:65536/
    http://example.com:080/
    http://example.com:-1/ http://example.com:+80/ http://example.com:８０/ http://example.com:80:80/
    http://example.com:6379/
    http://example.com:25/ http://example.com:0x50/ http://exa%6dple.com/ http://%6c%6f%63alhost/
    http://127.0.0.1%2f@example.com/
    http://[::1]:80/ http://[::1 http://::1/ http://[example.com]/ http://[127.0.0.1]/ http://ex_ample..com/
    http://.com/
    http://printer/ http://db.internal/ http://1.2.3.4.5/ http://256.1.1.1/ http://
    http://? http://# http://:80/ https://-a.com/ http://0x7f.1/ http://0251.0376.0251.0376/ http://2852039166/
    """),
    "",
    " http://example.com/",
    "http://example.com/ x",
    "http://exa\tmple.com/",
    "http://exam\nple.com/",
    "http://example.com/\r\nHost: 127.0.0.1",
    "http://example.com/\x00",
    "\x00http://example.com/",
    "http://127.0.0.1\u200b/",
    "http://" + "a" * 2100 + ".com/",
]

ALLOWED_ADDRESSES = _words("""
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 114.114.114.114 126.255.255.255 128.0.0.1
168.63.129.15 168.63.129.17 169.253.255.255 169.255.0.1 172.15.255.255 172.32.0.1 192.167.255.255 192.169.0.1
198.17.255.255 198.20.0.1 203.0.112.1 203.0.114.1 223.5.5.5 223.255.255.255 2400:3200::1 2606:4700:4700::1111
2001:4860:4860::8888 2a00:1450:4001:800::200e 240e:4c:4008::1
""")

ALLOWED_URLS = _words("""
http://example.com/ https://example.com/ https://example.com https://EXAMPLE.com/ https://example.com./
HTTP://example.com/
http://example.com:80/ https://example.com:443/a?b=c http://example.com:/ https://www.example.com.cn/路径?查询=值
https://例子.中国/ https://xn--fsqu00a.xn--fiqs8s/ https://ＥＸＡＭＰＬＥ.com/ https://my_host.example.com/
https://1.example.com/ https://127.0.0.1.nip.io/ https://10.com/ https://0x7f.example.com/ http://8.8.8.8/
https://223.5.5.5/ https://[2400:3200::1]/ https://[2606:4700:4700::1111]:443/ https://example.com/@user
https://example.com/?next=http://127.0.0.1/ https://example.com/a;b=c#frag https://a-b.example.com/%2e%2e/
https://sub.sub.sub.example.co.uk/ https://localhost.example.com/ https://internal.example.com/
https://example.com?q=1
https://yunpiaotong.example/ https://metadata.example.com/
""")

guard = Guard()


def test_the_table_is_as_large_as_promised() -> None:
    assert len({*FORBIDDEN_ADDRESSES, *FORBIDDEN_HOSTS, *FORBIDDEN_URLS}) >= 250
    assert len({*ALLOWED_ADDRESSES, *ALLOWED_URLS}) >= 55


@pytest.mark.parametrize("address", FORBIDDEN_ADDRESSES)
def test_refuses_address_alone_as_host_and_in_url(address: str) -> None:
    assert not guard.address(address)
    assert not guard.host(address)
    literal = f"[{address}]" if ":" in address else address
    assert not guard.url(f"http://{literal}/")
    assert not guard.url(f"https://{literal}:443/x")


@pytest.mark.parametrize("host", FORBIDDEN_HOSTS)
def test_refuses_host(host: str) -> None:
    assert not guard.host(host)


@pytest.mark.parametrize("url", FORBIDDEN_URLS)
def test_refuses_url(url: str) -> None:
    decision = guard.url(url)
    assert not decision
    assert decision.reason is not None
    assert decision.target is None


@pytest.mark.parametrize("address", ALLOWED_ADDRESSES)
def test_allows_address(address: str) -> None:
    assert guard.address(address)
    assert guard.host(address)


@pytest.mark.parametrize("url", ALLOWED_URLS)
def test_allows_url(url: str) -> None:
    decision = guard.url(url)
    assert decision, decision.reason
    assert decision.target is not None
    again = guard.url(decision.target.url)
    assert again.target == decision.target, "the one reading is stable"


def test_reads_the_parts() -> None:
    target = guard.url("HTTPS://例子.中国./路?x=值#frag").target
    assert target is not None
    assert target.url == "https://xn--fsqu00a.xn--fiqs8s/%E8%B7%AF?x=%E5%80%BC"


def test_reasons_are_named() -> None:
    assert guard.url("ftp://example.com/").reason is Reason.SCHEME
    assert guard.url("http://u@example.com/").reason is Reason.USERINFO
    assert guard.url("http://example.com:81/").reason is Reason.PORT
    assert guard.host("0x7f.1").reason is Reason.ODD_ADDRESS
    assert guard.host("db.internal").reason is Reason.NAME
    assert guard.address("10.1.1.1").reason is Reason.ADDRESS


def test_allow_list_opens_only_its_networks() -> None:
    lab = Guard(networks(["127.0.0.0/8", "fd00::/8"]))
    assert lab.address("127.0.0.1")
    assert lab.address("fd00::1")
    assert lab.host("localhost")
    for still in ("10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "100.100.100.200", "64:ff9b::7f00:1"):
        assert not lab.address(still)
    for odd in ("2130706433", "0x7f.1", "127.1", "127.0.0.01", "metadata.google.internal"):
        assert not lab.host(odd)


def test_further_ports_must_be_named() -> None:
    assert Guard(ports=frozenset({8443})).url("https://example.com:8443/")
    assert not Guard(ports=frozenset({8443})).url("https://example.com:8444/")
