"""The telephone on both databases: quotas, circuit breakers, receipts and codes under races."""
