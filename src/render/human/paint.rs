//! Colours and characters, by what they mean.

use miette::{GraphicalTheme, ThemeCharacters, ThemeStyles};
use owo_colors::{Style as Ink, Styled};

use crate::finding::Outcome;
use crate::render::Style;

impl Style {
    /// The text in an ink, or plain where there is no colour.
    pub(super) fn paint<T>(self, ink: Ink, text: T) -> Styled<T> {
        if self.color { ink } else { Ink::new() }.style(text)
    }

    /// miette's theme with one ink and one sign for the whole diagnostic.
    pub(super) fn theme(self, ink: Ink, sign: &str) -> GraphicalTheme {
        let mut characters = if self.unicode {
            ThemeCharacters::unicode()
        } else {
            ThemeCharacters::ascii()
        };
        characters.error = sign.to_owned();
        let mut styles = ThemeStyles::none();
        if self.color {
            styles = ThemeStyles::ansi();
            styles.error = ink;
            styles.link = Ink::new().cyan();
            styles.highlights = vec![ink];
        }
        GraphicalTheme { characters, styles }
    }
}

/// The ink of an outcome's word.
pub(super) fn of(outcome: Outcome) -> Ink {
    match outcome {
        Outcome::Fail => Ink::new().red().bold(),
        Outcome::Inconclusive => Ink::new().yellow().bold(),
        Outcome::Pass => Ink::new().green().bold(),
        Outcome::Waived | Outcome::NotApplicable => Ink::new().cyan().bold(),
    }
}

/// The ink of a warning.
pub(super) fn warning() -> Ink {
    Ink::new().magenta().bold()
}

/// For what is there to be looked up, not read.
pub(super) fn dim() -> Ink {
    Ink::new().dimmed()
}

/// For headings.
pub(super) fn bold() -> Ink {
    Ink::new().bold()
}
