"""The neighbours' market: shops, offers, coupons, and their redemption."""
