//! What crosses the wire in this room.

use chrono::{DateTime, Utc};
use disnaker_entity::company::{CompanyId, CompanyStatus, Model};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::page;
use crate::wire::{Resource, nullable, present};

disnaker_entity::words! {
    /// Legal form of a company.
    LegalForm {
        /// Limited company (perseroan terbatas).
        Pt = "pt",
        /// Limited partnership (persekutuan komanditer).
        Cv = "cv",
        /// General partnership (firma).
        Firma = "firma",
        /// Cooperative (koperasi).
        Cooperative = "cooperative",
        /// Foundation (yayasan).
        Foundation = "foundation",
        /// Sole proprietor (usaha dagang, perseorangan).
        SoleProprietor = "sole_proprietor",
        /// State-owned (BUMN).
        StateOwned = "state_owned",
        /// Owned by a region (BUMD).
        RegionOwned = "region_owned",
        /// Another form.
        Other = "other",
    }
}

/// Who speaks for the company.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Name.
    #[schema(min_length = 1, max_length = 120)]
    pub name: String,
    /// E-mail.
    #[schema(max_length = 254, format = "email")]
    pub email: String,
    /// Telephone.
    #[serde(default)]
    #[schema(max_length = 40, min_length = 1)]
    pub phone: Option<String>,
}

impl std::fmt::Debug for Contact {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Contact(redacted)")
    }
}

/// Workers of the company.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Workforce {
    /// Men.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub men: i32,
    /// Women.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub women: i32,
    /// Of all, those with disabilities.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub with_disability: i32,
}

/// A company that registers itself.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCompany {
    /// Business identification number (Nomor Induk Berusaha): 13 digits.
    #[schema(pattern = "^[0-9]{13}$")]
    pub nib: String,
    /// Branch; the head office where it is absent.
    #[serde(default = "head_office")]
    #[schema(min_length = 1, max_length = 20)]
    pub branch: String,
    /// Name.
    #[schema(min_length = 1, max_length = 160)]
    pub name: String,
    /// Legal form.
    pub legal_form: LegalForm,
    /// KBLI section: one letter.
    #[schema(pattern = "^[A-Z]$")]
    pub sector: String,
    /// Edition of KBLI; 2020 where it is absent.
    #[serde(default = "edition")]
    #[schema(pattern = "^[0-9]{4}$")]
    pub sector_edition: String,
    /// KBLI code of the main activity: up to five digits.
    #[serde(default)]
    #[schema(pattern = "^[0-9]{2,5}$")]
    pub kbli_code: Option<String>,
    /// District or sub-district of the address.
    #[schema(pattern = "^[0-9]{2}(\\.[0-9]{2}){1,2}$")]
    pub region: String,
    /// Address.
    #[schema(min_length = 1, max_length = 300)]
    pub address: String,
    /// Contact.
    pub contact: Contact,
    /// Workers.
    #[serde(default)]
    pub workforce: Workforce,
}

fn head_office() -> String {
    "pusat".to_owned()
}

fn edition() -> String {
    "2020".to_owned()
}

impl NewCompany {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            nib: "9120001234567".into(),
            branch: head_office(),
            name: "PT Contoh Baja Nusantara".into(),
            legal_form: LegalForm::Pt,
            sector: "C".into(),
            sector_edition: edition(),
            kbli_code: Some("24101".into()),
            region: "36.72".into(),
            address: "Jalan Contoh Raya 1, Cilegon".into(),
            contact: Contact { name: "Bagian Personalia".into(), email: "hrd@contoh-baja.example".into(), phone: None },
            workforce: Workforce { men: 180, women: 40, with_disability: 2 },
        }
    }
}

/// Changes of a company, as a merge patch (RFC 7396).
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompanyPatch {
    /// Name.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 160)]
    pub name: Option<String>,
    /// Legal form.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub legal_form: Option<LegalForm>,
    /// KBLI section.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^[A-Z]$")]
    pub sector: Option<String>,
    /// Edition of KBLI.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^[0-9]{4}$")]
    pub sector_edition: Option<String>,
    /// KBLI code; null clears it.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, pattern = "^[0-9]{2,5}$")]
    pub kbli_code: Option<Option<String>>,
    /// District or sub-district. Another district is another office: it receives what is filed from then on.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^[0-9]{2}(\\.[0-9]{2}){1,2}$")]
    pub region: Option<String>,
    /// Address.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 300)]
    pub address: Option<String>,
    /// Contact, whole.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub contact: Option<Contact>,
    /// Workers, whole.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub workforce: Option<Workforce>,
}

