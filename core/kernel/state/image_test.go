package state

import (
	"bytes"
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// TestImageAgainstMap: an image may forget, but what it knows is what was put last, and bytes it
// has handed out never change.
func TestImageAgainstMap(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		m := newImage(rapid.SampledFrom([]int64{1, 64 << 10, 2 << 20, 1 << 30}).Draw(r, "limit"))
		want := map[string][]byte{}
		type given struct{ value, copied []byte }
		var handed []given
		key := func(r *rapid.T) string {
			return fmt.Sprintf("%0*d", rapid.IntRange(1, 40).Draw(r, "width"), rapid.IntRange(0, 200).Draw(r, "key"))
		}
		r.Repeat(map[string]func(*rapid.T){
			"put": func(r *rapid.T) {
				k := key(r)
				value := bytes.Repeat([]byte{byte(rapid.IntRange(0, 255).Draw(r, "byte"))}, rapid.SampledFrom([]int{0, 1, 7, 100, 5_000, chunkBytes + 1}).Draw(r, "size"))
				if len(value) == 0 {
					value = nil
				}
				m.replace(m.hash([]byte(k)), k, value)
				want[k] = value
			},
			"stale": func(r *rapid.T) {
				k := key(r)
				epoch := m.epoch.Add(1)
				m.put(m.hash([]byte(k)), []byte(k), []byte("stale"), epoch-1)
			},
			"": func(r *rapid.T) {
				k := key(r)
				value, known := m.get(m.hash([]byte(k)), []byte(k))
				written, ever := want[k]
				if known && (!ever || !bytes.Equal(value, written) || (value == nil) != (written == nil)) {
					r.Fatalf("%s is known as %d bytes, want %d", k, len(value), len(written))
				}
				if handed = append(handed, given{value, bytes.Clone(value)}); len(handed) > 20 {
					handed = handed[1:]
				}
				for _, g := range handed {
					if !bytes.Equal(g.value, g.copied) {
						r.Fatal("bytes that were handed out have changed")
					}
				}
			},
		})
	})
}

// TestImageKeepsWhatFits: below half of its limit an image forgets nothing, and above it is
// bounded.
func TestImageKeepsWhatFits(t *testing.T) {
	const limit = 64 << 20
	m := newImage(limit)
	key := func(i int) []byte { return fmt.Appendf(nil, "account/%09d", i) }
	for i := range 300_000 {
		m.replace(m.hash(key(i)), string(key(i)), key(i))
	}
	for i := range 300_000 {
		if value, known := m.get(m.hash(key(i)), key(i)); !known || !bytes.Equal(value, key(i)) {
			t.Fatalf("%s is %q, known: %v", key(i), value, known)
		}
	}
	for i := range 1_000_000 {
		m.replace(m.hash(key(i)), string(key(i)), key(i))
	}
	total := 0
	for i := range m.shards {
		total += m.shards[i].young.Load().bytes + m.shards[i].old.Load().bytes
	}
	if total > limit+imageShards*200 || total < limit/2 {
		t.Fatalf("%d bytes are held, the limit is %d", total, limit)
	}
}

// TestWarm: a warm store needs its backend neither for values nor for the tree.
func TestWarm(t *testing.T) {
	memory := NewMemory()
	s := mustOpen(t, memory, DefaultLimits())
	for height := int64(1); height <= 40; height++ {
		b := s.Begin(height)
		for i := range 200 {
			b.Put(fmt.Appendf(nil, "key/%d/%d", height%30, i), fmt.Appendf(nil, "%d", height))
		}
		commit(t, memory, s, b)
	}
	counting := &countingBackend{Backend: memory}
	warm, err := OpenLimited(counting, DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	warm.Warm()
	if !warm.Warmed() {
		t.Error("a store that holds all its values says that it does not")
	}
	counting.gets = 0
	b := warm.Begin(41)
	if value, ok := b.Get([]byte("absent")); ok {
		t.Fatalf("what is not there is %q", value)
	}
	for i := range 200 {
		if value, ok := b.Get(fmt.Appendf(nil, "key/7/%d", i)); !ok || string(value) != "37" {
			t.Fatalf("key/7/%d is %q", i, value)
		}
		b.Put(fmt.Appendf(nil, "key/7/%d", i), []byte("41"))
	}
	root, writes := b.Seal()
	if counting.gets != 0 {
		t.Errorf("the backend was asked %d times", counting.gets)
	}
	memory.Apply(writes)
	warm.Adopt(b)
	if err := Check(memory); err != nil || mustOpen(t, memory, DefaultLimits()).Root() != root {
		t.Fatal(err)
	}
}

// TestNotWhole: a store with too little memory for its values says so, at once or when it fills.
func TestNotWhole(t *testing.T) {
	memory := NewMemory()
	limits := DefaultLimits()
	limits.CacheBytes = 2 << 20
	s := mustOpen(t, memory, limits)
	s.Warm()
	if !s.Warmed() {
		t.Error("an empty store is not warm")
	}
	for height := int64(1); height <= 2; height++ {
		b := s.Begin(height)
		for i := range 10_000 {
			b.Put(fmt.Appendf(nil, "key/%d/%d", height, i), make([]byte, 200))
		}
		commit(t, memory, s, b)
	}
	again := mustOpen(t, memory, limits)
	again.Warm()
	if s.Warmed() || again.Warmed() {
		t.Error("a store that holds a part of its values says that it holds all")
	}
	for height := 1; height <= 2; height++ {
		for i := range 10_000 {
			key := fmt.Appendf(nil, "key/%d/%d", height, i)
			if value, ok := s.Get(key); !ok || len(value) != 200 {
				t.Fatalf("%s is lost", key)
			}
		}
	}
	long := mustOpen(t, NewMemory(), DefaultLimits())
	long.Warm()
	b := long.Begin(1)
	key := make([]byte, keyMost+1)
	b.Put(key, []byte("value"))
	commit(t, long.backend.(*Memory), long, b)
	if value, ok := long.Get(key); !ok || string(value) != "value" || long.Warmed() {
		t.Error("a key too long to be kept is lost")
	}
}

type countingBackend struct {
	Backend
	gets int
}

func (c *countingBackend) Get(key []byte) ([]byte, bool) {
	c.gets++
	return c.Backend.Get(key)
}
