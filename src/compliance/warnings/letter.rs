//! A written warning on paper: a letter of the office, in Indonesian, to be signed by hand.

use chrono::{DateTime, Utc};
use disnaker_entity::reference::PolicyUnit;
use disnaker_entity::warning::WarningStatus;
use disnaker_entity::{company, office};

use super::bodies::WarningView;
use crate::book::Policy;
use crate::compliance::obligations;
use crate::paper::{self, Column, Letterhead, Paper, Signature};

/// The law that the letter rests on (Perpres 57/2023 art. 17).
const GROUND: &str = "Pasal 17 Peraturan Presiden Nomor 57 Tahun 2023 tentang Wajib Lapor Lowongan Pekerjaan: pemberi kerja yang tidak \
     melaporkan lowongan pekerjaan, atau lowongan yang telah terisi, dikenai peringatan tertulis.";

/// How long a warning runs at most, and by which law: a policy row.
fn length(policy: &Policy) -> String {
    let unit = match policy.unit {
        PolicyUnit::WorkingDays => "hari kerja",
        PolicyUnit::CalendarDays => "hari kalender",
        PolicyUnit::Years => "tahun",
        // No other unit gives a last day ([`crate::deadline::due`]).
        _ => "bulan",
    };
    let words = paper::number_in_words(policy.amount.unsigned_abs());
    let law = &policy.law.id;
    format!("{law}: peringatan tertulis berlaku paling lama {} ({words}) {unit}.", policy.amount)
}

/// The letter as it was issued; a draft says that it is one. `runs` is the policy on its length that was in force on its day,
/// `place` is where the office is, `made_at` stands in the file. No person is named: it goes to the head of the company, and
/// whoever signs writes the name.
#[must_use]
pub fn paper(
    view: &WarningView,
    company: &company::Model,
    office: &office::Model,
    runs: &Policy,
    place: &str,
    made_at: DateTime<Utc>,
) -> Paper {
    let warning = &view.warning;
    let number = warning.number.as_deref().unwrap_or("(rancangan, belum diterbitkan)");
    let head = Letterhead { office: &office.name, address: &office.address, phone: office.phone.as_deref() };
    let mut letter = Paper::new(head, "PERINGATAN TERTULIS", number, made_at);
    letter.number(&format!("Nomor: {number}"));
    if warning.status == WarningStatus::Withdrawn {
        letter.paragraph("Peringatan ini telah ditarik kembali oleh dinas.");
    }
    letter.rows([
        ("Kepada", format!("Pimpinan {}", company.name).as_str()),
        ("NIB", &format!("{} ({})", company.nib, company.branch)),
        ("Alamat", &company.address),
        ("Perihal", "Kewajiban pelaporan yang belum dipenuhi"),
    ]);
    letter.paragraph(&format!(
        "Menurut catatan {}, perusahaan Saudara belum memenuhi kewajiban berikut sampai tenggatnya lewat:",
        office.name
    ));
    let columns = [
        Column { title: "No.", share: 1, number: true },
        Column { title: "Kewajiban", share: 6, number: false },
        Column { title: "Dasar", share: 5, number: false },
        Column { title: "Tenggat", share: 3, number: false },
    ];
    let duties = view.duties.iter().zip(1..).map(|(duty, at): (_, usize)| {
        let what = obligations::named(&duty.name, duty.subject_name.as_ref());
        vec![at.to_string(), what, duty.law.clone(), paper::long_date(duty.due_on)]
    });
    letter.table(&columns, &duties.collect::<Vec<_>>());
    if let Some(text) = &view.text {
        letter.paragraph(text);
    }
    letter.heading("Yang harus dilakukan");
    letter.item("1.", "Penuhi setiap kewajiban di atas. Pelaporan tidak dipungut biaya.");
    let answer =
        warning.answer_by.map_or_else(|| "tanggal yang ditetapkan saat surat ini terbit".to_owned(), paper::long_date);
    letter.item("2.", &format!("Sampaikan jawaban tertulis atas peringatan ini paling lambat {answer}."));
    letter.paragraph(
        "Apabila seluruh kewajiban di atas dipenuhi sebelum tanggal itu, peringatan ini selesai tanpa jawaban tersendiri.",
    );
    letter.heading("Dasar");
    letter.item("1.", GROUND);
    letter.item("2.", &length(runs));
    let day = warning.issued_on.map_or_else(String::new, paper::long_date);
    let place = [place, &day].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    letter.signature(Signature {
        place: &place,
        function: &format!("Kepala {}", office.name),
        name: None,
        below: Some("NIP"),
    });
    letter
}

#[cfg(test)]
mod tests {
    use super::super::bodies::{DutyView, WarningRow};
    use super::*;
    use crate::problem::{Language, Text};
    use disnaker_entity::company::{CompanyId, CompanyStatus};
    use disnaker_entity::warning::WarningId;
    use uuid::Uuid;

