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
    "callback": {"zh": "请求回电", "en": "asking to be called back"},
    "satisfaction": {"zh": "满意度评分", "en": "rating the talk"},
    "extension": {"zh": "分机直拨", "en": "dialling an extension"},
}

UNASKED = frozenset({"satisfaction"})  # off until somebody switches them on


def off(switches: Mapping[str, object]) -> frozenset[str]:
    """The functions that these switches of a tenant turn off; what they do not name is on, but for the UNASKED.

    >>> sorted(off({"fax": False, "order": True, "unheard-of": False}))
    ['fax', 'satisfaction']
    """
    return frozenset(name for name in FUNCTIONS if switches.get(name, name not in UNASKED) is False)
