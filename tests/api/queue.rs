//! The queue of a counter: places, numbers, tickets, the board.

use std::collections::BTreeSet;

use disnaker_entity::access::Role;
use disnaker_entity::queue::{TicketStatus, day, ticket};
use futures_util::future::join_all;
use reqwest::Method;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use crate::harness::{Reply, unused};
use crate::world::{World, ids, person, school, with};

/// Monday after the stories' day.
const DAY: &str = "2026-11-30";
const SERVICE: &str = "/v1/offices/36.72/services/ak1";

/// An office with a counter for the card.
struct Counter {
    world: World,
    admin: String,
    officer: String,
}

impl Counter {
    async fn open(changes: Value) -> Self {
        let world = World::new().await;
        let admin = world.service.staff(Role::OfficeAdmin, "36.72").await;
        let officer = world.service.staff(Role::CounterOfficer, "36.72").await;
        let new = with(json!({"service": "ak1"}), changes);
        world.send(&admin, "/v1/offices/36.72/services", &new).await.expect(201);
        Self { world, admin, officer }
    }

    /// Somebody with a draft of their own: token and record.
    async fn somebody(&self, number: u32) -> (String, String) {
        let token = self.world.service.token(&unused("warga"));
        let draft = self.world.send(&token, "/v1/job-seekers", &person(number)).await.expect(201);
        (token, draft.text_of("id").to_owned())
    }

    async fn book(&self, token: &str, changes: Value) -> Reply {
        let new = with(json!({"office": "36.72", "service": "ak1", "date": DAY}), changes);
        self.world.send(token, "/v1/queue-tickets", &new).await
    }

    async fn act(&self, token: &str, ticket: &Reply, event: &str) -> Reply {
        let event = event.replace('_', "-");
        self.world.act(token, &format!("/v1/queue-tickets/{}/{event}", ticket.text_of("id"))).await
    }

    async fn day(&self) -> Reply {
        self.world.service.get(format!("{SERVICE}/days/{DAY}")).send().await.expect(200)
    }
}

#[tokio::test]
async fn of_a_thousand_who_ask_at_once_a_hundred_get_a_place() {
    let counter = Counter::open(json!({"capacity": 100, "walk_in_percent": 0})).await;
    let mut people = Vec::new();
    for number in 1..=1_000 {
        people.push(counter.somebody(number).await.0);
    }
    let replies = join_all(people.iter().map(|token| counter.book(token, json!({})))).await;
    let given: BTreeSet<_> =
        replies.iter().filter(|reply| reply.status == 201).map(|reply| reply.text_of("number").to_owned()).collect();
    let expected: BTreeSet<_> = (1..=100).map(|number| format!("A-{number:03}")).collect();
    assert_eq!(given, expected, "consecutive, each once");
    let refused: Vec<_> = replies.into_iter().filter(|reply| reply.status != 201).collect();
    assert_eq!(refused.len(), 900);
    for reply in refused {
        let reply = reply.problem(409, "capacity-exhausted");
        assert_eq!(reply["next_dates"].as_array().unwrap().len(), 5);
        assert!(!reply["next_dates"].as_array().unwrap().contains(&json!(DAY)));
    }
    let day = counter.day().await;
    assert_eq!((&day["taken"], &day["places_left"], &day["open"]), (&json!(100), &json!(0), &json!(false)));
}

#[tokio::test]
async fn the_first_who_book_a_day_all_find_it() {
    let counter = Counter::open(json!({"capacity": 1_000, "walk_in_percent": 0})).await;
    let mut people = Vec::new();
    for number in 1..=40 {
        people.push(counter.somebody(number).await.0);
    }
    // One of them makes the day's row; those who find it made a moment later have a place, too.
    let replies = join_all(people.iter().map(|token| counter.book(token, json!({})))).await;
    let given: BTreeSet<_> = replies.into_iter().map(|reply| reply.expect(201).text_of("number").to_owned()).collect();
    assert_eq!(given, (1..=40).map(|number| format!("A-{number:03}")).collect::<BTreeSet<_>>());
}

