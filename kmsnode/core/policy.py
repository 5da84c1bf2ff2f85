"""May this caller do this to that? A pure question with a reasoned answer."""

from dataclasses import dataclass

from kmsnode.core.errors import Denied


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a verified request comes from."""

    uin: int
    secret_id: str
    account_uin: int  # the main account the caller belongs to

    @property
    def is_root(self) -> bool:
        return self.uin == self.account_uin


def require_allowed(caller: Caller, action: str) -> None:
    """Raises Denied. The main account may do everything on its own resources; nobody else exists."""
    if not caller.is_root:
        raise Denied(f"{action} is not allowed for uin {caller.uin}", action=action)
