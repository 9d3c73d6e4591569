"""The issues domain through its services."""
