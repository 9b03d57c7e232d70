package main

import (
	"errors"
	"fmt"

	"causeway/client"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/txn"
)

// The exit codes.
const (
	exitDone     = 0
	exitError    = 1
	exitUsage    = 2 // usage or bad input
	exitNotFound = 3
	exitRefused  = 4 // by a rule
	exitHeld     = 5 // waits for approval or review
	exitUnknown  = 6 // the outcome is not known: it may have happened
)

// exit is an error with its exit code. An empty text means that everything has been said.
type exit struct {
	code int
	err  error
}

func (e *exit) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exit) Unwrap() error { return e.err }

func usage(format string, arguments ...any) error {
	return &exit{exitUsage, fmt.Errorf(format, arguments...)}
}

func notFound(format string, arguments ...any) error {
	return &exit{exitNotFound, fmt.Errorf(format, arguments...)}
}

func said(code int) error {
	if code == exitDone {
		return nil
	}
	return &exit{code: code}
}

// codeOf finds the exit code of an error.
func codeOf(err error) int {
	if err == nil {
		return exitDone
	}
	var e *exit
	if errors.As(err, &e) {
		return e.code
	}
	if errors.Is(err, client.ErrOutcomeUnknown) {
		return exitUnknown
	}
	if f := fault.Of(err); f != nil {
		return codeOfFault(f)
	}
	var refused *client.Error // with a fault that this version does not know
	if errors.As(err, &refused) {
		if code, known := statusCodes[refused.Status]; known {
			return code
		}
	}
	return exitError
}

// statusCodes are for HTTP.
var statusCodes = map[int]int{400: exitUsage, 413: exitUsage, 404: exitNotFound, 401: exitRefused, 403: exitRefused, 409: exitRefused, 422: exitRefused}

func codeOfFault(f *fault.Fault) int {
	switch f.Class {
	case fault.Invalid, fault.Oversized:
		return exitUsage
	case fault.NotFound:
		return exitNotFound
	case fault.Refused, fault.Forbidden, fault.Conflict, fault.Unauthenticated:
		return exitRefused
	}
	return exitError
}

// codeOfStatus is the exit code of a transaction by how it ended.
func codeOfStatus(s txn.Status, refusal *fault.Error) int {
	switch s {
	case txn.Held, txn.Proposed:
		return exitHeld
	case txn.Refused, txn.Expired, txn.Partial:
		if refusal != nil {
			return codeOfFault(refusal.Fault)
		}
		return exitRefused
	}
	return exitDone
}
