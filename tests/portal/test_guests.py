"""portal.md G4: who reads by a link and a mailed code, without an account."""

import re
import time

import pytest
import time_machine
from allauth.account.internal.flows.login import record_authentication
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal import guests, sender, sharing, six_digits, tokens
from portal.actions import people
from portal.models import Grant, GuestLink, OutboxRow, Reading, User
from portal.sharing import withdraw
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both]
ADDRESS = "pim.duindoorn@elders.example"


def url(name: str, *args: str) -> str:
    return reverse(name if name in ("guest_link", "guest_code", "guest_leave") else f"portfolios:{name}", args=args)


@pytest.fixture
def item(cast):
    return factories.experience(cast.noor, "Klinische les", into=cast.experiences, situation="Over sepsis.")


@pytest.fixture
def link(cast, item) -> GuestLink:
    made = guests.invite(cast.noor, address=ADDRESS, name="Pim Duindoorn", at=timezone.now())
    factories.grant(item, made.person)
    return made


def address_of(link: GuestLink) -> str:
    return reverse("guest_link", args=[link.code, tokens.make(link.code, link.nonce)])


def digits() -> str:
    found = re.search(r"^\d{6}$", mail.outbox[-1].body, re.MULTILINE)
    assert found
    return found[0]


def come_in(link: GuestLink) -> Client:
    client = Client()
    assert client.post(address_of(link)).url == url("guest_code")
    assert client.post(url("guest_code"), {"code": digits()}).url == url("guest_reader")
    return client


def test_the_owner_shares_by_link_and_the_guest_reads_that_and_no_more(cast, item, sign_in):
    noor = sign_in(cast.noor)
    form = {
        "what": [item.code],
        "name": "Pim Duindoorn",
        "email": ADDRESS.upper(),
        "purpose": "other",
        "term": "quarter",
    }
    sentence = noor.post(url("share_by_link"), form).content.decode()
    assert "Pim Duindoorn" in sentence and not GuestLink.objects.exists(), "first the sentence, then the button"
    noor.post(url("share_by_link"), form | {"confirm": ""})
    assert sender.drain() == 1
    letter = mail.outbox[-1]
    assert letter.to == [ADDRESS] and "Klinische" not in letter.message().as_string()
    path = re.search(r"/links/\S+", letter.body)[0]
    assert path == address_of(GuestLink.objects.get())

    guest = Client()
    guest.get(path)
    assert "/links/" not in guest.post(path).url
    guest.post(url("guest_code"), {"code": digits()})
    assert "Klinische les" in guest.get(url("guest_reader")).content.decode()
    assert "Over sepsis." in guest.get(url("guest_experience", item.code)).content.decode()
    assert guest.get(url("guest_section", cast.experiences.code)).status_code == 404
    assert [(one.reader.full_name, one.shareable_id) for one in Reading.objects.all()] == [("Pim Duindoorn", item.pk)]
    assert "Pim Duindoorn" in noor.get(url("readings")).content.decode()
    assert guest.get(url("portfolio")).status_code == 302, "a guest has no account"


