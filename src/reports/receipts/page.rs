//! A receipt on paper.

use chrono::{DateTime, Utc};
use disnaker_entity::office;
use disnaker_entity::receipt::{ReceiptKind, ReceiptStatus};

use super::bodies::ReceiptView;
use crate::clock::Zone;
use crate::paper::{self, Column, Letterhead, Paper};
use crate::problem::Problem;

/// What a receipt is for, in words, and the law that asks for it.
fn named(kind: ReceiptKind) -> (&'static str, &'static str) {
    match kind {
        ReceiptKind::VacancyReport => ("Laporan lowongan pekerjaan", "Pasal 4 Peraturan Presiden Nomor 57 Tahun 2023"),
        ReceiptKind::PlacementReport => {
            ("Laporan penempatan tenaga kerja", "Pasal 6 Peraturan Presiden Nomor 57 Tahun 2023")
        }
        ReceiptKind::NilReport => ("Laporan nihil (tidak ada lowongan)", ""),
        ReceiptKind::EmploymentReport => {
            ("Wajib lapor ketenagakerjaan di perusahaan", "Undang-Undang Nomor 7 Tahun 1981")
        }
    }
}

/// A time as the office's clock shows it: `23 November 2026 pukul 09.00 WIB`.
fn local(at: DateTime<Utc>, zone: Zone) -> String {
    let (day, time) = (paper::long_date(zone.date(at)), zone.local(at).format("%H.%M.%S"));
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
        Column { title: "Ke", share: 1, number: true },
        Column { title: "Diterima pada", share: 5, number: false },
        Column { title: "Sidik isi (SHA-256)", share: 7, number: false },
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
