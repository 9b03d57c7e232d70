package iso20022

import (
	"crypto/sha256"
	"io"
	"slices"
	"strings"

	"causeway/iso20022/envelope"
	"causeway/iso20022/model"
	"causeway/iso20022/rules"
	"causeway/iso20022/schema"
)

// checker drives one pass over a file.
type checker struct {
	opt       Options
	report    Report
	profile   rules.Profile
	part      *envelope.Part
	header    *model.Header
	elements  *rules.Elements
	addresses *rules.Addresses
	payments  *rules.Payments
	tracked   schema.Observer // fills x, or what a special reader wants
	x         extraction

	names        []string // open complex elements of the document
	instructing  []string // BICs of agents at group or transaction level
	instructed   []string
	messageID    string
	createdAt    string
	groups       int
	inPayment    bool
	paymentLevel rules.Level
	paymentCodes []string
	held         []held
	kept         [rules.Refuse + 1]int // findings in the report, by level

	// For readers: want the payments, and their raw bytes.
	each  func(*model.Payment) error
	other func(version string) schema.Observer
	err   error
}

func newChecker(opt Options) *checker {
	if opt.MaxFindings == 0 {
		opt.MaxFindings = 500
	}
	c := &checker{opt: opt, payments: rules.NewPayments(opt.Today)}
	c.report.SchemaValid = true
	if opt.Profile == "cbpr" {
		c.profile = rules.CBPR
	}
	c.x.enterPayment, c.x.leavePayment = c.enterPayment, c.leavePayment
	c.x.enterGroup, c.x.leaveGroup = c.enterGroup, c.leaveGroup
	return c
}

func (c *checker) run(r io.Reader) error {
	if err := c.opt.valid(); err != nil {
		return err
	}
	digest := sha256.New()
	summary, err := envelope.Read(io.TeeReader(r, digest), c.open, c.violation)
	c.x.file.SHA256 = [32]byte(digest.Sum(nil))
	c.report.Message, c.report.HeaderVersion, c.report.Wrapper = summary.Version, summary.HeaderVersion, summary.Wrapper
	c.finish()
	if c.err != nil {
		return c.err
	}
	return err
}

// open is called at the start of the header and of the document.
func (c *checker) open(p *envelope.Part) schema.Observer {
	c.part = p
	if p.Header {
		c.header = &model.Header{Version: p.Table.Version}
		return &headerObserver{checker: c, tracker: newTracker(headerPlaces, c.header)}
	}
	c.settleHeader()
	version := p.Table.Version
	c.x.file.Message, c.x.file.Header = version, c.header
	c.elements = rules.NewElements(version, c.profile, c.here)
	c.addresses = rules.NewAddresses(c.here)
	c.tracked = schema.Silent{}
	if places := placesOf(version); places != nil {
		c.tracked = newTracker(places, &c.x)
	} else if c.other != nil {
		c.tracked = c.other(version)
	}
	return c
}

// settleHeader chooses the profile, and only then judges the header's own elements by it.
func (c *checker) settleHeader() {
	if c.header == nil {
		return
	}
	if c.opt.Profile == "" && strings.HasPrefix(c.header.BusinessService, "swift.cbprplus") {
		c.profile = rules.CBPR
	}
	var at held
	elements := rules.NewElements(c.header.Version, c.profile, func(id, value, want string) { c.find(id, at.path, at.line, value, want) })
	for _, at = range c.held {
		elements.Value(at.element, at.text, nil)
	}
	c.held = nil
}

// finish judges what only the whole file shows and settles the verdict.
func (c *checker) finish() {
	c.part = nil
	c.settleHeader()
	at := func(id, below, value, want string) { c.find(id, below, 0, value, want) }
	if message := c.x.file.Message; message != "" {
		rules.Header(c.header, message, c.messageID, c.createdAt, c.instructing, c.instructed, at)
		if places := placesOf(message); places != nil {
			c.x.file.Payments, c.x.file.Sum = c.x.totals.Count, c.x.totals.Sum
			c.payments.File(&c.x.file, "/Document/"+messageElement(message), &c.x.totals, strings.TrimPrefix(c.x.currency, "*"), at)
		}
	}
	c.report.Header, c.report.MessageID, c.report.PaymentCount = c.header, c.messageID, c.x.totals.Count
	c.report.Profile = "plain"
	if c.profile == rules.CBPR {
		c.report.Profile = "cbpr"
	}
	switch {
	case c.report.Errors > 0:
		c.report.Verdict = Refused
	case c.report.Warnings > 0:
		c.report.Verdict = Warnings
	default:
		c.report.Verdict = OK
	}
}

