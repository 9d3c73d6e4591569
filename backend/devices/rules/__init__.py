"""The rules that judge what devices say: defaults in a table of data, changes per community and subject, pure verdicts.

Nothing here is medical advice. The limits are those that the field uses, with their sources beside them; whoever knows
a person better sets theirs.
"""
