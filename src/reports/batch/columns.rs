//! The columns of a batch: one table a kind. It says how a column is called in JSON and in a sheet, where it stands in the
//! row, and what it takes; template, reading and annotation all come from it.

use disnaker_entity::batch::BatchKind;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::problem::Text;

/// Version of the template that is given out. Version 1 had the headers in [`Column::first`] and no drop-downs.
pub const VERSION: &str = "2";

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One line of text.
    Line,
    /// A name or number of the sender's own: text, even where it looks like a number.
    Label,
    /// Some lines of text.
    Lines,
    /// Code of an occupation.
    Occupation,
    /// Code of an education level.
    Education,
    /// Code of a country.
    Country,
    /// Code of a district or sub-district, or its name where only one has it.
    Region,
    /// A whole number.
    Whole,
    /// Rupiah.
    Rupiah,
    /// A day.
    Day,
    /// Yes or no.
    Flag,
    /// Several texts.
    Texts,
    /// Sex.
    Sex,
    /// Digits that are no quantity.
    Digits,
    /// An id of this service.
    Id,
}

/// A column.
#[derive(Debug)]
pub struct Column {
    /// As in JSON.
    pub name: &'static str,
    /// Header in the template.
    pub header: &'static str,
    /// Header in version 1 of the template; empty where it is the same or there was none.
    pub first: &'static str,
    /// What else people call it.
    pub aliases: &'static [&'static str],
    /// Where it stands in a row.
    pub pointer: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Every row has it.
    pub required: bool,
    /// It is about a person: what was received is never told.
    pub personal: bool,
    /// What to write.
    pub note: Text,
}

