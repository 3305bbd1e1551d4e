//! `coldtrail completions` and `coldtrail man`: what they print fits the
//! command line, and a real shell takes it.

use std::process::Command;

use clap::CommandFactory;

use crate::harness::coldtrail;

/// What bash offers at the end of these words.
fn offered(words: &[&str]) -> Vec<String> {
    let script = coldtrail(["completions", "bash"]).done();
    assert_eq!(script.code, Some(0), "{}", script.stderr);
    let last = words.last().unwrap();
    let ask = "\nCOMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1))\n\
               _coldtrail coldtrail \"${@: -1}\" \"${@: -2:1}\"\n\
               printf '%s\\n' \"${COMPREPLY[@]}\"";
    let done = Command::new("bash")
        .args(["--norc", "-c", &(script.stdout + ask), "ask"])
        .args(words)
        .output()
        .unwrap();
    let said = String::from_utf8(done.stdout).unwrap();
    assert_eq!(String::from_utf8(done.stderr).unwrap(), "", "{last}");
    said.lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_verbs_options_and_formats() {
    assert_eq!(offered(&["coldtrail", "insp"]), ["inspect"]);
    assert_eq!(offered(&["coldtrail", "check", "--as"]), ["--as-of"]);
    assert_eq!(
        offered(&["coldtrail", "check", "--format", "sa"]),
        ["sarif"]
    );
}

#[test]
fn every_shell_gets_completions() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let done = coldtrail(["completions", shell]).done();
        assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""), "{shell}");
        assert!(done.stdout.contains("inspect"), "{shell}");
        assert!(done.stdout.contains("max-expansion"), "{shell}");
    }
}

/// Each verb with the words that lead to it.
fn verbs(command: &clap::Command, before: &[String]) -> Vec<(Vec<String>, clap::Command)> {
    let mut all = vec![(before.to_vec(), command.clone())];
    for verb in command.get_subcommands() {
        let words = [before, &[verb.get_name().to_owned()]].concat();
        all.extend(verbs(verb, &words));
    }
    all
}

#[test]
fn the_manual_has_a_page_of_each_verb_with_all_its_options() {
    let mut whole = coldtrail::cli::Cli::command().disable_help_subcommand(true);
    whole.build();
    let all = verbs(&whole, &[]);
    assert!(all.len() > 8);
    for (words, command) in all {
        let done = coldtrail(["man"]).args(&words).done();
        assert_eq!(
            (done.code, done.stderr.as_str()),
            (Some(0), ""),
            "{words:?}"
        );
        // A hyphen that is no line break stands as `\-` in roff.
        let page = done.stdout.replace("\\-", "-");
        let title = [&["coldtrail".to_owned()], words.as_slice()].concat();
        assert!(
            page.contains(&format!(".TH {} 1 ", title.join("-"))),
            "{page}"
        );
        let shown = command
            .get_arguments()
            .filter(|option| !option.is_hide_set());
        for option in shown.filter_map(clap::Arg::get_long) {
            assert!(
                page.contains(&format!("--{option}")),
                "{words:?} --{option}"
            );
        }
        for verb in command.get_subcommands() {
            assert!(page.contains(verb.get_name()), "{words:?}");
        }
    }
}

#[test]
fn a_page_of_no_verb_is_refused() {
    let done = coldtrail(["man", "policy", "burn"]).done();
    assert_eq!((done.code, done.stdout.as_str()), (Some(2), ""));
    insta::assert_snapshot!(done.stderr, @r"
    usage

      × `man policy burn` can't be read: there is no such verb
      help: there are check, export, capabilities
    ");
}
