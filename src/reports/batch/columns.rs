//! The columns of a batch: one table a kind. It says how a column is called in JSON and in a sheet, where it stands in the
//! row, and what it takes; template, reading and annotation all come from it.

use disnaker_entity::batch::BatchKind;
use strsim::osa_distance;
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
    "reference" "Nomor referensi" "referensi" ["ref", "no ref", "no referensi", "kode lowongan", "no lowongan", "id"]
        "/reference" Label required open
        "Nomor Anda sendiri untuk lowongan ini; tidak boleh dipakai dua kali." "Your own number of this vacancy; never used twice.";
    "report" "Laporan" "" ["kelompok laporan", "nomor laporan", "no laporan"]
        "/report" Label optional open
        "Baris dengan isi yang sama menjadi satu laporan." "Rows with the same content become one report.";
    "title" "Nama jabatan" "judul" ["jabatan", "posisi", "nama posisi", "nama pekerjaan", "lowongan", "job title", "position"]
        "/title" Line required open
        "Nama jabatan yang dibutuhkan." "Title of the position.";
    "description" "Uraian pekerjaan" "uraian" ["deskripsi", "deskripsi pekerjaan", "uraian tugas", "uraian jabatan"]
        "/description" Lines optional open
        "Apa yang dikerjakan." "What the work is.";
    "occupation" "Kode jabatan (KBJI)" "kbji" ["kode kbji", "kode jabatan", "golongan jabatan", "kbji 2014"]
        "/occupation" Occupation required open
        "Kode KBJI: pilih dari daftar, atau kode empat atau enam angka." "KBJI code: choose from the list, or a code of four or six digits.";
    "men" "Jumlah laki-laki" "" ["jml laki-laki", "jumlah l", "jumlah pria", "laki-laki", "pria", "l", "lk"]
        "/wanted/men" Whole optional open
        "Jumlah orang." "Number of persons.";
    "women" "Jumlah perempuan" "" ["jml perempuan", "jumlah p", "jumlah wanita", "perempuan", "wanita", "p", "pr"]
        "/wanted/women" Whole optional open
        "Jumlah orang." "Number of persons.";
    "any" "Jumlah laki-laki atau perempuan" "jumlah" ["jml", "jumlah orang", "jumlah tenaga kerja", "jumlah kebutuhan", "jumlah lowongan", "kebutuhan", "kuota", "formasi",
            "l/p"]
        "/wanted/any" Whole optional open
        "Jumlah orang, laki-laki atau perempuan." "Number of persons of either sex.";
    "education" "Pendidikan terendah" "pendidikan" ["pendidikan minimal", "pendidikan minimum", "pendidikan min", "minimal pendidikan", "syarat pendidikan",
            "tingkat pendidikan"]
        "/education" Education optional open
        "Pilih dari daftar; kosong bila tidak disyaratkan." "Choose from the list; empty where none is asked for.";
    "experience_months" "Pengalaman (bulan)" "pengalaman" ["pengalaman kerja (bulan)", "lama pengalaman (bulan)"]
        "/experience_months" Whole optional open
        "Dalam bulan." "In months.";
    "age_min" "Usia terendah" "usia minimal" ["usia min", "usia minimum", "umur minimal", "umur minimum", "umur terendah"]
        "/age_min" Whole optional open
        "Kosong bila tidak dibatasi." "Empty where there is no limit.";
    "age_max" "Usia tertinggi" "usia maksimal" ["usia maks", "usia maksimum", "umur maksimal", "umur maksimum", "umur tertinggi", "batas usia"]
        "/age_max" Whole optional open
        "Kosong bila tidak dibatasi." "Empty where there is no limit.";
    "skills" "Keterampilan" "" ["kompetensi", "keahlian", "skill", "syarat keterampilan"]
        "/skills" Texts optional open
        "Dipisahkan titik koma." "Separated by semicolons.";
    "wage_min" "Upah terendah (Rp per bulan)" "upah" ["upah terendah", "upah minimal", "upah minimum", "upah min", "gaji", "gaji terendah", "gaji minimal", "gaji minimum",
            "gaji min", "gaji pokok", "upah per bulan", "gaji per bulan", "upah (rp)", "gaji (rp)"]
        "/wage_min" Rupiah optional open
        "Rupiah sebulan." "Rupiah a month.";
    "wage_max" "Upah tertinggi (Rp per bulan)" "upah maksimal" ["upah tertinggi", "upah maksimum", "upah maks", "gaji tertinggi", "gaji maksimal", "gaji maksimum", "gaji maks"]
        "/wage_max" Rupiah optional open
        "Rupiah sebulan." "Rupiah a month.";
    "work_country" "Negara tempat kerja" "negara" ["negara penempatan", "negara tujuan"]
        "/work_country" Country optional open
        "Kosong berarti Indonesia." "Empty means Indonesia.";
    "work_region" "Wilayah tempat kerja" "wilayah" ["kabupaten/kota", "kab/kota", "lokasi", "lokasi kerja", "lokasi penempatan", "penempatan", "tempat kerja",
            "wilayah kerja"]
        "/work_region" Region optional open
        "Kabupaten atau kota: pilih dari daftar. Kosong hanya untuk luar negeri." "District or city: choose from the list. Empty only for work abroad.";
    "valid_from" "Berlaku mulai" "tanggal mulai" ["mulai", "mulai berlaku", "berlaku dari", "berlaku sejak", "tgl mulai", "tanggal mulai berlaku", "tanggal dibuka",
            "tanggal buka"]
        "/valid_from" Day required open
        "Tanggal, misalnya 23/11/2026." "A day, such as 23/11/2026.";
    "valid_until" "Berlaku sampai" "tanggal akhir" ["sampai", "sampai dengan", "s/d", "berlaku s/d", "berlaku s.d.", "berlaku hingga", "batas akhir", "batas waktu",
            "tgl akhir", "tanggal berakhir", "tanggal ditutup", "tanggal tutup", "penutupan"]
        "/valid_until" Day required open
        "Tanggal, misalnya 31/12/2026." "A day, such as 31/12/2026.";
    "disability_friendly" "Terbuka bagi penyandang disabilitas" "disabilitas" ["ramah disabilitas", "penyandang disabilitas", "terbuka bagi disabilitas", "difabel"]
        "/disability_friendly" Flag optional open
        "ya atau tidak." "ya (yes) or tidak (no).";
}

