//! Who and what the story is about: offices, places, trades, jobs, names. Everything is invented; every person and every
//! company is called "Contoh" (example).

use crate::companies::bodies::LegalForm;

/// An office of the demo.
#[derive(Clone, Copy, Debug)]
pub struct OfficeCast {
    /// Code.
    pub code: &'static str,
    /// Name.
    pub name: &'static str,
    /// Address.
    pub address: &'static str,
    /// Districts and sub-districts where its companies are.
    pub places: &'static [&'static str],
    /// How many companies of each trade.
    pub firms: &'static [(char, usize)],
}

/// The offices, the one that examples use first.
pub const OFFICES: &[OfficeCast] = &[
    OfficeCast {
        code: "36.72",
        name: "Dinas Tenaga Kerja Kota Cilegon",
        address: "Jalan Contoh Ketenagakerjaan 1, Cilegon",
        places: &["36.72.04", "36.72.08", "36.72.06", "36.72.03", "36.72.05", "36.72.07", "36.72.02", "36.72.01"],
        firms: &[('m', 16), ('c', 12), ('l', 10), ('b', 8), ('r', 4), ('s', 4), ('h', 3), ('k', 2), ('i', 1)],
    },
    OfficeCast {
        code: "36.04",
        name: "Dinas Tenaga Kerja dan Transmigrasi Kabupaten Serang",
        address: "Jalan Contoh Ketenagakerjaan 2, Serang",
        places: &["36.04.15", "36.04.16", "36.04.11", "36.04.07", "36.04.05", "36.04.26", "36.04.09", "36.04.08"],
        firms: &[('t', 10), ('e', 8), ('f', 8), ('c', 6), ('l', 4), ('b', 4), ('r', 3), ('s', 3), ('p', 2), ('w', 2)],
    },
    OfficeCast {
        code: "33.06",
        name: "Dinas Perindustrian, Transmigrasi, dan Tenaga Kerja Kabupaten Purworejo",
        address: "Jalan Contoh Ketenagakerjaan 3, Purworejo",
        places: &["33.06.06", "33.06.09", "33.06.07", "33.06.08", "33.06.03", "33.06.15"],
        firms: &[('t', 6), ('w', 6), ('f', 5), ('a', 3), ('r', 3), ('h', 2), ('k', 1), ('d', 1), ('p', 1)],
    },
    OfficeCast {
        code: "33.75",
        name: "Dinas Perindustrian dan Tenaga Kerja Kota Pekalongan",
        address: "Jalan Contoh Ketenagakerjaan 4, Pekalongan",
        places: &["33.75.01", "33.75.02", "33.75.03", "33.75.04"],
        firms: &[('t', 14), ('f', 5), ('r', 4), ('h', 3), ('l', 2), ('a', 1), ('d', 1)],
    },
    OfficeCast {
        code: "32",
        name: "Dinas Tenaga Kerja dan Transmigrasi Provinsi Jawa Barat",
        address: "Jalan Contoh Ketenagakerjaan 5, Bandung",
        places: &["32.16.08", "32.75.06", "32.73.27", "32.17.08", "32.16.19", "32.75.01", "32.73.15", "32.17.09"],
        firms: &[('e', 10), ('m', 4), ('f', 4), ('l', 4), ('r', 3), ('i', 3), ('h', 2), ('s', 2)],
    },
    OfficeCast {
        code: "36",
        name: "Dinas Tenaga Kerja dan Transmigrasi Provinsi Banten",
        address: "Jalan Contoh Ketenagakerjaan 6, Serang",
        places: &[],
        firms: &[],
    },
    OfficeCast {
        code: "33",
        name: "Dinas Tenaga Kerja dan Transmigrasi Provinsi Jawa Tengah",
        address: "Jalan Contoh Ketenagakerjaan 7, Semarang",
        places: &[],
        firms: &[],
    },
];

