# Times as the input gives them (RFC 3339 in UTC), and how long is told.
package lib.moment

# The moment in nanoseconds since 1970. Undefined for anything else than a
# plain RFC 3339 time in UTC within the years that fit.
nanoseconds(text) := ns if {
	is_string(text)
	text >= "1970"
	text < "2262"
	regex.match(`^[0-9]+-[0-9]+-[0-9]+T[0-9]+:[0-9]+:[0-9]+(\.[0-9]+)?Z$`, text)
	ns := time.parse_rfc3339_ns(text)
}

# A span of nanoseconds in words: `59 min 3 s`, `26 h 5 min 0 s`, `3 d 4 h`.
words(ns) := text if {
	ns < 3600000000000
	n := floor(ns / 1000000000)
	text := sprintf("%d min %d s", [floor(n / 60), n % 60])
} else := text if {
	ns < 172800000000000
	n := floor(ns / 1000000000)
	text := sprintf("%d h %d min %d s", [floor(n / 3600), floor((n % 3600) / 60), n % 60])
} else := text if {
	n := floor(ns / 1000000000)
	text := sprintf("%d d %d h", [floor(n / 86400), floor((n % 86400) / 3600)])
}
