"""Alibaba Cloud: calls with keys and SMS with registered texts to mainland China, and what it posts back."""
