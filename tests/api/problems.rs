//! Every problem of the table is produced by a story: what nobody can meet is not promised.

use std::fs;
use std::path::Path;

use disnaker::problem::Kind;

/// Stories ask for a problem by `.problem(STATUS, "CODE")`, which fails unless the service answers it.
#[test]
fn every_problem_but_our_own_fault_is_met_by_a_story() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api");
    let stories: String = fs::read_dir(&tests)
        .unwrap()
        .chain(fs::read_dir(tests.join("faults")).unwrap())
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let met = |kind: &Kind| stories.contains(&format!(".problem({}, \"{}\")", kind.status(), kind.slug()));
    let missing: Vec<_> =
        Kind::ALL.iter().filter(|kind| **kind != Kind::Internal && !met(kind)).map(|kind| kind.slug()).collect();
    assert!(missing.is_empty(), "no story meets {missing:?}");
}
