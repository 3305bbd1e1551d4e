//! The box that the AWS CLI draws with `--output table`.
//!
//! A section is a title and, between rules, rows; a section with more bars in
//! front of it stands under a key of the one above. A wide section is turned:
//! one line a key. What one box may have come from is told apart by what is
//! known of the call alone; where that is not enough, nothing is read.

use std::ops::Range;

use super::value::{Value, is_number, quoted};
use super::{Block, Room};
use crate::cloudtrail::keys::Spelt;

/// Titles under which the known calls list objects, even if it is one.
const LISTS: [&str; 6] = [
    "trailList",
    "Trails",
    "logGroups",
    "Regions",
    "Accounts",
    "trails",
];

/// Titles under which they have one object.
const OBJECTS: [&str; 1] = ["Trail"];

/// Keys of the known calls beside those of trails and statuses.
const KEYS: [&str; 22] = [
    "Account",
    "Arn",
    "UserId",
    "logGroupName",
    "creationTime",
    "retentionInDays",
    "metricFilterCount",
    "arn",
    "logGroupArn",
    "logGroupClass",
    "storedBytes",
    "kmsKeyId",
    "Endpoint",
    "OptInStatus",
    "RegionName",
    "RegionOptStatus",
    "Id",
    "Email",
    "Status",
    "JoinedMethod",
    "JoinedTimestamp",
    "NextToken",
];

/// Reads every box of a text; `None` where there is none, or one that leaves a
/// doubt.
pub(super) fn read(text: &str, room: &Room) -> Option<Vec<Block>> {
    let mut blocks = Vec::new();
    let mut lines: Vec<Line> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let length = line.trim_end().len();
        let read = Line::read(line, at..at + length);
        at += line.len();
        match read {
            Some(line) => {
                // The rule on top begins the next box.
                if line.is_top() && !lines.is_empty() {
                    blocks.push(block(text, &std::mem::take(&mut lines), room)?);
                }
                if lines.is_empty() && !line.is_top() {
                    return None;
                }
                room.one()?;
                lines.push(line);
            }
            None if !lines.is_empty() => {
                blocks.push(block(text, &std::mem::take(&mut lines), room)?);
            }
            None => {}
        }
    }
    if !lines.is_empty() {
        blocks.push(block(text, &lines, room)?);
    }
    (!blocks.is_empty()).then_some(blocks)
}

struct Line {
    range: Range<usize>,
    kind: LineKind,
}

enum LineKind {
    /// The rule above the first title.
    Top,
    /// A rule: how many bars stand before it, and where its columns end, in
    /// characters.
    Rule(usize, Vec<usize>),
    /// Cells: how many bars stand before them.
    Cells(usize),
}

impl Line {
    fn read(line: &str, range: Range<usize>) -> Option<Self> {
        let line = line.trim_end();
        if line.len() >= 4 && line.bytes().all(|byte| byte == b'-') {
            return Some(Self {
                range,
                kind: LineKind::Top,
            });
        }
        let bars = line.bytes().take_while(|byte| *byte == b'|').count();
        let rest = line.get(bars..)?;
        let inner = rest.strip_suffix(&line.get(..bars)?)?;
        if inner.starts_with("+-") && inner.bytes().all(|byte| matches!(byte, b'+' | b'-')) {
            let ends = inner.bytes().enumerate().skip(1);
            let ends = ends.filter_map(|(at, byte)| (byte == b'+').then_some(bars + at));
            return Some(Self {
                range,
                kind: LineKind::Rule(bars, ends.collect()),
            });
        }
        (bars > 0 && line.len() > bars).then(|| Self {
            range,
            kind: LineKind::Cells(bars - 1),
        })
    }

    fn is_top(&self) -> bool {
        matches!(self.kind, LineKind::Top)
    }
}

/// One section of a box.
struct Section {
    level: usize,
    title: Range<usize>,
    /// `None` where a line is a row of cells without keys above.
    headers: Option<Vec<Range<usize>>>,
    rows: Vec<Vec<Range<usize>>>,
}

