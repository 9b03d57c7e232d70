package schema

import (
	"fmt"
	"sync"
	"unicode/utf8"
)

// A pattern facet becomes a deterministic automaton over ASCII with one more symbol for every
// other character. It knows what ISO 20022 schemas use of XSD regular expressions: literals,
// escapes, ASCII classes, the dot, groups, alternatives and counted repetition. Compiling
// refuses the rest, so that the generator notices a new construct.

const (
	symbols = 129
	other   = 128
	dead    = -1
)

type set [symbols]bool

type pattern struct {
	source string
	next   [][symbols]int16
	accept []bool
}

var patterns sync.Map // source → *pattern

func compilePattern(source string) (*pattern, error) {
	if known, ok := patterns.Load(source); ok {
		return known.(*pattern), nil
	}
	p := &patternParser{rest: source}
	tree, err := p.alternatives()
	if err == nil && p.rest != "" {
		err = fmt.Errorf("pattern %q: cannot read %q", source, p.rest)
	}
	if err != nil {
		return nil, err
	}
	made, err := determine(source, tree)
	if err != nil {
		return nil, err
	}
	patterns.Store(source, made)
	return made, nil
}

// match tells whether the whole text fits.
func (p *pattern) match(text []byte) bool {
	state := int16(0)
	for i := 0; i < len(text); {
		c := text[i]
		symbol := int(c)
		if c >= utf8.RuneSelf {
			_, n := utf8.DecodeRune(text[i:])
			symbol = other
			i += n
		} else {
			i++
		}
		if state = p.next[state][symbol]; state == dead {
			return false
		}
	}
	return p.accept[state]
}

// node is a syntax tree: a set of characters, or parts joined, or alternatives; repeated.
type node struct {
	chars    *set
	parts    []*node
	either   bool
	min, max int
}

type patternParser struct{ rest string }

func (p *patternParser) alternatives() (*node, error) {
	choice := &node{either: true, min: 1, max: 1}
	for {
		branch, err := p.branch()
		if err != nil {
			return nil, err
		}
		choice.parts = append(choice.parts, branch)
		if p.rest == "" || p.rest[0] != '|' {
			return choice, nil
		}
		p.rest = p.rest[1:]
	}
}

func (p *patternParser) branch() (*node, error) {
	joined := &node{min: 1, max: 1}
	for p.rest != "" && p.rest[0] != '|' && p.rest[0] != ')' {
		atom, err := p.atom()
		if err != nil {
			return nil, err
		}
		if err := p.quantity(atom); err != nil {
			return nil, err
		}
		joined.parts = append(joined.parts, atom)
	}
	return joined, nil
}

func (p *patternParser) atom() (*node, error) {
	c := p.rest[0]
	p.rest = p.rest[1:]
	chars := &set{}
	switch c {
	case '(':
		group, err := p.alternatives()
		if err != nil {
			return nil, err
		}
		if p.rest == "" || p.rest[0] != ')' {
			return nil, fmt.Errorf("a group is not closed")
		}
		p.rest = p.rest[1:]
		return group, nil
	case '[':
		return &node{chars: chars, min: 1, max: 1}, p.class(chars)
	case '.':
		for i := range chars {
			chars[i] = i != '\n' && i != '\r'
		}
	case '\\':
		escaped, err := p.escaped()
		if err != nil {
			return nil, err
		}
		chars[escaped] = true
	default:
		if c >= utf8.RuneSelf || c == '^' || c == '$' || c == '*' || c == '+' || c == '?' || c == '{' {
			return nil, fmt.Errorf("%q is not supported in a pattern", c)
		}
		chars[c] = true
	}
	return &node{chars: chars, min: 1, max: 1}, nil
}

func (p *patternParser) escaped() (byte, error) {
	if p.rest == "" || nameLike(p.rest[0]) {
		return 0, fmt.Errorf("the escape before %q is not supported", p.rest)
	}
	c := p.rest[0]
	p.rest = p.rest[1:]
	return c, nil
}

func nameLike(c byte) bool {
	return c >= utf8.RuneSelf || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

func (p *patternParser) class(chars *set) error {
	for first := true; ; first = false {
		if p.rest == "" {
			return fmt.Errorf("a class is not closed")
		}
		c := p.rest[0]
		p.rest = p.rest[1:]
		switch {
		case c == ']':
			return nil
		case c == '^' && first || c >= utf8.RuneSelf || c == '[':
			return fmt.Errorf("a class with %q is not supported", c)
		case c == '\\':
			escaped, err := p.escaped()
			if err != nil {
				return err
			}
			chars[escaped] = true
		case len(p.rest) > 1 && p.rest[0] == '-' && p.rest[1] != ']':
			last := p.rest[1]
			p.rest = p.rest[2:]
			if !nameLike(c) || !nameLike(last) || last < c || last >= utf8.RuneSelf {
				return fmt.Errorf("the range %c-%c is not supported", c, last)
			}
			for i := int(c); i <= int(last); i++ {
				chars[i] = true
			}
		default:
			chars[c] = true
		}
	}
}

func (p *patternParser) quantity(n *node) error {
	if p.rest == "" {
		return nil
	}
	switch p.rest[0] {
	case '?':
		n.min, n.max = 0, 1
	case '*':
		n.min, n.max = 0, Unbounded
	case '+':
		n.min, n.max = 1, Unbounded
	case '{':
		for i := range p.rest {
			if p.rest[i] != '}' {
				continue
			}
			low, high, err := occursExact(p.rest[1:i])
			if err != nil {
				return err
			}
			n.min, n.max = low, high
			p.rest = p.rest[i:]
			break
		}
		if p.rest[0] != '}' {
			return fmt.Errorf("a quantity is not closed")
		}
	default:
		return nil
	}
	p.rest = p.rest[1:]
	return nil
}