def test_sharing_by_link_asks_for_a_fresh_proof(cast, item):
    client = Client()
    client.force_login(cast.noor, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(url("share_by_link")).url.startswith(reverse("confirm_identity"))
    request = type("Request", (), {"session": client.session})()
    record_authentication(request, cast.noor, "code", email=cast.noor.email)
    request.session.save()
    assert client.get(url("share_by_link")).status_code == 200


def test_the_outbox_holds_no_token_and_no_address(link):
    guests.mail_link(link, key="once")
    row = OutboxRow.objects.get()
    held = f"{row.args} {row.key} {row.about} {row.receiver.email}"
    assert tokens.make(link.code, link.nonce) not in held and "pim" not in held.lower()


def test_mail_scanners_open_the_link_and_nothing_happens(link):
    for method in ("get", "head"):
        for _ in range(3):
            assert getattr(Client(), method)(address_of(link)).status_code == 200
    assert mail.outbox == []
    assert come_in(link).get(url("guest_reader")).status_code == 200


def ended(link: GuestLink, how: str) -> str:
    """The address of a link that is no good, in one of these ways."""
    grants = Grant.objects.filter(user=link.person)
    if how == "withdrawn":
        withdraw(grants, by=link.owner)
    elif how == "over":
        past = timezone.now() - factories.DAY
        grants.update(starts_at=past - factories.DAY, expires_at=past)
    elif how == "of another link":
        return reverse("guest_link", args=[link.code, tokens.make("x" * 12, link.nonce)])
    elif how == "never was":
        return reverse("guest_link", args=["z" * 12, "y" * 32])
    return address_of(link)


@pytest.mark.parametrize("how", ["withdrawn", "over", "of another link", "never was"])
def test_a_link_that_is_no_good_answers_as_a_good_one_and_mails_nothing(cast, link, how):
    def answers(address: str) -> list[tuple[int, str]]:
        client = Client()
        seen = [client.get(address), client.post(address), client.get(url("guest_code"))]
        seen += [client.post(url("guest_code"), {"code": "wrong"}) for _ in range(4)]
        csrf = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
        return [(one.status_code, csrf.sub("", one.content.decode()).replace(address, "")) for one in seen]

    good = answers(address_of(link))
    assert len(mail.outbox) == 1
    assert answers(ended(link, how)) == good
    assert len(mail.outbox) == 1


def test_a_code_works_once_for_ten_minutes_and_three_tries(link):
    with time_machine.travel(time.time(), tick=False) as clock:
        client = Client()
        client.post(address_of(link))
        code = digits()
        clock.shift(six_digits.SECONDS + 1)
        assert client.post(url("guest_code"), {"code": code}).status_code == 403
        client.post(address_of(link))
        code = digits()
        for _ in range(six_digits.TRIES):
            assert client.post(url("guest_code"), {"code": "000000x"}).status_code == 422
        assert client.post(url("guest_code"), {"code": code}).status_code == 403
        assert client.get(url("guest_reader")).status_code == 403


def test_a_code_of_another_browser_opens_nothing(link):
    first, second = Client(), Client()
    first.post(address_of(link))
    code = digits()
    second.post(address_of(link))
    assert second.post(url("guest_code"), {"code": code}).status_code == 422


def test_codes_are_asked_for_a_few_times_an_hour_whether_the_link_is_good_or_not(link):
    for address in (address_of(link), ended(link, "never was")):
        statuses = [Client().post(address, REMOTE_ADDR="192.0.2.1").status_code for _ in range(7)]
        assert statuses == [302] * 5 + [429] * 2
    assert len(mail.outbox) == 5


def test_a_visit_lasts_half_an_hour(link, item):
    with time_machine.travel(time.time(), tick=False) as clock:
        client = come_in(link)
        clock.shift(guests.SESSION_SECONDS - 1)
        assert client.get(url("guest_experience", item.code)).status_code == 200
        clock.shift(1)
        assert client.get(url("guest_experience", item.code)).status_code == 403


def test_withdrawing_closes_the_open_visit_on_the_next_click(cast, link, item):
    client = come_in(link)
    answer = client.get(url("guest_experience", item.code))
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store, private"
    factories.grant(cast.plan, link.person)
    withdraw(Grant.objects.filter(content_object=item.pk), by=cast.noor)
    assert client.get(url("guest_experience", item.code)).status_code == 404
    assert client.get(url("guest_section", cast.plan.code)).status_code == 200
    withdraw(Grant.objects.all(), by=cast.noor)
    assert client.get(url("guest_section", cast.plan.code)).status_code == 403


def test_the_link_of_one_owner_opens_nothing_of_another(cast, link):
    """The same address, two owners: two guests, and the visit is of the one whose link was opened."""
    theirs = factories.section(factories.portfolio(cast.teun), "experiences", text="Van Teun.")
    other = guests.invite(cast.teun, address=ADDRESS, name="Pim", at=timezone.now())
    factories.grant(theirs, other.person)
    assert other.person != link.person
    assert come_in(link).get(url("guest_section", theirs.code)).status_code == 404
    assert come_in(other).get(url("guest_section", theirs.code)).status_code == 200


def test_who_is_signed_in_reads_as_the_guest_on_these_pages_only(cast, link, item, sign_in):
    """In one browser: the link never gives the account anything, nor the account the link."""
    client = sign_in(cast.amina)
    client.post(address_of(link))
    client.post(url("guest_code"), {"code": digits()})
    assert client.get(url("guest_experience", item.code)).status_code == 200
    assert client.get(url("experience", item.code)).status_code == 404
    assert Reading.objects.get().reader == link.person


def test_who_stops_reading_is_out(link, item):
    client = come_in(link)
    client.post(url("guest_leave"))
    assert client.get(url("guest_experience", item.code)).status_code == 403


def test_a_guest_may_only_read(link, cast):
    with pytest.raises(sharing.NotShareable):
        factories.grant(cast.plan, link.person, right="comment")


def test_an_address_with_an_account_becomes_a_guest_like_any_other(cast, item):
    """Or the owner would learn whose account it is."""
    link = guests.invite(cast.noor, address=cast.farah.email, name="Iemand", at=timezone.now())
    assert link.person != cast.farah and link.person.full_name == "Iemand"


def test_sharing_again_with_an_address_is_the_same_guest(cast, link):
    again = guests.invite(cast.noor, address=ADDRESS, name="Pim D", at=timezone.now())
    assert (again.pk, again.person.full_name) == (link.pk, "Pim D")


def test_a_guest_is_emptied_a_month_after_the_last_share_and_the_row_stays(cast, link, item):
    come_in(link).get(url("guest_experience", item.code))
    ends = Grant.objects.get().expires_at
    assert guests.forget_old(at=ends + guests.KEPT - factories.DAY) == 0
    assert guests.forget_old(at=ends + guests.KEPT + factories.DAY) == 1
    assert guests.forget_old(at=ends + guests.KEPT + factories.DAY) == 0
    row = User.objects.get(pk=link.person_id)
    assert row.erased_at and "Pim" not in row.full_name and not GuestLink.objects.exists()
    assert Reading.objects.get().reader == row


def test_a_withdrawn_share_counts_as_ended_then(cast, link):
    withdraw(Grant.objects.all(), by=cast.noor)
    now = timezone.now()
    assert guests.forget_old(at=now + guests.KEPT - factories.DAY) == 0
    assert guests.forget_old(at=now + guests.KEPT + factories.DAY) == 1


def test_a_guest_cannot_sign_in(link):
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": link.person.email})
    assert [one for one in mail.outbox if link.person.email in one.to] == []
    assert not people.rules.may_sign_in(link.person)
