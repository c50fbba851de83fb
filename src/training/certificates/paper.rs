//! A training certificate on paper: what the class was, and its units with their hours.

use chrono::{DateTime, Utc};
use disnaker_entity::office;
use disnaker_entity::training::{Delivery, certificate};

use super::bodies::CertificateContent;
use crate::paper::{self, Column, Letterhead, Paper, Signature};
use crate::seekers::bodies::NewSeeker;

/// What the paper is not (a certificate of competence is the BNSP's).
pub const NOTE: &str = "Sertifikat ini menyatakan bahwa pemegangnya mengikuti dan lulus pelatihan. Sertifikat ini bukan sertifikat \
     kompetensi: kompetensi dinyatakan melalui uji kompetensi oleh Lembaga Sertifikasi Profesi berlisensi BNSP.";

/// The certificate with the name and the birth of its holder, and no number of theirs.
///
/// # Errors
/// Only where its code can't be drawn.
pub fn paper(
    row: &certificate::Model,
    content: &CertificateContent,
    said: &NewSeeker,
    office: &office::Model,
    place: &str,
    code: &str,
    made_at: DateTime<Utc>,
) -> anyhow::Result<Paper> {
    let head = Letterhead { office: &office.name, address: &office.address, phone: office.phone.as_deref() };
    let mut sheet = Paper::new(head, "SERTIFIKAT PELATIHAN", &row.number, made_at);
    sheet.number(&format!("Nomor: {}", row.number));
    let born = said.identity.birth_on.map(paper::long_date).unwrap_or_default();
    let born = match &said.identity.birth_place {
        Some(place) => format!("{place}, {born}"),
        None => born,
    };
    let days = format!("{} sampai {}", paper::long_date(content.from), paper::long_date(content.until));
    let hours = format!("{} jam pelatihan", content.hours);
    sheet.paragraph("Diberikan kepada:");
    sheet.rows([("Nama", said.identity.name.as_str()), ("Tempat, tanggal lahir", &born)]);
    sheet.paragraph("yang telah mengikuti dan LULUS pelatihan berbasis kompetensi:");
    sheet.rows([
        ("Program", content.programme.as_str()),
        ("Kejuruan", &content.trade),
        ("Penyelenggara", &content.provider),
        ("Tempat", &content.place),
        ("Waktu", &days),
        ("Lama", &hours),
    ]);
    sheet.heading("Unit kompetensi yang dilatihkan");
    let columns = [
        Column { title: "No.", share: 1, number: true },
        Column { title: "Kode unit", share: 4, number: false },
        Column { title: "Judul unit", share: 7, number: false },
        Column { title: "Cara", share: 3, number: false },
        Column { title: "Jam", share: 1, number: true },
    ];
    let units = (1..).zip(&content.units).map(|(at, unit): (usize, _)| {
        let way = match unit.delivery {
            Delivery::Online => "daring",
            Delivery::InPerson => "tatap muka",
        };
        vec![at.to_string(), unit.code.clone(), unit.title.clone(), way.to_owned(), unit.hours.to_string()]
    });
    sheet.table(&columns, &units.collect::<Vec<_>>());
    sheet.note(NOTE);
    let place = format!("{place}, {}", paper::long_date(row.issued_on));
    let below = row.signer_number.as_ref().map(|number| format!("NIP {number}"));
    sheet.signature(Signature {
        place: &place,
        function: &format!("Kepala {}", content.provider),
        name: row.signer_name.as_deref(),
        below: below.as_deref(),
    });
    sheet.code(code, "Pindai untuk memeriksa keaslian dan status")?;
    Ok(sheet)
}