columns! {
    /// Rows of placement reports.
    PLACEMENTS:
    "reference" "Nomor referensi" "referensi" ["ref", "no ref", "no referensi"]
        "/reference" Label required open
        "Nomor Anda sendiri untuk penempatan ini; tidak boleh dipakai dua kali." "Your own number of this placement; never used twice.";
    "report" "Laporan" "" ["kelompok laporan", "nomor laporan", "no laporan"]
        "/report" Label optional open
        "Baris dengan isi yang sama menjadi satu laporan." "Rows with the same content become one report.";
    "vacancy_reference" "Nomor referensi lowongan" "referensi lowongan" ["ref lowongan", "no referensi lowongan", "kode lowongan", "no lowongan"]
        "/vacancy_reference" Label optional open
        "Nomor Anda sendiri untuk lowongan yang diisi." "Your own number of the vacancy that is filled.";
    "vacancy_id" "Id lowongan" "" []
        "/vacancy_id" Id optional open
        "Bila nomor referensi lowongan tidak ada." "Where the vacancy has no reference of yours.";
    "name" "Nama" "nama pekerja" ["nama lengkap", "nama tenaga kerja", "nama karyawan", "nama pegawai", "nama sesuai ktp"]
        "/worker/name" Line required personal
        "Seperti pada KTP." "As on the identity card.";
    "nik" "NIK" "" ["nik ktp", "no nik", "nomor nik", "nomor induk kependudukan", "no ktp", "nomor ktp", "ktp"]
        "/worker/nik" Digits optional personal
        "16 angka, kolom berformat teks. NIK atau nomor AK-1 wajib ada." "16 digits, the column formatted as text. NIK or AK-1 number is required.";
    "ak1_number" "Nomor AK-1" "ak1" ["kartu kuning", "no ak1", "no kartu kuning", "nomor kartu kuning", "kartu ak1", "kartu pencari kerja"]
        "/worker/ak1_number" Label optional personal
        "Nomor kartu AK-1." "Number of the AK-1 card.";
    "sex" "Jenis kelamin" "l/p" ["jk", "kelamin", "gender"]
        "/worker/sex" Sex required personal
        "L atau P." "L (male) or P (female).";
    "education" "Pendidikan" "" ["pendidikan terakhir", "tingkat pendidikan", "ijazah terakhir", "ijazah"]
        "/worker/education" Education optional personal
        "Pilih dari daftar." "Choose from the list.";
    "residence" "Wilayah tempat tinggal" "domisili" ["alamat", "kabupaten/kota asal", "kab/kota asal", "kota asal", "tempat tinggal", "wilayah domisili", "asal"]
        "/worker/residence" Region required personal
        "Kabupaten atau kota: pilih dari daftar." "District or city: choose from the list.";
    "start_on" "Mulai bekerja" "tanggal mulai" ["tanggal masuk", "tgl masuk", "tanggal masuk kerja", "mulai", "mulai kerja", "tgl mulai", "tanggal mulai kerja",
            "tanggal mulai bekerja", "tmt"]
        "/start_on" Day required open
        "Tanggal, misalnya 01/12/2026." "A day, such as 01/12/2026.";
    "wage" "Upah (Rp per bulan)" "upah" ["gaji", "upah per bulan", "gaji per bulan", "gaji pokok", "upah (rp)", "gaji (rp)"]
        "/wage" Rupiah optional open
        "Rupiah sebulan." "Rupiah a month.";
    "destination_country" "Negara tempat kerja" "negara" ["negara penempatan", "negara tujuan"]
        "/destination_country" Country optional open
        "Kosong berarti negara lowongannya." "Empty means the country of the vacancy.";
    "destination_region" "Wilayah tempat kerja" "wilayah" ["lokasi", "lokasi kerja", "lokasi penempatan", "penempatan", "tempat kerja", "wilayah kerja"]
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

/// The column that a pointer into a row leads to, or into, or above: its place in the table; none for the whole row.
#[must_use]
pub fn at(columns: &[Column], pointer: &str) -> Option<usize> {
    let exact = columns.iter().position(|column| within(pointer, column.pointer));
    let above = || columns.iter().position(|column| within(column.pointer, pointer));
    exact.or_else(above).filter(|_| !pointer.is_empty())
}

/// Whether a pointer is another one or leads into it.
#[must_use]
pub fn within(pointer: &str, outer: &str) -> bool {
    pointer.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Headers that an annotated file has at its end, in both languages: they are the service's own, and nobody misses them.
pub const OWN: [[&str; 2]; 2] = [["Hasil", "Kesalahan"], ["Disposition", "Faults"]];

/// Whether a header is one of those, or what the first of them was called before.
fn is_own(header: &str) -> bool {
    OWN.as_flattened().contains(&header) || header == "Disposisi"
}

/// Which sheet column holds which column of the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// By place in the table: the column of the sheet, from 0.
    pub places: Vec<Option<usize>>,
    /// Headers that no column has.
    pub extra: Vec<Extra>,
    /// Columns of the sheet, from 0, among the headers that are not read: those of `extra`, and those without a header.
    pub unread: Vec<usize>,
    /// Columns of the sheet up to the last header.
    pub width: usize,
    /// Headers of version 1 of the template stand in it.
    pub old: bool,
}

/// A header that is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra {
    /// The column of the sheet, from 0.
    pub at: usize,
    /// What it says, in at most 80 characters.
    pub header: String,
    /// The column of the table that it may mean.
    pub like: Option<usize>,
}

