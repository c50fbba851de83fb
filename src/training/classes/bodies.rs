//! What crosses the wire.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::seeker::SeekerId;
use disnaker_entity::training::{
    Delivery, EnrollmentId, Mark, Outcome, PackageId, ProviderId, SessionId, follow_up, session,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::clock::time;
use crate::page;
use crate::training::enrollments::rules::Points;
use crate::wire::{Resource, nullable, present};

/// A session of a class.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSession {
    /// Date, of the class.
    pub date: NaiveDate,
    /// When it begins, in the office's zone.
    #[schema(example = "08:00", pattern = "^[0-2][0-9]:[0-5][0-9]$")]
    pub begins_at: String,
    /// Length, minutes.
    #[schema(minimum = 15, maximum = 720)]
    pub minutes: i32,
    /// How it is held.
    pub delivery: Delivery,
    /// Unit of the programme that it is about.
    #[serde(default)]
    #[schema(example = "C.25LAS01.008.1")]
    pub unit: Option<String>,
    /// Topic.
    #[schema(min_length = 1, max_length = 200)]
    pub topic: String,
}

/// Sessions of a class: all or none.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSessions {
    /// Sessions.
    #[schema(min_items = 1, max_items = 200)]
    pub sessions: Vec<NewSession>,
}

impl NewSession {
    /// What a session says.
    #[must_use]
    pub fn of(row: &session::Model) -> Self {
        Self {
            date: row.date,
            begins_at: time(row.begins_at),
            minutes: row.minutes,
            delivery: row.delivery,
            unit: row.unit.clone(),
            topic: row.topic.clone(),
        }
    }
}

/// What changes of a session whose attendance was not noted.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionPatch {
    /// Date, of the class.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub date: Option<NaiveDate>,
    /// When it begins.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "08:00", pattern = "^[0-2][0-9]:[0-5][0-9]$")]
    pub begins_at: Option<String>,
    /// Length, minutes.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 15, maximum = 720)]
    pub minutes: Option<i32>,
    /// How it is held.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub delivery: Option<Delivery>,
    /// Unit of the programme; null for none.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub unit: Option<Option<String>>,
    /// Topic.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 200)]
    pub topic: Option<String>,
}

impl SessionPatch {
    /// A session with what changes.
    #[must_use]
    pub fn onto(self, before: NewSession) -> NewSession {
        NewSession {
            date: self.date.unwrap_or(before.date),
            begins_at: self.begins_at.unwrap_or(before.begins_at),
            minutes: self.minutes.unwrap_or(before.minutes),
            delivery: self.delivery.unwrap_or(before.delivery),
            unit: self.unit.unwrap_or(before.unit),
            topic: self.topic.unwrap_or(before.topic),
        }
    }

    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { topic: Some("Pengelasan posisi datar".into()), ..Self::default() }
    }
}

impl NewSessions {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            sessions: vec![NewSession {
                date: NaiveDate::from_ymd_opt(2026, 12, 1).unwrap_or_default(),
                begins_at: "08:00".into(),
                minutes: 240,
                delivery: Delivery::InPerson,
                unit: None,
                topic: "Keselamatan kerja di bengkel".into(),
            }],
        }
    }
}

/// A session of a class.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SessionView {
    /// Id.
    pub id: SessionId,
    /// Package.
    pub package_id: PackageId,
    /// Date.
    pub date: NaiveDate,
    /// When it begins, in the office's zone.
    #[schema(example = "08:00")]
    pub begins_at: String,
    /// Length, minutes.
    pub minutes: i32,
    /// How it is held.
    pub delivery: Delivery,
    /// Unit of the programme that it is about.
    #[schema(required)]
    pub unit: Option<String>,
    /// Topic.
    pub topic: String,
    /// When attendance was noted first.
    #[schema(required)]
    pub noted_at: Option<DateTime<Utc>>,
    /// Version.
    pub version: i64,
}

impl From<session::Model> for SessionView {
    fn from(row: session::Model) -> Self {
        Self {
            id: row.id,
            package_id: row.package_id,
            date: row.date,
            begins_at: time(row.begins_at),
            minutes: row.minutes,
            delivery: row.delivery,
            unit: row.unit,
            topic: row.topic,
            noted_at: row.noted_at,
            version: row.version,
        }
    }
}

impl Resource for SessionView {
    const VIEW: &'static str = "training-session";

    fn version(&self) -> i64 {
        self.version
    }
}

/// The sessions of a class, in their order.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SessionList {
    /// Sessions.
    pub data: Vec<SessionView>,
}

