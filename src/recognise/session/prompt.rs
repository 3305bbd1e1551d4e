//! What a prompt says of whose shell it is.

/// What a prompt says besides the folder, the time and numbers, which change in
/// one shell too; empty for a bare sign. `None` where a line has no prompt, or one
/// that is a mark of something else as well.
pub(super) fn says(prompt: &str) -> Option<String> {
    let prompt = prompt.trim();
    if prompt.is_empty() || matches!(prompt, "#" | "+" | "++" | ">" | "!") {
        return None;
    }
    let mut said = Vec::new();
    // Behind the user stands the folder, in the same word or as the next one.
    let mut is_next_folder = false;
    for token in prompt.split_whitespace() {
        let is_folder = std::mem::take(&mut is_next_folder) && !token.starts_with('(');
        let word = token.trim_start_matches(['(', '[', '{']);
        if is_folder || token.starts_with("git:(") || is_path(word) {
            // A folder of Windows' may have blanks, and nothing stands behind it.
            if word.contains('\\') {
                break;
            }
            continue;
        }
        if token == "➜" {
            is_next_folder = true;
            continue;
        }
        let word = match word.split_once(':') {
            Some((user, _)) if user.contains('@') => user,
            Some((host, path)) if is_path(path) => host,
            _ => {
                is_next_folder = word.contains('@');
                word
            }
        };
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        if !word.is_empty() && word != "PS" && !is_number(word) {
            said.push(word);
        }
    }
    Some(said.join(" "))
}

/// Whether a word is a folder by its form.
fn is_path(word: &str) -> bool {
    let is_drive = word.get(1..3) == Some(":\\") || word.get(1..3) == Some(":/");
    is_drive || word.starts_with(['~', '/', '\\'])
}

/// Whether a word is a number or a time, and no account.
fn is_number(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let is_part = |byte: u8| byte.is_ascii_digit() || b":./-+TZ,".contains(&byte);
    word.bytes().all(is_part) && digits > 0 && (digits < 12 || word.contains(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_says_who_and_where_and_not_in_which_folder_or_when() {
        for (one, other) in [
            ("user@host:~$ ", "user@host:~/a/b$ "),
            ("[user@host ~]$ ", "[user@host evidence]$ "),
            ("user@host ~ % ", "user@host evidence % "),
            ("PS C:\\> ", "PS C:\\Users\\me\\My Files> "),
            ("C:\\>", "C:\\audit>"),
            ("➜  audit git:(main) ✗ ", "➜  evidence git:(fix) "),
            ("[10:20:11] $ ", "[10:21:00] $ "),
            ("2026-11-20T10:00:00Z $ ", "2026-11-20T10:00:09Z $ "),
            ("In [3]: ", "In [12]: "),
            (
                "(venv) me@host:~ (main) $ ",
                "(venv) me@host:/srv (main) $ ",
            ),
            ("Mac:~ me$ ", "Mac:/tmp me$ "),
        ] {
            assert_eq!(says(one), says(other), "{one}");
        }
        for (one, other) in [
            ("u@h (aws:prod) % ", "u@h (aws:dev) % "),
            ("user@prod-bastion:~$ ", "user@dev-bastion:~$ "),
            ("[prod] $ ", "[dev] $ "),
            ("$ ", "(dev) $ "),
            ("$ ", "[root@dev ~]# "),
            ("PS C:\\> ", "PS dev> "),
            ("~ on ☁️ prod ❯ ", "~ on ☁️ dev ❯ "),
            ("[111122223333] $ ", "[444455556666] $ "),
            ("prod ➜ ", "dev ➜ "),
            ("aws:prod> ", "aws:dev> "),
        ] {
            assert_ne!(says(one), says(other), "{one}");
        }
        for none in ["", "+ ", "> ", "# "] {
            assert_eq!(says(none), None, "{none}");
        }
    }
}
