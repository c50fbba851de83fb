#!/usr/bin/env python3
"""Makes mediation_clocks.jsonl.gz: 10,000 random histories of mediation cases, and the clocks that each has on its last day.

It is a second reading of the law (UU 2/2004, Permenakertrans 17/2014), written without the service: it asks of each clock which
days start and stop it, once the history is known, and counts in a list of the working days. The service goes through the history
and counts day by day. A test of the service (src/mediation/clocks/tests.rs) compares the two.

    mediation_clocks.py          writes the table
    mediation_clocks.py --check  fails where the table that is there is another one
"""

import csv
import gzip
import io
import json
import sys
from bisect import bisect_right
from datetime import date, timedelta
from pathlib import Path
from random import Random

HERE = Path(__file__).resolve().parent
REFERENCE = HERE.parent.parent / "assets" / "reference"
TABLE = HERE / "mediation_clocks.jsonl.gz"
CASES = 10_000
FIRST, LAST = date(2019, 1, 1), date(2027, 12, 31)


def rows(name):
    with open(REFERENCE / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


HOLIDAYS = {kind: {date.fromisoformat(row["date"]) for row in rows("holidays.csv") if row["kind"] == kind and not row["region"]}
            for kind in ("national", "joint_leave")}
DAYS = {row["rule"]: int(row["amount"]) for row in rows("policies.csv")
        if row["rule"].startswith("mediation.") and row["unit"] == "working_days"}


def working_days(joint_leave_is_work):
    off = HOLIDAYS["national"] | (set() if joint_leave_is_work else HOLIDAYS["joint_leave"])
    every = (FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1))
    return [day for day in every if day.isoweekday() < 6 and day not in off]


WORKING_DAYS = {flag: working_days(flag) for flag in (False, True)}


class BeyondTheCalendar(Exception):
    """A day of the case lies where no calendar is loaded."""


def due(rule, start, joint_leave_is_work, pauses=()):
    """The last day: that many working days after the start, none of them in a pause."""
    days = WORKING_DAYS[joint_leave_is_work]
    left = DAYS["mediation." + rule]
    for at in range(bisect_right(days, start), len(days)):
        left -= not any(begin <= days[at] <= end for begin, end in pauses)
        if left == 0:
            return days[at]
    raise BeyondTheCalendar


class Dice:
    """Random numbers that are the same on every machine: of Python's own, only `random()` is promised to be."""

    def __init__(self, seed):
        self.random = Random(seed).random

    def number(self, least, most):
        return least + int(self.random() * (most - least + 1))

    def one_of(self, things):
        return things[self.number(0, len(things) - 1)]

    def chance(self, percent):
        return self.random() * 100 < percent


# Histories ----------------------------------------------------------------------------------------

