//! What the service logs, watched for what must not be there.

use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use disnaker_entity::Nik;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt, registry};

/// Lines of the log that held a NIK.
static SPILLED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Every NIK in a text: sixteen digits, neither more nor fewer, that parse as one.
pub fn niks(text: &str) -> impl Iterator<Item = &str> {
    let runs = text.split(|character: char| !character.is_ascii_digit());
    runs.filter(|run| run.len() == 16 && Nik::parse(run).is_ok())
}

/// Gives the lines that held a NIK, once.
pub fn spilled() -> Vec<String> {
    std::mem::take(&mut SPILLED.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Reads what the service would log, and keeps what should not be there.
struct Watch;

impl Write for Watch {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        if niks(&text).next().is_some() {
            SPILLED.lock().unwrap_or_else(PoisonError::into_inner).push(text.into_owned());
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Shows what the service logs as an error beside the test that made it; `DISNAKER_TEST_LOG` asks for more. What it logs
/// in operation is watched.
pub fn log() {
    let filter = std::env::var("DISNAKER_TEST_LOG").unwrap_or_else(|_| "error".to_owned());
    let shown = fmt::layer().with_test_writer().with_filter(EnvFilter::new(filter));
    let watched = fmt::layer().with_ansi(false).with_writer(|| Watch).with_filter(EnvFilter::new("info"));
    let _ = registry().with(shown).with(watched).try_init();
}

#[test]
fn a_nik_is_found_where_it_is_planted_and_nowhere_else() {
    let planted = format!("{}{}", "36720157", "08950042");
    assert_eq!(niks(&format!("{{\"a\":\"/{planted}x\"}}")).collect::<Vec<_>>(), [planted.as_str()]);
    for other in ["3672••••••••0042", "3672017208950042", "36720157089500421", "1790000000000000", ""] {
        assert_eq!(niks(other).count(), 0, "{other}");
    }
    log();
    assert!(spilled().is_empty());
    tracing::info!("a line that nobody should write: {planted}");
    assert_eq!(spilled().len(), 1);
}
