package schema_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"causeway/iso20022/camt029v09"
	"causeway/iso20022/camt053v02"
	"causeway/iso20022/camt053v04"
	"causeway/iso20022/camt053v08"
	"causeway/iso20022/camt054v08"
	"causeway/iso20022/camt056v08"
	"causeway/iso20022/head001v01"
	"causeway/iso20022/head001v02"
	"causeway/iso20022/head001v03"
	"causeway/iso20022/pacs002v10"
	"causeway/iso20022/pacs002v12"
	"causeway/iso20022/pacs004v09"
	"causeway/iso20022/pacs008v08"
	"causeway/iso20022/pacs008v10"
	"causeway/iso20022/pacs008v12"
	"causeway/iso20022/pacs009v08"
	"causeway/iso20022/pain001v03"
	"causeway/iso20022/pain001v09"
	"causeway/iso20022/pain002v03"
	"causeway/iso20022/pain002v10"
	"causeway/iso20022/schema"
	"causeway/iso20022/xmlscan"
)

type document interface{ Encode() ([]byte, error) }

var documents = []struct {
	table *schema.Table
	empty func() document
}{
	{camt029v09.Table, func() document { return &camt029v09.Document{} }}, {camt053v02.Table, func() document { return &camt053v02.Document{} }},
	{camt053v04.Table, func() document { return &camt053v04.Document{} }}, {camt053v08.Table, func() document { return &camt053v08.Document{} }},
	{camt054v08.Table, func() document { return &camt054v08.Document{} }}, {camt056v08.Table, func() document { return &camt056v08.Document{} }},
	{head001v01.Table, func() document { return &head001v01.BusinessApplicationHeaderV01{} }}, {head001v02.Table, func() document { return &head001v02.BusinessApplicationHeaderV02{} }},
	{head001v03.Table, func() document { return &head001v03.BusinessApplicationHeaderV03{} }}, {pacs002v10.Table, func() document { return &pacs002v10.Document{} }},
	{pacs002v12.Table, func() document { return &pacs002v12.Document{} }}, {pacs004v09.Table, func() document { return &pacs004v09.Document{} }},
	{pacs008v08.Table, func() document { return &pacs008v08.Document{} }}, {pacs008v10.Table, func() document { return &pacs008v10.Document{} }},
	{pacs008v12.Table, func() document { return &pacs008v12.Document{} }}, {pacs009v08.Table, func() document { return &pacs009v08.Document{} }},
	{pain001v03.Table, func() document { return &pain001v03.Document{} }}, {pain001v09.Table, func() document { return &pain001v09.Document{} }},
	{pain002v03.Table, func() document { return &pain002v03.Document{} }}, {pain002v10.Table, func() document { return &pain002v10.Document{} }},
}

// TestTypesKeepEverything reads random valid messages into the generated types and writes them
// again: nothing may be lost, added or reordered.
func TestTypesKeepEverything(t *testing.T) {
	for i, d := range documents {
		a := &author{Rand: rand.New(rand.NewSource(*seed + int64(i))), schema: d.table.Schema()}
		valid := 0
		for n := range 40 {
			a.prefix = []string{"", "p:"}[n%2]
			var b strings.Builder
			a.message().write(&b)
			if violations, err := d.table.Check(strings.NewReader(b.String()), 1); err != nil || len(violations) > 0 {
				continue
			}
			valid++
			message := d.empty()
			if err := xml.Unmarshal([]byte(b.String()), message); err != nil {
				t.Fatalf("%s: %v\n%s", d.table.Version, err, b.String())
			}
			again, err := message.Encode()
			if err != nil {
				t.Fatalf("%s: %v\n%s", d.table.Version, err, b.String())
			}
			if want, got := canonical(t, []byte(b.String())), canonical(t, again); got != want {
				t.Fatalf("%s:\nread  %s\nwrote %s", d.table.Version, want, got)
			}
		}
		if valid < 5 {
			t.Errorf("%s: only %d messages were valid", d.table.Version, valid)
		}
	}
}

// canonical writes names, attributes and texts; true and 1 are one value.
func canonical(t *testing.T, content []byte) string {
	t.Helper()
	var b strings.Builder
	s := xmlscan.New(bytes.NewReader(content))
	for {
		kind, err := s.Next()
		if err != nil {
			t.Fatal(err)
		}
		switch kind {
		case xmlscan.EOF:
			return b.String()
		case xmlscan.Start:
			fmt.Fprintf(&b, "<%s %s", s.Name().Space, s.Name().Local)
			for _, a := range s.Attrs() {
				fmt.Fprintf(&b, " %s=%q", a.Local, a.Value)
			}
			b.WriteString(">")
		case xmlscan.End:
			b.WriteString("</>")
		case xmlscan.Text:
			switch text := string(s.Text()); {
			case text == "true":
				b.WriteString("1")
			case text == "false":
				b.WriteString("0")
			case strings.TrimSpace(text) != "":
				b.WriteString(strings.TrimSpace(text))
			}
		}
	}
}
