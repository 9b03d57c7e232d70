package iso20022

import (
	"io"

	"causeway/iso20022/model"
)

// stating is what is being read from a camt.053.
type stating struct {
	file      *model.StatementFile
	statement model.Statement
	balance   model.Balance
	entry     model.Entry
	tx        model.EntryTransaction
}

var statementPlaces = func() *place[*stating] {
	root := newPlace[*stating]()
	message := root.at("Document/BkToCstmrStmt")
	message.text("GrpHdr/MsgId", func(x *stating) *string { return &x.file.MsgID })
	message.text("GrpHdr/CreDtTm", func(x *stating) *string { return &x.file.CreatedAt })
	s := message.at("Stmt")
	s.enter = func(x *stating) { x.statement = model.Statement{} }
	s.leave = func(x *stating) { x.file.Statements = append(x.file.Statements, x.statement) }
	s.text("Id", func(x *stating) *string { return &x.statement.ID })
	s.text("ElctrncSeqNb", func(x *stating) *string { return &x.statement.Sequence })
	s.text("CreDtTm", func(x *stating) *string { return &x.statement.CreatedAt })
	s.text("FrToDt/FrDtTm", func(x *stating) *string { return &x.statement.From })
	s.text("FrToDt/ToDtTm", func(x *stating) *string { return &x.statement.To })
	s.account("Acct", func(x *stating) *model.Account { return &x.statement.Account })
	s.party("Acct/Ownr", func(x *stating) *model.Party { return &x.statement.Owner })
	s.agent("Acct/Svcr", func(x *stating) *model.Agent { return &x.statement.Servicer })
	balances(s.at("Bal"))
	entries(s.at("Ntry"))
	return root
}()

func balances(b *place[*stating]) {
	b.enter = func(x *stating) { x.balance = model.Balance{} }
	b.leave = func(x *stating) { x.statement.Balances = append(x.statement.Balances, x.balance) }
	b.text("Tp/CdOrPrtry/Cd", func(x *stating) *string { return &x.balance.Type })
	b.text("Tp/CdOrPrtry/Prtry", func(x *stating) *string { return &x.balance.Type })
	b.money("Amt", func(x *stating) *model.Money { return &x.balance.Amount })
	b.at("CdtDbtInd").value = func(x *stating, text, _ string) { x.balance.Credit = text == "CRDT" }
	b.text("Dt/Dt", func(x *stating) *string { return &x.balance.Date })
	b.text("Dt/DtTm", func(x *stating) *string { return &x.balance.Date })
}

func entries(e *place[*stating]) {
	e.enter = func(x *stating) { x.entry = model.Entry{} }
	e.leave = func(x *stating) { x.statement.Entries = append(x.statement.Entries, x.entry) }
	e.text("NtryRef", func(x *stating) *string { return &x.entry.Reference })
	e.text("AcctSvcrRef", func(x *stating) *string { return &x.entry.ServicerReference })
	e.money("Amt", func(x *stating) *model.Money { return &x.entry.Amount })
	e.at("CdtDbtInd").value = func(x *stating, text, _ string) { x.entry.Credit = text == "CRDT" }
	e.at("RvslInd").value = func(x *stating, text, _ string) { x.entry.Reversal = text == "true" || text == "1" }
	for _, path := range []string{"Sts", "Sts/Cd", "Sts/Prtry"} { // a bare code before version 08
		e.text(path, func(x *stating) *string { return &x.entry.Status })
	}
	for _, name := range []string{"Dt", "DtTm"} {
		e.text("BookgDt/"+name, func(x *stating) *string { return &x.entry.BookingDate })
		e.text("ValDt/"+name, func(x *stating) *string { return &x.entry.ValueDate })
	}
	tx := e.at("NtryDtls/TxDtls")
	tx.enter = func(x *stating) { x.tx = model.EntryTransaction{} }
	tx.leave = func(x *stating) { x.entry.Transactions = append(x.entry.Transactions, x.tx) }
	tx.text("Refs/MsgId", func(x *stating) *string { return &x.tx.MsgID })
	tx.text("Refs/InstrId", func(x *stating) *string { return &x.tx.InstrID })
	tx.text("Refs/EndToEndId", func(x *stating) *string { return &x.tx.EndToEndID })
	tx.text("Refs/TxId", func(x *stating) *string { return &x.tx.TxID })
	tx.text("Refs/UETR", func(x *stating) *string { return &x.tx.UETR })
}

// ReadStatement reads camt.053. A refused file is a *RefusedError.
func ReadStatement(r io.Reader, opt Options) (*model.StatementFile, error) {
	c := newChecker(opt)
	x := &stating{file: &model.StatementFile{}}
	c.other = observe(x, statementPlaces, "camt.053.")
	if err := c.readOther(r, "camt.053."); err != nil {
		return nil, err
	}
	x.file.Message, x.file.Header = c.report.Message, c.header
	return x.file, nil
}
