"""The clock: looks for what is due and runs the daily jobs. It stores nothing but the ledger of what it has done."""
