//! Each paper from the least and from a lot that people may write, read back out of its PDF. `DISNAKER_PAPERS=DIRECTORY` keeps
//! them, to be looked at.

use disnaker_entity::mediation::RecommendationAnswer;
use disnaker_entity::reference::PolicyUnit;

use super::*;
use crate::book::Policy;
use crate::paper::read;
use crate::problem::Text;

const PEOPLE: [Representative<'_>; 2] = [
    Representative { name: "Kuasa Contoh, S.H.", capacity: Some("Advokat") },
    Representative { name: "Pengurus Contoh", capacity: None },
];

const WORKER: Party<'_> = Party {
    label: "Pekerja",
    name: "Pekerja Contoh",
    position: Some("Operator produksi"),
    address: "Jalan Contoh Nomor 12, Kelurahan Contoh, Kota Cilegon",
    representatives: &PEOPLE,
    signer: None,
};

const EMPLOYER: Party<'_> = Party {
    label: "Pengusaha",
    name: "PT Contoh Baja Nusantara",
    position: None,
    address: "Jalan Industri Contoh Raya Nomor 17, Kawasan Industri Contoh, Kota Cilegon, Provinsi Banten",
    representatives: &[],
    signer: Some(Representative { name: "Manajer Contoh", capacity: Some("Manajer Sumber Daya Manusia") }),
};

const MEDIATOR_OF_OURS: Officer<'_> = Officer { name: Some("Mediator Contoh"), number: Some("198001012005011001") };

/// A person's words: of some paragraphs, and as long as they may be.
const PLAIN: &str = "Pekerja bekerja sejak 1 Maret 2019 sebagai operator produksi dengan perjanjian kerja waktu tidak tertentu. \
     Pada tanggal 2 Oktober 2026 pekerja menerima surat pemutusan hubungan kerja dengan alasan efisiensi.\n\n\
     Pekerja meminta agar pesangon dibayarkan sesuai peraturan perundang-undangan, atau dipekerjakan kembali.";

fn long() -> String {
    let word = "Pertanggungjawaban".repeat(40);
    let text = format!("{PLAIN}\n{word}\n\n\n\t- butir\u{7} dengan “kutipan” & tanda <aneh> (é, 日本)\r\n").repeat(17);
    let text: String = text.chars().take(20_000 - 5).collect();
    text + " AKHIR"
}

fn case<'a>(subject: &'a str, sides: [Party<'a>; 2]) -> Case<'a> {
    Case {
        office: Letterhead {
            office: "Dinas Tenaga Kerja Kota Cilegon",
            address: "Jalan Contoh 1, Cilegon",
            phone: Some("0254 000000"),
        },
        place: "Cilegon",
        zone: Zone::WESTERN,
        number: "PHI-36.72-2026-000007",
        registered_on: "2026-11-02".parse().unwrap(),
        kind: DisputeKind::Termination,
        subject,
        sides,
        made_at: "2026-11-23T02:00:00Z".parse().unwrap(),
    }
}

fn on(day: &str) -> NaiveDate {
    day.parse().unwrap()
}

fn hearing<'a>(at: &str, mode: HearingMode, place: &'a str, came: [&'a [&'a str]; 2]) -> Hearing<'a> {
    Hearing { kind: HearingKind::Mediation, starts_at: at.parse().unwrap(), mode, place, came }
}

fn policy(amount: i64, unit: PolicyUnit, law: Text) -> Policy {
    let valid_from = on("2019-01-01");
    Policy { rule: String::new(), scope: String::new(), valid_from, amount, unit, law }
}

const ANSWER: Text = Text::of("UU 2/2004 Pasal 13 ayat (2) huruf c; Permenakertrans 17/2014 Pasal 14 ayat (2)", "");
const SILENCE: Text = Text::of("UU 2/2004 Pasal 13 ayat (2) huruf d; Permenakertrans 17/2014 Pasal 14 ayat (3)", "");

