//! Many callers at once, each with one booking: who gets a place, and how long it takes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use futures_util::future::try_join_all;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Sends every line of a file on a connection of its own, all at once, and prints what came of it.
///
/// # Errors
/// A number that is given twice or left out, or an answer other than a ticket or a refusal for want of places.
pub async fn all(listen: &str, token: &str, file: &Path) -> anyhow::Result<()> {
    let lines = fs::read_to_string(file)?;
    let requests: Vec<String> =
        lines.lines().map(|line| request(line, token)).collect::<Option<_>>().context("lines")?;
    let streams = try_join_all(requests.iter().map(|_| TcpStream::connect(listen))).await?;
    let began = Instant::now();
    let asked = streams.into_iter().zip(&requests).map(|(stream, request)| ask(stream, request, began));
    let answers = try_join_all(asked).await?;
    let mut numbers = Vec::new();
    let mut statuses = BTreeMap::<u16, usize>::new();
    let (mut given, mut took) = (Duration::ZERO, Duration::ZERO);
    for (status, number, at) in answers {
        *statuses.entry(status).or_default() += 1;
        took = took.max(at);
        if let Some(number) = number {
            numbers.push(number);
            given = given.max(at);
        }
    }
    numbers.sort_unstable();
    let whole = numbers.iter().zip(1..).all(|(number, expected)| *number == expected);
    println!(
        "{} callers: {} tickets, numbers {} to {}{}, the last after {} ms, every answer after {} ms; by status {statuses:?}",
        requests.len(),
        numbers.len(),
        numbers.first().unwrap_or(&0),
        numbers.last().unwrap_or(&0),
        if whole { " without gap or repeat" } else { "" },
        given.as_millis(),
        took.as_millis(),
    );
    ensure!(whole, "the numbers are {numbers:?}");
    ensure!(statuses.keys().all(|status| matches!(status, 201 | 409)), "not only tickets and refusals");
    Ok(())
}

/// `CLIENT PATH BODY` as a request.
fn request(line: &str, token: &str) -> Option<String> {
    let mut parts = line.splitn(3, ' ').skip(1);
    let (path, body) = (parts.next()?, parts.next()?);
    Some(format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    ))
}

/// Status, number of the ticket, and when the answer was there.
async fn ask(mut stream: TcpStream, request: &str, began: Instant) -> anyhow::Result<(u16, Option<u32>, Duration)> {
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let took = began.elapsed();
    let status = answer.split(' ').nth(1).context("an answer")?.parse()?;
    let number = if status == 201 {
        let (_, body) = answer.split_once("\r\n\r\n").context("a body")?;
        let body: Value = serde_json::from_str(body)?;
        let number = body["number"].as_str().and_then(|number| number.get(2..)).context("a number")?;
        Some(number.parse()?)
    } else {
        None
    };
    Ok((status, number, took))
}
