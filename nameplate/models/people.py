"""Who acts, with which keys, what was asked before, and what was left unfinished."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class Role(models.TextChoices):
    """The built-in roles, from most rights to fewest."""

    ADMINISTRATOR = "administrator", "Administrator"
    MANAGER = "manager", "Manager"
    OPERATOR = "operator", "Operator"
    VIEWER = "viewer", "Viewer"


class User(AbstractUser):
    """A person, or the person on whose behalf a program acts."""

    role = models.CharField(max_length=20, choices=Role.choices, default=Role.VIEWER)


class ApiKey(models.Model):
    """A program's way in, acting as its user. Only the secret's hash is kept; the key itself is shown once."""

    user = models.ForeignKey(User, models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16, unique=True)
    secret_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)


class Request(models.Model):
    """A write that was asked for under an idempotency key, and what was answered."""

    actor = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    route = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    body_hash = models.CharField(max_length=64)
    status = models.IntegerField(default=0)
    answer = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "route", "key"], name="request_once")]


class Draft(models.Model):
    """What somebody typed and has not posted yet; it survives a reload and a power cut."""

    actor = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    subject = models.CharField(max_length=100)
    """What it is a draft of, as in the path: `purchase-orders/12/receipts`."""
    body = models.JSONField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "subject"], name="draft_one_per_subject")]