/// What a company does.
#[derive(Clone, Copy, Debug)]
pub struct Trade {
    /// The letter that jobs and offices name it by.
    pub letter: char,
    /// KBLI section.
    pub sector: &'static str,
    /// KBLI code.
    pub kbli: &'static str,
    /// What its companies are called after.
    pub nouns: [&'static str; 6],
    /// Legal forms that occur, by turns.
    pub forms: &'static [LegalForm],
    /// Workers of a company of middling size.
    pub workers: i32,
}

const PT: &[LegalForm] = &[LegalForm::Pt];
const SMALL: &[LegalForm] = &[LegalForm::Pt, LegalForm::Cv, LegalForm::Cv];

/// The trades.
pub const TRADES: &[Trade] = &[
    Trade {
        letter: 'm',
        sector: "C",
        kbli: "24102",
        nouns: ["Baja", "Logam", "Pipa", "Mesin", "Galangan", "Rekayasa"],
        forms: PT,
        workers: 320,
    },
    Trade {
        letter: 'c',
        sector: "C",
        kbli: "20119",
        nouns: ["Kimia", "Polimer", "Plastik", "Resin", "Pupuk", "Gas Industri"],
        forms: PT,
        workers: 240,
    },
    Trade {
        letter: 't',
        sector: "C",
        kbli: "14111",
        nouns: ["Garmen", "Tekstil", "Batik", "Busana", "Konveksi", "Tenun"],
        forms: SMALL,
        workers: 260,
    },
    Trade {
        letter: 'f',
        sector: "C",
        kbli: "10710",
        nouns: ["Pangan", "Roti", "Kerupuk", "Minuman", "Olahan Ikan", "Bumbu"],
        forms: SMALL,
        workers: 120,
    },
    Trade {
        letter: 'w',
        sector: "C",
        kbli: "31001",
        nouns: ["Mebel", "Kayu", "Furnitur", "Ukir", "Kayu Lapis", "Interior"],
        forms: SMALL,
        workers: 70,
    },
    Trade {
        letter: 'e',
        sector: "C",
        kbli: "26120",
        nouns: ["Elektronik", "Otomotif", "Komponen", "Kabel", "Presisi", "Suku Cadang"],
        forms: PT,
        workers: 480,
    },
    Trade {
        letter: 'b',
        sector: "F",
        kbli: "41011",
        nouns: ["Konstruksi", "Bangunan", "Sipil", "Pondasi", "Instalasi", "Beton"],
        forms: SMALL,
        workers: 90,
    },
    Trade {
        letter: 'l',
        sector: "H",
        kbli: "52101",
        nouns: ["Logistik", "Pergudangan", "Pelabuhan", "Ekspedisi", "Transportasi", "Kargo"],
        forms: PT,
        workers: 110,
    },
    Trade {
        letter: 'r',
        sector: "G",
        kbli: "47111",
        nouns: ["Swalayan", "Niaga", "Grosir", "Ritel", "Elektrik", "Bahan Bangunan"],
        forms: &[LegalForm::Pt, LegalForm::Cv, LegalForm::SoleProprietor],
        workers: 40,
    },
    Trade {
        letter: 'h',
        sector: "I",
        kbli: "55110",
        nouns: ["Hotel", "Katering", "Rumah Makan", "Penginapan", "Kedai Kopi", "Wisata"],
        forms: SMALL,
        workers: 45,
    },
    Trade {
        letter: 's',
        sector: "N",
        kbli: "80100",
        nouns: ["Pengamanan", "Kebersihan", "Tenaga Alih Daya", "Jasa Gedung", "Pengawalan", "Layanan Fasilitas"],
        forms: PT,
        workers: 150,
    },
    Trade {
        letter: 'k',
        sector: "Q",
        kbli: "86101",
        nouns: ["Klinik", "Rumah Sakit", "Apotek", "Laboratorium", "Rumah Bersalin", "Kesehatan"],
        forms: &[LegalForm::Pt, LegalForm::Foundation],
        workers: 80,
    },
    Trade {
        letter: 'd',
        sector: "P",
        kbli: "85230",
        nouns: ["Pendidikan", "Kejuruan", "Bahasa", "Kursus", "Pelatihan", "Bimbingan"],
        forms: &[LegalForm::Foundation, LegalForm::Cv],
        workers: 30,
    },
    Trade {
        letter: 'i',
        sector: "J",
        kbli: "62019",
        nouns: ["Digital", "Perangkat Lunak", "Data", "Jaringan", "Telematika", "Media"],
        forms: PT,
        workers: 35,
    },
    Trade {
        letter: 'a',
        sector: "A",
        kbli: "03221",
        nouns: ["Tani", "Tambak", "Perikanan", "Perkebunan", "Peternakan", "Agro"],
        forms: &[LegalForm::Cooperative, LegalForm::SoleProprietor, LegalForm::Cv],
        workers: 40,
    },
    Trade {
        letter: 'p',
        sector: "N",
        kbli: "78103",
        nouns: ["Penempatan", "Karier Mancanegara", "Tenaga Global", "Migran", "Bina Kerja", "Antar Kerja"],
        forms: PT,
        workers: 25,
    },
];

/// The second word of a company's name.
pub const SUFFIXES: [&str; 20] = [
    "Nusantara",
    "Sejahtera",
    "Mandiri",
    "Abadi",
    "Jaya",
    "Makmur",
    "Lestari",
    "Sentosa",
    "Utama",
    "Prima",
    "Perkasa",
    "Gemilang",
    "Bersama",
    "Karya",
    "Persada",
    "Mulia",
    "Cemerlang",
    "Raya",
    "Bahari",
    "Selaras",
];

/// Whom a job is usually offered to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lean {
    /// Either sex.
    Any,
    /// Mostly men.
    Men,
    /// Mostly women.
    Women,
}