class Story:
    """What happens to a case, in order. `ties[n]`: event n happens because of the one before, on the same day."""

    def __init__(self, dice, case):
        self.dice, self.case = dice, case
        self.events, self.ties = [], []
        self.today = case["on"]
        self.over = False

    def happens(self, word, wait=(0, 6), tied=False):
        self.today += timedelta(days=0 if tied else self.dice.number(*wait))
        self.events.append((self.today, word))
        self.ties.append(tied)

    def tell(self):
        for chapter in (self.filing, self.ways, self.referral, self.clarification, self.hearings, self.answers, self.outcome):
            if not self.over:
                chapter()
        self.cut()
        return self.events

    def ends(self, *words, wait=(0, 6)):
        """The parties agree, or the case ends otherwise."""
        for at, word in enumerate(words):
            self.happens(word, wait, tied=at > 0)
        self.over = True

    def filing(self):
        self.happens("registered", (0, 0))
        for percent in (35, 30, 20):
            if not self.dice.chance(percent):
                break
            self.happens("returned", (0, 12))
            self.happens("completed", (0, 14))
        if self.dice.chance(3):
            self.ends("settled")

    def ways(self):
        # A dispute on rights is mediated only (UU 2/2004 art. 4(5) and (6)).
        if self.case["kind"] == "rights":
            return
        self.happens("offered", (0, 10))
        lot = self.dice.number(1, 100)
        if lot <= 10:
            self.ends("chosen", "ended")
        elif lot <= 14:
            self.ends("settled")
        elif lot <= 55:
            self.happens("chosen", (0, 11))
        else:
            last = due("path-choice", self.today, self.case["joint_leave_is_work"])
            wait = (last - self.today).days + 1
            self.happens("choice-lapsed", (wait, wait + 2))

    def referral(self):
        if self.dice.chance(15):
            self.happens("handed", (0, 9))
            if self.dice.chance(30):
                self.happens("handed", (0, 9))
        self.happens("referred", (0, 9))
        if self.dice.chance(3):
            self.ends("settled")

    def clarification(self):
        for percent in (40, 20):
            if self.over or not self.dice.chance(percent):
                return
            self.happens("clarification-begun")
            lot = self.dice.number(1, 100)
            if lot <= 6:
                self.ends("settled", wait=(0, 15))
            elif lot <= 12:
                self.ends("ended", wait=(0, 15))
            elif lot <= 18:
                self.happens("clarification-ended", (0, 15))
                self.happens("ended", tied=True)
                self.over = True
            else:
                self.happens("clarification-ended", (0, 15))

    def hearings(self):
        self.happens("first-hearing", (0, 13))
        for _ in range(self.dice.number(0, 3)):
            self.happens("further-hearing", (0, 7))
        if self.dice.chance(25):
            self.ends("settled")
        else:
            self.happens("recommended", (0, 10))

    def answers(self):
        """Each side by itself: its receipt, and its answer within its own days, or silence, or neither yet."""
        plans, joint = [], self.case["joint_leave_is_work"]
        for order, side in enumerate(self.case["sides"]):
            if self.dice.chance(6):
                continue
            receipt = self.today + timedelta(days=self.dice.number(0, 9))
            plans.append((receipt, order, 0, "received " + side, None))
            last = due("answer", receipt, joint)
            lot = self.dice.number(1, 100)
            if lot <= 75:
                day = receipt + timedelta(days=self.dice.number(0, (last - receipt).days))
                plans.append((day, order, 1, "answered " + side, lot <= 52))
            elif lot <= 95:
                night = last + timedelta(days=self.dice.number(1, 3))
                plans.append((night, order, 1, "silent " + side, False))
                if self.dice.chance(25):
                    # It had answered in time, on paper, and that is written down later.
                    day = receipt + timedelta(days=self.dice.number(0, (last - receipt).days))
                    found = night + timedelta(days=self.dice.number(0, 4))
                    plans.append((found, order, 2, "found " + side, (day, self.dice.chance(70))))
        answers, days, rejected = {}, [], False
        for day, _, step, word, answer in sorted(plans, key=lambda plan: plan[:3]):
            side = word.split()[1]
            self.happens(word, ((day - self.today).days,) * 2)
            if step == 2:
                day, answer = answer
                if answer and not any(other is False for of, other in answers.items() if of != side):
                    rejected = False
                    self.happens("reopened", tied=True)
                self.events.append((day, "answered " + side))
                self.ties.append(True)
            if step:
                answers[side] = answer
                days.append(day)
            if answer is False and not rejected:
                rejected = True
                self.happens("rejected", tied=True)
            if list(answers.values()) == [True, True]:
                self.events.append((max(days), "both-accepted"))
                self.ties.append(True)
                self.case["accepted"] = True
        self.case["rejected"] = rejected

    def outcome(self):
        if self.case.get("accepted"):
            if self.dice.chance(80):
                self.ends("settled", wait=(0, 9))
            elif self.dice.chance(50):
                self.ends("ended", wait=(0, 20))
        elif self.case.get("rejected") and self.dice.chance(60):
            self.ends("ended", wait=(0, 30))

    def cut(self):
        """One case in seven is withdrawn at any point, one in seven is still under way; some that were settled are closed."""
        lot = self.dice.number(1, 7)
        if lot > 2:
            if self.events[-1][1] == "settled" and self.dice.chance(50):
                self.happens("ended", (0, 20))
            return
        keeps = [at for at in range(1, len(self.events) + 1) if at == len(self.events) or not self.ties[at]]
        keep = self.dice.one_of(keeps)
        cut, self.events = self.events[keep:], self.events[:keep]
        if lot == 1 and self.events[-1][1] not in ("settled", "ended"):
            self.today = self.events[-1][0]
            most = (cut[0][0] - self.today).days if cut else 9
            self.happens("ended", (0, most))


# The law ------------------------------------------------------------------------------------------

