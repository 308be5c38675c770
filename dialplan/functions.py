"""What a house can offer its callers, each to be switched off for a tenant (SPEC §4.3 R: disabled features). Pure."""

from collections.abc import Mapping

FUNCTIONS: Mapping[str, Mapping[str, str]] = {
    "enquiry": {"zh": "自动查询", "en": "automatic enquiry"},
    "agent": {"zh": "人工服务", "en": "agents"},
    "fax": {"zh": "传真资料", "en": "documents by fax"},
    "bulletin": {"zh": "语音布告栏", "en": "bulletin boards"},
    "complaint": {"zh": "投诉建议报修", "en": "complaints, suggestions, repairs"},
    "voicemail": {"zh": "语音信箱", "en": "voice mail"},
    "conference": {"zh": "电话会议", "en": "conferences"},
    "registration": {"zh": "预约登记", "en": "registration"},
    "order": {"zh": "订单查询", "en": "the caller's own order"},
    "extension": {"zh": "分机直拨", "en": "dialling an extension"},
}


def off(switches: Mapping[str, object]) -> frozenset[str]:
    """The functions that these switches of a tenant turn off; what they do not name is on.

    >>> sorted(off({"fax": False, "order": True, "unheard-of": False}))
    ['fax']
    """
    return frozenset(name for name, on in switches.items() if name in FUNCTIONS and on is False)
