//! What stands in front of the program that makes a call.

use super::{Command, cmdlet, is_assignment, is_aws, lex, program, stage_call};

/// Programs and words that run what stands behind them with the credentials that
/// are held already.
const TRANSPARENT: &str = "\
    ! & ( { bash command do else env exec nice nohup pipx poetry python python3 run \
    sh stdbuf then time timeout unbuffer uv uvx watch winpty xargs zsh";

/// Variables that have no part in whom a program asks.
const SILENT: [&str; 9] = [
    "COLUMNS",
    "LANG",
    "LESS",
    "LINES",
    "NO_COLOR",
    "PAGER",
    "TERM",
    "TZ",
    "AWS_PAGER",
];

impl<'a> Command<'a> {
    /// The words in front of the program that makes the call, where they may have
    /// changed whose credentials it has: `ssh bastion` of `ssh bastion aws …`.
    #[must_use]
    pub fn in_front(&self) -> Option<Vec<&'a str>> {
        let stages = lex::parts(self.line)
            .into_iter()
            .flat_map(|part| part.stages);
        let stage = stages
            .into_iter()
            .find(|stage| stage_call(stage).is_some())?;
        let words = stage.words.into_vec().into_iter();
        let is_call = |word: &str| {
            let program = program(word);
            is_aws(program) || cmdlet(program).is_some() || word.starts_with("aws ")
        };
        let front: Vec<&'a str> = words.take_while(|word| !is_call(word)).collect();
        // `env` itself takes variables away.
        let is_env = front.contains(&"env");
        let is_silent = |word: &&str| {
            let variable = word.split_once('=').filter(|_| is_assignment(word));
            match variable {
                Some((name, _)) => {
                    let is_of_words = name.starts_with("LC_") || name.starts_with("PYTHON");
                    // What is AWS's own is heard where it is given a value.
                    name.starts_with("AWS_") || is_of_words || SILENT.contains(&name)
                }
                None if word.starts_with('-') => !is_env,
                None => {
                    !word.starts_with(|first: char| first.is_alphabetic() || first == '/')
                        || TRANSPARENT.split(' ').any(|known| known == program(word))
                }
            }
        };
        (!front.iter().all(is_silent)).then_some(front)
    }

    /// The command that is one word of another: `bash -c 'aws …'`.
    #[must_use]
    pub fn inner(&self) -> Option<Self> {
        let words = self.words().into_iter().skip(1);
        let mut inner = words.filter(|word| word.starts_with("aws "));
        inner.next().map(|line| Self { line })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_in_front_may_be_anothers_unless_it_is_known_not_to() {
        let call = "aws cloudtrail get-trail-status --name main";
        for front in [
            "ssh dev",
            "ssh -t admin@10.0.0.5 --",
            "sudo -u dev",
            "awsudo -u dev",
            "wsl -d dev",
            "op run --env-file=dev.env --",
            "doppler run -c dev --",
            "docker run -v /dev/aws:/root/.aws",
            "time ssh dev",
            "env -u AWS_PROFILE",
            "HOME=/home/dev",
        ] {
            let line = format!("{front} {call}");
            assert!(Command { line: &line }.in_front().is_some(), "{line}");
        }
        assert!(
            Command {
                line: &format!("ssh dev '{call}'")
            }
            .in_front()
            .is_some()
        );
        for front in [
            "",
            "time",
            "nice -n 5",
            "timeout 30s",
            "env LC_ALL=C",
            "PYTHONWARNINGS=ignore",
            "xargs -I {}",
            "$status =",
            "for t in a b; do",
            "/usr/bin/time -p",
        ] {
            let line = format!("{front} {call}");
            assert_eq!(Command { line: &line }.in_front(), None, "{line}");
        }
    }
}
