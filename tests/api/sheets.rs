//! Files as people send them: their words, their headers, and what stands beside the columns.

use std::fmt::Write;
use std::ops::ControlFlow;
use std::time::Duration;

use disnaker::sheet::{Cell, Format, read};
use serde_json::{Value, json};

use crate::harness::Reply;
use crate::world::{World, hired, line, nik, with};

/// Sends a file to be filed, each sound row by itself.
async fn send(world: &World, query: &str, file: impl Into<Vec<u8>>, media_type: &str) -> Reply {
    let path = format!("/v1/report-batches?company_id={}&mode=commit&atomicity=row{query}", world.company);
    world.service.post(path).token(&world.hr).body(file, media_type).send().await
}

const CSV: &str = "text/csv";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Code, what was received and what was expected of each note.
fn notes(batch: &Reply) -> Vec<[&str; 3]> {
    let notes = batch["notes"].as_array().unwrap().iter();
    notes.map(|note| ["code", "received", "expected"].map(|name| note[name].as_str().unwrap())).collect()
}

/// Pointer, code and cell of each fault of a row.
fn faults(row: &Value) -> Vec<[&str; 3]> {
    let faults = row["faults"].as_array().unwrap().iter();
    faults.map(|fault| ["pointer", "code", "cell"].map(|name| fault[name].as_str().unwrap_or_default())).collect()
}

#[tokio::test]
async fn the_words_and_headers_of_people_are_known() {
    let world = World::new().await;
    let file = "No. Ref;Posisi;Kode KBJI;L;P;Pendidikan minimal;Gaji minimum;Kab/Kota;Tanggal mulai;Berlaku s/d;Difabel;Negara\n\
        A-1;Satpam;54;2 orang;;SMK;Rp 6.000.000;KOTA CILEGON;23/11/2026;31/12/2026;T;\n\
        A-2;Kasir;52;;1;slta;6000000;3672;23/11/2026;31/12/2026;y;Indonesia\n\
        A-3;Sopir;83;1;1;D3;6000000;Kab. Serang;23/11/2026;31/12/2026;ya;id\n";
    let batch = send(&world, "", file, CSV).await.expect(201);
    assert_eq!((batch["dispositions"]["created"].as_i64(), notes(&batch).len()), (Some(3), 0), "{batch}");
    let report = format!("/v1/vacancy-reports/{}", batch["first_rows"]["data"][0]["report_id"].as_str().unwrap());
    let lines = &world.read(&world.hr, &report).await.expect(200)["lines"];
    for (at, (education, region, friendly)) in
        [("vocational_secondary", "36.72", false), ("senior_secondary", "36.72", true), ("diploma_3", "36.04", true)]
            .into_iter()
            .enumerate()
    {
        let line = &lines[at];
        assert_eq!(
            (&line["education"], &line["work_region"], &line["disability_friendly"], &line["wage_min"]),
            (&json!(education), &json!(region), &json!(friendly), &json!(6_000_000)),
        );
    }
    assert_eq!(lines[0]["wanted"], json!({"men": 2, "women": 0, "any": 0}));

    let vacancy = world.publish(&[with(line("Operator Forklift", 5), json!({"reference": "LOW-1"}))]).await.remove(0);
    let file = format!(
        "No Ref;Nama Karyawan;NIK KTP;Gender;Ijazah;Domisili;TMT;Ref Lowongan\n\
         P-1;Contoh Pekerja;{};Pria;SMA;kota cilegon;1 Desember 2026;LOW-1\n",
        nik(1)
    );
    let batch = send(&world, "&kind=placements", file, CSV).await.expect(201);
    assert_eq!(batch["dispositions"]["created"], 1, "{batch} of {vacancy}");
}

#[tokio::test]
async fn a_column_that_is_not_read_is_told_where_it_holds_something() {
    let world = World::new().await;
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let heads = [
        "Nomor referensi",
        "Nama jabatan",
        "Kode jabatan (KBJI)",
        "Jumlah",
        "Upah terndah",
        "Wilayah tempat kerja",
        "Berlaku mulai",
        "Berlaku sampai",
        "Catatan HRD",
        "",
        "Kosong",
        "Posisi",
    ];
    let row =
        ["A-1", "Satpam", "54", "1", "6000000", "36.72", "23/11/2026", "31/12/2026", "x", "y", "", "Penjaga", "z"];
    sheet.write_row(0, 0, heads).unwrap().write_row(1, 0, row).unwrap();
    let batch = send(&world, "", book.save_to_buffer().unwrap(), XLSX).await.expect(201);
    assert_eq!(batch["dispositions"]["created"], 1, "{batch}");
    assert_eq!(
        notes(&batch),
        [
            ["column-not-read", "Upah terndah", "maksudnya “Upah terendah (Rp per bulan)”?"],
            ["column-not-read", "Catatan HRD", "salah satu judul kolom pada templat"],
            ["column-without-header", "J", "judul di atas kolom itu"],
            ["column-not-read", "Posisi", "satu kolom saja: “Nama jabatan” dibaca dari kolom B"],
            ["column-without-header", "M", "judul di atas kolom itu"],
        ]
    );
    assert_eq!(batch["columns"]["extra"], json!(["Upah terndah", "Catatan HRD", "Kosong", "Posisi"]));
    let path = format!("/v1/report-batches/{}", batch.text_of("id"));
    let english = world.service.get(path).token(&world.hr).header("accept-language", "en").send().await.expect(200);
    assert_eq!(notes(&english)[0][2], "did you mean “Upah terendah (Rp per bulan)” (wage_min)?");
}

