"""/market and /shop: offers, codes, receipts, settlements."""
