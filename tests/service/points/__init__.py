"""Points: the ledger, what is earned, the market."""
