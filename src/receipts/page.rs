//! A receipt on paper.

use chrono::{DateTime, Utc};
use disnaker_entity::office;
use disnaker_entity::receipt::{ReceiptKind, ReceiptStatus};

use super::bodies::ReceiptView;
use crate::clock::Zone;
use crate::paper::{self, Column, Letterhead, Paper};
use crate::problem::Problem;

/// The duty to report vacancies (Perpres 57/2023 art. 4).
const VACANCIES: &str = "Pasal 4 Peraturan Presiden Nomor 57 Tahun 2023";
/// The duty to report that a vacancy is filled (Perpres 57/2023 art. 6).
const PLACEMENTS: &str = "Pasal 6 Peraturan Presiden Nomor 57 Tahun 2023";
/// The duty to report on employment (UU 7/1981).
const EMPLOYMENT: &str = "Undang-Undang Nomor 7 Tahun 1981";

/// What a receipt is for, in words, and the law that asks for it; none asks for a nil report.
fn named(kind: ReceiptKind) -> (&'static str, &'static str) {
    match kind {
        ReceiptKind::VacancyReport => ("Laporan lowongan pekerjaan", VACANCIES),
        ReceiptKind::PlacementReport => ("Laporan penempatan tenaga kerja", PLACEMENTS),
        ReceiptKind::NilReport => ("Laporan nihil (tidak ada lowongan)", ""),
        ReceiptKind::EmploymentReport => ("Wajib lapor ketenagakerjaan di perusahaan", EMPLOYMENT),
    }
}

/// A time as the office's clock shows it: `23 November 2026 pukul 09.00 WIB`.
fn local(at: DateTime<Utc>, zone: Zone) -> String {
    let (day, time) = (paper::long_date(zone.date(at)), zone.local(at).format("%H.%M"));
    format!("{day} pukul {time} {}", zone.name())
}

/// The paper: `printed_at` stands on it, since what it says of the status is true then.
pub fn paper(view: &ReceiptView, office: &office::Model, printed_at: DateTime<Utc>) -> Result<Paper, Problem> {
    let (facts, zone) = (&view.receipt.facts, Zone::hours(office.utc_offset));
    let head = Letterhead { office: &office.name, address: &office.address, phone: office.phone.as_deref() };
    let mut paper = Paper::new(head, "TANDA TERIMA LAPORAN", &facts.number, printed_at);
    paper.number(&format!("Nomor: {}", facts.number));
    let (report, law) = named(facts.kind);
    let (filed, printed) = (local(facts.filed_at, zone), local(printed_at, zone));
    let law = if law.is_empty() { String::new() } else { format!(" berdasarkan {law}") };
    paper.paragraph(&format!("{} telah menerima laporan berikut{law}.", facts.office_name));
    let branch = if facts.company.branch.is_empty() { "pusat" } else { &facts.company.branch };
    let lines = facts.lines.to_string();
    let mut rows = vec![
        ("Jenis laporan", report),
        ("Perusahaan", facts.company.name.as_str()),
        ("NIB", &facts.company.nib),
        ("Cabang", branch),
        ("Diterima pada", &filed),
    ];
    if facts.kind != ReceiptKind::NilReport {
        rows.push(("Jumlah baris", &lines));
    }
    if let Some(corrects) = &facts.corrects {
        rows.push(("Memperbaiki laporan", corrects));
    }
    let status = match (view.receipt.status, &view.receipt.superseded_by) {
        (ReceiptStatus::Withdrawn, _) => "laporan telah ditarik kembali".to_owned(),
        (ReceiptStatus::Superseded, Some(by)) => format!("digantikan oleh {by}"),
        _ => "berlaku".to_owned(),
    };
    rows.push(("Status", &status));
    paper.rows(rows);
    paper.heading("Penyampaian");
    let columns = [
        Column { title: "Ke", share: 12, number: true },
        Column { title: "Diterima pada", share: 82, number: false },
        Column { title: "Sidik isi (SHA-256)", share: 125, number: false },
    ];
    let issues = view.issues.iter();
    let issues =
        issues.map(|issue| vec![issue.issue.to_string(), local(issue.filed_at, zone), issue.content_hash.clone()]);
    paper.table(&columns, &issues.collect::<Vec<_>>());
    let signed = match &view.receipt.kid {
        Some(kid) => format!(
            "Tanda terima ini ditandatangani secara elektronik (EdDSA, kunci {kid}). Pindai kode ini untuk memeriksa keaslian dan statusnya."
        ),
        None => "Pindai kode ini untuk memeriksa status tanda terima ini.".to_owned(),
    };
    paper.code(&view.verification_url, &signed).map_err(Problem::internal)?;
    paper.note(&format!(
        "Dicetak pada {printed}. Tanda terima menyatakan bahwa laporan telah disampaikan, bukan bahwa isinya telah disetujui."
    ));
    Ok(paper)
}

