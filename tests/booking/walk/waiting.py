"""Waiting for a seat, being offered one, and what the office does out of turn."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from kmz.booking.checkout.actions.accepting import accept
from kmz.booking.checkout.actions.drafts import save_draft
from kmz.booking.models import WaitlistStatus
from kmz.booking.waitlist import queries as waitlist_queries
from kmz.booking.waitlist.actions import joining
from kmz.booking.waitlist.rules import ON_THE_LIST
from kmz.errors import NotFoundError, RefusedError
from tests.booking.walk.books import Books
from tests.booking.walk.buying import Buying, in_courses, somebody
from tests.booking.walk.desk import which
from tests.booking.walk.people import FAMILY, Form, Person


class Waiting(Buying):
    """The Warteliste."""

    @rule(who=somebody, courses=in_courses, relative=st.integers(0, 2))
    def join_the_list(self, who: int, courses: tuple[int, ...], relative: int) -> None:
        person, ids = self.people[who], [self.courses[index] for index in courses]
        one = person.waits(FAMILY[relative] if person.customer_id else None)
        wish = joining.Wish(course_ids=ids, people=[one], most=4)
        try:
            if person.customer_id:
                joining.join(wish, customer=person.row)
            else:
                joining.join_as_guest(wish, person.email)
        except RefusedError:
            self.assert_nothing_changed()
            return
        if person.customer_id is None:
            self._count_repeated_receipts(person)

    @precondition(lambda self: self.books.entries)
    @rule(index=which)
    def leave_the_list(self, index: int) -> None:
        """Or decline what was offered."""
        entry = self.entry(index)
        done = joining.leave(entry.id, by=self.staff)
        assert done == (entry.status in ON_THE_LIST)

    @precondition(lambda self: self.entry(0, WaitlistStatus.OFFERED))
    @rule(index=which, at_once=st.booleans())
    def accept_the_offer(self, index: int, *, at_once: bool) -> None:
        """Open the form by the offer, fill it in, and press the last button now or later."""
        entry = self.entry(index, WaitlistStatus.OFFERED)
        person = next(
            one
            for one in self.people
            if one.customer_id == entry.customer_id
            and (one.customer_id or one.email == entry.email)
        )
        (row,) = waitlist_queries.entries_by_id([entry.id])
        name = row.participant_first_name
        who = next(one for one in FAMILY if person.name_of(one).first_name == name)
        try:
            key = accept(row, person.owner, minutes=15)
        except RefusedError:
            self.assert_nothing_changed()
            return
        content = person.content([entry.course_id], [who])
        save_draft(person.owner, content, key=key, holding=person.hold_terms)
        form = next((one for one in self.forms if one.key == key), None)
        if form is None:
            form = Form(person, key, content)
            self.forms.append(form)
        if at_once:
            self.books = Books.read()
            self.press_for(form)

    @precondition(lambda self: self.entry(0, WaitlistStatus.WAITING))
    @rule(index=which, other=st.none() | which)
    def offer_out_of_turn(self, index: int, other: int | None) -> None:
        entry = self.entry(index, WaitlistStatus.WAITING)
        offered = WaitlistStatus.OFFERED
        instead_of = self.entry(other, offered) if other is not None else None
        try:
            joining.offer_out_of_turn(
                entry.course_id,
                entry.id,
                reason="Braucht den Kurs für die Prüfung.",
                instead_of=instead_of.id if instead_of else None,
                by=self.staff,
            )
        except (RefusedError, NotFoundError):
            self.assert_nothing_changed()
            return
        if instead_of is not None:
            self.told["M33", self.addresses.get(instead_of.customer_id, instead_of.email)] += 1
            self.noted["waitlist.taken_back", instead_of.id] += 1

    @precondition(lambda self: self.books.entries)
    @rule(index=which)
    def strike_off(self, index: int) -> None:
        entry = self.entry(index)
        joining.remove(entry.course_id, entry.id, reason="Doppelt.", by=self.staff)

    def _count_repeated_receipts(self, guest: Person) -> None:
        """A guest who waits already is told again; nobody else learns of it."""
        after = Books.read()
        mails = self._receipts(after, guest) - self._receipts(self.books, guest)
        new = len(after.entries) - len(self.books.entries)
        waits = [one for one in self.books.entries if one.status in ON_THE_LIST]
        assert 0 <= mails - new <= sum(one.email == guest.email for one in waits)
        self.told["M11", guest.email] += mails - new

    def _receipts(self, books: Books, guest: Person) -> int:
        return sum((one.kind, one.recipient) == ("M11", guest.email) for one in books.mails)
