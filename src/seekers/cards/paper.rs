//! A card on paper: both sides on one sheet of A4, to be cut and folded.
//!
//! The front has the number, the NIK, the photograph, a line for the holder's signature and the four reports; the back what the
//! record says of the person, and who signs: the fields that offices publish. What does not fit ends
//! in `…`: the card is a summary, the record is whole.

use chrono::{DateTime, Utc};
use disnaker_entity::Sex;
use disnaker_entity::card;
use disnaker_entity::office;
use disnaker_entity::seeker::{MaritalStatus, Religion};

use super::bodies::{CardReportView, ReportState};
use crate::paper::sheet::{Area, Picture, Sheet as Page, Side};
use crate::paper::{BODY, CELL, COLUMN, OFFICE, SMALL, STRONG, Style, long_date};
use crate::problem::Problem;
use crate::reference::Codes;
use crate::seekers::bodies::NewSeeker;

/// The card, unfolded.
const CARD: Area = Area { x: 42.0, y: 36.0, width: 511.0, height: 770.0 };
/// What a side keeps from its edges.
const MARGIN: f32 = 16.0;
/// A photograph of 3 × 4 cm.
const PHOTO: (f32, f32) = (85.0, 113.4);
/// The side of the code: wide enough for a telephone to read it from paper.
const CODE: f32 = 126.0;
/// Reports that the front has room for.
const REPORTS: usize = 4;
/// Rows of the two tables on the back.
const SCHOOLS: usize = 3;
const COURSES: usize = 4;

/// What a paper is made of.
pub struct Sheet<'a> {
    /// The card.
    pub card: &'a card::Model,
    /// The record, whole.
    pub said: &'a NewSeeker,
    /// The office that issued it.
    pub office: &'a office::Model,
    /// Names of codes.
    pub codes: &'a Codes,
    /// What its code holds.
    pub code: &'a str,
    /// The photograph; a frame for one on paper where there is none.
    pub photo: Option<(Picture, Vec<u8>)>,
    /// When it is made.
    pub printed_at: DateTime<Utc>,
}

