"""How people have their lists: which columns stand in which order and how wide, and the searches that they kept."""

from __future__ import annotations

from django.db import models

from nameplate.models.people import User
from nameplate.models.text import BinaryText


class SavedSearch(models.Model):
    """A search of a list under a name. It is no more than an address, so that what it finds is always today's."""

    listing = models.CharField(max_length=40)
    """The list's name, as in its address."""
    owner = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=80)
    name_key = BinaryText()
    query = models.TextField()
    """What stands behind the question mark: filters, order, columns."""
    shared = models.BooleanField(default=False)
    """Whether everybody who sees the list sees it too."""
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["listing", "owner", "name_key"], name="search_name_unique")]
        indexes = [models.Index(fields=["listing"], condition=models.Q(shared=True), name="search_shared")]

    def __str__(self) -> str:
        return self.name


class ListLayout(models.Model):
    """How one person has one list. A list that nobody touched has no row."""

    listing = models.CharField(max_length=40)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    columns = models.TextField(default="")
    """As in an address: `serial:176,status,item`; empty: the list's own."""
    sort = models.TextField(default="")
    """The order when none is asked for; empty: the list's own."""
    opens = models.ForeignKey(SavedSearch, models.PROTECT, null=True, related_name="+")
    """The search that the list opens with."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["listing", "owner"], name="layout_one_per_list")]

    def __str__(self) -> str:
        return f"{self.listing}: {self.columns}"
