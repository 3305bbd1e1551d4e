# Times as the input gives them (RFC 3339 in UTC), and how long is told.
package lib.moment

# The moment in nanoseconds since 1970. Undefined for a time outside of the
# years that fit, and for what isn't a time in UTC: between the two bounds lie
# only texts, and the input has no text that ends in `Z` but a time.
nanoseconds(text) := ns if {
	text >= "1970"
	text < "2262"
	endswith(text, "Z")
	ns := time.parse_rfc3339_ns(text)
}

# How far a moment lies from another, in words.
distance(as_of, at) := text if {
	as_of >= at
	text := words(as_of - at, "before")
} else := text if {
	text := words(at - as_of, "after")
}

# A span of nanoseconds in words, on one side of a moment: `59 min 3 s before`,
# `26 h 5 min 0 s after`, `3 d 4 h before`.
words(ns, side) := text if {
	ns < 3600000000000
	[_, minutes, seconds] := time.clock(ns)
	text := sprintf("%d min %d s %s", [minutes, seconds, side])
} else := text if {
	ns < 172800000000000
	[_, minutes, seconds] := time.clock(ns)
	hours := (ns - (ns % 3600000000000)) / 3600000000000
	text := sprintf("%d h %d min %d s %s", [hours, minutes, seconds, side])
} else := text if {
	hours := (ns - (ns % 3600000000000)) / 3600000000000
	text := sprintf("%d d %d h %s", [(hours - (hours % 24)) / 24, hours % 24, side])
}
