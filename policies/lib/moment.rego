# Times as the input gives them (RFC 3339 in UTC), and spans of time, which are
# counted in nanoseconds and told in words.
package lib.moment

second := 1000000000

minute := 60 * second

hour := 60 * minute

day := 24 * hour

# The moment in nanoseconds since 1970. Undefined for a time outside of the
# years that fit, and for what isn't a time in UTC: between the two bounds lie
# only texts, and the input has no text that ends in `Z` but a time.
nanoseconds(text) := time.parse_rfc3339_ns(text) if {
	text >= "1970"
	text < "2262"
	endswith(text, "Z")
}

# How long one moment lies before another, in words; after it where the span is
# negative.
distance(span) := words(span, "before") if {
	span >= 0
} else := words(0 - span, "after")

# A span in words, on one side of a moment: `59 min 3 s before`,
# `26 h 5 min 0 s after`, `3 d 4 h before`.
words(span, side) := sprintf("%d min %d s %s", [minutes, seconds, side]) if {
	span < hour
	[_, minutes, seconds] := time.clock(span)
} else := sprintf("%d h %d min %d s %s", [whole(span, hour), minutes, seconds, side]) if {
	span < 2 * day
	[_, minutes, seconds] := time.clock(span)
} else := sprintf("%d d %d h %s", [whole(span, day), whole(span % day, hour), side])

# How many whole units a span has.
whole(span, unit) := (span - (span % unit)) / unit
