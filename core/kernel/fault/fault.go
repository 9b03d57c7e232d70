// Package fault is the one table of refusals: every way the ledger says no, once.
//
// A fault has a number that is hashed into block results and therefore never reused, a
// name that clients match on, an HTTP status, an ISO 20022 reason code and help in English
// and Chinese. The table is append-only (a golden test holds it) and lives in one file per
// noun, each with its own range of numbers. Texts are for people: they are not consensus.
package fault

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

// Class says what kind of no this is, and with it the HTTP status.
type Class uint8

// The classes of refusal.
const (
	Invalid         Class = iota + 1 // the request cannot mean anything: 400
	Unauthenticated                  // nobody known has signed it: 401
	Forbidden                        // whoever signed it may not do it: 403
	NotFound                         // what it names does not exist: 404
	Conflict                         // it contradicts what has already happened: 409
	Refused                          // a rule or a state of the ledger refuses it: 422
	Unavailable                      // it cannot be answered now: 503
	Internal                         // our mistake: 500
	Oversized                        // more bytes than are read: 413
	Limited                          // too many requests from one caller: 429
)

var classes = map[Class]struct {
	name string
	http int
}{
	Invalid: {"invalid", 400}, Unauthenticated: {"unauthenticated", 401}, Forbidden: {"forbidden", 403}, NotFound: {"not_found", 404},
	Conflict: {"conflict", 409}, Refused: {"refused", 422}, Unavailable: {"unavailable", 503}, Internal: {"internal", 500},
	Oversized: {"oversized", 413}, Limited: {"limited", 429},
}

func (c Class) String() string { return classes[c].name }

// Fault is one row of the table.
type Fault struct {
	Number    uint16
	Name      string // noun.what, matched by clients
	Class     Class
	ISO       string // ISO 20022 external status reason code (ExternalStatusReason1Code)
	Retryable bool   // the same request may pass later without being changed
	En, Zh    string
}

// HTTP is the status an interface answers with.
func (f *Fault) HTTP() int { return classes[f.Class].http }

// Error makes a bare fault usable as an error and as a target of errors.Is.
func (f *Fault) Error() string { return f.Name }

// With states the refusal: the field, what was found in it, and what would pass.
func (f *Fault) With(field, found, want string) *Error {
	return &Error{Fault: f, Field: field, Found: found, Want: want}
}

// Err states the refusal where the fault's own text says everything.
func (f *Fault) Err() *Error { return &Error{Fault: f} }

// Error is a fault that has happened to something.
type Error struct {
	Fault *Fault `json:"-"`
	Field string `json:"field,omitempty"` // which input or state, as a path
	Found string `json:"found,omitempty"` // what it was
	Want  string `json:"want,omitempty"`  // what would pass
	// Detail is what a library says besides. It is for people, and never kept: results must not
	// change with a library's wording.
	Detail string `json:"detail,omitempty"`
}

// Because adds what a library says.
func (e *Error) Because(err error) *Error {
	e.Detail = err.Error()
	return e
}

// Unwrap lets errors.Is match the fault.
func (e *Error) Unwrap() error { return e.Fault }

func (e *Error) Error() string { return e.text(e.Fault.En, ": ", "found", "expected", ", ") }

// Chinese is the same sentence in Chinese.
func (e *Error) Chinese() string { return e.text(e.Fault.Zh, "：", "实际为", "要求", "，") }

func (e *Error) text(help, colon, found, want, comma string) string {
	var parts []string
	if e.Field != "" {
		parts = append(parts, e.Field)
	}
	if e.Found != "" {
		parts = append(parts, found+" "+e.Found)
	}
	if e.Want != "" {
		parts = append(parts, want+" "+e.Want)
	}
	if e.Detail != "" {
		parts = append(parts, e.Detail)
	}
	text := e.Fault.Name + colon + help
	if len(parts) > 0 {
		text += " (" + strings.Join(parts, comma) + ")"
	}
	return text
}

// Of returns the fault inside err, or nil.
func Of(err error) *Fault {
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return nil
}

// In returns the stated fault inside err; an error without a fault becomes internal.bug.
func In(err error) *Error {
	var stated *Error
	if errors.As(err, &stated) {
		return stated
	}
	if f := Of(err); f != nil {
		return f.Err()
	}
	return InternalBug.With("", err.Error(), "")
}

var table = map[uint16]*Fault{}

func define(number uint16, name string, class Class, iso string, retryable bool, en, zh string) *Fault {
	if other := table[number]; other != nil {
		panic(fmt.Sprintf("fault %d is both %s and %s", number, other.Name, name))
	}
	f := &Fault{Number: number, Name: name, Class: class, ISO: iso, Retryable: retryable, En: en, Zh: zh}
	table[number] = f
	return f
}

// Numbered finds a row by its number; nil if there is none.
func Numbered(number uint16) *Fault { return table[number] }

// All is the table in the order of its numbers.
func All() []*Fault {
	all := make([]*Fault, 0, len(table))
	for _, f := range table {
		all = append(all, f)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Number < all[j].Number })
	return all
}