/// Whether somebody was at a session.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMark {
    /// Enrolment.
    pub enrollment_id: EnrollmentId,
    /// Whether they were there.
    pub mark: Mark,
}

/// Who was at a session. Once more puts marks right; who is left out keeps theirs.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAttendance {
    /// Marks, one a participant.
    #[schema(min_items = 1, max_items = 100)]
    pub marks: Vec<NewMark>,
}

impl NewAttendance {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        let enrollment_id = EnrollmentId(uuid::Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0005));
        Self { marks: vec![NewMark { enrollment_id, mark: Mark::Present }] }
    }
}

/// How much of a class somebody was at.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AttendanceRow {
    /// Enrolment.
    pub enrollment_id: EnrollmentId,
    /// Whose it is.
    pub job_seeker_id: SeekerId,
    /// Their name.
    pub name: String,
    /// Minutes at which they were there.
    pub present: i64,
    /// Minutes at which they were not, with leave.
    pub excused: i64,
    /// Minutes of the sessions since they had a seat whose attendance was noted.
    pub held: i64,
    /// Share of them at which they were there, percent; null before the first.
    #[schema(required)]
    pub share: Option<Points>,
}

/// How much of a class each participant was at.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AttendanceSheet {
    /// Least share for the training certificate, percent: the policy row `training.attendance-threshold`.
    pub threshold: i64,
    /// Participants.
    pub data: Vec<AttendanceRow>,
}

/// How a participant ends a class.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Pass {
    /// Score of the assessment at the end.
    pub score: Points,
    /// Why somebody passes below a threshold; nothing where both are met.
    #[serde(default)]
    #[schema(min_length = 5, max_length = 500)]
    pub override_reason: Option<String>,
}

impl Pass {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { score: Points(8_500), override_reason: Some("Susulan praktik telah ditempuh".into()) }
    }
}

/// Why somebody does not pass.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Fail {
    /// Score of the assessment at the end, where there was one.
    #[serde(default)]
    pub score: Option<Points>,
    /// Reason, for the person, too.
    #[schema(min_length = 5, max_length = 500)]
    pub reason: String,
}

impl Fail {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { score: Some(Points(5_000)), reason: "Nilai uji akhir di bawah ambang".into() }
    }
}

/// What became of somebody who passed.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFollowUp {
    /// What they do now.
    pub outcome: Outcome,
    /// The occupation (KBJI), for who works.
    #[serde(default)]
    #[schema(example = "72")]
    pub occupation: Option<String>,
}

impl NewFollowUp {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { outcome: Outcome::Working, occupation: Some("72".into()) }
    }
}

/// What became of somebody at one of the times that they were asked.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FollowUpView {
    /// Which time: 1, 2 or 3.
    pub step: i32,
    /// From when on it was asked.
    pub due_on: NaiveDate,
    /// What they did then.
    pub outcome: Outcome,
    /// The occupation, for who worked.
    #[schema(required)]
    pub occupation: Option<String>,
    /// The day on which they said it.
    pub said_on: NaiveDate,
}

impl From<follow_up::Model> for FollowUpView {
    fn from(row: follow_up::Model) -> Self {
        Self {
            step: row.step,
            due_on: row.due_on,
            outcome: row.outcome,
            occupation: row.occupation,
            said_on: row.said_on,
        }
    }
}

/// What became of somebody who passed, each time that they were asked.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FollowUpList {
    /// When they are to be asked next; null after the last time.
    #[schema(required)]
    pub next_on: Option<NaiveDate>,
    /// Answers.
    pub data: Vec<FollowUpView>,
}

/// Somebody who is to be asked what became of them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DueFollowUp {
    /// Enrolment.
    pub enrollment_id: EnrollmentId,
    /// Package.
    pub package_id: PackageId,
    /// Provider.
    pub provider_id: ProviderId,
    /// Office.
    pub office: String,
    /// Whose it is.
    pub job_seeker_id: SeekerId,
    /// Their name.
    pub name: String,
    /// The day on which they passed.
    #[schema(required)]
    pub passed_on: Option<NaiveDate>,
    /// Since when they are to be asked.
    pub due_on: NaiveDate,
    /// Steps that are possible now.
    pub allowed_actions: Vec<&'static str>,
}

page! {
    /// A page of people who are to be asked what became of them.
    DueFollowUpPage of DueFollowUp
}

/// Filter of the work list.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DueFollowUpFilter {
    /// Office.
    pub office: Option<String>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}