#[tokio::test]
async fn who_cancels_and_books_again_loses_no_place_and_no_number_comes_twice() {
    let counter = Counter::open(json!({"capacity": 6, "walk_in_percent": 0})).await;
    let mut people = Vec::new();
    for number in 1..=12 {
        people.push(counter.somebody(number).await.0);
    }
    for _ in 0..3 {
        join_all(people.iter().map(async |token| {
            let ticket = counter.book(token, json!({})).await;
            if ticket.status == 201 {
                counter.act(token, &ticket, "cancel").await.expect(200);
            }
        }))
        .await;
    }
    let replies = join_all(people.iter().map(|token| counter.book(token, json!({})))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 6);
    let db = counter.world.service.state().db.reader();
    let rows = ticket::Entity::find().all(db).await.unwrap();
    let numbers: BTreeSet<_> = rows.iter().map(|row| row.number).collect();
    assert_eq!(numbers.len(), rows.len());
    let running = rows.iter().filter(|row| row.status == TicketStatus::Booked).count();
    let day = day::Entity::find().one(db).await.unwrap().unwrap();
    assert_eq!((running, day.booked, day.last_number), (6, 6, i32::try_from(rows.len()).unwrap()));
}

#[tokio::test]
async fn a_ticket_goes_from_the_booking_to_the_counter() {
    let mut counter = Counter::open(json!({})).await;
    let (token, record) = counter.somebody(1).await;
    let ticket = counter.book(&token, json!({"slot": "09:00"})).await.expect(201);
    assert_eq!(
        (ticket.text_of("number"), ticket.text_of("slot"), ticket.text_of("kind")),
        ("A-001", "09:00", "booked")
    );
    assert_eq!((&ticket["job_seeker_id"], &ticket["allowed_actions"]), (&json!(record), &json!(["cancel"])));
    let again = counter.book(&token, json!({"date": "2026-12-01"})).await.problem(409, "already-exists");
    assert_eq!(again.faults(), [("/job_seeker_id", "ticket-running")]);
    let path = format!("/v1/queue-tickets/{}", ticket.text_of("id"));
    let (stranger, _) = counter.somebody(2).await;
    counter.world.read(&stranger, &path).await.problem(404, "not-found");
    counter.act(&stranger, &ticket, "cancel").await.problem(404, "not-found");
    counter.act(&token, &ticket, "check_in").await.problem(403, "forbidden");
    let early = counter.act(&counter.officer, &ticket, "check_in").await.problem(409, "illegal-transition");
    assert_eq!(early["allowed"], json!(["cancel"]), "its day has not come");

    // The day before, the counter knows what is missing.
    let list = counter.world.read(&counter.officer, &format!("/v1/work-lists/queue?date={DAY}")).await.expect(200);
    assert_eq!((list["data"][0]["name"].as_str(), &list["data"][0]["missing"]), (Some("Siti Contoh 1"), &json!([])));
    assert_eq!(list["data"][0]["record_status"], "draft");

    counter.world.later("2026-11-30T01:00:00Z");
    counter.officer = counter.world.service.staff(Role::CounterOfficer, "36.72").await;
    for (event, status) in [("check_in", "checked_in"), ("call", "called"), ("call", "called"), ("start", "serving")] {
        let reply = counter.act(&counter.officer, &ticket, event).await.expect(200);
        assert_eq!(reply["status"], status);
    }
    let path = format!("/v1/queue-tickets/{}/finish", ticket.text_of("id"));
    let done = counter.world.act(&counter.officer, &path).await.expect(200);
    assert_eq!((done.text_of("status"), &done["allowed_actions"]), ("finished", &json!([])));
    let board = counter.world.service.get("/v1/offices/36.72/queue-board").send().await.expect(200);
    assert_eq!((&board["calling"], &board["services"][0]["finished"]), (&json!([]), &json!(1)));
}

#[tokio::test]
async fn a_record_that_lacks_something_is_known_before_its_person_comes() {
    let counter = Counter::open(json!({})).await;
    let token = counter.world.service.token(&unused("warga"));
    let mut scanty = person(1);
    scanty["identity"]["sex"] = Value::Null;
    scanty["education"] = json!([{"level": "vocational_secondary", "name_on_diploma": "ORANG LAIN"}]);
    counter.world.send(&token, "/v1/job-seekers", &scanty).await.expect(201);
    counter.book(&token, json!({})).await.expect(201);
    let list = counter.world.read(&counter.officer, &format!("/v1/work-lists/queue?date={DAY}")).await.expect(200);
    let missing = &list["data"][0]["missing"];
    assert_eq!(ids(missing, "pointer"), ["/identity/sex", "/education/0/name_on_diploma"]);
    assert!(missing.as_array().unwrap().iter().all(|fault| fault["received"].is_null()));
    assert!(!list.text.contains("ORANG LAIN") && !list.text.contains("3672"), "nothing of what it says:\n{list}");
}