#[tokio::test]
async fn what_stands_beyond_the_headers_of_a_csv_file_is_a_fault_of_its_row() {
    let world = World::new().await;
    let heads =
        "Nomor referensi,Nama jabatan,Kode jabatan (KBJI),Jumlah,Wilayah tempat kerja,Berlaku mulai,Berlaku sampai";
    let sound = "36.72,23/11/2026,31/12/2026";
    let file = format!("{heads}\nA-1,Satpam,54,1,{sound}\nA-2,Satpam, malam,54,1,{sound}\nA-3,Kasir,52,1,{sound},,x\n");
    let batch = send(&world, "", format!("{file}A-4,Sopir,83,1,{sound},\n,,,,,,,y\n"), CSV).await.expect(201);
    let rows = &batch["first_rows"]["data"];
    let of = |at: usize| (rows[at]["disposition"].as_str().unwrap(), faults(&rows[at]));
    assert_eq!((of(0), of(3)), (("created", vec![]), ("created", vec![])), "a separator at the end is nothing");
    assert_eq!(of(2), ("rejected", vec![["/I", "cells-beyond-headers", "I4"]]));
    assert!(of(1).1.contains(&["/H", "cells-beyond-headers", "H3"]), "{batch}");
    assert_eq!(rows.as_array().unwrap().len(), 4, "where nothing else stands there is no row, but it is told");
    assert_eq!(notes(&batch), [["column-without-header", "H", "judul di atas kolom itu"]]);
    let fault = &rows[2]["faults"][0];
    assert_eq!((fault["received"].as_str(), fault["column"].as_str()), (Some("I"), None));
    assert!(fault["expected"].as_str().unwrap().starts_with("judul di atas kolom itu"), "{fault}");
}

#[tokio::test]
async fn one_mistake_is_one_fault() {
    let world = World::new().await;
    let vacancy = world.publish(&[line("Operator Forklift", 5)]).await.remove(0);
    let rows = [
        with(line("Satpam", 1), json!({"reference": "A-1", "wanted": {"any": -3}})),
        with(line("Satpam", 1), json!({"reference": "A-2", "work_country": "XX"})),
    ];
    let path = format!("/v1/report-batches?company_id={}", world.company);
    let batch = world.send(&world.hr, &path, &json!({"rows": rows})).await.expect(201);
    let rows = &batch["first_rows"]["data"];
    assert_eq!(faults(&rows[0]), [["/wanted/any", "out-of-range", ""]]);
    assert_eq!(faults(&rows[1]), [["/work_country", "unknown-reference", ""]]);
    let abroad = json!({"reference": "P-1", "destination_country": "XX", "destination_region": "36.72"});
    let rows = [with(hired(&vacancy, 1), abroad)];
    let batch = world.send(&world.hr, &format!("{path}&kind=placements"), &json!({"rows": rows})).await.expect(201);
    assert_eq!(faults(&batch["first_rows"]["data"][0]), [["/destination_country", "unknown-reference", ""]]);
}

#[tokio::test]
async fn the_annotated_file_of_many_rows_has_each_of_them_and_comes_back_without_a_note() {
    let world = World::new().await;
    let mut file =
        "Nomor referensi;Nama jabatan;Kode jabatan (KBJI);Jumlah;Wilayah tempat kerja;Berlaku mulai;Berlaku sampai\n"
            .to_owned();
    for number in 0..2_500 {
        let region = if number % 1_000 == 7 { "Cilegonn" } else { "36.72" };
        writeln!(file, "A-{number};Satpam;54;1;{region};23/11/2026;31/12/2026").unwrap();
    }
    let path = format!("/v1/report-batches?company_id={}", world.company);
    let batch = world.service.post(path).token(&world.hr).body(file, CSV).send().await.expect(202);
    let path = format!("/v1/report-batches/{}", batch.text_of("id"));
    for _ in 0..600 {
        let batch = world.read(&world.hr, &path).await.expect(200);
        if !matches!(batch.text_of("status"), "received" | "running") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let url = format!("http://{}{path}/annotated.xlsx", world.service.address());
    let annotated = reqwest::Client::new().get(url).bearer_auth(&world.hr).send().await.unwrap();
    let annotated = annotated.bytes().await.unwrap().to_vec();
    let mut told = Vec::new();
    read(&annotated, Format::Xlsx, |_, row| {
        let Cell::Text(disposition) = row.cell(7) else { panic!("row {} has no disposition", row.number) };
        if disposition == "ditolak" {
            told.push(row.number);
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(told, [9, 1_009, 2_009]);
    let path = format!("/v1/report-batches?company_id={}", world.company);
    let again = world.service.post(path).token(&world.hr).body(annotated, XLSX).send().await.expect(202);
    assert_eq!((again["row_count"].as_i64(), notes(&again).len()), (Some(2_500), 0), "{again}");
    assert_eq!(again["columns"]["extra"], json!([]));
}