/// Declares a table of columns.
macro_rules! columns {
    ($(#[$doc:meta])* $table:ident: $($name:literal $header:literal $first:literal [$($alias:literal),*]
        $pointer:literal $kind:ident $need:ident $whose:ident $id:literal $en:literal;)+) => {
        $(#[$doc])*
        static $table: &[Column] = &[$(Column {
            name: $name, header: $header, first: $first, aliases: &[$($alias),*], pointer: $pointer, kind: Kind::$kind,
            required: columns!(@ $need), personal: columns!(@ $whose), note: Text::of($id, $en),
        }),+];
    };
    (@ required) => { true };
    (@ optional) => { false };
    (@ personal) => { true };
    (@ open) => { false };
}

columns! {
    /// Lines of vacancy reports.
    VACANCIES:
    "reference" "Nomor referensi" "referensi" ["ref", "no referensi", "kode lowongan"]
        "/reference" Label required open
        "Nomor Anda sendiri untuk lowongan ini; tidak boleh dipakai dua kali." "Your own number of this vacancy; never used twice.";
    "report" "Laporan" "" ["kelompok laporan", "nomor laporan"]
        "/report" Label optional open
        "Baris dengan isi yang sama menjadi satu laporan." "Rows with the same content become one report.";
    "title" "Nama jabatan" "judul" ["jabatan", "posisi", "job title", "position"]
        "/title" Line required open
        "Nama jabatan yang dibutuhkan." "Title of the position.";
    "description" "Uraian pekerjaan" "uraian" ["deskripsi"]
        "/description" Lines optional open
        "Apa yang dikerjakan." "What the work is.";
    "occupation" "Kode jabatan (KBJI)" "kbji" ["kode kbji", "kode jabatan"]
        "/occupation" Occupation required open
        "Kode KBJI: pilih dari daftar, atau kode empat atau enam angka." "KBJI code: choose from the list, or a code of four or six digits.";
    "men" "Jumlah laki-laki" "" ["laki-laki", "pria", "l"]
        "/wanted/men" Whole optional open
        "Jumlah orang." "Number of persons.";
    "women" "Jumlah perempuan" "" ["perempuan", "wanita", "p"]
        "/wanted/women" Whole optional open
        "Jumlah orang." "Number of persons.";
    "any" "Jumlah laki-laki atau perempuan" "jumlah" ["jumlah orang", "jumlah tenaga kerja", "kebutuhan", "l/p"]
        "/wanted/any" Whole optional open
        "Jumlah orang, laki-laki atau perempuan." "Number of persons of either sex.";
    "education" "Pendidikan terendah" "pendidikan" ["pendidikan minimal"]
        "/education" Education optional open
        "Pilih dari daftar; kosong bila tidak disyaratkan." "Choose from the list; empty where none is asked for.";
    "experience_months" "Pengalaman (bulan)" "pengalaman" ["pengalaman kerja (bulan)"]
        "/experience_months" Whole optional open
        "Dalam bulan." "In months.";
    "age_min" "Usia terendah" "usia minimal" ["usia min"]
        "/age_min" Whole optional open
        "Kosong bila tidak dibatasi." "Empty where there is no limit.";
    "age_max" "Usia tertinggi" "usia maksimal" ["usia maks"]
        "/age_max" Whole optional open
        "Kosong bila tidak dibatasi." "Empty where there is no limit.";
    "skills" "Keterampilan" "" ["kompetensi", "keahlian"]
        "/skills" Texts optional open
        "Dipisahkan titik koma." "Separated by semicolons.";
    "wage_min" "Upah terendah (Rp per bulan)" "upah" ["upah minimal", "gaji", "gaji minimal"]
        "/wage_min" Rupiah optional open
        "Rupiah sebulan." "Rupiah a month.";
    "wage_max" "Upah tertinggi (Rp per bulan)" "upah maksimal" ["gaji maksimal"]
        "/wage_max" Rupiah optional open
        "Rupiah sebulan." "Rupiah a month.";
    "work_country" "Negara tempat kerja" "negara" []
        "/work_country" Country optional open
        "Kosong berarti Indonesia." "Empty means Indonesia.";
    "work_region" "Wilayah tempat kerja" "wilayah" ["kabupaten/kota", "lokasi", "lokasi kerja"]
        "/work_region" Region optional open
        "Kabupaten atau kota: pilih dari daftar. Kosong hanya untuk luar negeri." "District or city: choose from the list. Empty only for work abroad.";
    "valid_from" "Berlaku mulai" "tanggal mulai" ["mulai"]
        "/valid_from" Day required open
        "Tanggal, misalnya 23/11/2026." "A day, such as 23/11/2026.";
    "valid_until" "Berlaku sampai" "tanggal akhir" ["sampai", "batas akhir"]
        "/valid_until" Day required open
        "Tanggal, misalnya 31/12/2026." "A day, such as 31/12/2026.";
    "disability_friendly" "Terbuka bagi penyandang disabilitas" "disabilitas" ["ramah disabilitas"]
        "/disability_friendly" Flag optional open
        "ya atau tidak." "ya (yes) or tidak (no).";
}

columns! {
    /// Rows of placement reports.
    PLACEMENTS:
    "reference" "Nomor referensi" "referensi" ["ref", "no referensi"]
        "/reference" Label required open
        "Nomor Anda sendiri untuk penempatan ini; tidak boleh dipakai dua kali." "Your own number of this placement; never used twice.";
    "report" "Laporan" "" ["kelompok laporan", "nomor laporan"]
        "/report" Label optional open
        "Baris dengan isi yang sama menjadi satu laporan." "Rows with the same content become one report.";
    "vacancy_reference" "Nomor referensi lowongan" "referensi lowongan" ["ref lowongan"]
        "/vacancy_reference" Label optional open
        "Nomor Anda sendiri untuk lowongan yang diisi." "Your own number of the vacancy that is filled.";
    "vacancy_id" "Id lowongan" "" []
        "/vacancy_id" Id optional open
        "Bila nomor referensi lowongan tidak ada." "Where the vacancy has no reference of yours.";
    "name" "Nama" "nama pekerja" ["nama lengkap"]
        "/worker/name" Line required personal
        "Seperti pada KTP." "As on the identity card.";
    "nik" "NIK" "" ["nomor induk kependudukan", "no ktp"]
        "/worker/nik" Digits optional personal
        "16 angka, kolom berformat teks. NIK atau nomor AK-1 wajib ada." "16 digits, the column formatted as text. NIK or AK-1 number is required.";
    "ak1_number" "Nomor AK-1" "ak1" ["kartu kuning", "no ak1"]
        "/worker/ak1_number" Label optional personal
        "Nomor kartu AK-1." "Number of the AK-1 card.";
    "sex" "Jenis kelamin" "l/p" ["jk", "kelamin"]
        "/worker/sex" Sex required personal
        "L atau P." "L (male) or P (female).";
    "education" "Pendidikan" "" ["pendidikan terakhir"]
        "/worker/education" Education optional personal
        "Pilih dari daftar." "Choose from the list.";
    "residence" "Wilayah tempat tinggal" "domisili" ["alamat", "kabupaten/kota asal"]
        "/worker/residence" Region required personal
        "Kabupaten atau kota: pilih dari daftar." "District or city: choose from the list.";
    "start_on" "Mulai bekerja" "tanggal mulai" ["tanggal masuk", "mulai"]
        "/start_on" Day required open
        "Tanggal, misalnya 01/12/2026." "A day, such as 01/12/2026.";
    "wage" "Upah (Rp per bulan)" "upah" ["gaji"]
        "/wage" Rupiah optional open
        "Rupiah sebulan." "Rupiah a month.";
    "destination_country" "Negara tempat kerja" "negara" []
        "/destination_country" Country optional open
        "Kosong berarti negara lowongannya." "Empty means the country of the vacancy.";
    "destination_region" "Wilayah tempat kerja" "wilayah" ["lokasi kerja"]
        "/destination_region" Region optional open
        "Kosong berarti wilayah lowongannya." "Empty means the region of the vacancy.";
}

/// The columns of a kind.
#[must_use]
pub fn of(kind: BatchKind) -> &'static [Column] {
    match kind {
        BatchKind::Vacancies => VACANCIES,
        BatchKind::Placements => PLACEMENTS,
    }
}

