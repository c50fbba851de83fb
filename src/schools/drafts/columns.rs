//! The columns of a file of alumni, and what the fields of a row say.

use disnaker_entity::batch::BatchFormat;

use crate::bulk::{self, Choice, Field, Fields, Survey, Table};
use crate::columns;
use crate::problem::Problem;
use crate::reference::Codes;
use crate::seekers::bodies::{NewSeeker, Schooling, SeekerAddress, SeekerContact, SeekerIdentity, WantedWork};

/// Religions as identity cards write them.
const RELIGIONS: &[Choice] = &[
    ("islam", "Islam", &[]),
    ("protestant", "Kristen", &["kristenprotestan", "protestan"]),
    ("catholic", "Katolik", &["katholik", "kristenkatolik"]),
    ("hindu", "Hindu", &[]),
    ("buddhist", "Buddha", &["budha"]),
    ("confucian", "Khonghucu", &["konghucu", "konghuchu"]),
    ("belief", "Kepercayaan terhadap Tuhan YME", &["kepercayaan", "penghayat", "penghayatkepercayaan"]),
];

/// Marital status as identity cards write it.
const MARITAL: &[Choice] = &[
    ("single", "Belum kawin", &["belummenikah", "lajang", "tidakkawin"]),
    ("married", "Kawin", &["menikah", "kawintercatat", "kawinbelumtercatat"]),
    ("divorced", "Cerai hidup", &["cerai"]),
    ("widowed", "Cerai mati", &["janda", "duda"]),
];

columns! {
    /// Alumni.
    ALUMNI:
    "reference" "Nomor referensi" "" ["ref", "no ref", "no referensi", "nisn", "nis", "no induk"]
        "/reference" Label required open
        "Nomor sekolah sendiri untuk alumni ini, misalnya NISN; tidak boleh dipakai dua kali."
        "The school's own number of the person; never used twice.";
    "nik" "NIK" "" ["nik ktp", "no nik", "nomor nik", "nomor induk kependudukan", "no ktp", "nomor ktp", "ktp"]
        "/identity/nik" Digits required personal
        "16 angka, kolom berformat teks." "16 digits, the column formatted as text.";
    "name" "Nama" "" ["nama lengkap", "nama siswa", "nama alumni", "nama lulusan", "nama sesuai ktp"]
        "/identity/name" Line required personal
        "Seperti pada KTP." "As on the identity card.";
    "family_card" "Nomor Kartu Keluarga" "" ["no kk", "nomor kk", "kk", "kartu keluarga", "no kartu keluarga"]
        "/identity/family_card" Digits optional personal
        "16 angka, kolom berformat teks." "16 digits, the column formatted as text.";
    "birth_place" "Tempat lahir" "" ["kota lahir"]
        "/identity/birth_place" Line optional personal
        "Seperti pada KTP." "As on the identity card.";
    "birth_on" "Tanggal lahir" "" ["tgl lahir", "tanggal kelahiran"]
        "/identity/birth_on" Day optional personal
        "Tanggal, misalnya 01/12/2008." "A day, such as 01/12/2008.";
    "sex" "Jenis kelamin" "" ["jk", "kelamin", "gender", "l/p"]
        "/identity/sex" Sex optional personal
        "L atau P." "L (male) or P (female).";
    "religion" "Agama" "" []
        "/identity/religion" Choice(RELIGIONS) optional personal
        "Seperti pada KTP." "As on the identity card.";
    "marital_status" "Status perkawinan" "" ["status kawin", "status pernikahan"]
        "/identity/marital_status" Choice(MARITAL) optional personal
        "Seperti pada KTP." "As on the identity card.";
    "region" "Wilayah tempat tinggal" "" ["kabupaten/kota", "kab/kota", "kecamatan", "domisili", "wilayah", "wilayah domisili"]
        "/address/region" Region optional open
        "Kabupaten, kota, atau kecamatan pada KTP: pilih dari daftar." "District or sub-district on the identity card: choose from the list.";
    "village" "Desa atau kelurahan" "" ["desa/kelurahan", "desa", "kelurahan"]
        "/address/village" Line optional personal
        "Seperti pada KTP." "As on the identity card.";
    "street" "Alamat" "" ["alamat rumah", "jalan", "alamat lengkap", "alamat sesuai ktp"]
        "/address/street" Line optional personal
        "Jalan, nomor, RT/RW." "Street, number, neighbourhood.";
    "phone" "Nomor telepon" "" ["no hp", "hp", "nomor hp", "telepon", "no telepon", "whatsapp", "wa", "no wa"]
        "/contact/phone" Digits optional personal
        "Kolom berformat teks." "The column formatted as text.";
    "email" "Surel" "" ["email", "alamat email"]
        "/contact/email" Line optional personal
        "Alamat surel." "E-mail address.";
    "education" "Pendidikan" "" ["jenjang", "jenjang pendidikan", "pendidikan terakhir", "tingkat pendidikan"]
        "/education/0/level" Education optional open
        "Pilih dari daftar." "Choose from the list.";
    "major" "Jurusan" "" ["program keahlian", "kompetensi keahlian", "program studi", "prodi"]
        "/education/0/major" Line optional open
        "Jurusan atau program keahlian." "Major.";
    "graduated_in" "Tahun lulus" "" ["lulus tahun", "tahun kelulusan"]
        "/education/0/graduated_in" Whole optional open
        "Tahun, misalnya 2026." "A year, such as 2026.";
    "name_on_diploma" "Nama pada ijazah" "" ["nama di ijazah", "nama ijazah", "nama pada skl"]
        "/education/0/name_on_diploma" Line optional personal
        "Seperti pada ijazah atau SKL." "As on the diploma or the letter of graduation.";
    "skills" "Keterampilan" "" ["kompetensi", "keahlian", "skill"]
        "/skills" Texts optional open
        "Dipisahkan titik koma." "Separated by semicolons.";
    "occupation" "Jabatan yang diinginkan (KBJI)" "" ["kode jabatan", "jabatan", "minat", "jabatan yang diinginkan", "pekerjaan yang diinginkan", "kbji"]
        "/wanted/occupations/0" Occupation optional open
        "Kode KBJI: pilih dari daftar." "KBJI code: choose from the list.";
    "other_provinces" "Bersedia ke provinsi lain" "" ["akad", "bersedia akad", "bersedia ditempatkan di luar provinsi"]
        "/wanted/other_provinces" Flag optional open
        "ya atau tidak." "ya (yes) or tidak (no).";
}

