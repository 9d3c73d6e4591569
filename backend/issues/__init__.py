"""Reports, issues and tasks: from what somebody said to the proof that it is solved."""
