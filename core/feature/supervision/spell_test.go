package supervision

import (
	"testing"

	"pgregory.net/rapid"
)

// TestSpellsCountEveryFrozenMillisecond compares with a clock that looks at each millisecond.
func TestSpellsCountEveryFrozenMillisecond(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s Spell
		var frozen bool
		var want int64
		for now := int64(1); now <= 200; now++ {
			if got := s.at(now); got != want {
				t.Fatalf("at %d: %d ms, want %d", now, got, want)
			}
			switch rapid.IntRange(0, 9).Draw(t, "what happens") {
			case 0: // freeze, or take over
				frozen = true
				s = s.turn(now, true)
			case 1: // only what is frozen can be unfrozen
				if frozen {
					frozen = false
					s = s.turn(now, false)
				}
			}
			if frozen {
				want++
			}
		}
	})
}
