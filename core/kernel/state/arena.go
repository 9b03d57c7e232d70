package state

// arena cuts small pieces out of large allocations. A piece is never moved or used again.
type arena struct{ free []byte }

// room returns an empty slice with place for size bytes.
func (a *arena) room(size int) []byte {
	if cap(a.free)-len(a.free) < size {
		a.free = make([]byte, 0, max(64<<10, size))
	}
	start := len(a.free)
	a.free = a.free[:start+size]
	return a.free[start : start : start+size]
}

// keep copies data.
func (a *arena) keep(data []byte) []byte { return append(a.room(len(data)), data...) }
