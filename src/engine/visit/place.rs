//! Where things stand in the text of a policy.

use std::ops::Range;

use regorus::unstable::{Expr, Span};

use super::{Node, expression};

/// The byte range of a span.
pub(in crate::engine) fn range(span: &Span) -> Range<usize> {
    let start = usize::try_from(span.start).unwrap_or(usize::MAX);
    start..usize::try_from(span.end).unwrap_or(usize::MAX).max(start)
}

/// A range that begins or ends with a string, its quotes included: regorus's
/// spans leave them out.
pub(in crate::engine) fn with_quotes(range: Range<usize>, text: &str) -> Range<usize> {
    let is_quote = |at: usize| matches!(text.as_bytes().get(at), Some(b'"' | b'`'));
    let start = range
        .start
        .checked_sub(1)
        .filter(|before| is_quote(*before))
        .unwrap_or(range.start);
    let end = if is_quote(range.end) {
        range.end.saturating_add(1)
    } else {
        range.end
    };
    start..end
}

/// The byte range of a whole expression. regorus's span of an object or array
/// begins somewhere inside it.
pub(in crate::engine) fn extent(expr: &Expr, text: &str) -> Range<usize> {
    let mut whole = range(expr.span());
    expression(expr, &mut |node| {
        if let Node::Expr(inner) = node {
            let inner = range(inner.span());
            whole = whole.start.min(inner.start)..whole.end.max(inner.end);
        }
    });
    let opening = match expr {
        Expr::Object { .. }
        | Expr::Set { .. }
        | Expr::SetCompr { .. }
        | Expr::ObjectCompr { .. } => '{',
        Expr::Array { .. } | Expr::ArrayCompr { .. } => '[',
        _ => return with_quotes(whole, text),
    };
    let inside = whole.start.saturating_add(1);
    let start = text
        .get(..inside)
        .and_then(|before| before.rfind(opening))
        .unwrap_or(whole.start);
    start..whole.end
}
