"""Nameplate is one Django app; its layers are folders."""

from django.apps import AppConfig


class NameplateConfig(AppConfig):
    """The one app."""

    name = "nameplate"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks."""
        from nameplate import checks  # noqa: F401  (checks need the models, which are loaded only now)
