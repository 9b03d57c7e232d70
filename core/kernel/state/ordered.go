package state

import "sort"

// chunkMost bounds the memmove of an insertion.
const chunkMost = 128

// ordered is a sorted map in chunks: cheap insertion anywhere, fast ascending walks.
type ordered[V any] struct {
	chunks [][]pair[V]
	size   int
}

type pair[V any] struct {
	key   string
	value V
}

// seek returns the place of the first key >= key.
func (o *ordered[V]) seek(key string) (chunk, index int) {
	chunk = sort.Search(len(o.chunks), func(i int) bool { return o.chunks[i][0].key > key })
	if chunk == 0 {
		return 0, 0
	}
	chunk--
	pairs := o.chunks[chunk]
	index = sort.Search(len(pairs), func(i int) bool { return pairs[i].key >= key })
	if index == len(pairs) {
		return chunk + 1, 0
	}
	return chunk, index
}

func (o *ordered[V]) at(chunk, index int) (pair[V], bool) {
	if chunk >= len(o.chunks) {
		return pair[V]{}, false
	}
	return o.chunks[chunk][index], true
}

// next returns the place after (chunk, index).
func (o *ordered[V]) next(chunk, index int) (int, int) {
	if index+1 < len(o.chunks[chunk]) {
		return chunk, index + 1
	}
	return chunk + 1, 0
}

func (o *ordered[V]) get(key string) (v V, ok bool) {
	p, ok := o.at(o.seek(key))
	if !ok || p.key != key {
		return v, false
	}
	return p.value, true
}

func (o *ordered[V]) put(key string, value V) {
	chunk, index := o.seek(key)
	if p, ok := o.at(chunk, index); ok && p.key == key {
		o.chunks[chunk][index].value = value
		return
	}
	o.size++
	if len(o.chunks) == 0 {
		o.chunks = [][]pair[V]{{{key, value}}}
		return
	}
	if index == 0 && chunk > 0 { // append to the chunk before instead of growing this one's head
		chunk--
		index = len(o.chunks[chunk])
	}
	pairs := append(o.chunks[chunk], pair[V]{})
	copy(pairs[index+1:], pairs[index:])
	pairs[index] = pair[V]{key, value}
	o.chunks[chunk] = pairs
	if len(pairs) > chunkMost {
		o.split(chunk)
	}
}

func (o *ordered[V]) split(chunk int) {
	pairs := o.chunks[chunk]
	middle := len(pairs) / 2
	if chunk == len(o.chunks)-1 {
		middle = len(pairs) - 1 // ascending insertion leaves full chunks behind
	}
	right := append(make([]pair[V], 0, chunkMost+1), pairs[middle:]...)
	clear(pairs[middle:])
	o.chunks[chunk] = pairs[:middle]
	o.chunks = append(o.chunks, nil)
	copy(o.chunks[chunk+2:], o.chunks[chunk+1:])
	o.chunks[chunk+1] = right
}

func (o *ordered[V]) delete(key string) {
	chunk, index := o.seek(key)
	if p, ok := o.at(chunk, index); !ok || p.key != key {
		return
	}
	o.size--
	pairs := o.chunks[chunk]
	copy(pairs[index:], pairs[index+1:])
	pairs[len(pairs)-1] = pair[V]{}
	o.chunks[chunk] = pairs[:len(pairs)-1]
	if len(pairs) == 1 {
		copy(o.chunks[chunk:], o.chunks[chunk+1:])
		o.chunks[len(o.chunks)-1] = nil
		o.chunks = o.chunks[:len(o.chunks)-1]
	}
}
