//! A panic of the engine, caught: it costs the account that it happened at.
//!
//! Nothing of coldtrail's panics, and regorus has been seen to. The text that a
//! panic prints is left out where it is caught here; what broke is told with
//! the account.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static IS_CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// What `f` gives, or what it panicked with. Whatever it had a hold of may be
/// broken then.
pub(super) fn caught<T>(f: impl FnOnce() -> T) -> Result<T, String> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !IS_CAUGHT.get() {
                before(info);
            }
        }));
    });
    let outer = IS_CAUGHT.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(f));
    IS_CAUGHT.set(outer);
    result.map_err(|panicked| {
        let text = panicked
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned());
        text.or_else(|| panicked.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "without a word".to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::caught;

    #[test]
    fn a_panic_is_told_in_its_words() {
        let nothing: Vec<u8> = Vec::new();
        let index = nothing.len();
        let told = caught(|| nothing[index]).unwrap_err();
        assert!(told.contains("out of bounds"), "{told}");
        assert_eq!(caught(|| 1), Ok(1));
    }
}