impl Sheet<'_> {
    /// Prints both sides beside the event loop. A photograph that can't be drawn leaves its frame empty: a card is not kept from
    /// anybody by a file.
    ///
    /// # Errors
    /// Those of the library.
    pub async fn print(mut self, reports: &[CardReportView]) -> Result<Vec<u8>, Problem> {
        if self.photo.is_some() {
            let printed = match self.lay_out(reports) {
                Ok(page) => page.print().await,
                Err(error) => Err(error),
            };
            match printed {
                Ok(bytes) => return Ok(bytes),
                Err(error) => tracing::warn!(error = %error, card.id = %self.card.id, "a photograph can't be drawn"),
            }
            self.photo = None;
        }
        self.lay_out(reports).map_err(Problem::internal)?.print().await.map_err(Problem::internal)
    }

    /// Lays both sides out.
    fn lay_out(&self, reports: &[CardReportView]) -> anyhow::Result<Page> {
        let mut page = Page::new(&format!("Kartu AK-1 {}", self.card.number), self.printed_at);
        let half = CARD.height / 2.0;
        page.cuts(CARD);
        page.frame(CARD, 0.8);
        page.fold(Area { y: CARD.y + half, ..CARD });
        let front = Area { height: half, ..CARD }.inside(MARGIN);
        self.front(&mut page, front, reports)?;
        self.back(&mut page, Area { y: CARD.y + half, height: half, ..CARD }.inside(MARGIN));
        Ok(page)
    }

    fn front(&self, page: &mut Page, area: Area, reports: &[CardReportView]) -> anyhow::Result<()> {
        let mut y = page.text(Area { height: 34.0, ..area }, OFFICE, Side::Middle, &self.office.name);
        let phone = self.office.phone.as_ref().map(|phone| format!(" · Telepon {phone}")).unwrap_or_default();
        let address = format!("{}{phone}", self.office.address);
        y = page.text(Area { y, height: 24.0, ..area }, SMALL, Side::Middle, &address) + 4.0;
        page.rule(Area { y, ..area }, 1.2);
        page.rule(Area { y: y + 2.4, ..area }, 0.4);
        let title = "KARTU TANDA BUKTI PENDAFTARAN PENCARI KERJA (AK/I)";
        y = page.text(Area { y: y + 9.0, height: 15.0, ..area }, STRONG, Side::Middle, title) + 8.0;

        let (width, height) = PHOTO;
        let photo = Area { x: area.x, y, width, height };
        page.frame(photo, 0.6);
        if let Some((kind, bytes)) = &self.photo {
            page.picture(photo.inside(1.5), *kind, bytes.clone())?;
        } else {
            let middle = Area { y: y + height / 2.0 - 12.0, height: 24.0, ..photo };
            page.text(middle, SMALL, Side::Middle, "Pasfoto\n3 × 4");
        }
        page.code(Area { x: area.x + area.width - CODE, y, width: CODE, height: CODE }, self.code)?;

        let middle = Area { x: area.x + width + 16.0, y, width: area.width - width - CODE - 34.0, height: 30.0 };
        let identity = &self.said.identity;
        let days = [self.card.issued_on, self.card.expires_on].map(|day| day.map(long_date).unwrap_or_default());
        let mut below = y - 2.0;
        for (label, value, style) in [
            ("Nomor pencari kerja", self.card.number.as_str(), STRONG),
            ("NIK", &identity.nik, STRONG),
            ("Nama", &identity.name, STRONG),
            ("Tanggal terbit", &days[0], BODY),
            ("Berlaku sampai", &days[1], STRONG),
        ] {
            let at = Area { y: below, height: 12.0, ..middle };
            below = page.text(at, SMALL, Side::Left, label);
            let lines = if label == "Nama" { 2.0 * style.leading() } else { style.leading() };
            below = page.text(Area { y: below - 1.0, height: lines, ..at }, style, Side::Left, value) + 1.5;
        }
        let caption = Area { x: area.x + area.width - CODE, y: y + CODE + 3.0, width: CODE, height: 24.0 };
        page.text(caption, SMALL, Side::Middle, "Pindai untuk memeriksa keaslian dan status");
        // From the bottom up, so that long names and addresses above move nothing over the fold.
        y = area.y + area.height - 88.0;
        let sign = Area { x: area.x, y: y - 18.0, width, height: 12.0 };
        page.rule(sign, 0.6);
        page.text(Area { y: sign.y + 2.0, width: 130.0, ..sign }, SMALL, Side::Left, "Tanda tangan pemegang");
        self.grid(page, Area { y, height: 62.0, ..area }, reports);
        let duties = "Pemegang melapor kepada dinas paling lambat pada tanggal-tanggal di atas, juga bila telah bekerja. Berlaku di \
                      seluruh Indonesia; tidak dipungut biaya. Salinan atau foto kartu bukan kartu.";
        page.text(Area { y: y + 65.0, height: 23.0, ..area }, SMALL, Side::Left, duties);
        Ok(())
    }

    /// The reports of the period that runs, with room for a stamp.
    fn grid(&self, page: &mut Page, area: Area, reports: &[CardReportView]) {
        let began = self.card.period_from;
        let of_period = reports.iter().filter(|report| began.is_none_or(|began| report.due_on > began));
        let mut reports = of_period.take(REPORTS);
        let width = area.width / 4.0;
        page.shade(Area { height: 16.0, ..area });
        page.frame(area, 0.6);
        page.rule(Area { y: area.y + 16.0, ..area }, 0.6);
        let mut x = area.x;
        for number in 1..=REPORTS {
            let cell = Area { x, width, ..area };
            page.frame(cell, 0.4);
            let inner = Area { x: x + 5.0, width: width - 10.0, ..cell };
            let at = |from: f32, height: f32| Area { y: area.y + from, height, ..inner };
            page.text(at(2.0, 12.0), COLUMN, Side::Left, &format!("Laporan {number}"));
            if let Some(report) = reports.next() {
                let due = format!("s.d. {}", long_date(report.due_on));
                page.text(at(20.0, 12.0), SMALL, Side::Left, &due);
                let filed = match (report.filed_on, report.state) {
                    (Some(day), _) => format!("dilaporkan {}", long_date(day)),
                    (None, ReportState::Missed) => "tidak dilaporkan".to_owned(),
                    (None, _) => "tanggal dan paraf:".to_owned(),
                };
                page.text(at(33.0, 24.0), SMALL, Side::Left, &filed);
            }
            x += width;
        }
    }

    fn back(&self, page: &mut Page, area: Area) {
        let (said, identity) = (self.said, &self.said.identity);
        let born = identity.birth_on.map(long_date).unwrap_or_default();
        let born = match &identity.birth_place {
            Some(place) => format!("{place}, {born}"),
            None => born,
        };
        let rows = [
            ("Nama lengkap", identity.name.clone(), STRONG),
            ("Tempat, tanggal lahir", born, BODY),
            ("Jenis kelamin", identity.sex.map(sex).unwrap_or_default().to_owned(), BODY),
            ("Status perkawinan", identity.marital_status.map(marital).unwrap_or_default().to_owned(), BODY),
            ("Agama", identity.religion.map(religion).unwrap_or_default().to_owned(), BODY),
            ("Alamat", self.address(), BODY),
        ];
        let mut y = area.y;
        for (label, value, style) in rows {
            page.text(Area { y, width: 118.0, height: 14.5, ..area }, BODY, Side::Left, label);
            page.text(Area { x: area.x + 120.0, y, width: 8.0, height: 14.5 }, BODY, Side::Left, ":");
            let value_area = Area { x: area.x + 130.0, y, width: area.width - 130.0, height: 2.0 * style.leading() };
            y = page.text(value_area, style, Side::Left, &value);
        }
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let year = |year: Option<i32>| year.map(|year| year.to_string()).unwrap_or_default();
        let schools = said.education.iter().map(|item| {
            let level = self.codes.education_name(&item.level).unwrap_or(&item.level).to_owned();
            [level, text(&item.school), text(&item.major), year(item.graduated_in)]
        });
        let courses = said
            .courses
            .iter()
            .map(|item| [item.name.clone(), text(&item.provider), text(&item.certificate), year(item.year)]);
        let head = ["Pendidikan formal", "Sekolah", "Jurusan", "Lulus"];
        y = table(page, Area { y: y + 6.0, ..area }, head, &schools.collect::<Vec<_>>(), SCHOOLS);
        let head = ["Pelatihan, kursus", "Penyelenggara", "Sertifikat", "Tahun"];
        y = table(page, Area { y: y + 6.0, ..area }, head, &courses.collect::<Vec<_>>(), COURSES);
        self.signature(page, Area { y: y + 8.0, ..area });
    }

    fn address(&self) -> String {
        let Some(address) = &self.said.address else { return String::new() };
        let region = address.region.as_str();
        let names = [region, region.get(..5).unwrap_or_default()];
        let names = names.iter().filter(|code| code.len() >= 5).filter_map(|code| self.codes.region(code));
        let mut parts = vec![address.street.clone()];
        parts.extend(address.village.clone());
        parts.extend(names.map(|region| region.name.clone()));
        parts.dedup();
        parts.join(", ")
    }

    fn signature(&self, page: &mut Page, area: Area) {
        let right = Area { x: area.x + area.width * 0.56, width: area.width * 0.44, height: 14.5, ..area };
        let place = self.codes.region(&self.office.region).map_or(self.office.region.as_str(), |region| &region.name);
        let day = self.card.issued_on.map(long_date).unwrap_or_default();
        let mut y = page.text(right, BODY, Side::Left, &format!("{place}, {day}"));
        y = page.text(Area { y, ..right }, BODY, Side::Left, "Pengantar Kerja,") + 34.0;
        let name = self.card.signer_name.as_deref().unwrap_or_default();
        y = page.text(Area { y, ..right }, STRONG, Side::Left, name);
        page.rule(Area { y, ..right }, 0.6);
        if let Some(number) = &self.card.signer_number {
            page.text(Area { y: y + 1.0, ..right }, SMALL, Side::Left, &format!("NIP {number}"));
        }
        if self.card.period > 1 {
            let left = Area { width: area.width * 0.5, height: 14.5, ..area };
            page.text(left, SMALL, Side::Left, &format!("Perpanjangan ke-{}", self.card.period - 1));
        }
    }
}