/// The text of a paper, without its spaces. It is the same file each time.
fn text(name: &str, paper: impl Fn() -> Paper) -> String {
    let pdf = paper().finish().unwrap();
    assert_eq!(pdf, paper().finish().unwrap(), "{name}");
    if let Some(directory) = std::env::var_os("DISNAKER_PAPERS") {
        std::fs::write(std::path::Path::new(&directory).join(format!("{name}.pdf")), &pdf).unwrap();
    }
    read::run(&pdf)
}

/// Whether a text stands on a paper; control characters and breaks do not.
fn says(text: &str, what: &str) -> bool {
    text.contains(&what.chars().filter(|one| !one.is_whitespace() && !one.is_control()).collect::<String>())
}

#[track_caller]
fn assert_says(text: &str, whats: &[&str]) {
    for what in whats {
        assert!(says(text, what), "{what:?} in {text}");
    }
}

fn summoned(name: &str, case: &Case<'_>, hearing: &Hearing<'_>, turn: u8, bring: &[&str]) -> String {
    let number = "SPG-36.72-2026-000031";
    let letter = Summons { number, on: on("2026-11-16"), turn, bring, mediator: MEDIATOR_OF_OURS };
    text(name, || summons(case, &case.sides[1], hearing, &letter))
}

#[test]
fn a_summons_says_who_is_to_come_when_and_where() {
    let case = case("Pemutusan hubungan kerja dan pesangon", [WORKER, EMPLOYER]);
    let place = "Ruang Mediasi, Dinas Tenaga Kerja Kota Cilegon";
    let mut hearing = hearing("2026-11-23T02:00:00Z", HearingMode::InPerson, place, [&[], &[]]);
    let first = summoned("panggilan", &case, &hearing, 1, &["Perjanjian kerja", "Slip upah tiga bulan terakhir"]);
    assert_says(
        &first,
        &[
            "SURAT PANGGILAN Nomor: SPG-36.72-2026-000031",
            "Kepada Yth. : PT Contoh Baja Nusantara",
            "perselisihan pemutusan hubungan kerja antara Pekerja Contoh (Pekerja) dan PT Contoh Baja Nusantara (Pengusaha)",
            "PHI-36.72-2026-000007",
            "Senin, 23 November 2026",
            "09.00 WIB",
            place,
            "2. Slip upah tiga bulan terakhir",
            "surat kuasa khusus",
            "Cilegon, 16 November 2026 Mediator Hubungan Industrial Mediator Contoh NIP 198001012005011001",
        ],
    );
    assert!(!says(&first, "panggilan pertama") && !says(&first, "adalah panggilan"));
    hearing.kind = HearingKind::Clarification;
    hearing.mode = HearingMode::Online;
    let link = format!("https://rapat.contoh.example/{}", "abcdefghij".repeat(40));
    hearing.place = &link;
    let case = Case { zone: Zone::hours(9), ..case };
    let second = summoned("panggilan-kedua", &case, &hearing, 2, &[]);
    let words =
        ["SURAT PANGGILAN KEDUA", "adalah panggilan kedua", "Tautan (daring)", &link, "11.00 WIT", "Pasal 10 ayat (3)"];
    assert_says(&second, &words);
    assert!(!says(&second, "Yang perlu dibawa"));
    assert_says(&summoned("panggilan-ketiga", &case, &hearing, 3, &[]), &["SURAT PANGGILAN KETIGA"]);
    let (long, word) = (long(), "Panjang".repeat(60));
    let party =
        |label| Party { label, name: &word, position: Some(&word), address: &long, representatives: &[], signer: None };
    let case = self::case(&long, [party("Pekerja"), party("Pengusaha")]);
    let most = summoned("panggilan-panjang", &case, &hearing, 1, &[&long, "dan ini"]);
    assert_says(&most, &["AKHIR", "2. dan ini", &word]);
}