/// The column that a pointer into a row leads to, or into, or above: its place in the table.
#[must_use]
pub fn at(columns: &[Column], pointer: &str) -> Option<usize> {
    let exact = columns.iter().position(|column| within(pointer, column.pointer));
    exact.or_else(|| columns.iter().position(|column| within(column.pointer, pointer)))
}

/// Whether a pointer is another one or leads into it.
#[must_use]
pub fn within(pointer: &str, outer: &str) -> bool {
    pointer.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Which sheet column holds which column of the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// By place in the table: the column of the sheet, from 0.
    pub places: Vec<Option<usize>>,
    /// Headers that no column has.
    pub extra: Vec<String>,
    /// Headers of version 1 of the template stand in it.
    pub old: bool,
}

/// Holds a row of headers against the table: in any order, case and spacing. Nothing where it is no row of headers, which
/// has at least two of those that every row must have.
#[must_use]
pub fn layout<'a>(columns: &[Column], headers: impl Iterator<Item = &'a str>) -> Option<Layout> {
    let mut layout = Layout { places: vec![None; columns.len()], ..Layout::default() };
    for (at, header) in headers.enumerate() {
        let wanted = plain(header);
        if wanted.is_empty() {
            continue;
        }
        let named = columns.iter().position(|column| plain(column.name) == wanted || plain(column.header) == wanted);
        let first = || columns.iter().position(|column| !column.first.is_empty() && plain(column.first) == wanted);
        let alias = || columns.iter().position(|column| column.aliases.iter().any(|alias| plain(alias) == wanted));
        let old = named.is_none().then(first).flatten();
        let free = named.or(old).or_else(alias).and_then(|found| layout.places.get_mut(found));
        match free {
            Some(place @ None) => {
                *place = Some(at);
                layout.old |= old.is_some();
            }
            _ => layout.extra.push(header.trim().chars().take(80).collect()),
        }
    }
    let found = columns.iter().zip(&layout.places).filter(|(column, place)| column.required && place.is_some());
    (found.count() >= 2).then_some(layout)
}

/// A header without what people write differently: case, accents, spaces and signs.
fn plain(header: &str) -> String {
    let letters = header.nfd().filter(|character| !is_combining_mark(*character)).flat_map(char::to_lowercase);
    letters.filter(|character| character.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_columns_of_a_table_have_one_name() {
        for columns in [VACANCIES, PLACEMENTS] {
            let mut seen = BTreeSet::new();
            for column in columns {
                let own: BTreeSet<_> = [column.name, column.header, column.first]
                    .iter()
                    .chain(column.aliases)
                    .map(|name| plain(name))
                    .filter(|name| !name.is_empty())
                    .collect();
                for name in own {
                    assert!(seen.insert(name.clone()), "{name} stands for two columns");
                }
            }
        }
    }

    #[test]
    fn headers_are_known_in_any_order_case_and_spacing() {
        let headers = ["BERLAKU  sampai", "nama-jabatan", "Catatan HRD", "", "Nomor Referensi "];
        let layout = layout(VACANCIES, headers.into_iter()).unwrap();
        let place = |name: &str| layout.places[VACANCIES.iter().position(|column| column.name == name).unwrap()];
        assert_eq!((place("reference"), place("title"), place("valid_until")), (Some(4), Some(1), Some(0)));
        assert_eq!((layout.extra.as_slice(), layout.old), (["Catatan HRD".to_owned()].as_slice(), false));
    }

    #[test]
    fn headers_of_the_first_template_are_known_and_told() {
        let layout = layout(VACANCIES, ["referensi", "judul", "jumlah"].into_iter()).unwrap();
        assert!(layout.old && layout.extra.is_empty());
        assert_eq!(layout.places.iter().flatten().count(), 3);
    }

    #[test]
    fn a_pointer_leads_to_its_column() {
        let name = |pointer| at(VACANCIES, pointer).map(|at| VACANCIES[at].name);
        assert_eq!(name("/skills/3"), Some("skills"));
        assert_eq!(name("/wanted/women"), Some("women"));
        assert_eq!(name("/wanted"), Some("men"));
        assert_eq!(name("/nothing"), None);
    }
}
