"""How requests and answers are spelled on the wire, a protocol a module."""