/// Files of alumni.
pub static TABLE: Table = Table {
    columns: ALUMNI,
    file: "job-seekers.xlsx",
    title: "Data pencari kerja: alumni BKK",
    sheet: "Alumni",
    personal: true,
    shown: &[],
    ids: &["/id"],
};

/// Looks at a file whole, and keeps its rows where there are at most `keep` of them.
///
/// # Errors
/// As of [`bulk::survey`].
pub fn survey(bytes: &[u8], format: BatchFormat, codes: &Codes, keep: usize) -> Result<Survey<NewSeeker>, Problem> {
    bulk::survey(bytes, format, &TABLE, codes, said, keep)
}

/// What a row says. Where a cell is at fault, nothing stands in for it, and what it would be missed for is not told.
fn said(fields: &mut Fields, _: Option<String>) -> NewSeeker {
    let identity = SeekerIdentity {
        nik: fields.text("nik").unwrap_or_default(),
        name: fields.text("name").unwrap_or_default(),
        family_card: fields.text("family_card"),
        birth_place: fields.text("birth_place"),
        birth_on: fields.day("birth_on"),
        sex: if let Field::Sex(sex) = fields.take("sex") { Some(sex) } else { None },
        religion: fields.text("religion").and_then(|word| word.parse().ok()),
        marital_status: fields.text("marital_status").and_then(|word| word.parse().ok()),
    };
    let (region, village, street) = (fields.text("region"), fields.text("village"), fields.text("street"));
    let address = (region.is_some() || village.is_some() || street.is_some()).then(|| SeekerAddress {
        region: region.unwrap_or_default(),
        village,
        street: street.unwrap_or_default(),
    });
    let (phone, email) = (fields.text("phone"), fields.text("email"));
    let contact = (phone.is_some() || email.is_some()).then_some(SeekerContact { phone, email });
    let (level, major) = (fields.text("education"), fields.text("major"));
    let (graduated_in, name_on_diploma) = (fields.small("graduated_in"), fields.text("name_on_diploma"));
    let schooled = level.is_some() || major.is_some() || graduated_in.is_some() || name_on_diploma.is_some();
    let education = schooled.then(|| Schooling {
        level: level.unwrap_or_default(),
        school: None,
        major,
        graduated_in,
        name_on_diploma,
    });
    let wanted = WantedWork {
        occupations: fields.text("occupation").into_iter().collect(),
        other_provinces: fields.take("other_provinces") == Field::Flag(true),
        ..WantedWork::default()
    };
    let asked = !wanted.occupations.is_empty() || wanted.other_provinces;
    NewSeeker {
        office: None,
        school_id: None,
        identity,
        address,
        contact,
        education: education.into_iter().collect(),
        courses: Vec::new(),
        experience: Vec::new(),
        skills: fields.texts("skills"),
        languages: Vec::new(),
        disabilities: Vec::new(),
        wanted: asked.then_some(wanted),
        consents: Vec::new(),
    }
}