def clocks(case, events):
    """The clocks that the case has after its last event."""
    joint = case["joint_leave_is_work"]
    found = []

    def where(words, since=0):
        return next((at for at in range(since, len(events)) if events[at][1] in words), None)

    def clock(rule, party, starts, stops, lapses=(), undone=(), pauses=lambda since, until: ((), None)):
        """Runs from the last event that starts it, and stops with the first one after it that stops it and was not undone. What the
        end of the case stops is lapsed where its last day had passed, and counts for nothing else."""
        begun = [at for at, (_, word) in enumerate(events) if word in starts]
        if not begun:
            return
        since = begun[-1]
        start = events[since][0]
        back = [at for at, (_, word) in enumerate(events) if word in undone]
        stop = where({*stops, *lapses, "settled", "ended"}, max([since, *back]) + 1)
        breaks, stands = pauses(since, len(events) if stop is None else stop + 1)
        last = due(rule, start, joint, breaks)
        met, how = None, "running"
        if stop is not None:
            met, word = events[stop]
            passed = last < met and not stands
            how = "met" if word in stops else "lapsed" if word in lapses or passed else "cancelled"
        found.append(("mediation." + rule, party, start, last, met, how, stands, breaks))

    def clarifications(since, until):
        """The days of the clarifications (Permen art. 15(2)): the first one is not counted, the last one is again. A settlement
        ends one, too; a case that ends otherwise leaves the clock as it stood."""
        breaks, stands = [], None
        if not case["clarification_counts"]:
            for day, word in events[since:until]:
                if word == "clarification-begun":
                    stands = day
                elif word in ("clarification-ended", "settled") and stands:
                    if stands < day:
                        breaks.append((stands, day - timedelta(days=1)))
                    stands = None
        return breaks, stands

    # 3: the office has 7 days to send a file back, each time it gets one; the party has 7 to complete it (art. 4(2)).
    clock("registration-return", "office", {"registered", "completed"}, {"returned", "offered", "handed", "referred"})
    clock("registration-completion", case["by"], {"returned"}, {"completed"})
    # 4: 7 days to choose, from the offer; no choice: to a mediator (art. 4(4)).
    clock("path-choice", "parties", {"offered"}, {"chosen"}, {"choice-lapsed"})
    # 5: 7 days to the first hearing, from the referral (art. 10; Permen art. 13(1)b).
    clock("first-hearing", "mediator", {"referred"}, {"first-hearing"})
    # 8: 10 days to the recommendation, from the first hearing (Permen art. 13(1)d).
    clock("recommendation", "mediator", {"first-hearing"}, {"recommended"})
    # 9, 10: 10 days for each side from its own receipt; silence is a rejection (Permen art. 14(2), (3)), unless it was none.
    for side in case["sides"]:
        clock("answer", side, {"received " + side}, {"answered " + side}, {"silent " + side}, {"found " + side})
    # 11: 3 days to the settlement once both have accepted (Permen art. 14(4)).
    clock("settlement-after-recommendation", "mediator", {"both-accepted"}, {"settled"})
    # 6, 12: 30 days for the whole, from the referral, without the clarification (Permen art. 15); a rejection ends it, as does an
    # agreement.
    clock("total", "mediator", {"referred"}, {"rejected", "settled"}, undone={"reopened"}, pauses=clarifications)
    return sorted(found, key=lambda one: one[:2])


# The table ----------------------------------------------------------------------------------------

def first_day(dice):
    """Any day; one case in four begins shortly before a joint leave or the end of a year."""
    if dice.chance(75):
        return FIRST + timedelta(days=dice.number(0, (LAST - FIRST).days - 20))
    days = sorted(HOLIDAYS["joint_leave"]) + [date(year, 12, 31) for year in range(2019, 2027)]
    return max(FIRST, dice.one_of(days) - timedelta(days=dice.number(0, 40)))


def told(number):
    """A case; where it runs into a year that has no calendar, another one."""
    dice = Dice(f"mediation {number}")
    while True:
        kind = dice.one_of(["rights", "interests", "termination", "inter_union"])
        sides = ["first_union", "second_union"] if kind == "inter_union" else ["worker", "employer"]
        case = {"on": first_day(dice), "kind": kind, "by": dice.one_of(sides[:1] if kind == "inter_union" else sides), "sides": sides,
                "joint_leave_is_work": dice.chance(33), "clarification_counts": dice.chance(15)}
        try:
            events = Story(dice, case).tell()
            if events[-1][0] > LAST:
                continue
            return case, events, clocks(case, events)
        except BeyondTheCalendar:
            continue


def line(case, events, found):
    """Days count from the registration."""
    def since(day):
        return None if day is None else (day - case["on"]).days

    shown = {name: case[name] for name in ("on", "kind", "by", "joint_leave_is_work", "clarification_counts")}
    shown["on"] = str(case["on"])
    shown["events"] = [(since(day), word) for day, word in events]
    shown["clocks"] = [(rule, party, since(start), since(last), since(met), how, since(stands),
                        [(since(begin), since(end)) for begin, end in breaks])
                       for rule, party, start, last, met, how, stands, breaks in found]
    return json.dumps(shown, separators=(",", ":")) + "\n"


def main():
    text = "".join(line(*told(number)) for number in range(CASES)).encode()
    if sys.argv[1:] == ["--check"]:
        # The text, not the packed bytes: those are zlib's, and differ between its versions.
        if gzip.decompress(TABLE.read_bytes()) != text:
            sys.exit(f"{TABLE.name} is not what {Path(__file__).name} makes")
        return
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=packed, mtime=0) as file:
        file.write(text)
    TABLE.write_bytes(packed.getvalue())


if __name__ == "__main__":
    main()
