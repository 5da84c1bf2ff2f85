"""Everything a caller can be told went wrong.

KmsError
  BadRequest          a field is missing, malformed, out of range or not known; `field` names it
  Unauthenticated     the caller could not be identified; `reason` says at which step
  Denied              the caller is known and the policy says no
  NotFound            no such key, alias or credential; `kind` says which
  WrongState          the key exists, its state forbids this; `state` names it
  Conflict            the name is taken
  LimitExceeded       a quota is used up
  BadCiphertext       not ours, altered, or bound to another context: one answer for all three
  Unavailable         it did not happen, try again: no leader, HSM away, view too old
  OutcomeUnknown      the write may have happened: ask before repeating

A KmsError is an answer, not a fault: it is rendered for the caller and never logged with a traceback.
Anything else that escapes is a bug, and becomes a bare "internal error" at the door. Each wire protocol
turns a kind and its facts into its own code, in one table.
"""


class KmsError(Exception):
    """Base of every answer above. `facts` are short words, safe to show the caller."""

    def __init__(self, message: str, **facts: str) -> None:
        super().__init__(message)
        self.facts = facts


class BadRequest(KmsError): ...


class Unauthenticated(KmsError): ...


class Denied(KmsError): ...


class NotFound(KmsError): ...


class WrongState(KmsError): ...


class Conflict(KmsError): ...


class LimitExceeded(KmsError): ...


class BadCiphertext(KmsError): ...


class Unavailable(KmsError): ...


class OutcomeUnknown(KmsError): ...


BY_NAME: dict[str, type[KmsError]] = {
    kind.__name__: kind
    for kind in (
        BadRequest,
        Unauthenticated,
        Denied,
        NotFound,
        WrongState,
        Conflict,
        LimitExceeded,
        BadCiphertext,
        Unavailable,
        OutcomeUnknown,
    )
}
