"""What can go wrong with a replicated write or read, and whether it happened.

ClusterError
  NotLeader        this member does not lead: the entry did not happen, the leader (if known) is named
  OutcomeUnknown   the entry may or may not be in the log: propose the same bytes again to learn
  Unavailable      no quorum within the time given: nothing was read, nothing was written
  Refused          the request breaks a rule of the cluster (too large, a second membership change, ...)
  Damaged          what is on disk cannot be trusted: the member stops, the message says the way out
"""


class ClusterError(Exception):
    """Base of every answer above."""


class NotLeader(ClusterError):
    def __init__(self, leader: str | None) -> None:
        super().__init__(f"the leader is {leader}" if leader else "there is no leader")
        self.leader = leader


class OutcomeUnknown(ClusterError): ...


class Unavailable(ClusterError): ...


class Refused(ClusterError): ...


class Damaged(ClusterError): ...
