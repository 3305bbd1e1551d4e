//! The calls that evidence is the answer of.

use crate::cloudtrail::keys;

/// A call of the AWS CLI or an SDK.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Call {
    /// describe-trails, or get-trail.
    DescribeTrails,
    /// get-trail-status.
    GetTrailStatus,
    /// list-trails.
    ListTrails,
    /// describe-log-groups.
    DescribeLogGroups,
    /// Some other call.
    Other,
}

impl Call {
    /// The call that a name of a file, key or operation speaks of.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        let word = keys::fold(text);
        let of_trails = word.contains("trail");
        if word.contains("loggroup") {
            Some(Self::DescribeLogGroups)
        } else if of_trails && word.contains("status") {
            Some(Self::GetTrailStatus)
        } else if of_trails && word.contains("listtrails") {
            Some(Self::ListTrails)
        } else if word.contains("selector")
            || word.contains("listtags")
            || (of_trails && word.contains("trailevents"))
        {
            Some(Self::Other)
        } else {
            of_trails.then_some(Self::DescribeTrails)
        }
    }

    /// Whether its answer shows trails or their status.
    pub(crate) fn is_of_trails(self) -> bool {
        matches!(
            self,
            Self::DescribeTrails | Self::GetTrailStatus | Self::ListTrails
        )
    }

    /// The AWS CLI's word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DescribeTrails => "describe-trails",
            Self::GetTrailStatus => "get-trail-status",
            Self::ListTrails => "list-trails",
            Self::DescribeLogGroups => "describe-log-groups",
            Self::Other => "call",
        }
    }
}