/// A job that companies report.
#[derive(Debug)]
pub struct Job {
    /// Title.
    pub title: &'static str,
    /// KBJI sub-major group.
    pub occupation: &'static str,
    /// Education level; empty for none.
    pub education: &'static str,
    /// Experience, in months.
    pub experience: i32,
    /// Wage: percent of the minimum wage; abroad, thousands of rupiah.
    pub pay: i64,
    /// Most persons of a line.
    pub most: i32,
    /// How often it is met.
    pub weight: u32,
    /// Whom it is offered to.
    pub lean: Lean,
    /// Trades that offer it, by letter; `*` for every one.
    pub trades: &'static str,
    /// Skills.
    pub skills: &'static [&'static str],
    /// What the work is.
    pub work: &'static str,
    /// Countries, for work abroad.
    pub countries: &'static [&'static str],
}

const SD: &str = "primary";
const SMP: &str = "junior_secondary";
const SMA: &str = "senior_secondary";
const SMK: &str = "vocational_secondary";
const D3: &str = "diploma_3";
const S1: &str = "bachelor";

macro_rules! jobs {
    ($($title:literal $occupation:literal $education:ident $experience:literal $pay:literal $most:literal $weight:literal
        $lean:ident $trades:literal [$($skill:literal),*] $work:literal $(in [$($country:literal),+])?;)+) => {
        /// The jobs.
        pub const JOBS: &[Job] = &[$(Job {
            title: $title,
            occupation: $occupation,
            education: $education,
            experience: $experience,
            pay: $pay,
            most: $most,
            weight: $weight,
            lean: Lean::$lean,
            trades: $trades,
            skills: &[$($skill),*],
            work: $work,
            countries: &[$($($country),+)?],
        }),+];
    };
}

