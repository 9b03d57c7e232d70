package iso20022

import (
	"fmt"
	"io"
	"strings"

	"causeway/core/kernel/fault"
	"causeway/iso20022/model"
)

// The picture of payments; see package model.
type (
	File    = model.File
	Payment = model.Payment
)

// ReadPayments reads pain.001, pacs.008 or pacs.009 and calls each for every payment in order, as
// long as nothing was found that refuses the file. Totals are known only at the end: act on the
// payments after ReadPayments has returned without an error, or after Check has passed the same
// bytes. The file's SHA256 tells whether they are the same. A refusal is a *RefusedError.
func ReadPayments(r io.Reader, opt Options, each func(*Payment) error) (*File, error) {
	c := newChecker(opt)
	c.each = each
	if err := c.run(r); err != nil {
		return nil, err
	}
	if c.report.Verdict == Refused {
		return nil, &RefusedError{Report: c.report}
	}
	if placesOf(c.report.Message) == nil {
		return nil, wrongMessage(c.report.Message, "pain.001, pacs.008 or pacs.009")
	}
	return &c.x.file, nil
}

// WrongMessageError says that a good file holds another message than was asked for.
type WrongMessageError struct{ Message, Want string }

func (e *WrongMessageError) Error() string {
	return fmt.Sprintf("the file holds %s, expected %s", e.Message, e.Want)
}

// Unwrap is the fault for interfaces that answer with one.
func (e *WrongMessageError) Unwrap() error {
	return fault.ISOMessageUnexpected.With("message", e.Message, e.Want)
}

func wrongMessage(message, want string) error {
	return &WrongMessageError{Message: message, Want: want}
}

// StatusVersion names the status report that answers a message: the version that belongs to the
// sender's generation of schemas. Empty where there is none.
func StatusVersion(message string) string {
	switch {
	case message == "pain.001.001.03":
		return "pain.002.001.03"
	case strings.HasPrefix(message, "pain.001."):
		return "pain.002.001.10"
	case message == "pacs.008.001.08", strings.HasPrefix(message, "pacs.009."):
		return "pacs.002.001.10"
	case strings.HasPrefix(message, "pacs.008."):
		return "pacs.002.001.12"
	}
	return ""
}
