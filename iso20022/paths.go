package iso20022

import (
	"strings"

	"causeway/iso20022/schema"
)

// place is a node of the paths that a reader wants; S is what it fills.
type place[S any] struct {
	next  map[string]*place[S]
	enter func(S)
	leave func(S)
	value func(s S, text, attr string)
}

func newPlace[S any]() *place[S] { return &place[S]{next: map[string]*place[S]{}} }

// at makes the places down to a path such as GrpHdr/MsgId.
func (p *place[S]) at(path string) *place[S] {
	for _, name := range strings.Split(path, "/") {
		child := p.next[name]
		if child == nil {
			child = newPlace[S]()
			p.next[name] = child
		}
		p = child
	}
	return p
}

// text stores the value of a leaf.
func (p *place[S]) text(path string, set func(S) *string) {
	p.at(path).value = func(s S, text, _ string) { *set(s) = text }
}

// tracker follows an open document along the places.
type tracker[S any] struct {
	state S
	stack []*place[S]
}

func newTracker[S any](root *place[S], state S) *tracker[S] {
	return &tracker[S]{state: state, stack: []*place[S]{root}}
}

func (t *tracker[S]) step(name string) *place[S] {
	if top := t.stack[len(t.stack)-1]; top != nil {
		return top.next[name]
	}
	return nil
}

// Enter hears a complex element.
func (t *tracker[S]) Enter(e *schema.Element) {
	p := t.step(e.Name)
	t.stack = append(t.stack, p)
	if p != nil && p.enter != nil {
		p.enter(t.state)
	}
}

// Leave hears its end.
func (t *tracker[S]) Leave(*schema.Element) {
	p := t.stack[len(t.stack)-1]
	t.stack = t.stack[:len(t.stack)-1]
	if p != nil && p.leave != nil {
		p.leave(t.state)
	}
}

// Value hears a leaf.
func (t *tracker[S]) Value(e *schema.Element, text, attr []byte) {
	if p := t.step(e.Name); p != nil && p.value != nil {
		p.value(t.state, string(text), string(attr))
	}
}
