package schema

import "math/rand"

// RandomMatch walks the automaton of a pattern to an accepting state.
func RandomMatch(s *Simple, r *rand.Rand) string {
	for {
		state, text := int16(0), []byte{}
		for len(text) < 60 {
			if s.pattern.accept[state] && r.Intn(4) == 0 {
				break
			}
			var ways []byte
			for c := byte(0x20); c < 0x7F; c++ {
				if s.pattern.next[state][c] != dead {
					ways = append(ways, c)
				}
			}
			if len(ways) == 0 {
				break
			}
			c := ways[r.Intn(len(ways))]
			text, state = append(text, c), s.pattern.next[state][c]
		}
		if s.pattern.accept[state] {
			return string(text)
		}
	}
}
