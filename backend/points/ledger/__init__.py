"""The ledger of points: accounts, transfers, holds. Nothing else in the program moves points.

Rows are locked in this order, everywhere: hold, transfer (by its key), accounts (by id). Whoever has further rows to
change in the same transaction (a coupon, a seat) changes them after that.
"""
