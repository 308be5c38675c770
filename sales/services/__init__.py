"""What the trade does, in its own words (SPEC §2.3–2.5): reserve, book, subscribe, sign, refund, exchange …

Each is a plain function `fn(desk, …)` that runs inside one unit of work:

    acting = Acting(actor, clock.now, cipher)
    hold = await db.write(acting(reserve), room.id, customer.id, seen=room.row_version)

It is done wholly or not at all. What may not be done is a `db.refusal.Refused` and has changed nothing.
"""
