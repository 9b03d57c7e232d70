// Package envelope finds the header and the document in a file, whatever wraps them.
//
// In the wild a message comes bare, as AppHdr and Document side by side, or inside Envelope,
// Message, DataPDU, RequestPayload or Request, with prefixes or without. The version of each
// part is what its namespace says. Both parts pass through the schema validator as a stream.
package envelope

import (
	"errors"
	"io"
	"slices"
	"strings"

	"causeway/iso20022/schema"
	"causeway/iso20022/versions"
	"causeway/iso20022/xmlscan"
)

// The codes of what can be wrong with a file as a whole.
const (
	CodeNotXML             = "iso.not_xml"
	CodeVersionUnsupported = "iso.version_unsupported"
	CodeDocumentMissing    = "iso.document_missing"
	CodeDocumentTwice      = "iso.document_twice"
	CodeHeaderTwice        = "iso.header_twice"
	CodeHeaderLate         = "iso.header_after_document"
	CodeWrapperUnknown     = "iso.wrapper_unknown"
)

// wrappers are the names that are known to hold header and document, in lower case.
var wrappers = []string{"envelope", "message", "datapdu", "requestpayload", "request", "bizmsg", "bizmsgenvlp", "businessmessage", "busmsg", "document"}

// Part is a header or a document whose version is supported.
type Part struct {
	Table     *schema.Table
	Header    bool
	Scan      *xmlscan.Scanner
	Validator *schema.Validator
}

// Summary is what was found.
type Summary struct {
	Wrapper       string // "" for a bare document
	HeaderVersion string
	Version       string
}

type reader struct {
	scan    *xmlscan.Scanner
	open    func(*Part) schema.Observer
	report  func(schema.Violation)
	summary Summary
	root    string
	done    struct{ header, document bool }
}

// Read reads the whole file. Open is called at the start of each part and gives its observer;
// report hears everything that is wrong. The error is the reader's own, not the file's.
func Read(source io.Reader, open func(*Part) schema.Observer, report func(schema.Violation)) (Summary, error) {
	r := &reader{scan: xmlscan.New(source), open: open, report: report}
	err := r.read()
	var syntax *xmlscan.SyntaxError
	if errors.As(err, &syntax) {
		report(schema.Violation{Code: CodeNotXML, Path: r.scan.Path(), Line: syntax.Line, Value: syntax.Reason, Want: "well-formed XML with declared namespaces"})
		return r.summary, nil
	}
	if err == nil && !r.done.document {
		r.wrong(CodeDocumentMissing, r.root, "a Document whose namespace begins with "+schema.Prefix)
	}
	return r.summary, err
}

func (r *reader) wrong(code, value, want string) {
	r.report(schema.Violation{Code: code, Path: "/" + r.root, Line: r.scan.Line(), Value: value, Want: want})
}

func (r *reader) read() error {
	for {
		kind, err := r.scan.Next()
		if err != nil || kind == xmlscan.EOF {
			return err
		}
		if kind != xmlscan.Start {
			continue
		}
		name := r.scan.Name()
		local := string(name.Local)
		if r.root == "" {
			r.root = local
		}
		switch {
		case local == "AppHdr":
			err = r.header(name.Space)
		case local == "Document":
			err = r.document(name.Space)
		case r.scan.Depth() == 1:
			r.wrapper(local)
		}
		if err != nil {
			return err
		}
	}
}

func (r *reader) wrapper(local string) {
	r.summary.Wrapper = local
	if !slices.Contains(wrappers, strings.ToLower(local)) {
		r.wrong(CodeWrapperUnknown, local, "Document, Envelope, Message, DataPDU, RequestPayload or Request")
	}
}

func (r *reader) header(space string) error {
	table := r.table(space, "head.001")
	switch {
	case r.done.header:
		r.wrong(CodeHeaderTwice, "AppHdr", "one business application header")
		table = nil
	case r.done.document:
		r.wrong(CodeHeaderLate, "AppHdr", "the header before the document")
	}
	r.done.header = true
	if table == nil {
		return r.pass()
	}
	r.summary.HeaderVersion = table.Version
	return r.part(&Part{Table: table, Header: true})
}

func (r *reader) document(space string) error {
	if r.done.document {
		r.wrong(CodeDocumentTwice, "Document", "one message in a file")
		return r.pass()
	}
	r.done.document = true
	table := r.table(space, "")
	if table == nil {
		return r.pass()
	}
	r.summary.Version = table.Version
	return r.part(&Part{Table: table})
}

// table finds the version that a namespace names; what it must begin with is empty for documents.
func (r *reader) table(space, kind string) *schema.Table {
	version, ours := strings.CutPrefix(space, schema.Prefix)
	table := versions.Find(version)
	if !ours || table == nil || !strings.HasPrefix(version, kind) || kind == "" && strings.HasPrefix(version, "head.") {
		r.wrong(CodeVersionUnsupported, space, "namespace "+schema.Prefix+" with "+versions.Like(max(kind, version)))
		return nil
	}
	return table
}

func (r *reader) part(p *Part) error {
	p.Scan = r.scan
	relay := &relay{}
	p.Validator = schema.NewValidator(p.Table.Schema(), r.scan, relay, r.report)
	relay.Observer = r.open(p)
	return p.Validator.Element()
}

// relay lets an observer be made that knows the validator it listens to.
type relay struct{ schema.Observer }

// pass reads over the current element.
func (r *reader) pass() error {
	for depth := r.scan.Depth(); ; {
		kind, err := r.scan.Next()
		if err != nil || kind == xmlscan.EOF {
			return err
		}
		if kind == xmlscan.End && r.scan.Depth() < depth {
			return nil
		}
	}
}