    fn company() -> company::Model {
        let now = DateTime::UNIX_EPOCH;
        company::Model {
            id: CompanyId(Uuid::nil()),
            nib: "9120001234567".into(),
            branch: "pusat".into(),
            name: "PT Contoh Baja Nusantara".into(),
            legal_form: "pt".into(),
            sector: "C".into(),
            sector_edition: "2020".into(),
            kbli_code: None,
            region: "36.72".into(),
            address: "Jalan Contoh Raya 1, Cilegon".into(),
            contact_name: "Nama Contoh".into(),
            contact_email: "hrd@contoh.example".into(),
            contact_phone: None,
            workers_men: 1,
            workers_women: 1,
            workers_with_disability: 0,
            office: "36.72".into(),
            status: CompanyStatus::Verified,
            status_reason: None,
            decided_at: None,
            decided_by: None,
            version: 1,
            created_at: now,
            created_by: "test".into(),
            updated_at: now,
            clocked: true,
        }
    }

    fn view(duties: usize) -> WarningView {
        let day = |day: &str| Some(day.parse().unwrap());
        let duty = |at: usize| DutyView {
            deadline_id: Uuid::nil(),
            rule: "vacancy.outcome-report-due".into(),
            name: obligations::what("vacancy.outcome-report-due").in_language(Language::Indonesian).to_owned(),
            subject_kind: "vacancy".into(),
            subject_id: Uuid::nil(),
            subject_name: Some(format!("Operator Forklift {at}")),
            due_on: "2026-10-01".parse().unwrap(),
            law: "Perpres 57/2023 Pasal 6; jumlah hari merupakan ketetapan kantor sendiri".into(),
            met_on: None,
        };
        WarningView {
            warning: WarningRow {
                id: WarningId(Uuid::nil()),
                company_id: CompanyId(Uuid::nil()),
                company_name: "PT Contoh Baja Nusantara".into(),
                office: "36.72".into(),
                status: WarningStatus::Issued,
                number: Some("PTL-36.72-2026-000001".into()),
                issued_on: day("2026-11-23"),
                answer_by: day("2026-12-23"),
                created_at: DateTime::UNIX_EPOCH,
                ended_at: None,
                version: 2,
            },
            text: Some("Laporan dapat disampaikan melalui layanan ini.".into()),
            duties: (1..=duties).map(duty).collect(),
            answer: None,
            withdrawal_reason: None,
            warnings: Vec::new(),
            allowed_actions: Vec::new(),
        }
    }

    fn office() -> office::Model {
        office::Model {
            code: "36.72".into(),
            name: "Dinas Tenaga Kerja Kota Cilegon".into(),
            region: "36.72".into(),
            utc_offset: 7,
            address: "Jalan Contoh 1, Cilegon".into(),
            phone: Some("0254 000000".into()),
            opening_hours: String::new(),
            version: 1,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        }
    }

    const ART_75: Text = Text::of("Permenaker 18/2024 Pasal 75", "Permenaker 18/2024 art. 75");
    const BEFORE: Text = Text::of("ketetapan kantor sendiri, sebelum Permenaker 18/2024", "before Permenaker 18/2024");

    fn runs(amount: i64, unit: PolicyUnit, law: Text) -> Policy {
        let valid_from = "2019-01-01".parse().unwrap();
        Policy { rule: "warning.answer".into(), scope: String::new(), valid_from, amount, unit, law }
    }

    #[test]
    fn how_long_a_warning_runs_and_by_which_law_is_what_the_policy_says() {
        assert_eq!(
            length(&runs(1, PolicyUnit::Months, ART_75)),
            "Permenaker 18/2024 Pasal 75: peringatan tertulis berlaku paling lama 1 (satu) bulan."
        );
        assert_eq!(
            length(&runs(14, PolicyUnit::WorkingDays, BEFORE)),
            "ketetapan kantor sendiri, sebelum Permenaker 18/2024: peringatan tertulis berlaku paling lama 14 (empat belas) hari kerja."
        );
    }

    /// `DISNAKER_PAPER=FILE` keeps it, to be looked at.
    #[test]
    fn a_letter_is_a_pdf_of_one_page_and_of_more_where_there_are_many_duties() {
        let at = "2026-11-23T02:00:00Z".parse().unwrap();
        let runs = runs(1, PolicyUnit::Months, ART_75);
        let letter = |duties| paper(&view(duties), &company(), &office(), &runs, "Cilegon", at).finish().unwrap();
        let (short, long) = (letter(2), letter(60));
        assert!(short.starts_with(b"%PDF") && short.len() < long.len());
        if let Some(file) = std::env::var_os("DISNAKER_PAPER") {
            std::fs::write(file, if std::env::var_os("DISNAKER_PAPER_LONG").is_some() { long } else { short }).unwrap();
        }
    }
}
