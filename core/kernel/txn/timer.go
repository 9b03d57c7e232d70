package txn

import (
	"bytes"
	"encoding/binary"

	"causeway/core/kernel/state"
)

// Timers are ordered by due time, so a block start reads only what is due. Those that rules
// wait for have a line of their own: whoever lets a hundred thousand quotes expire at once does
// not put off a rulebook.
var (
	timers = state.NewTable[bool]("t", "timer")
	urgent = state.NewTable[bool]("tu", "timer.urgent")
)

func timerKey(due int64, name string, id []byte) []byte {
	key := binary.BigEndian.AppendUint64(nil, uint64(due))
	key = append(append(key, name...), 0)
	return append(key, id...)
}

// SetTimer asks for a timer of that kind at the first block at or after due (Unix ms).
func (c *Context) SetTimer(due int64, name string, id []byte) {
	c.line(name).Put(c.block, timerKey(due, name, id), true)
}

// ClearTimer takes it back.
func (c *Context) ClearTimer(due int64, name string, id []byte) {
	c.line(name).Delete(c.block, timerKey(due, name, id))
}

func (c *Context) line(name string) state.Table[bool] {
	if c.env.Urgent[name] {
		return urgent
	}
	return timers
}

// Timer is one that is due.
type Timer struct {
	Due  int64
	Name string
	ID   []byte
	key  []byte
	line state.Table[bool]
}

// DueTimers lists at most limit timers due at now, the urgent ones first, then the oldest.
func DueTimers(b *state.Block, now int64, limit int) (due []Timer) {
	for _, line := range [...]state.Table[bool]{urgent, timers} {
		line.Scan(b, nil, nil, func(key []byte, _ bool) bool {
			at := int64(binary.BigEndian.Uint64(key))
			if at > now || len(due) == limit {
				return false
			}
			rest := key[8:]
			if i := bytes.IndexByte(rest, 0); i >= 0 {
				due = append(due, Timer{at, string(rest[:i]), bytes.Clone(rest[i+1:]), bytes.Clone(key), line})
			}
			return true
		})
	}
	return due
}

// Remove takes a due timer out of its line.
func (t *Timer) Remove(b *state.Block) { t.line.Delete(b, t.key) }
