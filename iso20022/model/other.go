package model

// Cancellation is a request to cancel payments (camt.056).
type Cancellation struct {
	Message            string
	Header             *Header
	ID, CreatedAt      string
	Assigner, Assignee Agent
	Declared           string
	Underlying         []CancelledPayment
}

// CancelledPayment is one transaction, or a whole message where Group is set.
type CancelledPayment struct {
	Path                                   string
	Group                                  bool // all transactions of the original message
	CancellationID, CaseID                 string
	OriginalMessageID, OriginalMessageName string
	InstrID, EndToEndID, TxID, UETR        string
	Amount                                 Money
	SettlementDate                         string
	Reason                                 Code
	Information                            []string
}

// StatementFile is a camt.053.
type StatementFile struct {
	Message          string
	Header           *Header
	MsgID, CreatedAt string
	Statements       []Statement
}

// Statement is what one account holds and what moved on it.
type Statement struct {
	ID, Sequence, CreatedAt string
	From, To                string
	Account                 Account
	Owner                   Party
	Servicer                Agent
	Balances                []Balance
	Entries                 []Entry
}

// Balance is one balance; Type is OPBD, CLBD, CLAV, … or a proprietary name.
type Balance struct {
	Type   string
	Amount Money
	Credit bool
	Date   string
}

// Entry is one movement.
type Entry struct {
	Reference, ServicerReference string
	Amount                       Money
	Credit, Reversal             bool
	Status                       string
	BookingDate, ValueDate       string
	Transactions                 []EntryTransaction
}

// EntryTransaction is one payment inside an entry.
type EntryTransaction struct{ InstrID, EndToEndID, TxID, UETR, MsgID string }
