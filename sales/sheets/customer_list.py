"""The list of customers that a sales office keeps until it has us. Pure."""

import re
from dataclasses import dataclass
from datetime import date

from db.words import Words
from sales.sheets.cell import Cell, Unreadable, plain
from sales.sheets.column import Column, Heading, Rule
from sales.sheets.kind import Choice, Code, Day, Money, Phones, Text
from sales.sheets.sheet import Sheet

DOCUMENTS = {
    "id_card": ("身份证", "居民身份证", "identity card"),
    "passport": ("护照", "passport"),
    "hkmo": ("港澳通行证", "港澳居民来往内地通行证", "回乡证"),
    "taiwan": ("台胞证", "台湾居民来往大陆通行证"),
    "officer": ("军官证", "officer"),
    "licence": ("营业执照", "统一社会信用代码", "licence"),
}
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


@dataclass(frozen=True, slots=True)
class IdNo:
    """The number of an identity card (18 digits, checked by its last sign), or of another document."""

    @property
    def hint(self) -> Words:
        return Words("身份证 18 位,或其他证件号码", "an identity card of 18 digits, or another document")

    def read(self, cell: Cell, unit: str) -> str:
        if isinstance(cell, int | float) and cell >= 10**15:
            raise Unreadable(
                "证件号码被当作数字,末位已丢失,请以文本格式填写",
                "the number was kept as a figure and lost its last digits: write it as text",
            )
        found = plain(cell).replace(" ", "").upper()
        if re.fullmatch(r"\d{17}[\dX]", found):
            if id_card_check(found[:17]) != found[17]:
                raise Unreadable("身份证校验位不符", "the check digit of the identity card is wrong")
            try:
                date(int(found[6:10]), int(found[10:12]), int(found[12:14]))
            except ValueError:
                raise Unreadable(
                    "身份证中的出生日期不存在", "the birthday in the identity card does not exist"
                ) from None
        elif not re.fullmatch(r"[A-Z0-9()\-]{5,24}", found) or re.fullmatch(r"\d{16,}", found):
            raise Unreadable("不是证件号码", "not the number of a document")
        return found

    def show(self, value: str) -> str:
        return value


def id_card_check(digits: str) -> str:
    """The last sign of an identity card from its first 17 digits (GB 11643)."""
    return _CHECKS[sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=True)) % 11]


CUSTOMER_LIST = Sheet(
    "customer_list",
    Words("客户名单", "customer list"),
    (
        Column("name", Heading("姓名", "Name", ("客户姓名", "客户名称", "客户", "名称")),
               Text(64), Rule.REQUIRED, "陈伟"),
        Column("phones", Heading("电话", "Phone", ("手机", "手机号", "手机号码", "联系电话", "电话号码", "联系方式")),
               Phones(), Rule.REQUIRED, "13800000001"),
        Column("phones2", Heading("备用电话", "Other phone", ("电话2", "其他电话", "第二联系电话")), Phones()),
        Column("gender", Heading("性别", "Gender"),
               Choice({"M": ("男", "男士", "先生", "male"), "F": ("女", "女士", "小姐", "female")}), example="男"),
        Column("kind", Heading("客户类型", "Kind"),
               Choice({"person": ("个人", "自然人"), "company": ("公司", "企业", "单位")}), example="个人"),
        Column("birth", Heading("出生日期", "Birthday", ("生日",)), Day(), example="1985-05-01"),
        Column("id_type", Heading("证件类型", "Document", ("证件名称",)), Choice(DOCUMENTS), example="身份证"),
        Column("id_no", Heading("证件号码", "Document no.", ("身份证号", "身份证号码", "身份证", "证件号")), IdNo()),
        Column("address", Heading("地址", "Address", ("联系地址", "通讯地址", "住址")), Text(255), example="海天路1号"),
        Column("district", Heading("居住区域", "District", ("区域", "居住区")), Text(32), example="天河"),
        Column("channel", Heading("认知途径", "Channel", ("渠道", "来源", "获知渠道", "客户来源")),
               Text(32), example="报纸"),
        Column("layout", Heading("意向户型", "Wanted layout", ("意向房型",)), Text(32), example="A"),
        Column("budget_fen", Heading("预算", "Budget", ("意向总价", "购房预算")), Money(), example="100万"),
        Column("level", Heading("意向级别", "Level", ("级别", "客户级别", "意向等级")),
               Choice({"A": ("A", "a级"), "B": ("B", "b级"), "C": ("C", "c级"), "D": ("D", "d级")}), example="B"),
        Column("seller", Heading("销售员", "Salesperson", ("置业顾问", "业务员", "销售员编号", "归属销售")), Text(64)),
        Column("registered", Heading("登记日期", "Registered", ("来访日期", "首次来访", "登记时间")),
               Day(), example="2024-03-01"),
        Column("lang", Heading("语言", "Language"),
               Choice({"zh": ("中文", "普通话", "chinese"), "en": ("英文", "英语", "english")}), example="中文"),
        Column("no", Heading("客户编号", "Customer no.", ("编号",)),
               Code(r"[A-Z0-9\-]{1,32}", Words("字母和数字", "letters and digits"))),
        Column("note", Heading("备注", "Note", ("说明",)), Text(1000)),
    ),
)  # fmt: skip
