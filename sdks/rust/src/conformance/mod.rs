//! The vectors of `sdks/conformance`, which every SDK passes.

pub(crate) mod manual_time;
mod runner;
pub(crate) mod scripted_manager;
mod vectors;

use runner::run;
use vectors::read_all;

#[test]
fn passes_every_vector() {
    let all = read_all();
    assert!(!all.is_empty(), "there are vectors");
    let failures: Vec<String> = all
        .iter()
        .filter_map(|(file, vector)| run(vector).err().map(|why| format!("{file}: {}: {why}", vector.it)))
        .collect();
    assert!(failures.is_empty(), "{} of {} vectors fail\n{}", failures.len(), all.len(), failures.join("\n"));
    println!("{} vectors", all.len());
}
