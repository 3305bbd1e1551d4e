"""Builtin calls at the corners of what each builtin takes.

`made(r)` gives one call. Texts and layouts are put together of pieces that the
builtin gives a meaning to, so that each seed makes others.
"""

import json

PATTERN = [
    "a", "b", "1", "k", "s", "é", ".", "\\d", "\\D", "\\w", "\\W", "\\s", "\\S", "\\b", "\\B", "[a-c]", "[^a]", "[[:alpha:]]", "[[:^digit:]]", "[a&&b]", "[a--b]", "[a[b]", "[]a]", "[a-]", "[\\d-z]",
    "[\\w.]", "[^\\s]", "{", "}", "{,2}", "{2}", "{1,2}", "{2,}", "*", "+", "?", "??", "*?", "**", "|", "(", ")", "(?:", "(?i)", "(?i:", "(?s)", "(?m)", "(?U)", "(?x)", "(?-i)", "(?P<n>", "(?<n>", "^", "$", "\\A", "\\z", "\\Z",
    "\\Q.*\\E", "\\pL", "\\p{Greek}", "\\p{Lu}", "\\x41", "\\x{e9}", "\\u0041", "\\101", "\\0", "\\1", "\\a", "\\.", "\\-", "\\/", "\\_", "\\<", "&&", "~~", " ", "#", "-", "]", "\\n", "\\t", "(a|ab)", "(a*)", "(|a)", "\\C", "(a)(b)?",
]
SEARCHED = ["a", "b", "ab", "ba", "1", "12", " ", "\n", "\t", "é", "É", "K", "k", "\u212a", "\u017f", "\u0663", ".", "*", "A", "{", "}", "{2}", "&", "-", "_", "\u3042", "\u00a0", "\x0b"]
LAYOUT = [
    "2006", "06", "01", "1", "Jan", "January", "02", "2", "_2", "002", "__2", "15", "03", "3", "04", "4", "05", "5", "PM", "pm", "MST", "Z07:00", "Z0700", "Z07", "Z", "-07:00", "-0700", "-07", "-07:00:00", "-070000", "Mon", "Monday",
    ".000", ".999", ",000", ".000000000", ".9", "T", " ", ":", "-", "/", ", ", "at", "Juneau", "y", "2015", "_2006", "é", "0", "1 January", "05.00", "05,999",
]
LAYOUTS = ["ANSIC", "UnixDate", "RubyDate", "RFC822", "RFC822Z", "RFC850", "RFC1123", "RFC1123Z", "RFC3339", "RFC3339Nano", "2006-01-02T15:04:05Z", "2006-01-02", "2006-01-02 15:04:05", "Jan 2, 2006 at 3:04pm (MST)", "", "2006-002", "15:04:05.000", "2006-01-02T15:04:05-07:00"]
ZONES = ["UTC", "", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Asia/Katmandu", "America/St_Johns", "EST", "EST5EDT", "GMT", "Etc/GMT+5", "Pacific/Kiritimati", "Mars/Base", "utc", "US/Pacific", "Europe/London", "Asia/Tehran", "Africa/Casablanca", "America/Sao_Paulo", "Antarctica/Troll"]
MOMENTS = ["0", "-1", "1706659200000000000", "1709164800123000000", "1700000000000000001", "-62135596800000000000", "253402300799000000000", "9223372036854775807", "-86400000000001", "1615705200000000000", "1636264800500000000", "1e18", "1.5", "-2208988800000000000", "20000000000000000"]
TIMES = [
    "2024-01-31", "2024-02-30", "2024-01-31T01:02:03Z", "2024-01-31T01:02:03.5Z", "2024-01-31T24:00:00Z", "2024-01-31T01:02:60Z", "2024-01-31t01:02:03z", "2024-01-31 01:02:03", "2024-01-31T01:02:03+02:00", "2024-01-31T01:02:03-00:00", "2024-01-31T01:02:03+0200", "2024-01-31T01:02:03,5Z", "0001-01-01T00:00:00Z", "1677-09-21T00:12:43Z",
    "2262-04-12T00:00:00Z", "Wed Jan 31 01:02:03 2024", "Wed Jan 31 01:02:03 UTC 2024", "Wed Jan 31 01:02:03 EST 2024", "31 Jan 24 01:02 UTC", "31 Jan 24 01:02 MST", "Wednesday, 31-Jan-24 01:02:03 GMT", "Wed, 31 Jan 2024 01:02:03 +0100", "Wed, 31 Jan 2024 01:02:03 CEST", "Jan 31, 2024 at 1:02pm (PST)", "Mon, 31 Jan 2024 01:02:03 GMT", "2024-031", "12:34:56.789",
    "2024-1-31", "24-01-31", "2024-01-31T01:02:03.123456789Z", "2024-01-31T01:02:03.1234567899Z", "2024-01-31T1:02:03Z", "99999-01-01T00:00:00Z", "2024-01-31T01:02:03+24:00", "2024-01-31T01:02:03+23:59", "2024-01-31T01:02:03Zx", " 2024-01-31", "2023-02-29T00:00:00Z", "", "x",
]
DURATIONS = ["1h", "1h30m", "-5s", "1.5h", "100ms", "5us", "5µs", "5μs", "3ns", "0", "+1h", "1d", "1", "", "1h 2m", ".5s", "1.s", "-.5m", "1e3s", "1h1h", "9223372036854775807ns", "9223372036854775808ns", "2562048h", "-1h-1m", "0.000000001s", "0.0000000001s"]
JSONS = ["1", "1.0", "1.50", "-0", "1e2", "1E400", "[1, 2]", "{\"a\": 1, \"a\": 2}", "{\"a\": null}", "x", "", " 1 ", "1 2", "[1,]", "\"a\\u00e9\"", "\"\\ud800\"", "\"\\ud83d\\ude00\"", "{\"b\": 1, \"a\": [true, {}]}", "NaN", "01", "\ufeff1", "'a'", "\"a\nb\"", "123456789012345678901234567890", "0.1", "1.", ".5", "-1", "+1", "nul", "null", "[\"<&>\"]", "\"\x7f\"", "\"\\x\"", "// c\n1", "18446744073709551615", "[" * 127 + "]" * 127, "[" * 130 + "]" * 130, "{\"a\":" * 128 + "1" + "}" * 128]
YAMLS = [
    "on: off", "a: yes", "a: no\nb: y", "a: &x {b: 1}\nc: *x", "a: &x {b: 1}\nc:\n  <<: *x\n  d: 2", "a: 0o17", "a: 017", "a: 0x1f", "a: 1_000", "a: 1e3", "a: .5", "a: 1.", "a: .inf", "a: ~", "a:", "- 1\n- 2", "a: 2024-01-31", "a: 2024-01-31T01:02:03Z", "a: 12:30:45", "a: |\n  x\n  y\n", "a: >\n  x\n  y\n", "1: a", "true: a", "null: a", "? [1]\n: a", "a: 1\na: 2",
    "--- 1\n--- 2\n", "x", "", "# c", "a: 'it''s'", "a: \"\\u00e9\"", "a: !!str 1", "a: !!int \"1\"", "a: !x 1", "a: [1, 2", "\ta: 1", "a: b: c", "{a: 1}", "[a, b]", "a: True", "a: TRUE", "a: tRue", "a: Null", "a: NULL", "a: 1.0", "a: 1.50", "a: +1", "a: -0", "a: 00", "a: 08", "a: 123456789012345678901234567890", "a: 0b11", "a: @x", "a: `x`", "a: %x", "'a': 1", "- - 1", "a: x # c", "a: \"x\" ", "a: !!binary aGk=", "a: !!set {x}", "a: !!float 1",
    "a: {b: [1, {c: d}]}", "a: 1,000", "a: 0.1", "a: 1e400", "a: =", "<<: {a: 1}\nb: 2", "a: \"<<\"", "y: 1", "n: 1", "a: ON", "a: Off", "a: 0o8", "a: - b", "a: \u2028", "a: x\n b", "...", "---", "a: *none", "a: .nan", "1.5: a", "a: 190:20:30", "- a\nb: 1",
]
POINTERS = ["a", "/a", "a/b", "/a/b", "", "/", "a/0", "/c/0", "/c/1", "/c/-", "/c/01", "/c/x", "a~1b", "/a~1b", "/m~0n", "/a/", "//a", "/c", "x", "/x/y", "/a/b/c", "a/b/", "/c/00", "/ ", "/é"]
PATHS = [json.dumps(one) for one in POINTERS] + ['["a"]', '["a", "b"]', '["c", 0]', '["c", "0"]', "[]", '["a/b"]', '["c", 1.0]', '[""]', '["m~n"]', '["s", 1]']
PATCHED = ['{"a": {"b": 2}, "c": [1, 2], "a/b": 3, "m~n": 4, "": 5}', '{"a": 1}', "[1, [2, 3]]", "{}", "{1, 2}", '{"a": {1, "b"}, "c": [{"x": 1}, {"x": 2}]}', "1", '{"c": [[0, 1], {"0": "t"}]}', '{0: "t", "0": "u", "a": {0: 1}}']
ENCODED = ["a=b", "a=b&c=d", "a+b", "%20", "a%2Bb", "%zz", "%", "%e9", "%C3%A9", "a=b;c=d", "=a", "a=", "&", "", "a#b", "a=1&a=2", "é", "a b", "a\tb", "a&b", "a?b", "%00", "a=b=c", "'x'", "<x>", "a%3Db", "%2", "a+%2B"]
VERSIONS = ["1.2.3", "1.2", "v1.2.3", "1.2.3-a", "1.2.3-a.1+b", "1.2.3+b", "01.2.3", "1.02.3", "1.2.3-01", "1.2.3-", "1.2.3-a..b", "", "x", "1.2.3.4", "99999999999999999999.0.0", "1.2.3-é", "-1.2.3", "1.2.3 ", "1.2.3-rc.10", "1.2.3-rc.9", "1.0.0-alpha.beta", "1.2.x", "+1.2.3", "1.2.3-0a", "9223372036854775807.0.0", "9223372036854775808.0.0"]
NETS = [
    "10.0.0.0/8", "10.1.2.3", "10.1.2.3/8", "10.0.0.0/33", "010.0.0.0/8", "10.0.0.0/08", "::1", "::1/128", "fe80::/10", "::ffff:10.0.0.1", "::ffff:10.0.0.0/104", "1.2.3", "x", "", "10.0.0.0/-1", "10.0.0.0/+8", "0.0.0.0/0", "::/0", "10.0.0.256", "fe80::1%eth0", "2001:db8::/32", "2001:DB8::1", "10.0.0.0/24", "10.0.0.128/25", "10.0.0.0/7", "10.0.0.0/ 8", "10.0.0.4/31",
    "10.0.0.5/32", "2001:db8::/126", "2001:db8::/127", "2001:db8::1/128", "10.0.0.0/30", "::ffff:10.0.0.0/126", "10.0.0.0/8/8",
]
UUIDS = ["00112233-4455-6677-8899-aabbccddeeff", "{00112233-4455-6677-8899-aabbccddeeff}", "urn:uuid:00112233-4455-6677-8899-aabbccddeeff", "00112233445566778899aabbccddeeff", "00112233-4455-1677-8899-aabbccddeeff", "00112233-4455-2677-8099-abbbccddeeff", "c232ab00-9414-11ec-b3c8-9f6bdeced846", "00112233-4455-4677-c899-aabbccddeeff", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f", "1ec9414c-232a-6b00-b3c8-9f6bdeced846", "00112233-4455-4677-0899-aabbccddeeff", "00000000-0000-0000-0000-000000000000", "FFFFFFFF-ffff-FFFF-FFFF-FFFFFFFFFFFF", "x", "", "00112233-4455-6677-8899-aabbccddeef", "00112233_4455_6677_8899_aabbccddeeff", "00112233-4455-5677-e899-aabbccddeeff", "00112233-4455-2677-8199-a8bbccddeeff", "URN:UUID:00112233-4455-6677-8899-aabbccddeeff", "00000000-0000-1000-8000-000000000000"]
LETTERS = ["a", "A", "ß", "ẞ", "İ", "ı", "ǅ", "ŉ", "ﬁ", "Σ", "ς", "ΑΣ", "ΐ", "ΌΔΟΣ", "ᾳ", "ᾼ", "ա", "և", "Ⴀ", "ა", "Ა", "\u0130x", "K", "Ω", "ÿ", "µ", "ͅ", "é", "ñ", "Ж", "ⓐ", "Ꭰ", "ꭰ", "𐐀", "1", "_"]
NUMERALS = ["1", " 1", "1 ", "01", "+1", "-1", "1.0", "1.", ".5", "1e3", "1E3", "0x10", "1_0", "", "x", "-", "-0", "0.0", "1.50", "Infinity", "NaN", "\n1", "1e", "\"1\"", "null", "true", "00", "-01", "1e-2", "0o7", "0b1", "12345678901234567890", "0.1", "9007199254740993", "inf", "1\u00a0"]
SIZES = ["1", "10Ki", "10K", "10k", "1.5Gi", "10KB", "10kib", "10 Ki", "1e3", "1E", "1Ei", "1e", "m", "10m", "10M", "\"10Ki\"", "", "-5K", "0.1Ki", "1P", "1T", "1Zi", "1b", "1B", "kb", "1.5", "1u", "1n", "1.5m", "1.", ".5K", "+5K", "5 MB", "1e2K", "1_0", "10Kb"]
BASES = ["aGk=", "aGk", "aGk==", "a_-b", "a/+b", "", "aGk=\n", "a Gk=", "/w==", "_w==", "_w", "w6k=", "aGl=", "=", "YQ==\r\n", "YWI=YWI=", "é"]
HEXES = ["61", "6", "6g", "", "C3A9", "c3a9", "ff", "61 62", "0x61", "00"]
TEXTS = ["", "a", "ab", "aab", "A b", "é", "éa", "日本", " a ", "\ta\n", "\u00a0a", "\u2003a\u0085", "a:b-c.d", "aaa", "\x00", "😀", "e\u0301", "\ufeffa", "a\u200b"]
# OPA keeps globs by their text, a dash and the delimiters: none has a dash.
GLOBS = ["*", "**", "?", "a", "b", "_", ":", ".", "[a-c]", "[!a]", "{a,b}", "{a*,b}", "\\*", "[ab]", "[a", "{", "}", ",", "]", "[]", "[!]", "é", "{a,{b,c}}", "[^a]", "/", "\\", "{,a}", "??"]
SETS = ["set()", "{1}", "{1, 2}", '{"a"}', "{{1}}", "{[1], 1}", "{null, true}"]
ARRAYS = ["[]", "[1]", "[1, 2, 3]", '["a", "b"]', "[1, \"a\", null]", "[[1], [2]]", "[true, false]", "[{\"k\": 1}]", "[1.5, 2]"]
OBJECTS = ["{}", '{"a": 1}', '{"a": {"b": 2}, "c": [1, 2]}', "{1: 2}", '{"a": null}', '{[1]: 2, "a": 3}', '{"k": {1, 2}}', '{true: 1, null: 2}', '{"é<": "&>", "b": "\\u2028"}']
SCALARS = ["null", "true", "false", "0", "1", "-1", "1.5", '""', '"a"', '"1"', "input.none"]
NUMBERS = ["0", "1", "-1", "7", "-3", "1.5", "-2.5", "0.5", "100", "1e3", "1706659200000000000", "-0", "1e-5", "2.0"]
OPTIONS = ["{}", '{"pretty": true}', '{"pretty": false}', '{"indent": "  "}', '{"prefix": ">"}', '{"prefix": "-", "indent": " "}', '{"indent": "", "pretty": true}', '{"pretty": true, "indent": ".."}']
GRAPHS = ['{"a": ["b"], "b": ["c"], "c": []}', '{"a": {"b", "c"}, "b": {"a"}, "c": set()}', "{}", '{"a": ["x"]}', '{"a": ["a"]}', '{"a": [], "b": ["a", "c"], "c": ["b"]}', '{"a": "b"}']


def made(r):
    def text(*pools):
        return lambda: json.dumps("".join(r.choice(r.choice(pools)) for _ in range(r.randint(1, 3))))

    def quoted(pool):
        return lambda: json.dumps(r.choice(pool))

    def plain(*pools):
        return lambda: r.choice(r.choice(pools))

    def listed(pool):
        return lambda: "[" + ", ".join(json.dumps(r.choice(pool)) for _ in range(r.randint(0, 3))) + "]"

    def paths():
        listing = ", ".join(r.choice(PATHS) for _ in range(r.randint(0, 3)))
        return f"[{listing}]" if r.random() < 0.7 or not listing else f"{{{listing}}}"

    def operation():
        op = r.choice(["add", "remove", "replace", "move", "copy", "test", "none"])
        parts = [f'"op": "{op}"', f'"path": {r.choice(PATHS)}']
        parts += [f'"value": {r.choice(SCALARS + ARRAYS + OBJECTS)}'] if r.random() < 0.8 else []
        parts += [f'"from": {r.choice(PATHS)}'] if op in ("move", "copy") and r.random() < 0.9 else []
        return "{" + ", ".join(parts) + "}"

    def times():
        layout = r.choice([quoted(LAYOUTS), text(LAYOUT), lambda: json.dumps("".join(r.choice(LAYOUT) for _ in range(r.randint(3, 9))))])
        return r.choice([plain(MOMENTS), lambda: f"[{r.choice(MOMENTS)}, {json.dumps(r.choice(ZONES))}]", lambda: f"[{r.choice(MOMENTS)}, {json.dumps(r.choice(ZONES))}, {layout()}]", lambda: f"[{r.choice(MOMENTS)}, {json.dumps(r.choice(ZONES))}, {layout()}]", lambda: f"[{r.choice(MOMENTS)}]"])()

    def equals(inner):
        # OPA keeps templates and patterns in one place: none may be the other.
        return lambda: f'"={inner()[1:]}'

    small = lambda: str(r.randint(-5, 5))
    anything = plain(SCALARS, ARRAYS, OBJECTS, SETS)
    pattern, searched, new = text(PATTERN), text(SEARCHED), text(["$1", "${1}", "$0", "$n", "${n}", "$1x", "$$", "$", "x", "${", "\\1", "$é", "${1}1", "${ 1}", "$é1"])
    words, strings = quoted(TEXTS), listed(TEXTS)
    table = {
        "regex.match": [pattern, searched], "regex.find_n": [pattern, searched, small], "regex.find_all_string_submatch_n": [pattern, searched, small], "regex.replace": [searched, pattern, new], "regex.split": [pattern, searched], "regex.is_valid": [r.choice([pattern, pattern, anything])],
        "regex.template_match": [equals(text(["a", "{a}", "{.*}", "{[ab]+}", "b", "{", "}", ".", "{a{2}}", "{a|b}", "<a>"])), equals(searched), quoted(["{", "{", "<", "", "{{", "é"]), quoted(["}", "}", ">", ""])],
        "time.format": [times], "time.clock": [times], "time.date": [times], "time.weekday": [times], "time.diff": [times, times], "time.add_date": [times, lambda: str(r.randint(-40, 40)), lambda: str(r.randint(-30, 30)), lambda: str(r.randint(-400, 400))],
        "time.parse_ns": [r.choice([quoted(LAYOUTS), text(LAYOUT), quoted(LAYOUTS)]), quoted(TIMES)], "time.parse_rfc3339_ns": [quoted(TIMES)], "time.parse_duration_ns": [r.choice([quoted(DURATIONS), text(DURATIONS)])],
        "json.marshal": [anything], "json.marshal_with_options": [anything, plain(OPTIONS)], "json.unmarshal": [quoted(JSONS)], "json.is_valid": [r.choice([quoted(JSONS), anything])], "json.remove": [plain(PATCHED), paths], "json.filter": [plain(PATCHED), paths], "json.patch": [plain(PATCHED), lambda: "[" + ", ".join(operation() for _ in range(r.randint(1, 2))) + "]"],
        "yaml.unmarshal": [r.choice([quoted(YAMLS), lambda: json.dumps(r.choice(YAMLS) + "\n" + r.choice(YAMLS))])], "yaml.is_valid": [r.choice([quoted(YAMLS), anything])], "yaml.marshal": [anything],
        "urlquery.decode": [r.choice([quoted(ENCODED), text(ENCODED)])], "urlquery.decode_object": [r.choice([quoted(ENCODED), text(ENCODED)])], "urlquery.encode": [text(ENCODED)], "urlquery.encode_object": [plain(OBJECTS, ['{"a": "b c"}', '{"a": ["b", "&"], "c": {"d"}}', '{"é": "<"}', '{"a": []}', '{"a": "~*\'"}'])],
        "strings.replace_n": [lambda: "{" + ", ".join(f"{json.dumps(key)}: {json.dumps(r.choice(['b', 'a', '', 'ab']))}" for key in r.sample(["a", "b", "ab", "aa", "", "ba", "é"], r.randint(0, 3))) + "}", text(["a", "b", "é", "ab"])],
        "upper": [text(LETTERS)], "lower": [text(LETTERS)], "to_number": [r.choice([quoted(NUMERALS), anything])], "semver.is_valid": [r.choice([quoted(VERSIONS), anything])], "semver.compare": [quoted(VERSIONS), quoted(VERSIONS)],
        "net.cidr_contains": [quoted(NETS), quoted(NETS)], "net.cidr_is_valid": [r.choice([quoted(NETS), anything])], "net.cidr_expand": [quoted(["10.0.0.0/24", "10.0.0.4/31", "10.0.0.5/32", "2001:db8::/126", "2001:db8::/127", "2001:db8::1/128", "10.0.0.0/30", "::ffff:10.0.0.0/126", "010.0.0.0/30", "10.0.0.0/33", "x", "", "10.0.0.1", "fe80::1%eth0/128"])], "uuid.parse": [quoted(UUIDS)], "trace": [words],
        "units.parse": [quoted(SIZES)], "units.parse_bytes": [quoted(SIZES)], "base64.decode": [quoted(BASES)], "base64.is_valid": [r.choice([quoted(BASES), anything])], "base64url.decode": [quoted(BASES)], "base64.encode": [words], "base64url.encode": [words], "base64url.encode_no_pad": [words], "hex.decode": [quoted(HEXES)], "hex.encode": [words],
        "glob.match": [text(GLOBS), plain(["[]", "null", '["."]', '[":"]', '[":", "."]', '["é"]', '["/"]']), text(["a", "b", "-", ":", ".", "é", "c", "/", "", "*"])], "glob.quote_meta": [text(GLOBS)],
        "trim": [text(TEXTS), words], "trim_left": [text(TEXTS), words], "trim_right": [text(TEXTS), words], "trim_prefix": [text(TEXTS), words], "trim_suffix": [text(TEXTS), words], "trim_space": [text(TEXTS)], "split": [text(TEXTS), words], "replace": [text(TEXTS), words, words], "substring": [text(TEXTS), small, small], "indexof": [text(TEXTS), words], "indexof_n": [text(TEXTS), words],
        "contains": [text(TEXTS), words], "startswith": [text(TEXTS), words], "endswith": [text(TEXTS), words], "strings.count": [text(TEXTS), words], "strings.reverse": [text(TEXTS)], "strings.any_prefix_match": [r.choice([words, strings]), r.choice([words, strings])], "strings.any_suffix_match": [r.choice([words, strings]), r.choice([words, strings])], "concat": [words, r.choice([strings, plain(SETS, ARRAYS)])], "format_int": [plain(NUMBERS), plain(["2", "8", "10", "16", "3", "36"])],
        "sprintf": [text(["%", "%d", "%s", "%v", "%5.1f", "%q", "%x", "%-5v|", "%05v", "%t", "%e", "%g", "%c", "%U", "%[1]v", "%*d", "%+v", "%#v", "%T", "a", "é", "%6s", "%.2s", "%X", "%b", "%o", "%p", "%%", "% d", "%z", "%é"]), lambda: "[" + ", ".join(r.choice(SCALARS + ARRAYS + OBJECTS + SETS + NUMBERS) for _ in range(r.randint(0, 3))) + "]"],
        "count": [anything], "sum": [plain(ARRAYS, SETS)], "product": [plain(ARRAYS, SETS)], "max": [plain(ARRAYS, SETS)], "min": [plain(ARRAYS, SETS)], "sort": [plain(ARRAYS, SETS)], "array.concat": [plain(ARRAYS), plain(ARRAYS)], "array.slice": [plain(ARRAYS), small, small], "array.reverse": [plain(ARRAYS)], "type_name": [anything], "abs": [plain(NUMBERS)], "round": [plain(NUMBERS)], "ceil": [plain(NUMBERS)], "floor": [plain(NUMBERS)],
        "object.get": [plain(OBJECTS, ARRAYS), r.choice([anything, plain(ARRAYS)]), anything], "object.keys": [plain(OBJECTS)], "object.remove": [plain(OBJECTS), plain(ARRAYS, SETS, OBJECTS)], "object.filter": [plain(OBJECTS), plain(ARRAYS, SETS, OBJECTS)], "object.union": [plain(OBJECTS), plain(OBJECTS)], "object.union_n": [lambda: "[" + ", ".join(r.choice(OBJECTS) for _ in range(r.randint(0, 3))) + "]"], "object.subset": [anything, anything],
        "union": [lambda: "{" + ", ".join(r.choice(SETS) for _ in range(r.randint(1, 3))) + "}"], "intersection": [lambda: "{" + ", ".join(r.choice(SETS) for _ in range(r.randint(1, 3))) + "}"], "graph.reachable": [plain(GRAPHS), plain(['["a"]', '{"b"}', "[]", '{"a", "z"}'])], "graph.reachable_paths": [plain(GRAPHS), plain(['["a"]', '{"b"}', "[]", '{"a", "z"}'])], "numbers.range": [small, small], "numbers.range_step": [small, small, small],
        "bits.and": [small, small], "bits.or": [small, small], "bits.xor": [small, small], "bits.lsh": [small, small], "bits.rsh": [small, small], "bits.negate": [small], "is_string": [anything], "is_number": [anything], "is_array": [anything], "is_object": [anything], "is_set": [anything], "is_boolean": [anything], "is_null": [anything], "walk": [plain(ARRAYS, OBJECTS, SETS)],
    }
    # What is put together of pieces has more to it than what has a few corners.
    rich = ["regex.match", "regex.find_n", "regex.find_all_string_submatch_n", "regex.replace", "regex.split", "regex.is_valid", "regex.template_match", "time.format", "time.parse_ns", "json.patch", "json.remove", "json.filter", "glob.match", "sprintf", "yaml.unmarshal"]
    name = r.choice(rich if r.random() < 0.4 else sorted(table))
    return f"{name}({', '.join(argument() for argument in table[name])})"
