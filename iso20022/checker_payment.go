package iso20022

import (
	"bytes"

	"causeway/iso20022/model"
	"causeway/iso20022/rules"
	"causeway/iso20022/schema"
)

// enterGroup begins a PmtInf.
func (c *checker) enterGroup() {
	c.groups++
	c.x.payment, c.x.common = model.Payment{}, model.Payment{}
	c.x.groupTotals, c.x.groupCount, c.x.groupSum = rules.Totals{}, "", ""
}

// leaveGroup compares its counts and sums.
func (c *checker) leaveGroup() {
	path, line := c.part.Validator.Path(), c.part.Validator.Line()
	at := func(id, below, value, want string) { c.find(id, below, line, value, want) }
	c.x.groupTotals.Check(path, c.x.groupCount, c.x.groupSum, at)
	c.payments.Group(c.x.payment.PmtInfID, func(id, below, value, want string) { c.find(id, path+below, line, value, want) })
}

func (c *checker) enterPayment() {
	if !c.inPayment && c.x.groupTotals.Count == 0 {
		c.x.common = c.x.payment // what the PmtInf said
	}
	c.x.payment = c.x.common
	c.x.payment.Position = c.x.totals.Count + 1
	c.x.payment.Line = c.part.Validator.Line()
	c.x.payment.Path = c.part.Validator.Path()
	c.inPayment, c.paymentLevel, c.paymentCodes = true, rules.Off, nil
	if c.each != nil {
		c.part.Scan.Capture()
	}
}

func (c *checker) leavePayment() {
	p := &c.x.payment
	if c.each != nil {
		copied := c.x.payment // the caller may keep it
		p = &copied
	}
	if p.SettlementDate == "" {
		p.SettlementDate = c.x.file.SettlementDate
	}
	c.x.totals.Add(p.Amount.Value)
	c.x.groupTotals.Add(p.Amount.Value)
	switch c.x.currency {
	case "", p.Amount.Currency:
		c.x.currency = p.Amount.Currency
	default:
		c.x.currency = "*"
	}
	c.payments.Payment(&c.x.file, p, func(id, below, value, want string) { c.find(id, p.Path+below, p.Line, value, want) })
	c.deliver(p)
	c.inPayment = false
}

// deliver hands a finished payment on.
func (c *checker) deliver(p *model.Payment) {
	verdict := OK
	switch c.paymentLevel {
	case rules.Refuse:
		verdict = Refused
	case rules.Warn:
		verdict = Warnings
	}
	if c.each != nil {
		p.Raw = bytes.Clone(c.part.Scan.Captured())
		if c.report.Errors == 0 && c.err == nil {
			c.err = c.each(p)
		}
		return
	}
	made := PaymentReport{
		Position: p.Position, Path: p.Path, PmtInfID: p.PmtInfID, InstrID: p.InstrID, EndToEndID: p.EndToEndID, TxID: p.TxID, UETR: p.UETR,
		Amount: p.Amount, Verdict: verdict, Codes: c.paymentCodes,
	}
	if c.opt.EachPayment != nil {
		c.opt.EachPayment(made)
		return
	}
	c.report.Payments = append(c.report.Payments, made)
}

// headerPlaces are the paths of head.001 in all its versions.
var headerPlaces = func() *place[*model.Header] {
	root := newPlace[*model.Header]()
	h := root.at("AppHdr")
	h.text("Fr/FIId/FinInstnId/BICFI", func(h *model.Header) *string { return &h.FromBIC })
	h.text("To/FIId/FinInstnId/BICFI", func(h *model.Header) *string { return &h.ToBIC })
	h.text("BizMsgIdr", func(h *model.Header) *string { return &h.BusinessMessageID })
	h.text("MsgDefIdr", func(h *model.Header) *string { return &h.MessageDefinition })
	h.text("BizSvc", func(h *model.Header) *string { return &h.BusinessService })
	h.text("MktPrctc/Id", func(h *model.Header) *string { return &h.MarketPractice })
	h.text("CreDt", func(h *model.Header) *string { return &h.CreatedAt })
	h.text("CpyDplct", func(h *model.Header) *string { return &h.Duplicate })
	return root
}()

// held is a leaf of the header that waits for the profile, which the header itself decides.
type held struct {
	element *schema.Element
	text    []byte
	path    string
	line    int
}

// headerObserver fills the header and holds its leaves.
type headerObserver struct {
	checker *checker
	*tracker[*model.Header]
}

// maxHeld is far above what a header holds; its related headers could repeat without end.
const maxHeld = 10_000

// Value hears a leaf of the header.
func (o *headerObserver) Value(e *schema.Element, text, attr []byte) {
	if c := o.checker; len(c.held) < maxHeld {
		c.held = append(c.held, held{e, bytes.Clone(text), c.part.Validator.Path(), c.part.Validator.Line()})
	}
	o.tracker.Value(e, text, attr)
}