/// A table of four columns, as many rows as there is room for. Gives where it ends.
fn table(page: &mut Page, area: Area, head: [&str; 4], rows: &[[String; 4]], most: usize) -> f32 {
    const SHARES: [f32; 4] = [0.32, 0.32, 0.25, 0.11];
    let mut y = area.y;
    let row = |page: &mut Page, y: f32, cells: [&str; 4], style: Style| {
        let mut x = area.x;
        for (cell, share) in cells.into_iter().zip(SHARES) {
            let width = area.width * share;
            page.text(Area { x: x + 3.0, y: y + 1.5, width: width - 6.0, height: 12.0 }, style, Side::Left, cell);
            x += width;
        }
    };
    page.shade(Area { y, height: 15.0, ..area });
    row(page, y, head, COLUMN);
    y += 15.0;
    page.rule(Area { y, ..area }, 0.6);
    // With one row more than fit, the last line says how many there are beside.
    let shown = if rows.len() > most { most - 1 } else { rows.len() };
    for cells in rows.iter().take(shown) {
        row(page, y, cells.each_ref().map(String::as_str), CELL);
        y += 15.0;
    }
    if rows.len() > shown {
        let more = format!("dan {} lainnya", rows.len() - shown);
        row(page, y, [&more, "", "", ""], CELL);
        y += 15.0;
    }
    if rows.is_empty() {
        row(page, y, ["-", "", "", ""], CELL);
        y += 15.0;
    }
    page.rule(Area { y, ..area }, 0.4);
    y
}

