//! Files: what was sent in bytes and is kept sealed.

use sea_orm::entity::prelude::*;

use crate::company::CompanyId;

crate::id! {
    /// Names a file.
    FileId;
}

crate::words! {
    /// What a file is for.
    FileKind {
        /// Belongs to a record, for whoever may see that.
        Attachment = "attachment",
        /// Rows in bulk that somebody sent to be read.
        Upload = "upload",
        /// Photo of a person (pas foto); the newest counts.
        Photo = "photo",
        /// Identity card (KTP).
        IdentityCard = "identity_card",
        /// Family card (KK).
        FamilyCard = "family_card",
        /// Diploma (ijazah).
        Diploma = "diploma",
        /// Certificate of skills or of a course (sertifikat).
        Certificate = "certificate",
        /// Letter about earlier work (surat pengalaman kerja).
        ExperienceLetter = "experience_letter",
        /// Another paper of a person.
        Other = "other",
    }
}

crate::words! {
    /// What a file is, found by its content.
    MediaType {
        /// JPEG.
        Jpeg = "image/jpeg",
        /// PNG.
        Png = "image/png",
        /// PDF.
        Pdf = "application/pdf",
        /// Comma-separated values.
        Csv = "text/csv",
        /// One JSON document.
        Json = "application/json",
        /// A JSON document a line.
        Ndjson = "application/x-ndjson",
        /// Office Open XML spreadsheet.
        Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
}

crate::words! {
    /// What an attachment belongs to.
    AttachmentSubject {
        /// A company.
        Company = "company",
        /// A vacancy report.
        VacancyReport = "vacancy_report",
        /// A placement report.
        PlacementReport = "placement_report",
        /// A job seeker's record.
        JobSeeker = "job_seeker",
    }
}

/// One row a file. It never changes, but for its end, and for the record that it follows where two become one.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "file")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FileId,
    pub kind: FileKind,
    /// The office whose journal shows it; empty for none.
    pub office: String,
    pub company_id: Option<CompanyId>,
    pub subject_kind: String,
    pub subject_id: Uuid,
    pub media_type: MediaType,
    pub size: i64,
    pub sha256: Vec<u8>,
    /// As its sender called it, made harmless. It may hold a person's name.
    pub name: String,
    pub created_at: DateTimeUtc,
    pub created_by: String,
    pub expires_at: Option<DateTimeUtc>,
    /// When its content was deleted; the row stays.
    pub deleted_at: Option<DateTimeUtc>,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "file({})", self.id)
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

/// The content of a file.
pub mod chunk {
    use super::*;

    /// One row a chunk, encrypted.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "file_chunk")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub file_id: FileId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub position: i32,
        pub sealed: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
