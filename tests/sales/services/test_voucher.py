"""The receipt voucher of SPEC R32, by hand."""

from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from db.refusal import Code
from db.words import Words
from sales.models import Receipt
from sales.money.amount import LIMIT_FEN
from sales.services.holds import pay_back, release
from sales.services.payment import Payment
from sales.services.receive import apply_advance, receive, reverse
from sales.services.voucher import Copy, Voucher, print_voucher, voucher
from tests.sales.services.office import Office


async def test_the_example_of_r32(office: Office) -> None:
    """SK0010: 刘洋 paid 200,000 for 010102 on 2024-03-22."""
    receipt = await office.one(Receipt, Receipt.no == "SK0010")
    await office.refused(Code.PERM, "li", print_voucher, receipt.id)
    told = await office.does("cash", print_voucher, receipt.id)
    assert (told.no, told.date.isoformat(), told.payer, told.room) == ("SK0010", "2024-03-22", "刘洋", "010102")
    assert (told.fee.zh, told.capital, told.fen) == ("楼款", "人民币贰拾万元整", 20_000_000)
    assert (told.method.zh, told.cashier, told.marks) == ("转账", "出纳", ())
    assert [line.zh for line in told.lines(Copy.CUSTOMER)] == [
        "收款收据 客户联", "收据号：SK0010", "日期：2024-03-22", "交款人：刘洋", "房号：010102", "事由：楼款",
        "大写金额：人民币贰拾万元整", "小写：¥200,000.00", "方式：转账", "收款人：出纳",
    ]  # fmt: skip
    assert [line.en for line in told.lines(Copy.STUB)][:5] == [
        "Receipt, stub", "No.: SK0010", "Date: 2024-03-22", "Payer: 刘洋", "Room: 010102",
    ]  # fmt: skip
    again = await office.does("cash", print_voucher, receipt.id)
    assert again.lines(Copy.BOOKS)[0] == Words("收款收据（补打） 记账联", "Receipt (reprint), bookkeeping copy")
    assert (await office.get(Receipt, receipt.id)).printed_count == 2
    await office.chain_holds()


async def test_what_was_taken_back_and_paid_back_says_so(office: Office) -> None:
    receipt = await office.one(Receipt, Receipt.no == "SK0010")
    back = await office.does("finance", reverse, receipt.id, "退票")
    assert (await office.does("cash", voucher, receipt.id)).marks == (Words("已冲销", "reversed"),)
    assert (await office.does("cash", voucher, back.id)).lines(Copy.BOOKS)[0].zh == "收款收据（冲销） 记账联"
    # 5,000 of a hold, paid back; an advance without a room; what is moved inside has none
    hold = await office.does("boss", release, office.rooms["020102"], "不买了")
    paid = await office.does("cash", pay_back, hold.id, Payment(500_000, "现金"))
    told = await office.does("cash", voucher, paid.id)
    assert [line.zh for line in told.lines(Copy.CUSTOMER)][3:9] == [
        "收款人：吴军", "房号：020102", "事由：退款", "大写金额：人民币伍仟元整", "小写：¥5,000.00", "方式：现金",
    ]  # fmt: skip
    advance = await office.does("cash", receive, office.customers["C2"], Payment(100, payer="刘洋母亲"))
    told = await office.does("cash", voucher, advance.id)
    assert (told.payer, told.room) == ("刘洋母亲", "")
    assert not any("房号" in line.zh for line in told.lines(Copy.CUSTOMER))
    moved = await office.does("cash", apply_advance, office.deals["D2"], 100)
    await office.refused(Code.STATE, "cash", voucher, moved.id)
    await office.refused(Code.NOT_FOUND, "cash", voucher, 9999)


@given(st.integers(0, LIMIT_FEN), st.sampled_from(list(Copy)), st.booleans())
@example(5, Copy.STUB, True)
def test_every_copy_says_the_amount_twice(fen: int, copy: Copy, room: bool) -> None:
    """0.05 is 人民币伍分 and ¥0.05."""
    day = date(2024, 3, 31)
    words = Words("楼款", "house price")
    told = Voucher("SK1", day, "刘洋", "010102" if room else "", words, fen, words, "出纳").lines(copy)
    zh = "\n".join(line.zh for line in told)
    assert f"¥{fen // 100:,}.{fen % 100:02}" in zh
    assert "人民币" in zh
    assert len(told) == 9 + room
    if fen == 5:
        assert "人民币伍分\n" in zh