func messageElement(version string) string {
	return map[string]string{"pain.001": "CstmrCdtTrfInitn", "pacs.008": "FIToFICstmrCdtTrf", "pacs.009": "FICdtTrf"}[version[:8]]
}

// violation takes what the envelope and the schema say.
func (c *checker) violation(v schema.Violation) {
	if strings.HasPrefix(v.Code, "iso.schema.") {
		c.report.SchemaValid = false
	}
	c.find(v.Code, v.Path, v.Line, v.Value, v.Want)
}

// here takes what a rule says about the element that is being read.
func (c *checker) here(id, value, want string) {
	if level, _ := c.level(id); level != rules.Off {
		c.find(id, c.part.Validator.Path(), c.part.Validator.Line(), value, want)
	}
}

func (c *checker) level(id string) (rules.Level, rules.Rule) {
	rule, known := rules.Find(id)
	if !known {
		return rules.Refuse, rules.Rule{ID: id, En: id, Zh: id} // an id outside of the table fails closed
	}
	return rule.Level(c.profile, c.x.file.Message), rule
}

func (c *checker) find(id, path string, line int, value, want string) {
	level, rule := c.level(id)
	switch level {
	case rules.Off:
		return
	case rules.Refuse:
		c.report.Errors++
	case rules.Warn:
		c.report.Warnings++
	}
	position := 0
	if c.inPayment {
		position = c.x.payment.Position
		c.paymentLevel = max(c.paymentLevel, level)
		if !slices.Contains(c.paymentCodes, id) {
			c.paymentCodes = append(c.paymentCodes, id)
		}
	}
	// Errors and warnings have a limit each, so that no flood of warnings hides an error.
	if kept := &c.kept[level]; *kept >= c.opt.MaxFindings {
		c.report.More++
		return
	} else {
		*kept++
	}
	c.report.Findings = append(c.report.Findings, Finding{
		Code: id, Severity: severity(level), Payment: position, Path: path, Line: line, Value: value, Want: want, En: rule.En, Zh: rule.Zh,
	})
}

// Enter hears a complex element of the document.
func (c *checker) Enter(e *schema.Element) {
	c.names = append(c.names, e.Name)
	c.addresses.Enter(e)
	c.tracked.Enter(e)
}

// Leave hears its end.
func (c *checker) Leave(e *schema.Element) {
	c.addresses.Leave(e)
	c.tracked.Leave(e)
	c.names = c.names[:len(c.names)-1]
}

// Value hears a leaf of the document.
func (c *checker) Value(e *schema.Element, text, attr []byte) {
	c.elements.Value(e, text, attr)
	c.addresses.Value(e)
	c.tracked.Value(e, text, attr)
	switch depth := len(c.names); {
	case depth == 3 && (c.names[2] == "GrpHdr" || c.names[2] == "Assgnmt"):
		switch e.Name {
		case "MsgId", "Id":
			c.messageID = string(text)
		case "CreDtTm":
			c.createdAt = string(text)
		}
	case depth == 5 && c.names[4] == "FinInstnId" && e.Name == "BICFI":
		switch c.names[3] {
		case "InstgAgt":
			c.instructing = addOnce(c.instructing, text)
		case "InstdAgt":
			c.instructed = addOnce(c.instructed, text)
		}
	case depth == 6 && c.names[2] == "Assgnmt" && c.names[5] == "FinInstnId" && e.Name == "BICFI":
		// Assigner and assignee of a case are the sender and the receiver of its messages.
		if c.names[3] == "Assgnr" {
			c.instructing = addOnce(c.instructing, text)
		} else {
			c.instructed = addOnce(c.instructed, text)
		}
	}
}

// addOnce keeps the first few different BICs: two are enough to differ from a header.
func addOnce(list []string, bic []byte) []string {
	if len(list) < 4 && !slices.Contains(list, string(bic)) {
		list = append(list, string(bic))
	}
	return list
}
