//! Loading and describing policy sets.