#[tokio::test]
async fn the_kept_share_is_for_who_comes_without_a_booking() {
    let counter = Counter::open(json!({"capacity": 4, "walk_in_percent": 50})).await;
    let today = json!({"date": "2026-11-23"});
    for number in 1..=2 {
        let (token, _) = counter.somebody(number).await;
        counter.book(&token, today.clone()).await.expect(201);
    }
    let (token, _) = counter.somebody(3).await;
    counter.book(&token, today.clone()).await.problem(409, "capacity-exhausted");
    counter.book(&token, with(today.clone(), json!({"walk_in": true}))).await.problem(422, "invalid-content");
    let walk_in = with(today.clone(), json!({"walk_in": true}));
    let given = counter.book(&counter.officer, walk_in.clone()).await.expect(201);
    assert_eq!(
        (given.text_of("number"), given.text_of("status"), &given["slot"]),
        ("A-003", "checked_in", &Value::Null)
    );
    counter.book(&counter.officer, walk_in.clone()).await.expect(201);
    counter.book(&counter.officer, walk_in).await.problem(409, "capacity-exhausted");
}

#[tokio::test]
async fn a_day_that_can_t_be_booked_says_why() {
    let counter = Counter::open(json!({})).await;
    let (token, _) = counter.somebody(1).await;
    for (date, code) in [
        ("2026-11-22", "day-passed"),
        ("2026-11-28", "not-a-working-day"),
        ("2026-12-25", "too-far-ahead"),
        ("2027-03-01", "too-far-ahead"),
    ] {
        let reply = counter.book(&token, json!({"date": date})).await.problem(422, "invalid-content");
        assert_eq!(reply.faults(), [("/date", code)], "{date}");
    }
    let reply = counter.book(&token, json!({"service": "complaint"})).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/service", "unknown-reference")]);
    let reply = counter.book(&token, json!({"slot": "9:00"})).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/slot", "not-allowed")]);
    let reply = counter.book(&token, json!({"slot": "09:30"})).await.problem(422, "invalid-content");
    assert!(
        reply["errors"][0]["expected"].as_str().unwrap().ends_with("08:00, 09:00, 10:00, 11:00, 12:00, 13:00, 14:00")
    );
    let closed = json!({"capacity": 0, "reason": "Rapat dinas"});
    counter
        .world
        .send(&counter.officer, &format!("{SERVICE}/days/{DAY}/capacity"), &closed)
        .await
        .problem(403, "forbidden");
    let day = counter.world.send(&counter.admin, &format!("{SERVICE}/days/{DAY}/capacity"), &closed).await.expect(200);
    assert_eq!((&day["open"], day["reason"].as_str()), (&json!(false), Some("Rapat dinas")));
    let reply = counter.book(&token, json!({})).await.problem(409, "capacity-exhausted");
    assert_eq!(reply["next_dates"][0], "2026-11-24");
    let days = counter.world.service.get(format!("{SERVICE}/days?from=2026-11-28&days=3")).send().await.expect(200);
    let open: Vec<_> = days["data"].as_array().unwrap().iter().map(|day| day["open"].as_bool().unwrap()).collect();
    assert_eq!(open, [false, false, false], "Saturday, Sunday, and the day that is closed");
    let usual = json!({"reason": "Rapat batal"});
    counter.world.send(&counter.admin, &format!("{SERVICE}/days/{DAY}/capacity"), &usual).await.expect(200);
    let day = counter.day().await;
    assert_eq!(
        (&day["capacity"], &day["places_left"], day["slots"].as_array().unwrap().len()),
        (&json!(100), &json!(80), 7)
    );
}

