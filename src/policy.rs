//! A policy set: Rego files with their metadata, data and parameters, from the
//! binary or from folders.
//!
//! It reads and describes policies and never evaluates one: what a rule gives
//! is the engine's business. A package is one of three things: a *control*
//! (it has `results`, and METADATA that names it), a package in *conftest's*
//! habit (`deny`, `violation` or `warn`), or a library of the others.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

mod bounds;
mod bundle;
mod embedded;
mod info;
mod lines;
mod load;
mod metadata;
pub(crate) mod numbers;
mod outline;
mod params;
mod parts;
mod problem;
mod recognise;
mod trust;
mod yaml;

pub use bounds::{Bound, Excess};
pub use embedded::shipped;
pub use info::{BundleInfo, ControlRef, PolicyInfo, RelatedResource, SignatureInfo};
pub use lines::Lines;
pub use load::{bears_on_policies, is_part_of_policies};
pub use metadata::{Dropped, Metadata, Remediation, SEVERITIES};
pub use outline::Outline;
pub(crate) use outline::code;
pub use params::Parameter;
pub use problem::{PolicyError, PolicyProblem, SourceFile, Weight, nearest};
pub use trust::{ALGORITHMS, Trust, TrustedKey};
pub use yaml::list;

/// One Rego file of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// The file.
    pub file: SourceFile,
    /// Its package, without `data.`.
    pub package: String,
    /// What else it shows without being parsed.
    pub outline: Outline,
}

/// How a package says what it found.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// By `subjects`, `checks`, `results` and `warnings`; every subject has
    /// one result a check.
    Control(Box<Metadata>),
    /// By the rules named here, conftest's `deny`, `violation` and `warn` and
    /// names that begin with one of them and `_`. Nothing shows that
    /// everything was judged.
    Conftest(Vec<String>),
}

/// One package that judges.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// The package, without `data.`.
    pub package: String,
    /// How it says what it found.
    pub kind: Kind,
    /// What a report says of it.
    pub info: PolicyInfo,
}

impl Policy {
    /// Its metadata, where it is a control.
    #[must_use]
    pub fn metadata(&self) -> Option<&Metadata> {
        match &self.kind {
            Kind::Control(metadata) => Some(metadata),
            Kind::Conftest(_) => None,
        }
    }
}

fn none_in(paths: &[PathBuf]) -> PolicyError {
    let shown: Vec<String> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    PolicyError::None {
        places: list(shown.iter().map(String::as_str)),
    }
}

/// Policies with everything they need to run.
#[derive(Debug, Clone)]
pub struct PolicySet {
    policies: Vec<Policy>,
    bundles: Vec<BundleInfo>,
    modules: Vec<Module>,
    tests: Vec<Module>,
    data: Map<String, Value>,
    /// What every policy declares, also those that were not picked: their
    /// rules are still there.
    declared: Vec<Parameter>,
    parameters: BTreeMap<String, Value>,
    is_as_written: bool,
    is_shipped: bool,
}

impl PolicySet {
    /// The policies in the binary.
    ///
    /// # Errors
    /// Only where the project ships a broken policy, which its tests exclude.
    pub fn embedded() -> Result<Self, PolicyError> {
        let mut set = Self::build(embedded::files(), Map::new())?;
        set.is_shipped = true;
        Ok(set)
    }

    /// Whether it is the set in the binary: its files and no others.
    #[must_use]
    pub fn is_shipped(&self) -> bool {
        self.is_shipped
    }

    /// The policies in these folders (or files): every `.rego` file, and
    /// `data.json` or `data.yaml` files mounted in `data` by their folder, as
    /// in a bundle of OPA. Several folders add up. A folder with a `.manifest`
    /// is a bundle. A bundle that is signed is refused.
    ///
    /// # Errors
    /// [`PolicyError`], with every problem that has a place in a file at once.
    pub fn load(paths: &[PathBuf]) -> Result<Self, PolicyError> {
        Self::load_trusting(paths, &Trust::Nothing)
    }

