package schema

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// occursExact reads the inside of {m}, {m,} or {m,n}; unlike a table's, {m} is also the maximum.
func occursExact(text string) (int, int, error) {
	if !strings.Contains(text, ",") {
		n, err := strconv.Atoi(text)
		return n, n, err
	}
	return occurs("{" + text + "}")
}

// edge leads from one state of the nondeterministic automaton to another; chars nil is free.
type edge struct {
	to    int
	chars *set
}

type builder struct{ edges [][]edge }

func (b *builder) state() int {
	b.edges = append(b.edges, nil)
	return len(b.edges) - 1
}

func (b *builder) link(from, to int, chars *set) {
	b.edges[from] = append(b.edges[from], edge{to, chars})
}

// add appends the repeated node behind from and returns where it ends.
func (b *builder) add(n *node, from int) int {
	at := from
	for range n.min {
		at = b.once(n, at)
	}
	if n.max == Unbounded {
		loop := b.state()
		b.link(at, loop, nil)
		b.link(b.once(n, loop), loop, nil)
		return loop
	}
	end := b.state()
	b.link(at, end, nil)
	for range n.max - n.min {
		at = b.once(n, at)
		b.link(at, end, nil)
	}
	return end
}

func (b *builder) once(n *node, from int) int {
	switch {
	case n.chars != nil:
		to := b.state()
		b.link(from, to, n.chars)
		return to
	case n.either:
		to := b.state()
		for _, part := range n.parts {
			b.link(b.add(part, from), to, nil)
		}
		return to
	}
	at := from
	for _, part := range n.parts {
		at = b.add(part, at)
	}
	return at
}

// closure adds every state that is reached without a character, in order.
func (b *builder) closure(states []int) []int {
	seen := map[int]bool{}
	for len(states) > 0 {
		at := states[len(states)-1]
		states = states[:len(states)-1]
		if seen[at] {
			continue
		}
		seen[at] = true
		for _, e := range b.edges[at] {
			if e.chars == nil {
				states = append(states, e.to)
			}
		}
	}
	all := make([]int, 0, len(seen))
	for at := range seen {
		all = append(all, at)
	}
	slices.Sort(all)
	return all
}

// determine is the subset construction.
func determine(source string, tree *node) (*pattern, error) {
	b := &builder{}
	start := b.state()
	final := b.add(tree, start)
	made := &pattern{source: source}
	numbers := map[string]int16{}
	var sets [][]int
	number := func(states []int) int16 {
		key := fmt.Sprint(states)
		if n, ok := numbers[key]; ok {
			return n
		}
		n := int16(len(sets))
		numbers[key] = n
		sets = append(sets, states)
		made.next = append(made.next, [symbols]int16{})
		made.accept = append(made.accept, slices.Contains(states, final))
		return n
	}
	number(b.closure([]int{start}))
	for i := 0; i < len(sets); i++ {
		if len(sets) > 2000 {
			return nil, fmt.Errorf("pattern %q needs too many states", source)
		}
		var before []int // neighbouring symbols mostly lead to the same states
		for symbol := range symbols {
			var reached []int
			for _, at := range sets[i] {
				for _, e := range b.edges[at] {
					if e.chars != nil && e.chars[symbol] {
						reached = append(reached, e.to)
					}
				}
			}
			switch {
			case len(reached) == 0:
				made.next[i][symbol] = dead
			case slices.Equal(reached, before):
				made.next[i][symbol] = made.next[i][symbol-1]
			default:
				made.next[i][symbol] = number(b.closure(slices.Clone(reached)))
			}
			before = reached
		}
	}
	return made, nil
}