fn block(text: &str, lines: &[Line], room: &Room) -> Option<Block> {
    let (top, lines) = lines.split_first()?;
    if !top.is_top() {
        return None;
    }
    let range = top.range.start..lines.last()?.range.end;
    let sections = sections(text, lines, room)?;
    let (root, rest) = sections.split_first()?;
    let operation = text.get(root.title.clone())?;
    let is_operation = operation.starts_with(|first: char| first.is_ascii_uppercase())
        && operation.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if root.level != 0 || !is_operation || (root.rows.is_empty() && rest.is_empty()) {
        return None;
    }
    let mut tree = Tree {
        text,
        rest: rest.iter().peekable(),
    };
    let value = tree.root(root)?;
    tree.rest.peek().is_none().then(|| Block {
        range,
        above: vec![root.title.clone()],
        values: vec![value],
    })
}

fn sections(text: &str, lines: &[Line], room: &Room) -> Option<Vec<Section>> {
    let mut sections = Vec::new();
    let mut lines = lines.iter().peekable();
    while let Some(line) = lines.next() {
        let LineKind::Cells(level) = line.kind else {
            return None;
        };
        let [title] = <[_; 1]>::try_from(cells(text, line, level, &[usize::MAX])?).ok()?;
        let columns = lines.next_if(|line| line.is_rule(level))?;
        let LineKind::Rule(_, columns) = &columns.kind else {
            return None;
        };
        let mut section = Section {
            level,
            title,
            headers: None,
            rows: Vec::new(),
        };
        let mut group = Vec::new();
        let is_same = |line: &&Line| matches!(line.kind, LineKind::Cells(one) if one == level);
        while let Some(line) = lines.next_if(is_same) {
            group.push(cells(text, line, level, columns)?);
        }
        if !group.is_empty() {
            let end = lines.next_if(|line| line.is_rule(level))?;
            // One line between rules, and more below with the same columns: keys.
            let mut ahead = lines.clone();
            let has_rows = group.len() == 1
                && matches!(&end.kind, LineKind::Rule(_, ends) if ends == columns)
                && ahead.next_if(is_same).is_some()
                && {
                    while ahead.next_if(is_same).is_some() {}
                    ahead.next().is_some_and(|line| {
                        matches!(&line.kind, LineKind::Rule(bars, ends)
                            if *bars == level && ends == columns)
                    })
                };
            if has_rows {
                section.headers = group.pop();
                let keys = section.headers.iter().flatten();
                let keys: Vec<_> = keys.filter_map(|key| text.get(key.clone())).collect();
                while let Some(line) = lines.next_if(is_same) {
                    keys.iter().try_for_each(|key| room.member(key))?;
                    group.push(cells(text, line, level, columns)?);
                }
                lines.next();
            }
            section.rows = group;
        }
        sections.push(section);
    }
    Some(sections)
}

impl Line {
    fn is_rule(&self, level: usize) -> bool {
        matches!(&self.kind, LineKind::Rule(bars, _) if *bars == level)
    }
}

/// The cells of a line, blanks around them left out. Every column must end
/// with a bar where the rule says.
fn cells(text: &str, line: &Line, level: usize, ends: &[usize]) -> Option<Vec<Range<usize>>> {
    let spelt = text.get(line.range.clone())?;
    let inner = spelt.get(level..spelt.len().checked_sub(level)?)?;
    let offset = line.range.start + level;
    let mut cells = Vec::with_capacity(ends.len());
    let mut start = 1;
    let mut wanted = ends.iter().map(|end| end - level.min(*end));
    let mut next = wanted.next();
    for (count, (at, character)) in inner.char_indices().enumerate() {
        let is_last = at + 1 == inner.len();
        if count == 0 {
            if character != '|' {
                return None;
            }
            continue;
        }
        if next == Some(count) || (is_last && ends == [usize::MAX]) {
            if character != '|' {
                return None;
            }
            let cell = inner.get(start..at)?;
            let lead = cell.len() - cell.trim_start().len();
            let begin = offset + start + lead;
            cells.push(begin..begin + cell.trim().len());
            start = at + 1;
            next = wanted.next();
        }
    }
    (cells.len() == ends.len() && start == inner.len()).then_some(cells)
}

struct Tree<'t> {
    text: &'t str,
    rest: std::iter::Peekable<std::slice::Iter<'t, Section>>,
}

