package store

import (
	"errors"
	"fmt"
	"sync"
)

// Failure is a storage error that the node cannot survive: after it nothing read or written
// by this process can be trusted, so the node stops and recovers from disk at the next start.
type Failure struct {
	Op  string
	Err error
}

func (f *Failure) Error() string { return fmt.Sprintf("store error: %s: %v", f.Op, f.Err) }

func (f *Failure) Unwrap() error { return f.Err }

// AsFailure turns a recovered panic value into the failure it carries; nil for other panics,
// which are bugs and must go on unwinding.
func AsFailure(recovered any) *Failure {
	err, ok := recovered.(error)
	if !ok {
		return nil
	}
	var failure *Failure
	if errors.As(err, &failure) {
		return failure
	}
	return nil
}

// watch keeps the first failure and tells whoever asked to be told, once.
type watch struct {
	once   sync.Once
	notify func(error)
}

func (w *watch) fail(op string, err error) *Failure {
	failure := &Failure{Op: op, Err: err}
	w.once.Do(func() {
		if w.notify != nil {
			w.notify(failure)
		}
	})
	return failure
}

// engineLog is what Pebble logs through. Pebble calls Fatalf where it cannot go on (a failed
// write or sync of its log); the default ends the process without a word to the operator.
type engineLog struct {
	watch *watch
	warn  func(text string)
}

func (l *engineLog) Infof(string, ...any) {}

func (l *engineLog) Errorf(format string, args ...any) {
	if l.warn != nil {
		l.warn(fmt.Sprintf(format, args...))
	}
}

func (l *engineLog) Fatalf(format string, args ...any) {
	panic(l.watch.fail("storage engine", fmt.Errorf(format, args...)))
}
