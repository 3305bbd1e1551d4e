//! The outline of a `.rego` file: its package, its METADATA block and the
//! names its statements begin with.
//!
//! This is no parser. It knows comments, strings and brackets, which is enough
//! to see what a file is for before it is compiled; the engine's own parser
//! has the last word on what is Rego.

use std::ops::Range;

use super::bounds::{self, Excess};

/// What a file shows without being parsed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    /// The package, without `data.`, and where it is named.
    pub package: Option<(String, Range<usize>)>,
    /// The comment lines of the METADATA block right above the package, from
    /// the line after `# METADATA` on.
    pub metadata: Option<Range<usize>>,
    /// The first word of each statement on the top level, and where.
    pub heads: Vec<(String, Range<usize>)>,
    /// What lies deeper than the engine goes.
    pub excess: Option<Excess>,
}

impl Outline {
    /// Reads the outline of a file.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut outline = Self {
            excess: bounds::excess(text),
            ..Self::default()
        };
        for (word, at) in statement_heads(text) {
            if word == "package" && outline.package.is_none() {
                outline.package = package_name(text, at.end);
                outline.metadata = metadata_above(text, at.start);
            } else {
                outline.heads.push((word, at));
            }
        }
        outline
    }

    /// Where a rule of this name is defined first.
    #[must_use]
    pub fn head(&self, name: &str) -> Option<Range<usize>> {
        self.heads
            .iter()
            .find(|(word, _)| word == name)
            .map(|(_, at)| at.clone())
    }
}

fn package_name(text: &str, from: usize) -> Option<(String, Range<usize>)> {
    let rest = text.get(from..)?;
    let line = rest.lines().next()?;
    let name = line.split('#').next()?.trim();
    let start = from.saturating_add(line.find(name)?);
    (!name.is_empty()).then(|| (name.to_owned(), start..start.saturating_add(name.len())))
}

/// The last block of comment lines above `package`, where one of them is
/// `# METADATA`. As with OPA, empty lines don't part it from the package.
fn metadata_above(text: &str, package_at: usize) -> Option<Range<usize>> {
    let above = text.get(..package_at)?;
    let mut start = above.len();
    let mut found = None;
    for line in above.split_inclusive('\n').rev() {
        start = start.saturating_sub(line.len());
        let trimmed = line.trim();
        if !trimmed.starts_with('#') {
            if trimmed.is_empty() {
                continue;
            }
            break;
        }
        if trimmed.trim_start_matches('#').trim() == "METADATA" {
            found = Some(start.saturating_add(line.len())..package_at);
        }
    }
    found
}

/// The first word of each line that begins outside every bracket, string and
/// comment; `default` and `else` are passed over.
fn statement_heads(text: &str) -> Vec<(String, Range<usize>)> {
    let mut heads = Vec::new();
    let mut depth = 0_usize;
    let mut line_start = true;
    let mut signs = code(text).peekable();
    while let Some((at, sign)) = signs.next() {
        match sign {
            '\n' => {
                line_start = depth == 0;
                continue;
            }
            '{' | '[' | '(' => depth = depth.saturating_add(1),
            '}' | ']' | ')' => depth = depth.saturating_sub(1),
            sign if sign.is_whitespace() => continue,
            sign if line_start && (sign.is_alphabetic() || sign == '_') => {
                let mut end = at.saturating_add(sign.len_utf8());
                let goes_on = |(_, sign): &(usize, char)| sign.is_alphanumeric() || *sign == '_';
                while let Some((next, sign)) = signs.next_if(goes_on) {
                    end = next.saturating_add(sign.len_utf8());
                }
                let word = text.get(at..end).unwrap_or_default();
                if word == "default" {
                    continue;
                }
                if word != "else" {
                    heads.push((word.to_owned(), at..end));
                }
            }
            _ => {}
        }
        line_start = false;
    }
    heads
}

/// The signs of a text and their places, comments left out; of a string its first
/// quote.
pub(crate) fn code(text: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (at, sign) = chars.next()?;
        match sign {
            '#' => {
                while chars.next_if(|(_, sign)| *sign != '\n').is_some() {}
                return chars.next().or(Some((at, ' ')));
            }
            '"' => {
                while let Some((_, sign)) = chars.next_if(|(_, sign)| *sign != '\n') {
                    match sign {
                        '\\' => {
                            chars.next();
                        }
                        '"' => break,
                        _ => {}
                    }
                }
            }
            '`' => {
                for (_, sign) in chars.by_ref() {
                    if sign == '`' {
                        break;
                    }
                }
            }
            _ => {}
        }
        Some((at, sign))
    })
}

#[cfg(test)]
mod tests {
    use super::Outline;

    const FILE: &str = "# a licence\n\n# METADATA\n# title: T\n# custom:\n#   id: x\npackage a.b # here\n\nimport rego.v1\n\n# deny in a comment\ndefault allow := false\nallow if {\n  deny\n}\nelse if 1\ntext := `\nresults\n` \nresults contains r if { r := \"}\" }\n";

    #[test]
    fn the_package_and_the_block_right_above_it_are_found() {
        let outline = Outline::of(FILE);
        let (package, at) = outline.package.clone().unwrap();
        assert_eq!(package, "a.b");
        assert_eq!(&FILE[at], "a.b");
        assert_eq!(
            &FILE[outline.metadata.clone().unwrap()],
            "# title: T\n# custom:\n#   id: x\n"
        );
    }

    #[test]
    fn only_statements_of_the_top_level_count_as_heads() {
        let heads: Vec<String> = Outline::of(FILE)
            .heads
            .into_iter()
            .map(|(word, _)| word)
            .collect();
        assert_eq!(heads, ["import", "allow", "allow", "text", "results"]);
    }

    #[test]
    fn empty_lines_between_block_and_package_do_not_part_them() {
        assert!(
            Outline::of("# METADATA\n# title: T\n\npackage a\n")
                .metadata
                .is_some()
        );
    }
}