impl<'t> Tree<'t> {
    fn get(&self, range: &Range<usize>) -> &'t str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    fn root(&mut self, root: &'t Section) -> Option<Value> {
        let mut rows = self.rows(root)?;
        if rows.len() > 1 {
            return Some(Value::list(rows, root.title.start));
        }
        let members = match rows.pop().map(|row| row.kind) {
            None => Vec::new(),
            Some(super::value::Kind::Object(members)) => members,
            Some(_) => return None,
        };
        let members = self.children(members, 0)?;
        Some(Value::object(members, root.title.start))
    }

    /// Adds to an object what stands under it.
    fn children(
        &mut self,
        mut members: Vec<(String, Value)>,
        level: usize,
    ) -> Option<Vec<(String, Value)>> {
        // Of one title: its elements, and whether they surely are a list's.
        let mut under: Vec<(&str, Vec<Value>, bool)> = Vec::new();
        while let Some(section) = self.rest.next_if(|one| one.level == level + 1) {
            let title = self.get(&section.title);
            let mut rows = self.rows(section)?;
            if let [row] = rows.as_mut_slice()
                && let super::value::Kind::Object(inner) = &mut row.kind
            {
                *inner = self.children(std::mem::take(inner), level + 1)?;
                let end = inner
                    .last()
                    .map_or(row.range.end, |(_, last)| last.range.end);
                row.range.end = end.max(row.range.end);
            }
            let is_list = rows.len() > 1 || section.is_of_scalars();
            match under.last_mut() {
                Some((before, elements, list)) if *before == title => {
                    elements.append(&mut rows);
                    *list = true;
                }
                _ => {
                    if under.iter().any(|(before, ..)| *before == title) {
                        return None;
                    }
                    under.push((title, rows, is_list));
                }
            }
        }
        for (title, mut rows, is_list) in under {
            let value = if is_list || LISTS.contains(&title) {
                let start = rows.first()?.range.start;
                Value::list(rows, start)
            } else if OBJECTS.contains(&title) {
                rows.pop()?
            } else {
                return None;
            };
            members.push((title.to_owned(), value));
        }
        Some(members)
    }

    /// The rows of a section, as objects, or as scalars where it is one column
    /// without a key.
    fn rows(&self, section: &Section) -> Option<Vec<Value>> {
        if let Some(headers) = &section.headers {
            let is_one = section.rows.len() == 1;
            let rows = section.rows.iter().map(|row| {
                let cells = headers.iter().zip(row);
                // In a list, a row's empty cell is a key that it lacks.
                let members = cells.filter(|(_, cell)| is_one || !cell.is_empty());
                let members: Vec<_> = members
                    .map(|(key, cell)| (self.get(key).to_owned(), self.cell(key, cell)))
                    .collect();
                let start = row.first().map_or(0, |cell| cell.start);
                Value::object(members, start)
            });
            return Some(rows.collect());
        }
        if section.is_of_scalars() {
            let cells = section.rows.iter().filter_map(|row| row.first());
            return Some(
                cells
                    .map(|cell| Value::string(self.get(cell), cell.clone()))
                    .collect(),
            );
        }
        if section.rows.is_empty() {
            return Some(Vec::new());
        }
        // Turned: a key and its value a line, the keys in order.
        let mut members = Vec::new();
        let mut known = false;
        let mut before = "";
        for row in &section.rows {
            let [key, cell] = row.as_slice() else {
                return None;
            };
            let name = self.get(key);
            if name <= before || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                return None;
            }
            known |= Spelt::of(name) != Spelt::Neither || KEYS.contains(&name);
            before = name;
            members.push((name.to_owned(), self.cell(key, cell)));
        }
        let start = section.rows.first()?.first()?.start;
        known.then(|| vec![Value::object(members, start)])
    }

    fn cell(&self, key: &Range<usize>, cell: &Range<usize>) -> Value {
        Value::scalar(typed(self.get(key), self.get(cell)), cell.clone())
    }
}

impl Section {
    fn is_of_scalars(&self) -> bool {
        self.headers.is_none() && self.rows.first().is_some_and(|row| row.len() == 1)
    }
}

/// What a cell holds: Python's words for true, false and none, a number, or a
/// text. Under a key of a name or an id it is a text whatever it looks like.
pub(super) fn typed(key: &str, cell: &str) -> String {
    let is_text = [
        "Name", "Id", "Arn", "ARN", "Prefix", "Account", "Email", "Error",
    ]
    .iter()
    .any(|end| key.ends_with(end));
    match cell {
        "None" if !matches!(key, "Name" | "logGroupName") => "null".to_owned(),
        "True" if !is_text => "true".to_owned(),
        "False" if !is_text => "false".to_owned(),
        number if !is_text && is_number(number) => number.to_owned(),
        text => quoted(text),
    }
}
