import pytest
from django.core.management import CommandError, call_command

from portal import audit
from portal.checks import documents_can_be_made, sqlite_is_set_up
from portal.models import AuditEntry
from tests import factories


@pytest.mark.django_db
def test_sqlite_without_immediate_transactions_is_refused(settings):
    # not marked `both`: on PostgreSQL there is nothing to check
    assert sqlite_is_set_up(None, databases=["default"]) == []
    settings.DATABASES["default"]["OPTIONS"]["transaction_mode"] = "DEFERRED"
    try:
        assert [error.id for error in sqlite_is_set_up(None, databases=["default"])] == ["portal.E001"]
    finally:
        settings.DATABASES["default"]["OPTIONS"]["transaction_mode"] = "IMMEDIATE"


@pytest.mark.django_db
@pytest.mark.both
def test_audit_verify_says_what_was_erased_and_fails_on_anything_else(capsys):
    noor, teun = factories.person(), factories.person()
    for person in (noor, teun, noor):
        audit.record(audit.SHARED, by=person, subject=person, facts={})
    audit.erase_about(noor, at=AuditEntry.objects.first().at)
    call_command("audit_verify")
    assert "platform: 4 entries, 2 erased under certificate" in capsys.readouterr().out
    AuditEntry.objects.filter(number=2).update(verb=audit.WITHDRAWN)
    with pytest.raises(CommandError, match="1 faults"):
        call_command("audit_verify")


def test_a_library_that_documents_need_is_named_when_it_is_not_there():
    assert documents_can_be_made(None) == []

    def without_pango(name):
        if name.startswith("libpango-"):
            raise OSError(name)

    (error,) = documents_can_be_made(None, load=without_pango)
    assert error.id == "portal.E003"
    assert error.hint.endswith("apt-get install -y libpango-1.0-0")
