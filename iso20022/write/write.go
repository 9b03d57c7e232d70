// Package write makes the answers that a ledger gives in ISO 20022: status reports (pain.002,
// pacs.002), returns (pacs.004), the resolution of a cancellation request (camt.029), credit and
// debit notifications (camt.054) and statements (camt.053), with or without a header (head.001).
//
// Every message is checked against its schema before it is handed out; what does not fit (a name
// that is too long, an id that is missing) is an error here and never a file for others to refuse.
package write

import (
	"bytes"
	"fmt"

	"causeway/iso20022/model"
	"causeway/iso20022/xmltype"
)

// Message is a finished document.
type Message struct {
	Version string // pain.002.001.10
	ID      string
	Body    []byte // the Document element
}

const declaration = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

// XML is the message alone.
func (m *Message) XML() []byte {
	return append([]byte(declaration), append(bytes.Clone(m.Body), '\n')...)
}

// Status is what has become of a payment or of a group of them.
type Status string

// The statuses, of ExternalPaymentTransactionStatus1Code and ExternalPaymentGroupStatus1Code.
const (
	ACTC Status = "ACTC" // technical validation passed
	ACCP Status = "ACCP" // customer profile checked
	ACSP Status = "ACSP" // settlement in process
	ACSC Status = "ACSC" // settled
	PDNG Status = "PDNG" // pending
	RJCT Status = "RJCT" // rejected
	PART Status = "PART" // of a group: some accepted, some not
)

// Reason says why; a code of ExternalStatusReason1Code (or of the set that the message uses), or
// a proprietary one. Each text has at most 105 characters.
type Reason struct {
	Code, Proprietary string
	Information       []string
}

// Reference is how a payment is named: by the ids that its message gave it.
type Reference struct{ PmtInfID, InstrID, EndToEndID, TxID, UETR string }

// ReferenceOf copies the ids of a payment.
func ReferenceOf(p *model.Payment) Reference {
	return Reference{PmtInfID: p.PmtInfID, InstrID: p.InstrID, EndToEndID: p.EndToEndID, TxID: p.TxID, UETR: p.UETR}
}

// rank orders the accepted statuses by how far they have come; 0 is not accepted.
var rank = map[Status]int{ACTC: 1, ACCP: 2, "ACWC": 2, ACSP: 3, ACSC: 4}

// GroupStatus follows from the transactions: what all have reached; PART if some are accepted and
// some are not; else PDNG while any is pending.
func GroupStatus(statuses []Status) Status {
	var lowest Status
	accepted, rejected := 0, 0
	for _, s := range statuses {
		switch {
		case rank[s] > 0:
			accepted++
			if lowest == "" || rank[s] < rank[lowest] {
				lowest = s
			}
		case s == RJCT:
			rejected++
		}
	}
	switch {
	case len(statuses) == 0 || rejected == len(statuses):
		return RJCT
	case accepted == len(statuses):
		return lowest
	case accepted > 0:
		return PART
	}
	return PDNG
}

// counted is how many transactions have a status, in the order of their first appearance.
type counted struct {
	status Status
	count  int
}

func perStatus(statuses []Status) []counted {
	var list []counted
next:
	for _, s := range statuses {
		for i := range list {
			if list[i].status == s {
				list[i].count++
				continue next
			}
		}
		list = append(list, counted{s, 1})
	}
	return list
}

func optional[T ~string](text T) *T {
	if text == "" {
		return nil
	}
	return &text
}

func dateTime(text string) xmltype.DateTime { return xmltype.DateTime(text) }

func finished(version, id string, body []byte, err error) (*Message, error) {
	if err != nil {
		return nil, fmt.Errorf("writing %s %s: %w", version, id, err)
	}
	return &Message{Version: version, ID: id, Body: body}, nil
}
