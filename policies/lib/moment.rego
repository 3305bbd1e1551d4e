# Times as the input gives them (RFC 3339 in UTC), and how long is told.
package lib.moment

second := 1000000000

minute := 60 * second

hour := 60 * minute

day := 24 * hour

# The moment in nanoseconds since 1970. Undefined for anything else than a
# plain RFC 3339 time in UTC within the years that fit.
nanoseconds(text) := ns if {
	is_string(text)
	regex.match(`^(19[7-9]|2[01][0-9]|22[0-5])[0-9]-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?Z$`, text)
	ns := time.parse_rfc3339_ns(text)
}

# A span of nanoseconds in words: `26 h 5 min`, `3 d 4 h`.
words(ns) := text if {
	ns >= 2 * day
	days := floor(ns / day)
	hours := floor((ns - (days * day)) / hour)
	text := sprintf("%d d %d h", [days, hours])
} else := text if {
	ns >= hour
	hours := floor(ns / hour)
	rest := ns - (hours * hour)
	minutes := floor(rest / minute)
	seconds := floor((rest - (minutes * minute)) / second)
	text := sprintf("%d h %d min%s", [hours, minutes, tail(seconds)])
} else := text if {
	ns >= minute
	minutes := floor(ns / minute)
	seconds := floor((ns - (minutes * minute)) / second)
	text := sprintf("%d min%s", [minutes, tail(seconds)])
} else := text if {
	text := sprintf("%d s", [floor(ns / second)])
}

tail(seconds) := "" if {
	seconds == 0
} else := text if {
	text := sprintf(" %d s", [seconds])
}
