package iso20022

import (
	"io"
	"strings"

	"causeway/iso20022/model"
	"causeway/iso20022/schema"
)

// cancelling is what is being read from a camt.056.
type cancelling struct {
	message *model.Cancellation
	item    model.CancelledPayment
	path    func() string
}

var cancellationPlaces = func() *place[*cancelling] {
	root := newPlace[*cancelling]()
	request := root.at("Document/FIToFIPmtCxlReq")
	request.text("Assgnmt/Id", func(x *cancelling) *string { return &x.message.ID })
	request.text("Assgnmt/CreDtTm", func(x *cancelling) *string { return &x.message.CreatedAt })
	request.agent("Assgnmt/Assgnr/Agt", func(x *cancelling) *model.Agent { return &x.message.Assigner })
	request.agent("Assgnmt/Assgne/Agt", func(x *cancelling) *model.Agent { return &x.message.Assignee })
	request.text("CtrlData/NbOfTxs", func(x *cancelling) *string { return &x.message.Declared })

	begin := func(x *cancelling) { x.item = model.CancelledPayment{Path: x.path()} }
	add := func(x *cancelling) { x.message.Underlying = append(x.message.Underlying, x.item) }
	group := request.at("Undrlyg/OrgnlGrpInfAndCxl")
	group.enter = begin
	group.at("GrpCxl").value = func(x *cancelling, text, _ string) { x.item.Group = text == "true" || text == "1" }
	group.leave = func(x *cancelling) {
		// Without GrpCxl the block only names the message that the transactions below belong to.
		if x.item.Group {
			add(x)
		}
	}
	item := func(f func(*model.CancelledPayment) *string) func(*cancelling) *string {
		return func(x *cancelling) *string { return f(&x.item) }
	}
	group.text("GrpCxlId", item(func(c *model.CancelledPayment) *string { return &c.CancellationID }))
	group.text("OrgnlMsgId", item(func(c *model.CancelledPayment) *string { return &c.OriginalMessageID }))
	group.text("OrgnlMsgNmId", item(func(c *model.CancelledPayment) *string { return &c.OriginalMessageName }))
	tx := request.at("Undrlyg/TxInf")
	tx.enter, tx.leave = begin, add
	tx.text("CxlId", item(func(c *model.CancelledPayment) *string { return &c.CancellationID }))
	tx.text("OrgnlGrpInf/OrgnlMsgId", item(func(c *model.CancelledPayment) *string { return &c.OriginalMessageID }))
	tx.text("OrgnlGrpInf/OrgnlMsgNmId", item(func(c *model.CancelledPayment) *string { return &c.OriginalMessageName }))
	tx.text("OrgnlInstrId", item(func(c *model.CancelledPayment) *string { return &c.InstrID }))
	tx.text("OrgnlEndToEndId", item(func(c *model.CancelledPayment) *string { return &c.EndToEndID }))
	tx.text("OrgnlTxId", item(func(c *model.CancelledPayment) *string { return &c.TxID }))
	tx.text("OrgnlUETR", item(func(c *model.CancelledPayment) *string { return &c.UETR }))
	tx.text("OrgnlIntrBkSttlmDt", item(func(c *model.CancelledPayment) *string { return &c.SettlementDate }))
	tx.money("OrgnlIntrBkSttlmAmt", func(x *cancelling) *model.Money { return &x.item.Amount })
	for _, at := range []*place[*cancelling]{group, tx} {
		at.text("Case/Id", item(func(c *model.CancelledPayment) *string { return &c.CaseID }))
		at.code("CxlRsnInf/Rsn", func(x *cancelling) *model.Code { return &x.item.Reason })
		at.at("CxlRsnInf/AddtlInf").value = func(x *cancelling, text, _ string) { x.item.Information = append(x.item.Information, text) }
	}
	return root
}()

// ReadCancellation reads camt.056. A refused file is a *RefusedError.
func ReadCancellation(r io.Reader, opt Options) (*model.Cancellation, error) {
	c := newChecker(opt)
	x := &cancelling{message: &model.Cancellation{}, path: func() string { return c.part.Validator.Path() }}
	c.other = observe(x, cancellationPlaces, "camt.056.")
	if err := c.readOther(r, "camt.056."); err != nil {
		return nil, err
	}
	x.message.Message, x.message.Header = c.report.Message, c.header
	return x.message, nil
}

// observe makes the observer for one kind of message.
func observe[S any](state S, places *place[S], kind string) func(string) schema.Observer {
	return func(version string) schema.Observer {
		if strings.HasPrefix(version, kind) {
			return newTracker(places, state)
		}
		return schema.Silent{}
	}
}

// readOther runs the checker for a message that is not a payment.
func (c *checker) readOther(r io.Reader, kind string) error {
	if err := c.run(r); err != nil {
		return err
	}
	if c.report.Verdict == Refused {
		return &RefusedError{Report: c.report}
	}
	if !strings.HasPrefix(c.report.Message, kind) {
		return wrongMessage(c.report.Message, kind)
	}
	return nil
}
