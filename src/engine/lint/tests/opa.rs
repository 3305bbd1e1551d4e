//! What OPA 1.20 refuses when it loads a policy, and what it takes that looks
//! alike.

#[test]
fn tests_are_held_to_the_lints_before_they_run() {
    use crate::engine::Checked;
    use crate::policy::PolicySet;
    for (test, is_refused) in [
        ("test_x if nope(1)", true),
        ("test_x if x", true),
        ("test_x if data.a.x with data.a.x as y", true),
        ("test_x if data.a.x == 1", false),
        ("test_x if { y := 1; data.a.x == 1 }", false),
    ] {
        let test = format!("package a_test\n{test}\n");
        let set = PolicySet::of(&[("a.rego", "package a\nx := 1\n"), ("a_test.rego", &test)]);
        let set = set.unwrap();
        let checked = Checked::new(&set).unwrap();
        assert_eq!(checked.with_tests().is_err(), is_refused, "{test}");
    }
}