fn clarified(name: &str, case: &Case<'_>, said: [&str; 2], notes: &str, conclusion: Conclusion) -> String {
    let present: [&[&str]; 2] = [&["Pekerja Contoh", "Kuasa Contoh, S.H. (kuasa)"], &[]];
    let hearing = Hearing {
        kind: HearingKind::Clarification,
        ..hearing("2026-11-12T06:30:00Z", HearingMode::InPerson, "Ruang Mediasi", present)
    };
    let number = "RKL-36.72-2026-000003";
    let on = on("2026-11-12");
    let minutes = Clarification { number, hearing, said, notes, conclusion, on, mediator: MEDIATOR_OF_OURS };
    text(name, || clarification(case, &minutes))
}

#[test]
fn minutes_of_a_clarification_say_who_came_what_was_said_and_how_it_goes_on() {
    let case = case("Pesangon", [WORKER, EMPLOYER]);
    let other = "Pengusaha belum dapat memenuhi permintaan pekerja.";
    let minutes = clarified("klarifikasi", &case, [PLAIN, other], "Berkas lengkap.", Conclusion::OnToMediation);
    assert_says(
        &minutes,
        &[
            "RISALAH KLARIFIKASI",
            "Kuasa Contoh, S.H. (Advokat) Pengurus Contoh",
            "Kamis, 12 November 2026",
            "13.30 WIB",
            "Hadir, Pengusaha : Tidak hadir",
            "Keterangan pihak Pekerja Pekerja bekerja sejak",
            other,
            "dilanjutkan ke tahap mediasi",
            "Pihak Pekerja",
            "Manajer Contoh Manajer Sumber Daya Manusia",
            "NIP 198001012005011001",
        ],
    );
    let least = Party { position: None, address: " ", representatives: &[], signer: None, ..WORKER };
    let case = self::case("", [least, Party { label: "Pengusaha", ..least }]);
    let back = clarified("klarifikasi-pendek", &case, ["", "\n"], "", Conclusion::BackToBipartite);
    assert_says(&back, &["kembali berunding secara bipartit", "Alamat : Tidak ada keterangan."]);
    assert!(!says(&back, "Catatan mediator"));
    let long = long();
    let most = clarified("klarifikasi-panjang", &case, [&long, &long], &long, Conclusion::OnToMediation);
    assert_eq!(most.matches("AKHIR").count(), 3);
}

