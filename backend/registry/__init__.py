"""Org units, addresses, buildings, people, accounts, roles and the chats that belong to them."""
