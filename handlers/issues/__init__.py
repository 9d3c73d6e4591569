"""What a reporter or follower does with an issue: look, follow, answer, rate, reopen, take back."""
