package iso20022

import (
	"fmt"
	"io"

	"causeway/core/kernel/fault"
	"causeway/iso20022/envelope"
	"causeway/iso20022/model"
	"causeway/iso20022/rules"
)

// Verdict is the outcome for a file or a payment.
type Verdict string

// The verdicts, from best to worst.
const (
	OK       Verdict = "ok"
	Warnings Verdict = "warnings"
	Refused  Verdict = "refused"
)

// Options steer a check. The zero value is the automatic profile without judging of dates.
type Options struct {
	Profile     string // "plain", "cbpr", or "": cbpr when BizSvc starts swift.cbprplus
	Today       string // YYYY-MM-DD; empty: past and future dates are not judged
	MaxFindings int    // errors, and as many warnings, that are kept; 0: 500. The rest is counted
	// EachPayment, if set, hears every payment's report instead of Report.Payments holding it.
	EachPayment func(PaymentReport)
}

// Finding is one thing that is wrong or worth a look.
type Finding struct {
	Code     string `json:"code"`
	Severity string `json:"severity"`          // "error" or "warning"
	Payment  int    `json:"payment,omitempty"` // position in the file; 0: the file itself
	Path     string `json:"path"`
	Line     int    `json:"line,omitempty"`
	Value    string `json:"value,omitempty"`
	Want     string `json:"want,omitempty"`
	En       string `json:"en"`
	Zh       string `json:"zh"`
}

func (f Finding) String() string {
	return fmt.Sprintf("%s: %s at %s (line %d): found %q, expected %s", f.Code, f.En, f.Path, f.Line, f.Value, f.Want)
}

// PaymentReport is the verdict on one payment of the file.
type PaymentReport struct {
	Position   int         `json:"position"`
	Path       string      `json:"path"`
	PmtInfID   string      `json:"pmt_inf_id,omitempty"`
	InstrID    string      `json:"instr_id,omitempty"`
	EndToEndID string      `json:"end_to_end_id,omitempty"`
	TxID       string      `json:"tx_id,omitempty"`
	UETR       string      `json:"uetr,omitempty"`
	Amount     model.Money `json:"amount"`
	Verdict    Verdict     `json:"verdict"`
	Codes      []string    `json:"codes,omitempty"` // of its findings, each once
}

// Report is what Check found.
type Report struct {
	Message       string          `json:"message"` // pacs.008.001.08; "" if none was recognised
	HeaderVersion string          `json:"header_version,omitempty"`
	Header        *model.Header   `json:"header,omitempty"`
	Wrapper       string          `json:"wrapper,omitempty"`
	Profile       string          `json:"profile"`
	MessageID     string          `json:"message_id,omitempty"`
	Verdict       Verdict         `json:"verdict"`
	Errors        int             `json:"errors"`
	Warnings      int             `json:"warnings"`
	Findings      []Finding       `json:"findings"`
	More          int             `json:"more,omitempty"` // findings that were counted but not kept
	Payments      []PaymentReport `json:"payments,omitempty"`
	PaymentCount  int             `json:"payment_count"`
	SchemaValid   bool            `json:"schema_valid"`
}

// RefusedError says that a file was refused; the report names every reason.
type RefusedError struct{ Report Report }

func (e *RefusedError) first() Finding {
	for _, f := range e.Report.Findings {
		if f.Severity == severity(rules.Refuse) {
			return f
		}
	}
	return Finding{}
}

func (e *RefusedError) Error() string { return e.first().String() }

// Unwrap is the fault of the first reason, for interfaces that answer with one.
func (e *RefusedError) Unwrap() error {
	f := e.first()
	refused := fault.ISOFileRefused
	switch f.Code {
	case envelope.CodeVersionUnsupported:
		refused = fault.ISOVersionUnsupported
	case envelope.CodeNotXML:
		refused = fault.ISONotXML
	}
	return refused.With(f.Path, f.Value, f.Want)
}

func severity(level rules.Level) string {
	if level == rules.Refuse {
		return "error"
	}
	return "warning"
}

// Check reads a whole file and judges it. The error is one of reading; whatever is wrong with
// the file itself is in the report.
func Check(r io.Reader, opt Options) (Report, error) {
	c := newChecker(opt)
	err := c.run(r)
	return c.report, err
}

// valid refuses an option that would otherwise quietly choose the weaker profile.
func (o Options) valid() error {
	switch o.Profile {
	case "", "plain", "cbpr":
		return nil
	}
	return fault.ISOProfileUnknown.With("profile", o.Profile, "plain or cbpr")
}