#[test]
fn minutes_of_a_mediation_show_every_hearing_and_what_became_of_the_recommendation() {
    let case = case("Pemutusan hubungan kerja dan pesangon", [WORKER, EMPLOYER]);
    let people: &[&str] = &["Pekerja Contoh", "Kuasa Contoh, S.H. (kuasa)"];
    let hearings = [
        hearing(
            "2026-11-16T02:00:00Z",
            HearingMode::InPerson,
            "Ruang Mediasi, Dinas Tenaga Kerja Kota Cilegon",
            [people, &[]],
        ),
        hearing(
            "2026-11-19T02:00:00Z",
            HearingMode::Online,
            "https://rapat.contoh.example/abc-defg-hij",
            [people, &["Manajer Contoh"]],
        ),
    ];
    let accepted = Answer {
        received_on: Some(on("2026-11-24")),
        answer: Some(RecommendationAnswer::Accepted),
        on: Some(on("2026-11-27")),
        said: "Pekerja menerima anjuran seluruhnya.",
    };
    let silent = Answer { answer: Some(RecommendationAnswer::Silent), on: None, said: "", ..accepted };
    let least = Minutes {
        number: "RSL-36.72-2026-000005",
        hearings: &hearings,
        opinions: [PLAIN, "Perusahaan merugi dan melakukan efisiensi."],
        course: "Mediator mengupayakan musyawarah.\nPara pihak tetap pada pendiriannya.",
        recommendation: Some(Issued { number: "ANJ-36.72-2026-000004", on: on("2026-11-23") }),
        answers: [accepted, silent],
        silence: &SILENCE.id,
        goes_on: false,
        conclusion: "Mediasi tidak mencapai kesepakatan.",
        on: on("2026-12-09"),
        mediator: MEDIATOR_OF_OURS,
    };
    let usual = text("risalah", || minutes(&case, &least));
    assert_says(
        &usual,
        &[
            "RISALAH PENYELESAIAN PERSELISIHAN HUBUNGAN INDUSTRIAL MELALUI MEDIASI",
            "Senin, 16 November 2026 pukul 09.00 WIB",
            "Sidang mediasi Daring",
            "Tidak hadir",
            "nomor ANJ-36.72-2026-000004 tanggal 23 November 2026",
            "Menyetujui anjuran 27 November 2026",
            "Tidak menjawab, dianggap menolak anjuran (UU 2/2004 Pasal 13 ayat (2) huruf d",
            "Jawaban pihak Pekerja Pekerja menerima anjuran seluruhnya.",
            "VII. Kesimpulan Mediasi tidak mencapai kesepakatan.",
            "Pasal 83 ayat (1)",
            "Cilegon, 9 Desember 2026",
        ],
    );
    assert!(!usual.contains("rapat.contoh.example"), "minutes name no link");
    assert!(!usual.contains("SEMENTARA"));
    let none =
        Minutes { hearings: &[], recommendation: None, answers: [Answer::default(); 2], opinions: ["", ""], ..least };
    let short = text("risalah-pendek", || minutes(&case, &none));
    assert_says(&short, &["Tidak dikeluarkan anjuran tertulis.", "Tidak ada sidang yang dilaksanakan."]);
    let rejected = Answer { answer: Some(RecommendationAnswer::Rejected), ..accepted };
    let received = Answer { answer: None, on: None, said: "", ..accepted };
    let open = Minutes { answers: [received, rejected], goes_on: true, ..least };
    let open = text("risalah-terbuka", || minutes(&case, &open));
    assert_says(
        &open,
        &["MELALUI MEDIASI (SEMENTARA)", "24 November 2026 Belum ada jawaban -", "Menolak anjuran 27 November 2026"],
    );
    let (long, name) = (long(), "Nama".repeat(50));
    let names = vec![name.as_str(); 120];
    let hearings = vec![hearing("2026-11-16T02:00:00Z", HearingMode::Online, &long, [&names, &names]); 3];
    let many = Minutes {
        hearings: &hearings,
        opinions: [&long, &long],
        course: &long,
        conclusion: &long,
        answers: [Answer { said: &long, ..accepted }, Answer::default()],
        ..least
    };
    let most = text("risalah-panjang", || minutes(&case, &many));
    assert_says(&most, &["VII. Kesimpulan", "NIP 198001012005011001"]);
    assert!(most.matches(&name).count() >= 3 * 2 * 100);
}

#[test]
fn a_recommendation_says_what_is_recommended_and_until_when_each_party_answers() {
    let (days, silence) = (policy(10, PolicyUnit::WorkingDays, ANSWER), policy(1, PolicyUnit::Flag, SILENCE));
    let case = case("Pemutusan hubungan kerja dan pesangon", [WORKER, EMPLOYER]);
    let usual = Recommendation {
        number: "ANJ-36.72-2026-000004",
        on: on("2026-11-23"),
        statements: [PLAIN, "Perusahaan merugi dan melakukan efisiensi."],
        considerations: "Bahwa hubungan kerja para pihak berdasarkan perjanjian kerja waktu tidak tertentu.\n\
            Bahwa pemutusan hubungan kerja karena efisiensi mewajibkan pengusaha membayar pesangon.",
        points: &["Agar pengusaha membayar pesangon.", "Agar pekerja menerima pembayaran itu."],
        answer: &days,
        silence: &silence,
        mediator: MEDIATOR_OF_OURS,
        head: Some(("Kepala Dinas Tenaga Kerja Kota Cilegon", Officer { name: None, number: None })),
    };
    let said = text("anjuran", || recommendation(&case, &usual));
    assert_says(
        &said,
        &[
            "ANJURAN Nomor: ANJ-36.72-2026-000004",
            "Jabatan : Operator produksi",
            "B. Keterangan pihak Pengusaha Perusahaan merugi",
            "C. Pertimbangan hukum",
            "MENGANJURKAN: 1. Agar pengusaha membayar pesangon. 2. Agar pekerja",
            "paling lama 10 (sepuluh) hari kerja setelah menerimanya (UU 2/2004 Pasal 13 ayat (2) huruf c",
            "dianggap menolak anjuran (UU 2/2004 Pasal 13 ayat (2) huruf d",
            "Mengetahui, Kepala Dinas Tenaga Kerja Kota Cilegon",
        ],
    );
    let months = policy(2, PolicyUnit::Months, ANSWER);
    let unions = [Party { label: "Serikat Pekerja I", ..WORKER }, Party { label: "Serikat Pekerja II", ..WORKER }];
    let between = Case { kind: DisputeKind::InterUnion, sides: unions, ..case };
    let short = Recommendation {
        statements: ["", ""],
        considerations: "",
        points: &[""],
        answer: &months,
        head: None,
        ..usual
    };
    let short = text("anjuran-pendek", || recommendation(&between, &short));
    assert_says(
        &short,
        &["paling lama 2 (dua) bulan", "B. Keterangan pihak Serikat Pekerja II", "antarserikat pekerja"],
    );
    assert!(!says(&short, "Mengetahui"));
    let long = long();
    let points = vec![long.as_str(); 3];
    let many = Recommendation { statements: [&long, &long], considerations: &long, points: &points, ..usual };
    assert_eq!(text("anjuran-panjang", || recommendation(&case, &many)).matches("AKHIR").count(), 6);
}

