"""The staff's door on the web: one-time sign-in from chat, the pages, their live updates, and what operators watch.

This package's `entry` and `app` are its face; nothing is imported here, so that chat need not load the web.
"""