// title, KBJI, education, months of experience, pay, most persons, weight, sex, trades, skills, work
jobs! {
    "Operator Forklift" "83" SMK 12 106 6 6 Any "mcflwe" ["SIO forklift", "K3 pergudangan"] "Memindahkan barang dengan forklift di gudang dan area muat, kerja bergilir.";
    "Satpam" "54" SMA 0 103 6 3 Any "*" ["Gada Pratama"] "Menjaga keamanan lingkungan perusahaan dan mencatat keluar masuk tamu, kerja bergilir.";
    "Sopir" "83" SMA 24 103 4 3 Men "*" ["SIM B1"] "Mengemudikan kendaraan operasional dan merawatnya setiap hari.";
    "Staf Administrasi" "41" SMA 0 102 3 2 Any "*" ["Microsoft Excel", "Kearsipan"] "Mengelola surat, arsip, dan data harian kantor.";
    "Staf Keuangan" "33" D3 12 115 2 1 Any "*" ["Akuntansi", "Perpajakan"] "Mencatat transaksi dan menyiapkan laporan keuangan bulanan.";
    "Staf Personalia" "24" S1 24 130 2 1 Any "*" ["Hubungan industrial", "Penggajian"] "Mengurus rekrutmen, penggajian, dan administrasi karyawan.";
    "Petugas Kebersihan" "91" SD 0 98 5 1 Any "*" [] "Menjaga kebersihan gedung, toilet, dan halaman.";
    "Teknisi Listrik" "74" SMK 24 118 4 4 Any "mcfebtwhsl" ["K3 listrik", "Instalasi industri"] "Merawat panel, motor, dan instalasi listrik pabrik atau gedung.";
    "Teknisi Listrik Industri" "74" D3 36 130 2 1 Any "mce" ["PLC", "Inverter"] "Memelihara sistem kendali dan tenaga listrik mesin produksi.";
    "Tukang Las" "72" SMK 12 112 8 4 Men "mbw" ["Las SMAW 3G"] "Mengelas rangka baja dan komponen mesin menurut gambar kerja.";
    "Juru Las Pipa" "72" SMK 36 140 6 3 Men "mcb" ["Las GTAW 6G", "Membaca isometrik"] "Mengelas sambungan pipa bertekanan menurut WPS.";
    "Operator Crane" "83" SMK 24 125 3 2 Any "mbl" ["SIO crane"] "Mengoperasikan crane di area produksi atau dermaga.";
    "Mekanik Alat Berat" "72" SMK 24 128 3 2 Men "mbl" ["Hidrolik", "Mesin diesel"] "Merawat dan memperbaiki ekskavator, loader, dan forklift.";
    "Teknisi Mesin" "72" SMK 12 112 4 3 Any "mcfetw" ["Perawatan preventif", "Pneumatik"] "Merawat mesin produksi dan mengganti suku cadang.";
    "Operator Mesin CNC" "72" SMK 12 115 5 2 Any "me" ["CNC milling", "Membaca gambar teknik"] "Menyetel dan menjalankan mesin bubut dan frais CNC.";
    "Operator Produksi" "81" SMA 0 101 20 5 Any "mcfetw" [] "Menjalankan mesin produksi dan mencatat hasil setiap gilir kerja.";
    "Operator Tungku" "81" SMK 12 112 4 1 Men "m" ["K3 area panas"] "Mengawasi tungku peleburan dan penuangan logam.";
    "Inspektur Mutu" "75" D3 12 112 3 2 Any "mcfetw" ["Alat ukur", "Statistik dasar"] "Memeriksa mutu bahan dan hasil produksi.";
    "Laboran" "31" D3 12 112 2 1 Any "cfk" ["Titrasi", "Spektrofotometer"] "Menguji contoh bahan di laboratorium.";
    "Operator Proses Kimia" "31" SMK 12 118 6 3 Any "c" ["Ruang kendali DCS"] "Mengendalikan reaktor dan kolom dari ruang kendali.";
    "Petugas K3" "31" S1 12 125 2 2 Any "mcbel" ["Ahli K3 Umum"] "Mengawasi keselamatan kerja dan melatih pekerja.";
    "Supervisor Produksi" "31" S1 48 160 2 1 Any "mcfet" ["Kepemimpinan", "Kaizen"] "Memimpin satu gilir produksi dan melaporkan capaian.";
    "Insinyur Proses" "21" S1 24 175 2 1 Any "cm" ["Neraca massa", "Aspen"] "Memperbaiki proses dan menghitung kebutuhan bahan.";
    "Operator Injeksi Plastik" "81" SMK 0 104 8 2 Any "ce" [] "Menjalankan mesin injeksi dan memeriksa cetakan.";
    "Operator Mesin Kemas" "81" SMA 0 101 10 3 Any "fc" [] "Menjalankan mesin pengemas dan menyusun karton.";
    "Operator Jahit" "81" SMP 6 102 30 8 Women "t" ["Mesin jahit high speed"] "Menjahit bagian pakaian pada lini produksi garmen.";
    "Operator Obras" "81" SMP 6 101 12 2 Women "t" ["Mesin obras"] "Mengobras tepi kain pada lini produksi.";
    "Pemotong Kain" "75" SMP 12 104 6 2 Any "t" ["Pola", "Mesin potong"] "Memotong kain menurut pola dan marker.";
    "Pembatik Tulis" "73" SD 12 100 8 2 Women "t" ["Canting"] "Membatik tulis dengan malam panas.";
    "Pewarna Batik" "73" SD 6 100 5 1 Men "t" ["Pewarna alam"] "Mencelup dan mewarnai kain batik.";
    "Operator Mesin Tenun" "81" SMA 0 101 12 2 Any "t" [] "Menjalankan mesin tenun dan menyambung benang.";
    "Mekanik Mesin Jahit" "72" SMK 24 118 3 2 Men "t" ["Mesin garmen"] "Merawat mesin jahit, obras, dan lubang kancing.";
    "Perakit Elektronik" "82" SMA 0 102 25 5 Any "e" ["Solder"] "Merakit papan sirkuit pada lini produksi.";
    "Perakit Komponen Otomotif" "82" SMK 0 104 20 4 Any "e" [] "Merakit komponen kendaraan menurut instruksi kerja.";
    "Operator Gudang" "43" SMA 0 101 6 2 Any "lrfcme" ["Pemindai barcode"] "Menerima, menyimpan, dan mengeluarkan barang.";
    "Kepala Gudang" "43" D3 36 135 1 1 Any "lrf" ["WMS"] "Memimpin gudang dan mengatur persediaan.";
    "Sopir Truk Trailer" "83" SMA 36 125 6 2 Men "lm" ["SIM B2 Umum"] "Mengemudikan truk trailer antarkota.";
    "Tenaga Bongkar Muat" "93" SD 0 99 15 2 Men "l" [] "Membongkar dan memuat barang di gudang dan dermaga.";
    "Kurir" "83" SMA 0 101 8 2 Any "lr" ["SIM C"] "Mengantar paket di dalam kota.";
    "Staf Ekspor Impor" "33" D3 12 120 2 1 Any "let" ["Kepabeanan"] "Menyiapkan dokumen pabean dan pengapalan.";
    "Tukang Batu" "71" SD 12 104 10 3 Men "b" [] "Memasang bata, plester, dan keramik.";
    "Tukang Kayu Bangunan" "71" SD 12 106 6 2 Men "b" ["Bekisting"] "Membuat bekisting dan kusen.";
    "Tukang Besi Beton" "71" SD 12 105 8 2 Men "b" [] "Merakit tulangan beton menurut gambar.";
    "Pelaksana Lapangan" "31" D3 24 135 2 1 Any "b" ["RAB", "Jadwal proyek"] "Mengatur pekerjaan harian di lapangan.";
    "Juru Gambar" "31" SMK 12 112 2 1 Any "bmw" ["AutoCAD"] "Menggambar rancangan teknik.";
    "Insinyur Sipil" "21" S1 24 170 2 1 Any "b" ["SAP2000"] "Merancang dan mengawasi struktur bangunan.";
    "Pramuniaga" "52" SMA 0 100 8 4 Any "r" ["Pelayanan pelanggan"] "Melayani pembeli dan menata barang.";
    "Kasir" "52" SMA 0 101 4 3 Women "rh" ["Mesin kasir"] "Menerima pembayaran dan menghitung kas.";
    "Kepala Toko" "52" D3 24 130 1 1 Any "r" ["Penjualan"] "Memimpin toko dan target penjualan.";
    "Tenaga Penjualan" "33" SMA 6 105 5 2 Any "rif" ["SIM C", "Negosiasi"] "Menawarkan produk ke toko dan pelanggan.";
    "Juru Masak" "51" SMK 12 106 3 3 Any "hf" ["Tata boga"] "Menyiapkan masakan menurut menu.";
    "Pramusaji" "51" SMA 0 99 6 3 Any "h" [] "Menyajikan makanan dan melayani tamu.";
    "Barista" "51" SMA 6 100 3 2 Any "h" ["Latte art"] "Meracik kopi dan melayani pelanggan.";
    "Petugas Tata Graha" "91" SMA 0 99 5 2 Any "h" [] "Membersihkan dan menata kamar.";
    "Resepsionis" "42" D3 6 106 2 2 Any "hk" ["Bahasa Inggris"] "Menerima tamu dan mengurus pendaftaran.";
    "Komandan Regu Satpam" "54" SMA 36 118 2 2 Men "s" ["Gada Madya"] "Memimpin regu pengamanan dan menyusun laporan.";
    "Petugas Taman" "92" SD 0 98 4 1 Any "s" [] "Merawat taman dan halaman gedung.";
    "Teknisi AC" "71" SMK 12 110 3 2 Men "sh" ["Refrigerasi"] "Memasang dan merawat pendingin udara.";
    "Perawat" "32" D3 12 112 5 3 Any "k" ["STR aktif"] "Merawat pasien dan mencatat tindakan.";
    "Bidan" "32" D3 12 112 3 2 Women "k" ["STR aktif"] "Melayani ibu hamil, persalinan, dan bayi.";
    "Apoteker" "22" S1 12 150 1 1 Any "k" ["STRA aktif"] "Meracik dan menyerahkan obat.";
    "Instruktur Las" "23" D3 36 130 2 2 Any "d" ["Sertifikat instruktur"] "Mengajar praktik las di bengkel latih.";
    "Guru Bahasa Inggris" "23" S1 12 120 2 2 Any "d" [] "Mengajar kelas percakapan dan tata bahasa.";
    "Programmer" "25" S1 12 170 3 4 Any "i" ["Rust", "PostgreSQL"] "Membangun dan merawat aplikasi layanan.";
    "Teknisi Jaringan" "35" D3 12 125 2 3 Any "i" ["Serat optik", "Mikrotik"] "Memasang dan merawat jaringan pelanggan.";
    "Desainer Grafis" "21" D3 12 115 2 2 Any "irt" ["Ilustrasi"] "Merancang materi promosi dan kemasan.";
    "Layanan Pelanggan" "42" SMA 0 103 6 2 Any "ir" ["Komunikasi"] "Menjawab pertanyaan pelanggan lewat telepon dan pesan.";
    "Pekerja Kebun" "92" SD 0 98 10 3 Any "a" [] "Menanam, merawat, dan memanen.";
    "Operator Traktor" "83" SMP 12 105 2 2 Men "a" [] "Mengolah lahan dengan traktor.";
    "Petugas Tambak" "62" SMP 0 101 6 3 Any "a" [] "Memberi pakan dan menjaga mutu air tambak.";
    "Pengolah Ikan" "75" SMP 0 100 12 3 Women "fa" [] "Membersihkan, memotong, dan membekukan ikan.";
    "Operator Mesin Kayu" "75" SMP 6 102 8 4 Men "w" ["Mesin serut"] "Menjalankan mesin gergaji dan serut.";
    "Tukang Finishing Mebel" "75" SMP 12 104 5 3 Any "w" ["Melamin", "Semprot"] "Mengampelas dan mewarnai mebel.";
    "Pengukir Kayu" "73" SD 24 106 4 2 Men "w" [] "Mengukir kayu menurut pola.";
    "Perawat Lansia" "53" SMA 0 13000 8 6 Women "p" ["Bahasa Kanton dasar", "Perawatan dasar"] "Merawat orang lanjut usia di rumah atau panti." in ["HK", "SG", "IT"];
    "Penata Laksana Rumah Tangga" "51" SMP 0 9500 12 5 Women "p" ["Memasak"] "Mengurus rumah tangga satu keluarga." in ["HK", "SG"];
    "Operator Manufaktur" "81" SMK 12 24000 20 5 Any "p" ["EPS-TOPIK"] "Menjalankan mesin di pabrik." in ["KR"];
    "Tukang Las Galangan Kapal" "72" SMK 24 27000 10 4 Men "p" ["Las FCAW 3G"] "Mengelas badan kapal di galangan." in ["KR", "SG", "PL"];
}