    /// The same, with bundles held to what is asked of their signatures.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn load_trusting(paths: &[PathBuf], trust: &Trust) -> Result<Self, PolicyError> {
        let set = Self::load_rules(paths, trust)?;
        match set.policies.is_empty() {
            true => Err(none_in(paths)),
            false => Ok(set),
        }
    }

    /// The same, where rules are enough: a library judges nothing, and can be
    /// asked, checked and tested.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn load_rules(paths: &[PathBuf], trust: &Trust) -> Result<Self, PolicyError> {
        let found = load::read(paths, trust)?;
        let mut set = Self::build(found.files, found.data)?;
        for policy in &mut set.policies {
            let path = policy.package.replace('.', "/");
            let mut bundles = found.bundles.iter();
            let of = bundles.find(|bundle| bundle.roots.own(&path));
            policy.info.bundle = of.map(|bundle| bundle.info.clone());
        }
        let bundles = found.bundles.into_iter();
        set.bundles = bundles.map(|bundle| bundle.info).collect();
        set.bundles.sort();
        match set.modules.is_empty() {
            true => Err(none_in(paths)),
            false => Ok(set),
        }
    }

    /// A set of these files, `(name, text)`.
    ///
    /// # Errors
    /// [`PolicyError`] where one of them is no policy.
    pub fn of(files: &[(&str, &str)]) -> Result<Self, PolicyError> {
        let file = |(name, text): &(&str, &str)| SourceFile {
            name: (*name).to_owned(),
            shown: (*name).to_owned(),
            text: (*text).into(),
            lines: Lines::default(),
        };
        Self::build(files.iter().map(file).collect(), Map::new())
    }

    fn build(files: Vec<SourceFile>, data: Map<String, Value>) -> Result<Self, PolicyError> {
        let (mut modules, mut tests, mut problems) = (Vec::new(), Vec::new(), Vec::new());
        for file in files {
            let outline = Outline::of(&file.text);
            let Some((package, _)) = outline.package.clone() else {
                problems.push(
                    PolicyProblem::new(
                        "no-package",
                        &file,
                        0..0,
                        format!("`{}` names no package", file.shown),
                        "here",
                    )
                    .with_help("a Rego file begins with `package NAME`"),
                );
                continue;
            };
            if let Some(Excess { of, at }) = outline.excess {
                problems.push(
                    PolicyProblem::new(
                        "too-deep",
                        &file,
                        at..at.saturating_add(1),
                        of.message(),
                        of.label(),
                    )
                    .with_help(
                        "give what stands within a name of its own, or move it to a data file",
                    ),
                );
                continue;
            }
            let list = if file.name.ends_with("_test.rego") {
                &mut tests
            } else {
                &mut modules
            };
            list.push(Module {
                file,
                package,
                outline,
            });
        }
        parts::hold_packages(&modules)?;
        let policies = recognise::policies(&modules, &data, &mut problems);
        PolicyError::check(problems)?;
        let mut set = Self {
            declared: declared_by(&policies).into_iter().cloned().collect(),
            policies,
            bundles: Vec::new(),
            modules,
            tests,
            data,
            parameters: BTreeMap::new(),
            is_as_written: false,
            is_shipped: false,
        };
        set.parameters = set.settle(&BTreeMap::new())?;
        Ok(set)
    }

    /// The same set with parameters as given on the command line.
    ///
    /// # Errors
    /// [`PolicyError::UnknownParameter`] or [`PolicyError::BadParameter`].
    pub fn with_params(mut self, given: &BTreeMap<String, String>) -> Result<Self, PolicyError> {
        self.parameters = self.settle(given)?;
        Ok(self)
    }

    /// The same set with these policies alone, by id; all of it where none is
    /// named. Libraries stay.
    ///
    /// # Errors
    /// [`PolicyError::UnknownId`].
    pub fn only(mut self, ids: &[String]) -> Result<Self, PolicyError> {
        if ids.is_empty() {
            return Ok(self);
        }
        for id in ids {
            self.find(id)?;
        }
        self.policies
            .retain(|policy| ids.iter().any(|id| **id == *policy.info.id));
        Ok(self)
    }

    /// The policy with this id.
    ///
    /// # Errors
    /// [`PolicyError::UnknownId`], with the ids there are.
    pub fn find(&self, id: &str) -> Result<&Policy, PolicyError> {
        self.policies
            .iter()
            .find(|policy| *policy.info.id == *id)
            .ok_or_else(|| {
                let known = || self.policies.iter().map(|policy| &*policy.info.id);
                let help = match nearest(id, known()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the policies are {}", list(known())),
                };
                PolicyError::UnknownId {
                    id: id.to_owned(),
                    help,
                }
            })
    }

    /// The policies, sorted by id.
    #[must_use]
    pub fn policies(&self) -> &[Policy] {
        &self.policies
    }

    /// What a report says of each policy, sorted by id.
    #[must_use]
    pub fn infos(&self) -> Vec<PolicyInfo> {
        self.policies
            .iter()
            .map(|policy| policy.info.clone())
            .collect()
    }

    /// What a report says of the bundles that the set was read from, sorted.
    #[must_use]
    pub fn bundles(&self) -> &[BundleInfo] {
        &self.bundles
    }

    /// The Rego files, tests excluded, sorted by name.
    #[must_use]
    pub fn modules(&self) -> &[Module] {
        &self.modules
    }

    /// The test files (`_test.rego`), sorted by name.
    #[must_use]
    pub fn tests(&self) -> &[Module] {
        &self.tests
    }

    /// The same set, evaluated as it is written: slower, with the same results.
    #[must_use]
    pub fn as_written(mut self) -> Self {
        self.is_as_written = true;
        self
    }

    /// Whether the engine may rewrite the policies for speed.
    #[must_use]
    pub fn is_optimized(&self) -> bool {
        !self.is_as_written
    }

    /// The values of the policies' parameters, defaults included.
    #[must_use]
    pub fn parameters(&self) -> BTreeMap<String, Value> {
        let ours = self.parameters_declared();
        let is_ours = |name: &str| ours.iter().any(|parameter| parameter.name == name);
        let is_known = |name: &str| self.declared.iter().any(|parameter| parameter.name == name);
        let mut parameters = self.parameters.clone();
        parameters.retain(|name, _| is_ours(name) || !is_known(name));
        parameters
    }

    /// The parameters that the policies declare, each once.
    #[must_use]
    pub fn parameters_declared(&self) -> Vec<&Parameter> {
        declared_by(&self.policies)
    }

    /// The `data` document: data files, with the parameters in `params`.
    #[must_use]
    pub fn data(&self) -> Value {
        let mut data = self.data.clone();
        let params: Map<String, Value> = self.parameters.clone().into_iter().collect();
        data.insert("params".to_owned(), Value::Object(params));
        Value::Object(data)
    }

    fn settle(
        &self,
        given: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, Value>, PolicyError> {
        let from_data = match self.data.get("params") {
            Some(Value::Object(params)) => params.clone().into_iter().collect(),
            _ => BTreeMap::new(),
        };
        let all: Vec<&Parameter> = self.declared.iter().collect();
        params::settle(&all, &self.parameters_declared(), &from_data, given)
    }
}

fn declared_by(policies: &[Policy]) -> Vec<&Parameter> {
    let mut declared: Vec<&Parameter> = Vec::new();
    for parameter in policies
        .iter()
        .filter_map(Policy::metadata)
        .flat_map(|metadata| &metadata.parameters)
    {
        if !declared.iter().any(|known| known.name == parameter.name) {
            declared.push(parameter);
        }
    }
    declared
}

/// SHA-256 (hex) over files, by name and text, and the data they see.
fn fingerprint<'a>(
    files: impl IntoIterator<Item = &'a SourceFile>,
    data: &Map<String, Value>,
) -> String {
    let mut hash = Sha256::new();
    for file in files {
        for part in [file.name.as_bytes(), file.text.as_bytes()] {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
            hash.update(part);
        }
    }
    let data: BTreeMap<&String, &Value> = data.iter().filter(|(key, _)| *key != "params").collect();
    if !data.is_empty() {
        hash.update(serde_json::to_vec(&data).unwrap_or_default());
    }
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A file's name and text, as a report carries it.
fn source(file: &SourceFile) -> (String, Arc<str>) {
    (file.name.clone(), Arc::clone(&file.text))
}

#[cfg(test)]
mod tests;
