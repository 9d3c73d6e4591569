"""The outbox: one queue of messages, its lanes, its delivery loop and its receipts. It knows no domain."""
