"""The registry's services: joining, roles, invitations, chats, search, loading, privacy."""
