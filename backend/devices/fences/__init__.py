"""Areas of one person: home, activity circles, hours at which somebody should be in."""