/// Regions in other provinces in which companies have work, with and without a loaded minimum wage.
pub const ELSEWHERE: &[&str] =
    &["31.71", "31.74", "32.16", "32.75", "33.74", "34.71", "36.03", "36.71", "64.72", "73.71"];

/// Districts where workers come from besides the one where they work.
pub const ORIGINS: &[&str] =
    &["33.06", "33.75", "33.26", "36.04", "36.72", "36.73", "32.16", "34.71", "18.71", "35.78"];

/// Given names of men.
pub const MEN: [&str; 24] = [
    "Adi", "Agus", "Bagas", "Bambang", "Budi", "Candra", "Dedi", "Eko", "Fajar", "Galih", "Hadi", "Iwan", "Joko",
    "Krisna", "Lukman", "Maman", "Nanang", "Oki", "Purnomo", "Rizki", "Slamet", "Taufik", "Wahyu", "Yusuf",
];

/// Given names of women.
pub const WOMEN: [&str; 24] = [
    "Ani", "Ayu", "Citra", "Dewi", "Dian", "Eka", "Fitri", "Gita", "Hesti", "Indah", "Juwita", "Kartika", "Lina",
    "Maya", "Nur", "Oktavia", "Putri", "Ratna", "Sari", "Tuti", "Umi", "Vina", "Wulan", "Yuni",
];

