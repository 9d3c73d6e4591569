"""The services, rules and tables; it knows no chat framework and no scheduler."""
