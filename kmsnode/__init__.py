"""A key management service: keys in HSMs, state in a replicated log, an API that official SDKs speak."""

__version__ = "0.1.0"
