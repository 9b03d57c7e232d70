package state

import "sync"

// Memory is a Backend without a disk, for tests and development tools.
// It is safe for concurrent use. A Scan that runs beside an Apply may see part of it.
type Memory struct {
	lock sync.RWMutex
	rows ordered[[]byte]
}

// NewMemory returns an empty backend.
func NewMemory() *Memory { return &Memory{} }

// Apply makes the writes visible, all at once.
func (m *Memory) Apply(writes []Write) {
	m.lock.Lock()
	defer m.lock.Unlock()
	for i := range writes {
		if writes[i].Delete {
			m.rows.delete(string(writes[i].Key))
		} else {
			m.rows.put(string(writes[i].Key), append([]byte{}, writes[i].Value...))
		}
	}
}

// Len returns the number of rows, and the bytes of their keys and values.
func (m *Memory) Len() (rows int, bytes int64) {
	m.lock.RLock()
	defer m.lock.RUnlock()
	for _, chunk := range m.rows.chunks {
		for i := range chunk {
			bytes += int64(len(chunk[i].key) + len(chunk[i].value))
		}
	}
	return m.rows.size, bytes
}

// Get implements Backend.
func (m *Memory) Get(key []byte) ([]byte, bool) {
	m.lock.RLock()
	defer m.lock.RUnlock()
	value, ok := m.rows.get(string(key))
	if !ok {
		return nil, false
	}
	return append([]byte{}, value...), true
}

// Scan implements Backend. The lock is not held while visit runs, so visit may read.
func (m *Memory) Scan(from, to []byte, visit func(key, value []byte) bool) {
	next, end := string(from), string(to)
	var batch []pair[[]byte]
	for {
		batch = m.page(batch[:0], next, end)
		for i := range batch {
			if !visit([]byte(batch[i].key), batch[i].value) {
				return
			}
		}
		if len(batch) < scanPage {
			return
		}
		next = batch[len(batch)-1].key + "\x00"
	}
}

const scanPage = 64

func (m *Memory) page(batch []pair[[]byte], from, to string) []pair[[]byte] {
	m.lock.RLock()
	defer m.lock.RUnlock()
	chunk, index := m.rows.seek(from)
	for len(batch) < scanPage {
		p, ok := m.rows.at(chunk, index)
		if !ok || to != "" && p.key >= to {
			break
		}
		batch = append(batch, p)
		chunk, index = m.rows.next(chunk, index)
	}
	return batch
}