/// Second names.
pub const FAMILY: [&str; 22] = [
    "Pratama",
    "Saputra",
    "Wijaya",
    "Santosa",
    "Hidayat",
    "Nugroho",
    "Setiawan",
    "Kusuma",
    "Permana",
    "Hartono",
    "Gunawan",
    "Susanto",
    "Maulana",
    "Firmansyah",
    "Kurniawan",
    "Rahayu",
    "Lestari",
    "Utami",
    "Wibowo",
    "Handoko",
    "Suryana",
    "Anggraini",
];

/// Streets.
pub const STREETS: [&str; 12] = [
    "Industri",
    "Raya",
    "Pelabuhan",
    "Melati",
    "Kenanga",
    "Merdeka",
    "Pemuda",
    "Kawasan Niaga",
    "Pasar Baru",
    "Stasiun",
    "Cempaka",
    "Gatotkaca",
];

/// Why a line is sent back.
pub const REASONS: [&str; 5] = [
    "Upah belum dicantumkan atau di bawah UMK; mohon dijelaskan",
    "Nama jabatan belum sesuai dengan golongan KBJI",
    "Batas usia perlu alasan yang sah",
    "Masa berlaku lowongan terlalu singkat",
    "Uraian keterampilan belum jelas",
];

/// Why a company is rejected.
pub const REJECTIONS: [&str; 3] = [
    "NIB tidak sesuai dengan nama perusahaan",
    "Alamat perusahaan tidak ditemukan saat kunjungan",
    "Kegiatan usaha tidak sesuai dengan KBLI yang didaftarkan",
];
