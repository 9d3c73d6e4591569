"""The telephone: carriers, webhooks, menus, and the exchange that they are tested with."""
