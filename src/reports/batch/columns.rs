//! The columns of a batch, a table a kind.

use disnaker_entity::batch::BatchKind;

use crate::bulk::{Column, Table};
use crate::columns;

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

/// Fields that lines and rows of reports are shown with.
const SHOWN: &[&str] = &["/position", "/return_reason"];
/// Their ids.
const IDS: &[&str] = &["/line_id", "/row_id"];

/// Files of vacancy reports.
static VACANCY_FILES: Table = Table {
    columns: VACANCIES,
    file: "vacancy-report.xlsx",
    title: "Wajib lapor lowongan pekerjaan",
    sheet: "Lowongan",
    personal: false,
    shown: SHOWN,
    ids: IDS,
};

/// Files of placement reports.
static PLACEMENT_FILES: Table = Table {
    columns: PLACEMENTS,
    file: "placement-report.xlsx",
    title: "Wajib lapor penempatan tenaga kerja",
    sheet: "Penempatan",
    personal: true,
    shown: SHOWN,
    ids: IDS,
};

/// What files of a kind look like.
#[must_use]
pub fn table(kind: BatchKind) -> &'static Table {
    match kind {
        BatchKind::Vacancies => &VACANCY_FILES,
        BatchKind::Placements => &PLACEMENT_FILES,
    }
}

/// The columns of a kind.
#[must_use]
pub fn of(kind: BatchKind) -> &'static [Column] {
    table(kind).columns
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::bulk::{Extra, OWN, at, layout, plain};

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