#[test]
fn a_settlement_has_its_terms_its_ground_and_the_signatures_of_its_way() {
    let case = case("Pemutusan hubungan kerja dan pesangon", [WORKER, EMPLOYER]);
    let made = |way| Settlement {
        number: "PB-36.72-2026-000002",
        on: on("2026-11-23"),
        place: "Serang",
        way,
        terms: &[
            "Pengusaha membayar pesangon Rp45.000.000 paling lambat 30 November 2026.",
            "Pekerja menerima pengakhiran itu.",
        ],
    };
    let mediated = text("perjanjian", || settlement(&case, &made(Way::Mediation(MEDIATOR_OF_OURS))));
    assert_says(
        &mediated,
        &[
            "Pada hari ini, Senin, 23 November 2026, bertempat di Serang",
            "berdasarkan Pasal 13 ayat (1) Undang-Undang Nomor 2 Tahun 2004",
            "kesepakatan melalui mediasi",
            "2. Pekerja menerima pengakhiran itu.",
            "Pengadilan Hubungan Industrial pada Pengadilan Negeri",
            "permohonan eksekusi",
            "Pasal 13 ayat (3) huruf b",
            "Serang, 23 November 2026 Pihak Pengusaha Manajer Contoh",
            "Menyaksikan, Mediator Hubungan Industrial Mediator Contoh",
        ],
    );
    let alone = text("perjanjian-bipartit", || settlement(&case, &made(Way::Bipartite)));
    assert_says(&alone, &["Pasal 7 ayat (1)", "perundingan bipartit", "Pasal 7 ayat (3)", "Pasal 7 ayat (5)"]);
    assert!(!says(&alone, "Menyaksikan") && !says(&alone, "Pasal 13"));
    let issued = Issued { number: "ANJ-36.72-2026-000004", on: on("2026-11-20") };
    let after = Way::Recommendation(issued, MEDIATOR_OF_OURS);
    let after = text("perjanjian-anjuran", || settlement(&case, &made(after)));
    assert_says(
        &after,
        &["anjuran mediator nomor ANJ-36.72-2026-000004 tanggal 20 November 2026", "Pasal 13 ayat (2) huruf e"],
    );
    let (long, word) = (long(), "Panjang".repeat(60));
    let party = Party { name: &word, position: Some(&word), address: &long, signer: None, ..WORKER };
    let case = self::case(&long, [party, party]);
    let terms = vec![long.as_str(); 5];
    let many = Settlement { terms: &terms, ..made(Way::Mediation(MEDIATOR_OF_OURS)) };
    assert_eq!(text("perjanjian-panjang", || settlement(&case, &many)).matches("AKHIR").count(), 8);
}
