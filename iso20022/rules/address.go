package rules

import (
	"fmt"
	"strings"

	"causeway/iso20022/schema"
)

// Addresses checks postal addresses as they pass, wherever they stand.
type Addresses struct {
	emit    Emit
	stack   []owner // complex elements that are open
	address bool
	town    bool
	country bool
	lines   int
}

// owner is an open element: whether it has a name, for the party that holds an address.
type owner struct{ named, holds, address bool }

// NewAddresses prepares for one message.
func NewAddresses(emit Emit) *Addresses { return &Addresses{emit: emit} }

// Enter hears a complex element.
func (a *Addresses) Enter(e *schema.Element) {
	isAddress := strings.HasPrefix(e.Type.Name, "PostalAddress")
	if isAddress {
		a.address, a.town, a.country, a.lines = true, false, false, 0
		if n := len(a.stack); n > 0 {
			a.stack[n-1].holds = true
		}
	}
	a.stack = append(a.stack, owner{address: isAddress})
}

// Value hears a leaf.
func (a *Addresses) Value(e *schema.Element) {
	if e.Name == "Nm" && len(a.stack) > 0 {
		a.stack[len(a.stack)-1].named = true
	}
	if !a.address {
		return
	}
	switch e.Name {
	case "TwnNm":
		a.town = true
	case "Ctry":
		a.country = true
	case "AdrLine":
		a.lines++
	}
}

// Leave judges an address, or the party around it.
func (a *Addresses) Leave(e *schema.Element) {
	top := a.stack[len(a.stack)-1]
	a.stack = a.stack[:len(a.stack)-1]
	switch {
	case top.address:
		a.address = false
		if !a.town || !a.country {
			a.emit("cbpr.address.town_country", fmt.Sprintf("%d lines, town %t, country %t", a.lines, a.town, a.country), "TwnNm and Ctry")
		} else if a.lines > 2 {
			a.emit("cbpr.address.lines", fmt.Sprint(a.lines, " lines"), "at most 2 AdrLine beside TwnNm and Ctry")
		}
	case top.holds && !top.named && e.Name != "BrnchId":
		a.emit("cbpr.address.name", e.Name, "Nm beside PstlAdr")
	}
}
