"""What one asks of another: to suspend, to reopen, to hurry, to take over between units; and the answers."""
