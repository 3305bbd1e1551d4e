//! METADATA blocks, right and wrong.