#[tokio::test]
async fn a_school_books_for_its_alumni_all_or_none() {
    let counter = Counter::open(json!({"capacity": 3, "walk_in_percent": 0})).await;
    let (teacher, _) = school(&counter.world.service, "36.72").await;
    let mut alumni = Vec::new();
    for number in 1..=4 {
        let draft = counter.world.send(&teacher, "/v1/job-seekers", &person(number)).await.expect(201);
        alumni.push(draft.text_of("id").to_owned());
    }
    let group = async |ids: &[String]| {
        let new = json!({"office": "36.72", "service": "ak1", "date": DAY, "job_seeker_ids": ids});
        counter.world.send(&teacher, "/v1/queue-group-bookings", &new).await
    };
    group(&alumni).await.problem(409, "capacity-exhausted");
    assert_eq!(counter.day().await["taken"], 0);
    let (_, stranger) = counter.somebody(9).await;
    let reply = group(&[alumni[0].clone(), stranger]).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/job_seeker_ids/1", "unknown-reference")]);
    let reply = group(&alumni[..3]).await.expect(201);
    assert_eq!(ids(&reply["tickets"], "number"), ["A-001", "A-002", "A-003"]);
    assert_eq!(ids(&reply["tickets"], "kind"), ["group"; 3]);
    let own = counter.world.read(&teacher, "/v1/queue-tickets").await.expect(200);
    assert_eq!(own["data"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn who_was_not_served_when_the_day_is_over_did_not_come() {
    let mut counter = Counter::open(json!({})).await;
    let (token, _) = counter.somebody(1).await;
    let ticket = counter.book(&token, json!({})).await.expect(201);
    let id = ticket.text_of("id").parse().map(disnaker_entity::queue::TicketId).unwrap();
    let db = async |counter: &Counter| {
        let row = ticket::Entity::find_by_id(id).one(counter.world.service.state().db.reader()).await.unwrap();
        row.unwrap().status
    };
    counter.world.later("2026-11-30T16:59:59Z");
    disnaker::app::sweep(counter.world.service.state()).await.unwrap();
    assert_eq!(db(&counter).await, TicketStatus::Booked, "the day has not ended in Cilegon");
    counter.world.later("2026-11-30T17:00:00Z");
    disnaker::app::sweep(counter.world.service.state()).await.unwrap();
    assert_eq!(db(&counter).await, TicketStatus::NoShow);
    let kept = ticket::Entity::find().filter(ticket::Column::Status.eq(TicketStatus::NoShow));
    assert_eq!(kept.count(counter.world.service.state().db.reader()).await.unwrap(), 1);
}

#[tokio::test]
async fn the_board_is_a_stream_too_and_tells_nothing_of_a_person() {
    let counter = Counter::open(json!({})).await;
    let walk_in = json!({"date": "2026-11-23", "walk_in": true});
    let ticket = counter.book(&counter.officer, walk_in).await.expect(201);
    let call = counter.world.service.post(format!("/v1/queue-tickets/{}/call", ticket.text_of("id")));
    call.token(&counter.officer).json(&json!({"desk": "Loket 2"})).send().await.expect(200);
    let board = counter.world.service.get("/v1/offices/36.72/queue-board").send().await.expect(200);
    assert_eq!(
        (board["calling"][0]["number"].as_str(), board["calling"][0]["desk"].as_str()),
        (Some("A-001"), Some("Loket 2"))
    );
    assert!(
        board["calling"][0]
            .as_object()
            .unwrap()
            .keys()
            .all(|key| ["number", "desk", "status", "called_at"].contains(&key.as_str()))
    );
    let url = format!("http://{}/v1/offices/36.72/queue-board", counter.world.service.address());
    let mut stream = reqwest::Client::new().get(url).header("accept", "text/event-stream").send().await.unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    let first = stream.chunk().await.unwrap().unwrap();
    let first = String::from_utf8(first.to_vec()).unwrap();
    assert!(first.starts_with("event: board\ndata: {") && first.contains("A-001"), "{first}");
    counter.act(&counter.officer, &ticket, "start").await.expect(200);
    let next = String::from_utf8(stream.chunk().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(next.contains("serving"), "{next}");
    counter.world.service.get("/v1/offices/99.99/queue-board").send().await.problem(404, "not-found");
}

#[tokio::test]
async fn an_address_has_its_part_of_the_streams_and_gets_it_back() {
    let counter = Counter::open(json!({})).await;
    let url = format!("http://{}/v1/offices/36.72/queue-board", counter.world.service.address());
    let open = async || reqwest::Client::new().get(&url).header("accept", "text/event-stream").send().await.unwrap();
    let mut streams = Vec::new();
    for _ in 0..10 {
        let mut stream = open().await;
        assert!(stream.chunk().await.unwrap().unwrap().starts_with(b"event: board"));
        streams.push(stream);
    }
    let refused = open().await;
    assert_eq!((refused.status().as_u16(), refused.headers()["retry-after"].to_str().unwrap()), (429, "60"));
    drop(streams);
    // A display that has gone is noticed when something is written to it.
    let walk_in = json!({"date": "2026-11-23", "walk_in": true});
    let mut status = 429;
    for _ in 0..20 {
        counter.book(&counter.officer, walk_in.clone()).await.expect(201);
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        status = open().await.status().as_u16();
        if status == 200 {
            break;
        }
    }
    assert_eq!(status, 200);
}

#[tokio::test]
async fn tickets_follow_a_record_that_another_one_takes_the_place_of() {
    let counter = Counter::open(json!({})).await;
    counter
        .world
        .send(&counter.admin, "/v1/offices/36.72/services", &json!({"service": "consultation"}))
        .await
        .expect(201);
    let mut people = Vec::new();
    for number in [1, 2] {
        let (token, id) = counter.somebody(number).await;
        for (event, by) in [("submit", &token), ("verify", &counter.officer)] {
            counter.world.act(by, &format!("/v1/job-seekers/{id}/{event}")).await.expect(200);
        }
        people.push((token, id));
    }
    let [(wrong_token, wrong), (right_token, right)] = &people[..] else { panic!() };
    let doubled = counter.book(wrong_token, json!({})).await.expect(201);
    let only = counter.book(wrong_token, json!({"service": "consultation"})).await.expect(201);
    let kept = counter.book(right_token, json!({})).await.expect(201);
    let merge = json!({"into": right, "reason": "Orang yang sama"});
    counter.world.send(&counter.officer, &format!("/v1/job-seekers/{wrong}/merge"), &merge).await.expect(200);
    let read = async |ticket: &Reply| {
        let path = format!("/v1/queue-tickets/{}", ticket.text_of("id"));
        let ticket = counter.world.read(right_token, &path).await.expect(200);
        (ticket.text_of("status").to_owned(), ticket.text_of("job_seeker_id").to_owned())
    };
    assert_eq!(read(&doubled).await, ("cancelled".to_owned(), right.clone()));
    assert_eq!(read(&only).await, ("booked".to_owned(), right.clone()));
    assert_eq!(read(&kept).await, ("booked".to_owned(), right.clone()));
    assert_eq!(counter.day().await["taken"], 1);
}

#[tokio::test]
async fn a_service_is_changed_by_its_own_office() {
    let counter = Counter::open(json!({})).await;
    let list = counter.world.service.get("/v1/offices/36.72/services").send().await.expect(200);
    assert_eq!(
        (ids(&list["data"], "opens_at"), list["data"][0]["capacity"].as_i64()),
        (vec!["08:00".to_owned()], Some(100))
    );
    let again = json!({"service": "ak1"});
    counter.world.send(&counter.admin, "/v1/offices/36.72/services", &again).await.problem(409, "already-exists");
    let wrong = json!({"service": "other", "opens_at": "15:00", "closes_at": "8", "capacity": -1, "slot_minutes": 1});
    let reply =
        counter.world.send(&counter.admin, "/v1/offices/36.72/services", &wrong).await.problem(422, "invalid-content");
    assert_eq!(
        reply.faults(),
        [
            ("/capacity", "out-of-range"),
            ("/slot_minutes", "out-of-range"),
            ("/closes_at", "not-a-time"),
            ("/closes_at", "closes-before-it-opens"),
        ]
    );
    let far = counter.world.service.staff(Role::OfficeAdmin, "33.06").await;
    let change = |token: &str, tag: &str| {
        let call = counter.world.service.call(Method::PATCH, SERVICE).token(token).header("if-match", tag);
        call.json(&json!({"capacity": 700}))
    };
    change(&far, "*").send().await.problem(404, "not-found");
    let changed = change(&counter.admin, "*").send().await.expect(200);
    assert_eq!((changed["capacity"].as_i64(), changed["version"].as_i64()), (Some(700), Some(2)));
    change(&counter.admin, "\"1-queue-service\"").send().await.problem(412, "version-mismatch");
}

#[tokio::test]
async fn who_waits_is_not_forgotten_and_whoever_was_at_the_counter_has_been_served() {
    let mut counter = Counter::open(json!({"capacity": 10})).await;
    let (token, id) = counter.somebody(1).await;
    let ticket = counter.book(&token, json!({})).await.expect(201);
    let delete = async |counter: &Counter| {
        let call = counter.world.service.call(Method::DELETE, format!("/v1/job-seekers/{id}")).token(&token);
        call.header("if-match", "*").send().await
    };
    delete(&counter).await.problem(409, "illegal-transition");
    counter.act(&token, &ticket, "cancel").await.expect(200);
    delete(&counter).await.expect(204);
    // Somebody is at the counter when the day ends, and comes again another day.
    let (token, _) = counter.somebody(2).await;
    let ticket = counter.book(&token, json!({})).await.expect(201);
    counter.world.later("2026-11-30T02:00:00Z");
    counter.officer = counter.world.service.staff(Role::CounterOfficer, "36.72").await;
    for event in ["check_in", "call", "start"] {
        counter.act(&counter.officer, &ticket, event).await.expect(200);
    }
    counter.world.later("2026-12-01T02:00:00Z");
    disnaker::offices::queue::end_of_day(counter.world.service.state()).await.unwrap();
    let rows = ticket::Entity::find().all(counter.world.service.state().db.reader()).await.unwrap();
    assert_eq!(rows.iter().filter(|row| row.status == TicketStatus::Finished).count(), 1);
    assert_eq!(rows.iter().filter(|row| row.seeker_id.is_none()).count(), 1, "only the day stays");
}

#[tokio::test]
async fn whoever_takes_a_record_back_gives_its_places_back_and_whoever_moves_books_anew() {
    let counter = Counter::open(json!({})).await;
    let (token, id) = counter.somebody(1).await;
    counter.book(&token, json!({"slot": "08:07"})).await.problem(422, "invalid-content");
    let first = counter.book(&token, json!({})).await.expect(201);
    counter.world.act(&token, &format!("/v1/job-seekers/{id}/submit")).await.expect(200);
    counter.world.act(&token, &format!("/v1/job-seekers/{id}/withdraw")).await.expect(200);
    let path = format!("/v1/queue-tickets/{}", first.text_of("id"));
    assert_eq!(counter.world.read(&counter.officer, &path).await.expect(200)["status"], "cancelled");
    assert_eq!(counter.day().await["taken"], 0);

    let (token, id) = counter.somebody(2).await;
    for (event, by) in [("submit", &token), ("verify", &counter.officer)] {
        counter.world.act(by, &format!("/v1/job-seekers/{id}/{event}")).await.expect(200);
    }
    counter.book(&token, json!({})).await.expect(201);
    let there = counter.world.service.staff(Role::OfficeAdmin, "33.06").await;
    counter.world.send(&there, "/v1/offices/33.06/services", &json!({"service": "ak1"})).await.expect(201);
    let transfer = json!({"to_office": "33.06", "reason": "Pindah alamat"});
    counter.world.send(&counter.officer, &format!("/v1/job-seekers/{id}/transfer"), &transfer).await.expect(200);
    assert_eq!(counter.day().await["taken"], 0);
    counter.book(&token, json!({"office": "33.06"})).await.expect(201);
    // Who has left the register gets no card, and waits for none.
    let removal = json!({"reason": "own_business"});
    counter.world.send(&there, &format!("/v1/job-seekers/{id}/remove"), &removal).await.expect(200);
    let refused = counter.book(&token, json!({"office": "33.06", "job_seeker_id": id})).await;
    assert_eq!(refused.problem(422, "invalid-content").faults(), [("/job_seeker_id", "record-ended")]);
}

#[tokio::test]
async fn nobody_books_for_a_record_that_has_ended() {
    let counter = Counter::open(json!({})).await;
    let (token, id) = counter.somebody(1).await;
    for act in ["submit", "withdraw"] {
        counter.world.act(&token, &format!("/v1/job-seekers/{id}/{act}")).await.expect(200);
    }
    let walk_in = json!({"date": "2026-11-23", "walk_in": true, "job_seeker_id": id});
    for (token, new) in [(&token, json!({})), (&counter.officer, walk_in)] {
        let reply = counter.book(token, new).await.problem(422, "invalid-content");
        assert_eq!(reply.faults(), [("/job_seeker_id", "record-ended")]);
    }
}

/// Drafts share a NIK that nobody has checked: whoever writes a stranger's learns nothing of their ticket, and blocks nobody.
#[tokio::test]
async fn a_draft_with_a_strangers_number_is_booked_as_any_other() {
    let counter = Counter::open(json!({})).await;
    for (token, _) in [counter.somebody(1).await, counter.somebody(1).await] {
        counter.book(&token, json!({})).await.expect(201);
        counter.book(&token, json!({})).await.problem(409, "already-exists");
    }
}

#[tokio::test]
async fn a_ticket_offers_what_is_accepted_on_that_day() {
    let mut counter = Counter::open(json!({})).await;
    let subject = unused("warga");
    let token = counter.world.service.token(&subject);
    counter.world.send(&token, "/v1/job-seekers", &person(1)).await.expect(201);
    let ticket = counter.book(&token, json!({})).await.expect(201);
    let path = format!("/v1/queue-tickets/{}", ticket.text_of("id"));
    for (now, by_office, by_person) in [
        ("2026-11-29T02:00:00Z", json!(["cancel"]), json!(["cancel"])),
        ("2026-11-30T02:00:00Z", json!(["check_in", "cancel", "no_show"]), json!(["cancel"])),
        ("2026-12-01T02:00:00Z", json!(["no_show"]), json!([])),
    ] {
        counter.world.later(now);
        let officer = counter.world.service.staff(Role::CounterOfficer, "36.72").await;
        let token = counter.world.service.token(&subject);
        for (token, allowed) in [(&officer, &by_office), (&token, &by_person)] {
            let seen = counter.world.read(token, &path).await.expect(200);
            assert_eq!(&seen["allowed_actions"], allowed, "{now}");
            for event in ["check_in", "cancel"].map(str::to_owned) {
                if event == "check_in" && token != &officer || allowed.as_array().unwrap().contains(&json!(event)) {
                    continue;
                }
                let reply = counter.act(token, &ticket, &event).await.problem(409, "illegal-transition");
                assert_eq!(&reply["allowed"], allowed, "{now}");
            }
        }
    }
    counter.officer = counter.world.service.staff(Role::CounterOfficer, "36.72").await;
    let seen = counter.world.read(&counter.officer, &path).await.expect(200);
    let call = counter.world.service.post(format!("{path}/no-show")).token(&counter.officer);
    call.header("if-match", seen.header("etag")).send().await.expect(200);
}

#[tokio::test]
async fn a_slot_that_has_passed_is_not_offered() {
    let mut counter = Counter::open(json!({"capacity": 70, "walk_in_percent": 0, "slot_minutes": 60})).await;
    let (token, _) = counter.somebody(1).await;
    let day = async |counter: &Counter| {
        let list = counter.world.service.get(format!("{SERVICE}/days?days=1")).send().await.expect(200);
        let day = counter.world.service.get(format!("{SERVICE}/days/2026-11-23")).send().await.expect(200);
        assert_eq!(list["data"][0]["places_left"], day["places_left"]);
        day
    };
    // It is nine o'clock in Cilegon.
    let now = day(&counter).await;
    assert_eq!((&now["places_left"], &now["open"]), (&json!(60), &json!(true)));
    assert_eq!((&now["slots"][0]["places_left"], &now["slots"][1]["places_left"]), (&json!(0), &json!(10)));
    let today = |slot: &str| json!({"date": "2026-11-23", "slot": slot});
    counter.book(&token, today("08:00")).await.problem(409, "capacity-exhausted");
    counter.book(&token, today("09:00")).await.expect(201);
    assert_eq!(day(&counter).await["places_left"], 59);
    counter.world.later("2026-11-23T08:00:00Z");
    let over = day(&counter).await;
    assert_eq!((&over["places_left"], &over["open"]), (&json!(0), &json!(false)));
}

#[tokio::test]
async fn the_queue_of_today_is_each_offices_own_today() {
    let mut counter = Counter::open(json!({})).await;
    counter.world.service.office("91.71").await;
    let admin = counter.world.service.staff(Role::OfficeAdmin, "91.71").await;
    counter.world.send(&admin, "/v1/offices/91.71/services", &json!({"service": "consultation"})).await.expect(201);
    let (token, _) = counter.somebody(1).await;
    counter.book(&token, json!({})).await.expect(201);
    let elsewhere = json!({"office": "91.71", "service": "consultation", "date": "2026-12-01"});
    counter.book(&token, elsewhere).await.expect(201);
    // Before midnight in the west, after midnight in the east.
    counter.world.later("2026-11-30T16:00:00Z");
    let subject = unused("petugas");
    for office in ["36.72", "91.71"] {
        counter.world.service.grant(&subject, Role::CounterOfficer, Some(office), None).await;
    }
    let list = counter.world.read(&counter.world.service.token(&subject), "/v1/work-lists/queue").await.expect(200);
    assert_eq!(ids(&list["data"], "office"), ["36.72", "91.71"]);
}
