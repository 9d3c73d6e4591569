"""What happens around every update, in the order of `bot.dispatcher`."""
