//! Failed calls, and what each of them hides.

use std::ops::Range;

use crate::cloudtrail::arn;
use crate::document::locate::Locator;
use crate::finding::{DocumentKind, Place, Problem};
use crate::recognise::facts::{Call, Document, Facts, Failure, Named, Origin};
use crate::recognise::failed_call;
use crate::recognise::failed_call::CallError;
use crate::recognise::reading::Reading;

impl Reading<'_> {
    /// The document of the errors of a text between two offsets, if there are
    /// any.
    pub(crate) fn failed_calls(
        &self,
        locator: &mut Locator<'_>,
        range: Range<usize>,
        errors: Vec<CallError>,
    ) -> Option<Document> {
        let first = errors.first()?;
        let spot = locator.spot(range.start);
        let place = Place {
            line: spot.line,
            column: spot.column,
            bytes: [spot.byte, locator.spot(range.end).byte],
            ..self.whole()
        };
        let more = match errors.len() {
            1 => String::new(),
            many => format!(" (and {} more errors)", many - 1),
        };
        let call = first.call.or_else(|| self.call());
        let problem = Problem {
            code: "failed-call",
            message: format!("{}{more}", first.message),
            help: Some(failed_call::help(
                first.error.as_deref(),
                call,
                first.operation.as_deref(),
            )),
            place: Some(place),
        };
        let mut document = self.lost(DocumentKind::CollectionError, problem, None);
        for failure in errors.iter().flat_map(|error| self.failures_of(error)) {
            document.fail(failure);
        }
        Some(document)
    }

    /// What an error hides: the answer that its file is named for, and what it
    /// names itself. Where both name an account and they differ, both count.
    pub(crate) fn failures_of(&self, error: &CallError) -> Vec<Failure> {
        let by_name = self.call();
        let here = arn::account_in(&self.file.source.name);
        let account = error.origin.account.as_deref();
        let elsewhere =
            account.is_some_and(|account| here.as_deref().is_some_and(|here| here != account));
        // A way to an account that is closed hides all of it. The caller's own
        // account is told only where the path tells none.
        let of_role = error
            .operation
            .as_deref()
            .is_some_and(|name| name.starts_with("AssumeRole"));
        let hidden_by_name = self.hides_trails_by_name();
        let is_status = by_name == Some(Call::GetTrailStatus)
            && error.hides_trails != Some(false)
            && matches!(error.call, None | Some(Call::Other));
        let here = Failure {
            call: if is_status {
                by_name
            } else {
                error.call.or(by_name)
            },
            error: error.error.as_deref().map(Into::into),
            message: error.message.clone(),
            named: error.named.clone(),
            origin: Origin {
                account: error.origin.account.clone().filter(|_| here.is_none()),
                region: error.origin.region.clone(),
            },
            hides_trails: !is_status && error.hides_trails.unwrap_or(hidden_by_name),
            anchor: None,
        };
        if !(of_role && account.is_some() && (elsewhere || is_status)) {
            return vec![here];
        }
        let there = Failure {
            call: Some(Call::Other),
            named: Named::No,
            origin: error.origin.clone(),
            hides_trails: true,
            ..here.clone()
        };
        vec![here, there]
    }

    /// Takes failures of a value that names no call for those of the call that
    /// the file is named for. What else the value shows is its own.
    pub(crate) fn blame(&self, found: &mut Facts) {
        let says_more = !found.trails.is_empty() || !found.statuses.is_empty();
        if found.failures.is_empty() || says_more {
            return;
        }
        let too_deep = found.too_deep;
        for (at, failure) in found.failures.iter_mut().enumerate() {
            if failure.call.is_none() && Some(at) != too_deep {
                failure.call = self.call();
                failure.hides_trails &= self.hides_trails_by_name();
            }
        }
    }

    /// Whether the loss of a file of this name may hide trails.
    pub(crate) fn hides_trails_by_name(&self) -> bool {
        let lists = matches!(
            self.call(),
            None | Some(Call::DescribeTrails | Call::ListTrails)
        );
        lists && self.name().other_call().is_none()
    }

    /// What to do about a failure that a value shows.
    pub(crate) fn help_for(&self, failure: &Failure) -> String {
        let said = failed_call::read(&failure.message);
        let operation = said.and_then(|said| said.operation);
        let call = failure.call.or_else(|| self.call());
        failed_call::help(failure.error.as_deref(), call, operation.as_deref())
    }
}
