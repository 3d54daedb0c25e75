"""Work that outlives a request, and the files that it brings in."""

from __future__ import annotations

from django.db import models

from nameplate.models.text import BinaryText


class JobKind(models.TextChoices):
    """What a job does."""

    CHECK = "check", "Check of a file"
    IMPORT = "import", "Import"
    EXPORT = "export", "Export"
    EDIT = "edit", "Bulk editing"


class JobStatus(models.TextChoices):
    """Where a job stands. The last three are its ends."""

    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELED = "canceled", "Canceled"


class Job(models.Model):
    """One piece of long work, for whoever asked for it. Its worker writes it; whoever looks at it reads it.

    The transaction that does what the job is for also makes it Done, so that no crash can come between the two.
    """

    kind = models.CharField(max_length=10, choices=JobKind.choices)
    title = models.CharField(max_length=300)
    actor = models.ForeignKey("User", models.PROTECT, related_name="+", db_index=False)
    parameters = models.JSONField(default=dict)
    subject = models.ForeignKey("Import", models.PROTECT, null=True, related_name="jobs")
    status = models.CharField(max_length=10, choices=JobStatus.choices, default=JobStatus.QUEUED)
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    """0 while it is not known, and while what runs cannot be counted."""
    sentence = models.CharField(max_length=300, blank=True)
    """What it is at, for people."""
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(default=0)
    """How often it was taken up. A worker that was taken for dead writes under an older number, and nothing comes of it."""
    worker = models.CharField(max_length=120, blank=True)
    beat_at = models.DateTimeField(null=True)
    """When its worker last said that it lives."""
    cancel_asked = models.BooleanField(default=False)
    outcome = models.JSONField(default=dict)
    """What came of it: the report of a check, the counts of an import, or the refusal."""
    entry = models.ForeignKey("Entry", models.PROTECT, null=True, related_name="+", db_index=False)
    result = models.ForeignKey("FileContent", models.PROTECT, null=True, related_name="+", db_index=False)
    result_name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=JobStatus.values), name="job_status_known"),
            models.CheckConstraint(condition=models.Q(kind__in=JobKind.values), name="job_kind_known"),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(status__in=[JobStatus.QUEUED.value, JobStatus.RUNNING.value]), name="job_unfinished"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.status in {JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELED}


class Import(models.Model):
    """A file that somebody brings in: as it came, what its columns are, and how they are to be read."""

    name = models.CharField(max_length=200)
    content = models.ForeignKey("FileContent", models.PROTECT, related_name="+", db_index=False)
    actor = models.ForeignKey("User", models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(auto_now_add=True)
    form = models.CharField(max_length=200)
    """How the file was read, for people: "UTF-8, commas"."""
    lines = models.IntegerField()
    """How many lines of data it has."""
    columns = models.JSONField()
    """Its columns: number, head, first examples."""
    mapping = models.JSONField(default=dict)
    """How it was last asked to be read; see `operations.importing.mapping`."""

    def __str__(self) -> str:
        return self.name


class ImportMapping(models.Model):
    """How the columns of files with this head are read, remembered under a name for everybody."""

    name = models.CharField(max_length=100)
    name_key = BinaryText(unique=True)
    head = models.CharField(max_length=64, db_index=True)
    """The checksum of the columns' folded heads: files with the same ones are read alike."""
    mapping = models.JSONField()
    saved_by = models.ForeignKey("User", models.PROTECT, related_name="+", db_index=False)
    saved_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name
