//! Words, pipes, redirects: one pass over a command line.

/// One command of a list: what stands between `;`, `&&` and `||`.
#[derive(Debug)]
pub(super) struct Part<'a> {
    /// As it is written.
    pub text: &'a str,
    /// What is joined by pipes.
    pub stages: Vec<Stage<'a>>,
}

/// One command of a pipeline.
#[derive(Debug)]
pub(super) struct Stage<'a> {
    /// Its words, without quotes around them; redirects are none.
    pub words: Box<[&'a str]>,
    /// The file that its standard output goes into.
    pub target: Option<&'a str>,
}

/// How long a command line may be, in bytes: what Linux takes as one word
/// (`MAX_ARG_STRLEN`).
const LONGEST: usize = 128 * 1024;

/// The program of a line that is longer: no shell has one of this name.
const TOO_LONG: &str = "a line of more than 128 KiB";

/// Cuts a command line into its parts. One that is too long to be anybody's is a
/// command of a program that may have printed anything.
pub(super) fn parts(line: &str) -> Vec<Part<'_>> {
    if line.len() > LONGEST {
        let stage = Stage {
            words: Box::new([TOO_LONG]),
            target: None,
        };
        return vec![Part {
            text: line.trim(),
            stages: vec![stage],
        }];
    }
    let mut reader = Reader {
        line,
        at: 0,
        part: 0,
        parts: Vec::new(),
        stages: Vec::new(),
        words: Vec::new(),
        target: None,
    };
    reader.read();
    reader.parts
}

struct Reader<'a> {
    line: &'a str,
    at: usize,
    /// Where the part and the stage began that are being read.
    part: usize,
    parts: Vec<Part<'a>>,
    stages: Vec<Stage<'a>>,
    words: Vec<&'a str>,
    target: Option<&'a str>,
}

impl<'a> Reader<'a> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.line.as_bytes().get(self.at + ahead).copied()
    }

    fn read(&mut self) {
        while let Some(byte) = self.peek(0) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                b'\\' | b'`' | b'^' if self.goes_on() => {}
                b'#' => {
                    // A comment: to the end of its line.
                    let rest = self.line.get(self.at..).unwrap_or_default();
                    self.at += rest.find('\n').unwrap_or(rest.len());
                }
                b';' => self.end_part(1),
                b'&' if self.peek(1) == Some(b'&') => self.end_part(2),
                b'|' if self.peek(1) == Some(b'|') => self.end_part(2),
                b'|' => {
                    self.end_stage();
                    // `|&` pipes both outputs.
                    self.at += if self.peek(1) == Some(b'&') { 2 } else { 1 };
                }
                b'&' if self.peek(1) == Some(b'>') => {
                    self.at += 1;
                    self.redirect(true);
                }
                b'0'..=b'9' | b'*' if self.peek(1) == Some(b'>') => {
                    self.at += 1;
                    self.redirect(byte == b'1' || byte == b'*');
                }
                b'>' => self.redirect(true),
                b'<' => {
                    // What it reads, or a placeholder: `<name>` is a word.
                    if self.is_placeholder() {
                        self.word();
                    } else {
                        self.at += 1;
                    }
                }
                b'&' => {
                    self.at += 1;
                    if self.words.is_empty() {
                        // PowerShell's call operator.
                    } else {
                        self.end_part(0);
                    }
                }
                _ => self.word(),
            }
        }
        self.end_part(0);
    }

    /// Skips a mark at the end of a line that says that the command goes on,
    /// and the prompt of the next line.
    fn goes_on(&mut self) -> bool {
        let rest = self.line.get(self.at + 1..).unwrap_or_default();
        let behind = rest.trim_start_matches([' ', '\t', '\r']);
        let Some(next) = behind.strip_prefix('\n') else {
            return false;
        };
        let indented = next.trim_start_matches([' ', '\t']);
        let prompt = ["> ", ">> "]
            .into_iter()
            .find(|prompt| indented.starts_with(prompt))
            .map_or(0, str::len);
        self.at = self.line.len() - indented.len() + prompt;
        true
    }

    fn is_placeholder(&self) -> bool {
        let rest = self.line.get(self.at + 1..).unwrap_or_default();
        let name = rest
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b' '))
            .count();
        name > 0 && rest.as_bytes().get(name) == Some(&b'>')
    }

    /// Reads one word; quotes and `$(…)` hold it together.
    fn word(&mut self) {
        let start = self.at;
        let mut quote = None;
        let mut depth = 0_usize;
        let is_placeholder = self.peek(0) == Some(b'<');
        while let Some(byte) = self.peek(0) {
            match (quote, byte) {
                (Some(open), _) if open == byte => quote = None,
                (Some(b'"') | None, b'\\')
                    if matches!(self.peek(1), Some(b'"' | b'\'' | b'\\' | b' ')) =>
                {
                    self.at += 1;
                }
                (Some(_), _) => {}
                (None, b'"' | b'\'') => quote = Some(byte),
                (None, b'(') => depth += 1,
                (None, b')') => depth = depth.saturating_sub(1),
                (None, b'>') if is_placeholder => {
                    self.at += 1;
                    break;
                }
                (None, b' ' | b'\t' | b'\r' | b'\n' | b';' | b'|' | b'>' | b'<' | b'&')
                    if depth == 0 && !is_placeholder =>
                {
                    break;
                }
                _ => {}
            }
            self.at += 1;
        }
        self.at = self.line.ceil_char_boundary(self.at.max(start + 1));
        let word = self.line.get(start..self.at).unwrap_or_default();
        let bare = ['"', '\'']
            .into_iter()
            .find_map(|quote| word.strip_prefix(quote)?.strip_suffix(quote))
            .unwrap_or(word);
        self.words.push(bare);
    }

    /// Reads a redirect and where it leads.
    fn redirect(&mut self, of_output: bool) {
        while self.peek(0) == Some(b'>') || self.peek(0) == Some(b'|') {
            self.at += 1;
        }
        while matches!(self.peek(0), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        if self.peek(0) == Some(b'&') {
            // Into another stream: `2>&1`, `>&2`.
            self.at += 1;
            while self
                .peek(0)
                .is_some_and(|byte| byte.is_ascii_digit() || byte == b'-')
            {
                self.at += 1;
            }
            return;
        }
        let before = self.words.len();
        if self.peek(0).is_some() {
            self.word();
        }
        let target = self.words.get(before).copied().unwrap_or_default();
        self.words.truncate(before);
        if of_output && !matches!(target, "/dev/tty" | "/dev/stdout" | "/dev/stderr" | "CON") {
            self.target = Some(target);
        }
    }

    fn end_stage(&mut self) {
        self.stages.push(Stage {
            words: self.words.as_slice().into(),
            target: self.target.take(),
        });
        self.words.clear();
    }

    fn end_part(&mut self, separator: usize) {
        self.end_stage();
        let stages = std::mem::take(&mut self.stages);
        let text = self.line.get(self.part..self.at).unwrap_or_default();
        if stages.iter().any(|stage| !stage.words.is_empty()) {
            self.parts.push(Part {
                text: text
                    .trim()
                    .trim_end_matches(['&', '\\', '`', '^'])
                    .trim_end(),
                stages,
            });
        }
        self.at += separator;
        self.part = self.at;
    }
}
