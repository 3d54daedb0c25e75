"""Nameplate follows every serial-numbered unit a manufacturer touches."""

__version__ = "0.1.0"
