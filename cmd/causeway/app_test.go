package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"causeway/client"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/txn"
)

func TestColoursOnlyWhereSomebodySeesThem(t *testing.T) {
	for _, c := range []struct {
		env      map[string]string
		terminal bool
		want     string
	}{
		{nil, true, "\x1b[31mno\x1b[0m"}, {nil, false, "no"},
		{map[string]string{"NO_COLOR": "1"}, true, "no"},
		{map[string]string{"NO_COLOR": ""}, true, "\x1b[31mno\x1b[0m"}, // no-color.org: empty means unset
	} {
		a := newApp(strings.NewReader(""), io.Discard, io.Discard, func(name string) (string, bool) { v, ok := c.env[name]; return v, ok })
		a.screen = func(io.Writer) bool { return c.terminal }
		if got := a.paint(red, "no"); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

func TestExitCodes(t *testing.T) {
	for _, c := range []struct {
		err  error
		want int
	}{
		{nil, 0}, {errors.New("x"), 1}, {usage("x"), 2}, {notFound("x"), 3}, {said(5), 5}, {said(0), 0},
		{fmt.Errorf("a: %w", fault.RuleQuota.With("", "", "")), 4}, {fault.TxMalformed.Err(), 2}, {fault.PartyNotFound.Err(), 3},
		{fault.PowerMissing.Err(), 4}, {fault.KeyUnknown.Err(), 4}, {fault.TxReferenceClash.Err(), 4}, {fault.InternalUnavailable.Err(), 1},
		{fmt.Errorf("a: %w", client.ErrOutcomeUnknown), 6}, {&client.Error{Status: 422, Code: "rule.of_tomorrow"}, 4}, {&client.Error{Status: 503, Code: "x"}, 1},
	} {
		if got := codeOf(c.err); got != c.want {
			t.Errorf("%v: %d, want %d", c.err, got, c.want)
		}
	}
	for status, want := range map[txn.Status]int{txn.Settled: 0, txn.Done: 0, txn.Duplicate: 0, txn.Held: 5, txn.Proposed: 5, txn.Refused: 4, txn.Partial: 4} {
		if got := codeOfStatus(status, nil); got != want {
			t.Errorf("%s: %d, want %d", status, got, want)
		}
	}
}
