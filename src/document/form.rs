//! The forms other than JSON that answers are printed in.

/// A form that is read by being translated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `--output yaml` and `yaml-stream`.
    Yaml,
    /// `--output table`.
    Table,
    /// `--output text`.
    Text,
    /// Rows under a line of keys.
    Csv,
    /// What Python prints of a dictionary.
    Python,
}

impl Form {
    /// What a person calls it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yaml => "the AWS CLI's YAML output",
            Self::Table => "the AWS CLI's table output",
            Self::Text => "the AWS CLI's text output",
            Self::Csv => "a table of comma-separated values",
            Self::Python => "what Python prints of an answer",
        }
    }
}
