//! What must not matter: how a bundle is packed, the order of its paths, and
//! what other accounts lie beside.
