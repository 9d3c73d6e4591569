"""The work on a task: the buttons of its card in the group and in private, and the evidence that proves it."""