fn sex(sex: Sex) -> &'static str {
    match sex {
        Sex::Male => "Laki-laki",
        Sex::Female => "Perempuan",
    }
}

fn marital(status: MaritalStatus) -> &'static str {
    match status {
        MaritalStatus::Single => "Belum kawin",
        MaritalStatus::Married => "Kawin",
        MaritalStatus::Divorced => "Cerai hidup",
        MaritalStatus::Widowed => "Cerai mati",
    }
}

fn religion(religion: Religion) -> &'static str {
    match religion {
        Religion::Islam => "Islam",
        Religion::Protestant => "Kristen",
        Religion::Catholic => "Katolik",
        Religion::Hindu => "Hindu",
        Religion::Buddhist => "Buddha",
        Religion::Confucian => "Khonghucu",
        Religion::Belief => "Kepercayaan terhadap Tuhan YME",
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use disnaker_entity::card::{CardId, CardStatus};
    use disnaker_entity::seeker::SeekerId;
    use uuid::Uuid;

    use super::*;
    use crate::seekers::bodies::{Course, Schooling};

    fn card(at: DateTime<Utc>) -> card::Model {
        let day = |text: &str| text.parse().ok();
        card::Model {
            id: CardId(Uuid::nil()),
            seeker_id: SeekerId(Uuid::nil()),
            office: "36.72".into(),
            issued_by: "36.72".into(),
            number: "AK1-36.72-2026-000045".into(),
            holder: "S*** C***".into(),
            status: CardStatus::Active,
            token_hash: Vec::new(),
            issued_on: day("2026-11-23"),
            period_from: day("2026-11-23"),
            expires_on: day("2028-11-23"),
            period: 2,
            report_months: 6,
            next_report_on: day("2027-11-23"),
            look_on: None,
            missed_reports: 0,
            signed_at: Some(at),
            signed_by: Some("petugas".into()),
            signer_name: Some("Pengantar Contoh, S.Sos.".into()),
            signer_number: Some("19800101 200501 1 001".into()),
            printed_at: Some(at),
            printed_by: Some("loket".into()),
            active_at: Some(at),
            ended_at: None,
            end_reason: None,
            status_reason: None,
            version: 3,
            created_at: at,
            created_by: "loket".into(),
            updated_at: at,
        }
    }

    fn office(at: DateTime<Utc>) -> office::Model {
        office::Model {
            code: "36.72".into(),
            name: "Dinas Tenaga Kerja Kota Contoh".into(),
            region: "36.72".into(),
            utc_offset: 7,
            address: "Jalan Contoh Raya Nomor 1, Kota Contoh".into(),
            phone: Some("0254 000000".into()),
            opening_hours: String::new(),
            version: 1,
            created_at: at,
            updated_at: at,
        }
    }

    fn printed(said: &NewSeeker, photo: Option<(Picture, Vec<u8>)>) -> anyhow::Result<Vec<u8>> {
        let at = "2026-11-23T02:00:00Z".parse().unwrap();
        let (card, office, codes) = (card(at), office(at), Codes::sample());
        let code = format!("https://disnaker.example/v1/verifications/ak1/{}#{}", "A".repeat(22), "A".repeat(340));
        let due = ["2027-05-23", "2027-11-23", "2028-05-23", "2028-11-23"].map(|day| day.parse().unwrap());
        let mut reports =
            due.map(|due_on| CardReportView { due_on, state: ReportState::Later, filed_on: None, situation: None });
        reports[0].filed_on = "2027-05-20".parse().ok();
        reports[1].state = ReportState::Missed;
        let sheet = Sheet { card: &card, said, office: &office, codes: &codes, code: &code, photo, printed_at: at };
        sheet.lay_out(&reports)?.finish()
    }

    /// `DISNAKER_PAPER=FILE` keeps it, to be looked at; `DISNAKER_PHOTO=FILE` puts a JPEG on it.
    #[test]
    fn a_card_is_a_paper_whatever_stands_in_the_record() {
        let mut said = NewSeeker::sample();
        said.identity.name = "Raden Ajeng Siti Contoh Puspitasari Kusumaningrum Binti Haji Misalnya".into();
        if let Some(address) = &mut said.address {
            address.street = "Perumahan Contoh Indah Permai Blok AB-12 Nomor 345 Jalan Misalnya RT 003 RW 005".into();
        }
        let school = Schooling {
            level: "vocational_secondary".into(),
            school: Some("Sekolah Menengah Kejuruan Negeri Contoh 1 Kota Contoh".into()),
            major: Some("Teknik Mesin Produksi".into()),
            graduated_in: Some(2017),
            name_on_diploma: None,
        };
        said.education = vec![school; 5];
        let course = Course {
            name: "Operator jahit".into(),
            provider: Some("BLK Contoh".into()),
            year: Some(2019),
            certificate: Some("C-1".into()),
        };
        said.courses = vec![course; 7];
        let photo = std::env::var_os("DISNAKER_PHOTO").map(|file| (Picture::Jpeg, std::fs::read(file).unwrap()));
        let made = printed(&said, photo).unwrap();
        assert!(made.starts_with(b"%PDF") && made.len() < 400_000, "{} bytes", made.len());
        if let Some(file) = std::env::var_os("DISNAKER_PAPER") {
            std::fs::write(file, made).unwrap();
        }
        let mut bare = NewSeeker::sample();
        (bare.address, bare.education) = (None, Vec::new());
        let plain = printed(&bare, None).unwrap();
        // One red point.
        let red = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
        let red = base64::engine::general_purpose::STANDARD.decode(red).unwrap();
        assert!(printed(&bare, Some((Picture::Png, red))).unwrap().len() > plain.len());
        assert!(printed(&bare, Some((Picture::Png, b"no picture".to_vec()))).is_err());
    }
}