impl CompanyPatch {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { workforce: Some(Workforce { men: 190, women: 45, with_disability: 3 }), ..Self::default() }
    }

    /// The company as it would be after the patch.
    #[must_use]
    pub fn onto(self, mut company: NewCompany) -> NewCompany {
        fn put<T>(field: &mut T, new: Option<T>) {
            if let Some(new) = new {
                *field = new;
            }
        }
        put(&mut company.name, self.name);
        put(&mut company.legal_form, self.legal_form);
        put(&mut company.sector, self.sector);
        put(&mut company.sector_edition, self.sector_edition);
        put(&mut company.kbli_code, self.kbli_code);
        put(&mut company.region, self.region);
        put(&mut company.address, self.address);
        put(&mut company.contact, self.contact);
        put(&mut company.workforce, self.workforce);
        company
    }
}

/// Why a company is rejected.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rejection {
    /// Reason, shown to the company.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
}

impl Rejection {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { reason: "NIB tidak sesuai dengan nama perusahaan".into() }
    }
}

/// A company.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompanyView {
    /// Id.
    pub id: CompanyId,
    /// NIB.
    pub nib: String,
    /// Branch.
    pub branch: String,
    /// Name.
    pub name: String,
    /// Legal form.
    pub legal_form: LegalForm,
    /// KBLI section.
    pub sector: String,
    /// Edition of KBLI.
    pub sector_edition: String,
    /// KBLI code.
    #[schema(required)]
    pub kbli_code: Option<String>,
    /// Region.
    pub region: String,
    /// Address.
    pub address: String,
    /// Contact.
    pub contact: Contact,
    /// Workers.
    pub workforce: Workforce,
    /// The office that looks after it.
    pub office: String,
    /// Status.
    pub status: CompanyStatus,
    /// Why it was rejected.
    #[schema(required)]
    pub status_reason: Option<String>,
    /// When the office decided.
    #[schema(required)]
    pub decided_at: Option<DateTime<Utc>>,
    /// When it registered.
    pub created_at: DateTime<Utc>,
    /// Version.
    pub version: i64,
    /// Steps that are possible now.
    pub allowed_actions: Vec<&'static str>,
}

impl Resource for CompanyView {
    const VIEW: &'static str = "company";

    fn version(&self) -> i64 {
        self.version
    }
}

/// The company as it was registered, or last changed.
impl From<&Model> for NewCompany {
    fn from(row: &Model) -> Self {
        Self {
            nib: row.nib.clone(),
            branch: row.branch.clone(),
            name: row.name.clone(),
            legal_form: row.legal_form.parse().unwrap_or(LegalForm::Other),
            sector: row.sector.clone(),
            sector_edition: row.sector_edition.clone(),
            kbli_code: row.kbli_code.clone(),
            region: row.region.clone(),
            address: row.address.clone(),
            contact: Contact {
                name: row.contact_name.clone(),
                email: row.contact_email.clone(),
                phone: row.contact_phone.clone(),
            },
            workforce: Workforce {
                men: row.workers_men,
                women: row.workers_women,
                with_disability: row.workers_with_disability,
            },
        }
    }
}

/// A company in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompanyRow {
    /// Id.
    pub id: CompanyId,
    /// NIB.
    pub nib: String,
    /// Branch.
    pub branch: String,
    /// Name.
    pub name: String,
    /// KBLI section.
    pub sector: String,
    /// Region.
    pub region: String,
    /// Office.
    pub office: String,
    /// Status.
    pub status: CompanyStatus,
    /// When it registered.
    pub created_at: DateTime<Utc>,
    /// Version.
    pub version: i64,
}

impl From<Model> for CompanyRow {
    fn from(row: Model) -> Self {
        Self {
            id: row.id,
            nib: row.nib,
            branch: row.branch,
            name: row.name,
            sector: row.sector,
            region: row.region,
            office: row.office,
            status: row.status,
            created_at: row.created_at,
            version: row.version,
        }
    }
}

page! {
    /// A page of companies.
    CompanyPage of CompanyRow
}

/// Filter of the list of companies.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CompanyFilter {
    /// Status.
    #[param(inline)]
    pub status: Option<CompanyStatus>,
    /// Office.
    pub office: Option<String>,
    /// NIB.
    pub nib: Option<String>,
    /// Sector.
    pub sector: Option<String>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}
