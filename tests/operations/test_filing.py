"""Files on things: kept once, named safely, taken off without being lost."""

from __future__ import annotations

import pytest

from nameplate.models import Attachment, Change, FileContent, Item, User
from nameplate.operations import filing, switching
from nameplate.refusals import Conflict, Forbidden, Invalid, NotFound, TooLarge


def attached(actor: User, item: Item, name: str = "photo.jpg", data: bytes = b"\xff\xd8\xff...") -> Attachment:
    return filing.attach(actor=actor, noun="items", subject=item.pk, name=name, data=data)


def test_the_bytes_come_back_and_are_kept_once(manager: User, viewer: User, drive: Item) -> None:
    first, second = attached(manager, drive), attached(manager, drive, "again.jpg")
    assert (first.content_id, first.media_type) == (second.content_id, "image/jpeg")
    assert FileContent.objects.count() == 1
    assert bytes(filing.opened(actor=viewer, noun="items", subject=drive.pk, attachment=first.pk).content.data) == b"\xff\xd8\xff..."
    logged = Change.objects.filter(noun="items", subject=drive.pk, field="file").order_by("id")
    assert [change.after for change in logged] == ["photo.jpg", "again.jpg"]


def test_a_file_that_was_taken_off_is_not_opened_but_kept(manager: User, drive: Item) -> None:
    file = attached(manager, drive)
    filing.detach(actor=manager, noun="items", subject=drive.pk, attachment=file.pk)
    filing.detach(actor=manager, noun="items", subject=drive.pk, attachment=file.pk)
    with pytest.raises(NotFound):
        filing.opened(actor=manager, noun="items", subject=drive.pk, attachment=file.pk)
    assert Attachment.objects.get(pk=file.pk).removed_by == manager
    assert FileContent.objects.exists()
    assert Change.objects.filter(noun="items", field="file", before="photo.jpg", after="").count() == 1


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\photos\\label.png", "label.png"),
        ("../../etc/passwd", "passwd"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("\x00", "file"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_name_is_the_last_part_of_the_path_without_what_cannot_be_seen(given: str, kept: str) -> None:
    assert filing.clean_name(given) == kept


def test_what_cannot_be_kept_is_refused_with_nothing_written(manager: User, operator: User, drive: Item) -> None:
    with pytest.raises(Invalid, match="nothing in the file"):
        attached(manager, drive, data=b"")
    with pytest.raises(TooLarge, match="10 MB are the most"):
        attached(manager, drive, data=b"x" * (filing.LARGEST + 1))
    with pytest.raises(NotFound):
        filing.find_thing(actor=manager, noun="vendors", subject=drive.pk)
    with pytest.raises(NotFound):
        filing.attach(actor=manager, noun="users", subject=1, name="a", data=b"a")
    with pytest.raises(Forbidden):
        attached(operator, drive)
    assert not Attachment.objects.exists()
    assert not FileContent.objects.exists()


def test_files_are_read_only_where_they_are_and_while_the_function_is_on(manager: User, administrator: User, drive: Item) -> None:
    file = filing.attach(actor=manager, noun="lots", subject=1, name="certificate.pdf", data=b"%PDF-1.7")
    assert [one.name for one in filing.attached(actor=manager, noun="lots", subject=1)] == ["certificate.pdf"]
    with pytest.raises(NotFound):
        filing.opened(actor=manager, noun="items", subject=1, attachment=file.pk)
    switching.switch_function(actor=administrator, name="lots", on=False, version=0)
    with pytest.raises(Conflict, match="switched off"):
        filing.opened(actor=manager, noun="lots", subject=1, attachment=file.pk)