/// Holds a row of headers against the table: in any order, case and spacing. Nothing where it is no row of headers, which
/// has at least two of those that every row must have.
#[must_use]
pub fn layout<'a>(columns: &[Column], headers: impl Iterator<Item = &'a str>) -> Option<Layout> {
    let mut layout = Layout { places: vec![None; columns.len()], ..Layout::default() };
    let mut old = 0;
    for (at, header) in headers.enumerate() {
        let wanted = plain(header);
        if wanted.is_empty() {
            continue;
        }
        layout.unread.extend(layout.width..at);
        layout.width = at + 1;
        let named = columns.iter().position(|column| plain(column.name) == wanted || plain(column.header) == wanted);
        let first = || columns.iter().position(|column| !column.first.is_empty() && plain(column.first) == wanted);
        let alias = || columns.iter().position(|column| column.aliases.iter().any(|alias| plain(alias) == wanted));
        let of_old = named.is_none().then(first).flatten();
        let found = named.or(of_old).or_else(alias);
        match found.and_then(|found| layout.places.get_mut(found)) {
            Some(place @ None) => {
                *place = Some(at);
                old += usize::from(of_old.and_then(|at| columns.get(at)).is_some_and(|column| column.required));
            }
            _ if is_own(header.trim()) => {}
            _ => {
                layout.unread.push(at);
                layout.extra.push(Extra { at, header: header.trim().chars().take(80).collect(), like: found });
            }
        }
    }
    let found = columns.iter().zip(&layout.places).filter(|(column, place)| column.required && place.is_some());
    if found.count() < 2 {
        return None;
    }
    // People use some of the old words themselves.
    layout.old = old >= 2;
    let Layout { places, extra, .. } = &mut layout;
    for extra in extra.iter_mut().filter(|extra| extra.like.is_none()) {
        extra.like = near(columns, places, &plain(&extra.header));
    }
    Some(layout)
}

