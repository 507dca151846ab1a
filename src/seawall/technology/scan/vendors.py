"""Which suppliers a domain leans on, read from its MX, NS and CNAME records: the raw material of accumulation."""

from __future__ import annotations

from dataclasses import dataclass

Row = tuple[str, str, str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class VendorSeen:
    """A supplier: stable `id`, its names, what for ("dns", "mail", "hosting", "saas"), and the record that says so."""

    id: str
    name_en: str
    name_zh: str
    category: str
    record: str


_TABLE: tuple[Row, ...] = (
    ("alibaba_cloud", "Alibaba Cloud", "阿里云", ("hichina.com", "alidns.com", "mxhichina.com", "aliyun.com")),
    ("alibaba_cloud", "Alibaba Cloud", "阿里云", ("alicdn.com", "kunlunar.com", "kunlunaq.com", "aliyuncs.com")),
    ("alibaba_cloud", "Alibaba Cloud", "阿里云", ("yundunwaf3.com", "yundunwaf5.com", "aliyunddos0001.com")),
    ("tencent_cloud", "Tencent Cloud", "腾讯云", ("dnspod.net", "dnspod.com", "dnsv1.com", "dnsv5.com", "qcloud.com")),
    ("tencent_cloud", "Tencent Cloud", "腾讯云", ("myqcloud.com", "tdnsv6.com", "cdntip.com", "tencentcs.com")),
    ("tencent_mail", "Tencent Exmail", "腾讯企业邮", ("qq.com", "exmail.qq.com")),
    ("netease_mail", "NetEase Mail", "网易企业邮", ("qiye.163.com", "netease.com", "ym.163.com", "163.com")),
    ("huawei_cloud", "Huawei Cloud", "华为云", ("huaweicloud-dns.com", "hwclouds-dns.com", "huaweicloud-dns.cn")),
    (
        "huawei_cloud",
        "Huawei Cloud",
        "华为云",
        ("hwclouds-dns.net", "cdnhwc1.com", "myhuaweicloud.com", "huaweicloud.com"),
    ),
    ("baidu_cloud", "Baidu AI Cloud", "百度智能云", ("bdydns.com", "bcebos.com", "baidubce.com", "jomodns.com")),
    ("wangsu", "Wangsu (CDNetworks)", "网宿科技", ("wscdns.com", "lxdns.com", "wsglb0.com", "cdnetworks.net")),
    ("xinnet", "Xin Net", "新网", ("xincache.com", "xinnetdns.com", "xinnet.com")),
    ("coremail", "Coremail", "Coremail 论客", ("icoremail.net", "coremail.cn")),
    ("feishu", "Feishu", "飞书", ("feishu.cn", "larksuite.com")),
    ("microsoft", "Microsoft 365 / Azure", "微软", ("outlook.com", "azure-dns.com", "azure-dns.net", "azure-dns.org")),
    (
        "microsoft",
        "Microsoft 365 / Azure",
        "微软",
        ("azurewebsites.net", "azureedge.net", "azurefd.net", "windows.net"),
    ),
    ("microsoft_cn", "Microsoft Azure China (21Vianet)", "世纪互联 Azure", ("partner.outlook.cn", "chinacloudapi.cn")),
    ("google", "Google", "谷歌", ("google.com", "googlemail.com", "googledomains.com", "googlehosted.com")),
    (
        "aws",
        "Amazon Web Services",
        "亚马逊云科技",
        ("amazonaws.com", "amazonaws.com.cn", "cloudfront.net", "amazonses.com"),
    ),
    ("cloudflare", "Cloudflare", "Cloudflare", ("cloudflare.com", "cloudflare.net", "cloudflare-dns.com")),
    ("akamai", "Akamai", "Akamai", ("akam.net", "akamai.net", "akamaiedge.net", "edgekey.net", "edgesuite.net")),
    ("fastly", "Fastly", "Fastly", ("fastly.net", "fastlylb.net")),
    ("godaddy", "GoDaddy", "GoDaddy", ("domaincontrol.com", "secureserver.net")),
    ("proofpoint", "Proofpoint", "Proofpoint", ("pphosted.com", "ppe-hosted.com")),
    ("mimecast", "Mimecast", "Mimecast", ("mimecast.com", "mimecast.co.za")),
    ("zoho", "Zoho", "Zoho", ("zoho.com", "zoho.com.cn", "zoho.eu")),
    ("github", "GitHub", "GitHub", ("github.io",)),
    ("vercel", "Vercel", "Vercel", ("vercel-dns.com", "vercel.app")),
)
# What a TXT record at the domain says it is there for → the service it was put there for.
_TOKENS: tuple[tuple[str, str, str, str], ...] = (
    ("google-site-verification=", "google", "Google", "谷歌"),
    ("ms=", "microsoft", "Microsoft 365 / Azure", "微软"),
    ("atlassian-domain-verification=", "atlassian", "Atlassian", "Atlassian"),
    ("docusign=", "docusign", "DocuSign", "DocuSign"),
    ("adobe-idp-site-verification=", "adobe", "Adobe", "Adobe"),
    ("adobe-sign-verification=", "adobe", "Adobe", "Adobe"),
    ("zoom-domain-verification", "zoom", "Zoom", "Zoom"),
    ("slack-domain-verification=", "slack", "Slack", "Slack"),
    ("dropbox-domain-verification=", "dropbox", "Dropbox", "Dropbox"),
    ("salesforce", "salesforce", "Salesforce", "Salesforce"),
    ("okta-verification=", "okta", "Okta", "Okta"),
    ("apple-domain-verification=", "apple", "Apple", "苹果"),
    ("facebook-domain-verification=", "meta", "Meta", "Meta"),
    ("stripe-verification=", "stripe", "Stripe", "Stripe"),
    ("zoho-verification=", "zoho", "Zoho", "Zoho"),
    ("feishu", "feishu", "Feishu", "飞书"),
    ("dingtalk", "dingtalk", "DingTalk", "钉钉"),
    ("wxwork", "wecom", "WeCom", "企业微信"),
)
_BY_SUFFIX = {suffix: row for row in _TABLE for suffix in row[3]}
_AWS_DNS = "awsdns-"


def vendor(name: str, category: str) -> VendorSeen | None:
    """The supplier behind a host name, longest suffix first; None when it is not in the table."""
    labels = name.lower().rstrip(".").split(".")
    for start in range(len(labels)):
        row = _BY_SUFFIX.get(".".join(labels[start:]))
        if row is not None:
            return VendorSeen(row[0], row[1], row[2], category, name)
    if any(label.startswith(_AWS_DNS) for label in labels):
        return VendorSeen("aws", "Amazon Web Services", "亚马逊云科技", category, name)
    return None


def vendors(names: tuple[str, ...], category: str) -> tuple[VendorSeen, ...]:
    """One entry for each supplier among `names`, in the order of their ids."""
    seen: dict[str, VendorSeen] = {}
    for name in names:
        found = vendor(name, category)
        if found is not None:
            seen.setdefault(found.id, found)
    return tuple(seen[key] for key in sorted(seen))


def services_of(texts: tuple[str, ...]) -> tuple[VendorSeen, ...]:
    """The services that TXT records at the domain were put there for (category "saas"), in the order of their ids."""
    seen: dict[str, VendorSeen] = {}
    for text in texts:
        for start, *names in _TOKENS:
            if text.lower().startswith(start):
                found = VendorSeen(names[0], names[1], names[2], "saas", text[:40])
                seen.setdefault(found.id, found)
    return tuple(seen[key] for key in sorted(seen))
