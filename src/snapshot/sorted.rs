//! A set of texts as a sorted list.
//!
//! Sightings come in the order of their files, so that nearly every text is
//! put at the end, and a trail's few regions fit in one piece of memory.

use std::sync::Arc;

/// Texts in order, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sorted(Vec<Arc<str>>);

impl Sorted {
    /// Puts a text in its place, if it isn't there.
    pub(super) fn insert(&mut self, text: &Arc<str>) {
        match self.0.last() {
            Some(last) if last == text => {}
            Some(last) if last > text => {
                if let Err(place) = self.0.binary_search(text) {
                    self.grow();
                    self.0.insert(place, Arc::clone(text));
                }
            }
            _ => {
                self.grow();
                self.0.push(Arc::clone(text));
            }
        }
    }

    /// Makes room for one more, and little for others: there are very many sets, and
    /// hardly one has more texts than AWS has regions.
    fn grow(&mut self) {
        if self.0.len() == self.0.capacity() {
            self.0.reserve_exact(1 + self.0.len() / 4);
        }
    }

    /// Whether it holds a text.
    #[must_use]
    pub fn contains(&self, text: &str) -> bool {
        self.0.binary_search_by(|known| (**known).cmp(text)).is_ok()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The texts in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Arc<str>> {
        self.0.iter()
    }
}

impl<'s> IntoIterator for &'s Sorted {
    type Item = &'s Arc<str>;
    type IntoIter = std::slice::Iter<'s, Arc<str>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'t> Extend<&'t Arc<str>> for Sorted {
    fn extend<I: IntoIterator<Item = &'t Arc<str>>>(&mut self, texts: I) {
        for text in texts {
            self.insert(text);
        }
    }
}

impl<'t> FromIterator<&'t Arc<str>> for Sorted {
    fn from_iter<I: IntoIterator<Item = &'t Arc<str>>>(texts: I) -> Self {
        let mut sorted = Self::default();
        sorted.extend(texts);
        sorted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_in_order_and_each_once_however_they_came() {
        let texts = ["b", "d", "d", "a", "c", "b"].map(Arc::from);
        let sorted: Sorted = texts.iter().collect();
        let all: Vec<&str> = sorted.iter().map(|text| &**text).collect();
        assert_eq!(all, ["a", "b", "c", "d"]);
        assert!(sorted.contains("c") && !sorted.contains("cc"));
    }
}
