"""Replicates bytes: a durable log agreed on by a majority, and an ordered map of bytes on every member.

Knows nothing of keys. `replica` is the door for the process that is a member, `link` for the processes
beside it that want to propose, to wait and to read.
"""
