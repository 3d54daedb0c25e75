"""The demo company: what `make run` puts into an empty database, by the same operations that people use."""

from nameplate.demo.accounts import PASSWORD, SignIn, sign_ins
from nameplate.demo.company import fill

__all__ = ["PASSWORD", "SignIn", "fill", "sign_ins"]
