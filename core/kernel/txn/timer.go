package txn

import (
	"encoding/binary"

	"causeway/core/kernel/state"
)

// timers are ordered by due time, so a block start reads only what is due.
var timers = state.NewTable[bool]("t", "timer")

func timerKey(due int64, name string, id []byte) []byte {
	key := binary.BigEndian.AppendUint64(nil, uint64(due))
	key = append(append(key, name...), 0)
	return append(key, id...)
}

// SetTimer asks for a timer of that kind at the first block at or after due (Unix ms).
func (c *Context) SetTimer(due int64, name string, id []byte) {
	timers.Put(c.block, timerKey(due, name, id), true)
}

// ClearTimer takes it back.
func (c *Context) ClearTimer(due int64, name string, id []byte) {
	timers.Delete(c.block, timerKey(due, name, id))
}

// Timer is one that is due.
type Timer struct {
	Due  int64
	Name string
	ID   []byte
	key  []byte
}

// DueTimers lists at most limit timers due at now, the oldest first.
func DueTimers(b *state.Block, now int64, limit int) (due []Timer) {
	timers.Scan(b, nil, nil, func(key []byte, _ bool) bool {
		at := int64(binary.BigEndian.Uint64(key))
		if at > now || len(due) == limit {
			return false
		}
		rest := key[8:]
		for i, char := range rest {
			if char == 0 {
				due = append(due, Timer{at, string(rest[:i]), append([]byte(nil), rest[i+1:]...), append([]byte(nil), key...)})
				break
			}
		}
		return true
	})
	return due
}

// Remove takes a due timer out of the index.
func (t *Timer) Remove(b *state.Block) { timers.Delete(b, t.key) }