/// The column without a place whose name is nearest to a header: a quarter of its letters wrong, or part of it.
fn near(columns: &[Column], places: &[Option<usize>], wanted: &str) -> Option<usize> {
    let free = columns.iter().enumerate().zip(places).filter(|(_, place)| place.is_none());
    let names = free.flat_map(|((at, column), _)| {
        [column.name, column.header, column.first]
            .into_iter()
            .chain(column.aliases.iter().copied())
            .map(move |name| (at, name))
    });
    let distances = names.filter_map(|(at, name)| {
        let name = plain(name);
        let most = name.len() / 4;
        let part = name.len() >= 4 && wanted.contains(&name);
        let wrong = if name.len().abs_diff(wanted.len()) > most { usize::MAX } else { osa_distance(&name, wanted) };
        if wrong <= most { Some((wrong, 0, at)) } else { part.then_some((usize::MAX, usize::MAX - name.len(), at)) }
    });
    distances.min().map(|(_, _, at)| at)
}

/// A header or word without what people write differently: case, accents, spaces and signs.
pub fn plain(header: &str) -> String {
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
        let extra = Extra { at: 2, header: "Catatan HRD".to_owned(), like: None };
        assert_eq!((layout.extra.as_slice(), layout.width, layout.old), ([extra].as_slice(), 5, false));
    }

    #[test]
    fn headers_that_people_type_are_known() {
        let known = |columns: &[Column], header: &str, name: &str| {
            let required = columns.iter().filter(|column| column.required && column.name != name);
            let headers = [header].into_iter().chain(required.map(|column| column.header));
            let layout = layout(columns, headers).unwrap();
            let at = columns.iter().position(|column| column.name == name).unwrap();
            assert_eq!((layout.places[at], layout.old), (Some(0), false), "{header}");
        };
        for (header, name) in [
            ("Upah terendah", "wage_min"),
            ("UPAH MINIMUM", "wage_min"),
            ("Gaji minimum", "wage_min"),
            ("Gaji", "wage_min"),
            ("Upah", "wage_min"),
            ("Gaji (Rp)", "wage_min"),
            ("Jumlah laki-laki", "men"),
            ("L", "men"),
            ("P", "women"),
            ("Jumlah", "any"),
            ("Pendidikan minimal", "education"),
            ("Tanggal mulai", "valid_from"),
            ("Berlaku s/d", "valid_until"),
            ("Nama Jabatan", "title"),
            ("Posisi", "title"),
            ("No. Referensi", "reference"),
            ("Kab/Kota", "work_region"),
        ] {
            known(VACANCIES, header, name);
        }
        for (header, name) in [
            ("NIK KTP", "nik"),
            ("No. KTP", "nik"),
            ("L/P", "sex"),
            ("Jenis Kelamin", "sex"),
            ("Nama Karyawan", "name"),
            ("Tgl masuk", "start_on"),
            ("TMT", "start_on"),
            ("Gaji pokok", "wage"),
            ("Domisili", "residence"),
            ("Kartu Kuning", "ak1_number"),
        ] {
            known(PLACEMENTS, header, name);
        }
    }

    #[test]
    fn a_header_that_is_nearly_known_says_what_it_may_mean() {
        let like = |columns: &[Column], header: &str| {
            let required = columns.iter().filter(|column| column.required).map(|column| column.header);
            let layout = layout(columns, required.chain([header])).unwrap();
            layout.extra[0].like.map(|at| columns[at].name)
        };
        for (header, name) in [
            ("Upah terndah", Some("wage_min")),
            ("Gaji yang ditawarkan", Some("wage_min")),
            ("Pendidkan", Some("education")),
            ("Nama jabatan", Some("title")),
            ("Catatan HRD", None),
            ("x", None),
        ] {
            assert_eq!(like(VACANCIES, header), name, "{header}");
        }
        assert_eq!(like(PLACEMENTS, "Nama perusahaan"), None);
        for own in OWN.as_flattened() {
            let layout = layout(VACANCIES, ["Nomor referensi", "Nama jabatan", own].into_iter()).unwrap();
            assert!(layout.extra.is_empty(), "{own}");
        }
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
        assert_eq!((name("/nothing"), name("")), (None, None));
    }
}
