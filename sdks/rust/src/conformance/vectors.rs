use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// What is injected, what the manager answers, and what comes of the calls. `sdks/conformance/README.md` tells the members.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Vector {
    pub(super) it: String,
    pub(super) environment: BTreeMap<String, Value>,
    pub(super) manager: Option<Vec<Answer>>,
    pub(super) steps: Vec<Step>,
    #[serde(default)]
    pub(super) warnings: Vec<String>,
}

#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    pub(super) status: Option<u16>,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "present")]
    pub(super) body: Option<Value>,
    pub(super) text: Option<String>,
    pub(super) hex: Option<String>,
    #[serde(default)]
    pub(super) padding: usize,
    #[serde(default)]
    pub(super) held: bool,
    #[serde(default)]
    pub(super) stalls: bool,
    #[serde(default)]
    pub(super) closes: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Step {
    Call(CallStep),
    Passes(PassesStep),
    #[serde(deserialize_with = "releases")]
    Releases,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CallStep {
    pub(super) call: Call,
    #[serde(default, deserialize_with = "present")]
    pub(super) answer: Option<Value>,
    pub(super) code: Option<String>,
    #[serde(default)]
    pub(super) waits: u64,
    #[serde(default)]
    pub(super) asks: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PassesStep {
    pub(super) passes: u64,
    #[serde(default)]
    pub(super) asks: usize,
    pub(super) times: Option<usize>,
}

#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(super) struct Call {
    pub(super) load: Option<String>,
    #[serde(default)]
    pub(super) id: String,
    pub(super) get: String,
    pub(super) endpoint: Option<String>,
}

#[derive(Deserialize)]
struct VectorFile {
    vectors: Vec<Vector>,
}

/// A member that is null is there.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// `{"releases": true}`
fn releases<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
    let members = BTreeMap::<String, bool>::deserialize(deserializer)?;
    let expected = BTreeMap::from([("releases".to_owned(), true)]);
    if members == expected { Ok(()) } else { Err(D::Error::custom("is no step")) }
}

/// With the name of its file each, in order of names.
pub(super) fn read_all() -> Vec<(String, Vector)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/vectors");
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("the vectors' folder").map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let read = |path: std::path::PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read(&path).unwrap();
        let file: VectorFile = serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        file.vectors.into_iter().map(move |vector| (name.clone(), vector))
    };
    files.into_iter().flat_map(read).collect()
}

impl Answer {
    pub(super) fn body(&self) -> Vec<u8> {
        let hex = |text: &String| {
            let digits = text.as_bytes().chunks(2);
            digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
        };
        let body = self.text.as_ref().map(|text| text.clone().into_bytes()).or(self.hex.as_ref().map(hex));
        let body = body.or_else(|| self.body.as_ref().map(|body| body.to_string().into_bytes()));
        [vec![b' '; self.padding], body.unwrap_or_default()].concat()
    }
}
