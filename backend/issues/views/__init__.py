"""What screens show: cards, one issue whole, its history, search and numbers; derived where they are derived."""