#[cfg(test)]
mod tests {
    use disnaker_entity::company::CompanyId;
    use uuid::Uuid;

    use super::*;
    use crate::receipts::bodies::{ReceiptCheck, ReceiptCompany, ReceiptIssue, Statement};

    fn office(offset: i32, at: DateTime<Utc>) -> office::Model {
        office::Model {
            code: "36.72".into(),
            name: "Dinas Tenaga Kerja Kota Contoh".into(),
            region: "36.72".into(),
            utc_offset: offset,
            address: "Jalan Contoh Raya Nomor 1, Kota Contoh".into(),
            phone: Some("0254 000000".into()),
            opening_hours: String::new(),
            version: 1,
            created_at: at,
            updated_at: at,
        }
    }

    fn view(number: &str, issues: i32, at: DateTime<Utc>) -> ReceiptView {
        let statement = |issue| Statement {
            number: number.into(),
            issue,
            kind: ReceiptKind::VacancyReport,
            office: "36.72".into(),
            office_name: "Dinas Tenaga Kerja Kota Contoh".into(),
            company: ReceiptCompany {
                nib: "9120001234567".into(),
                branch: String::new(),
                name: "PT Contoh Baja Nusantara".into(),
            },
            filed_at: at,
            lines: 12,
            content_hash: "pmWkWSBCL51Bfkhn79xPuKBKHz__H6B-mY6G9_eieuM".into(),
            hash: "sha-256".into(),
            corrects: Some("LWK-36.72-2026-000007".into()),
        };
        let filing = |issue| ReceiptIssue {
            issue,
            filed_at: at,
            content_hash: "pmWkWSBCL51Bfkhn79xPuKBKHz__H6B-mY6G9_eieuM".into(),
            salt: String::new(),
            statement: String::new(),
            kid: None,
            signature: None,
        };
        ReceiptView {
            receipt: ReceiptCheck {
                facts: statement(issues),
                status: ReceiptStatus::Current,
                superseded_by: None,
                statement: String::new(),
                kid: Some("q3Xf0b1TzKpA".into()),
                signature: None,
            },
            company_id: CompanyId(Uuid::nil()),
            subject_id: Uuid::nil(),
            verification_url: format!("https://disnaker.example/v1/verifications/receipts/{number}"),
            issues: (1..=issues).rev().map(filing).collect(),
        }
    }

    /// `DISNAKER_PAPER=FILE` keeps it, to be looked at.
    #[test]
    fn a_receipt_is_a_paper_whatever_is_in_it() {
        let at = "2026-11-23T02:00:00Z".parse().unwrap();
        assert_eq!(local(at, Zone::hours(9)), "23 November 2026 pukul 11.00 WIT");
        let made = paper(&view("LWK-36.72-2026-000045", 2, at), &office(7, at), at).unwrap().finish().unwrap();
        assert!(made.starts_with(b"%PDF") && made.len() < 60_000, "{} bytes", made.len());
        if let Some(file) = std::env::var_os("DISNAKER_PAPER") {
            std::fs::write(file, made).unwrap();
        }
        let long = paper(&view("LWK-36.72-2026-000045", 400, at), &office(8, at), at).unwrap();
        assert!(long.finish().is_ok());
    }
}
