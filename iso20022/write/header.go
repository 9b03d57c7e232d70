package write

import (
	"bytes"
	"fmt"

	"causeway/iso20022/head001v01"
	"causeway/iso20022/head001v02"
	"causeway/iso20022/head001v03"
)

// Header is what a business application header says besides the message's own id and name.
type Header struct {
	Version         string // head.001.001.01, .02 or .03; empty: .02
	FromBIC, ToBIC  string
	BusinessService string // swift.cbprplus.03, say
	CreatedAt       string // version 01 wants UTC with Z
}

// WithHeader is the message with a header before it, both in an Envelope.
func (m *Message) WithHeader(h Header) ([]byte, error) {
	header, err := h.encode(m)
	if err != nil {
		return nil, fmt.Errorf("writing the header of %s: %w", m.ID, err)
	}
	return bytes.Join([][]byte{[]byte(declaration + `<Envelope xmlns="urn:swift:xsd:envelope">`), header, m.Body, []byte("</Envelope>\n")}, []byte("\n")), nil
}

func (h Header) encode(m *Message) ([]byte, error) {
	switch h.Version {
	case "", "head.001.001.02":
		party := func(bic string) head001v02.Party44Choice {
			return head001v02.Party44Choice{FIId: &head001v02.BranchAndFinancialInstitutionIdentification6{FinInstnId: head001v02.FinancialInstitutionIdentification18{BICFI: optional(bic)}}}
		}
		return (&head001v02.BusinessApplicationHeaderV02{
			Fr: party(h.FromBIC), To: party(h.ToBIC), BizMsgIdr: m.ID, MsgDefIdr: m.Version, BizSvc: optional(h.BusinessService), CreDt: dateTime(h.CreatedAt),
		}).Encode()
	case "head.001.001.03":
		party := func(bic string) head001v03.Party44Choice {
			return head001v03.Party44Choice{FIId: &head001v03.BranchAndFinancialInstitutionIdentification6{FinInstnId: head001v03.FinancialInstitutionIdentification18{BICFI: optional(bic)}}}
		}
		return (&head001v03.BusinessApplicationHeaderV03{
			Fr: party(h.FromBIC), To: party(h.ToBIC), BizMsgIdr: m.ID, MsgDefIdr: m.Version, BizSvc: optional(h.BusinessService), CreDt: dateTime(h.CreatedAt),
		}).Encode()
	case "head.001.001.01":
		party := func(bic string) head001v01.Party9Choice {
			return head001v01.Party9Choice{FIId: &head001v01.BranchAndFinancialInstitutionIdentification5{FinInstnId: head001v01.FinancialInstitutionIdentification8{BICFI: optional(bic)}}}
		}
		return (&head001v01.BusinessApplicationHeaderV01{
			Fr: party(h.FromBIC), To: party(h.ToBIC), BizMsgIdr: m.ID, MsgDefIdr: m.Version, BizSvc: optional(h.BusinessService), CreDt: dateTime(h.CreatedAt),
		}).Encode()
	}
	return nil, fmt.Errorf("header version %q is not written", h.Version)
}
