package schema

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Base is the primitive type under a simple type.
type Base uint8

// The primitive types that occur in ISO 20022 schemas.
const (
	String Base = iota
	Decimal
	Boolean
	Date
	DateTime
	Time
	GYear
	GYearMonth
	Base64Binary
)

var bases = map[string]Base{
	"string": String, "decimal": Decimal, "boolean": Boolean, "date": Date, "dateTime": DateTime, "time": Time,
	"gYear": GYear, "gYearMonth": GYearMonth, "base64Binary": Base64Binary,
}

// wants says in words what each primitive type looks like.
var wants = [...]string{
	Decimal: "a decimal number, point as separator, no exponent", Boolean: "true, false, 1 or 0",
	Date: "a real date, YYYY-MM-DD with optional zone", DateTime: "a real date and time, YYYY-MM-DDThh:mm:ss with optional fraction and zone",
	Time: "a time, hh:mm:ss with optional fraction and zone", GYear: "a year, YYYY", GYearMonth: "a year and month, YYYY-MM",
	Base64Binary: "base64", String: "text",
}

// Simple is a simple type with its facets; -1 means that the facet is not set.
type Simple struct {
	Name            string
	Base            Base
	MinLen, MaxLen  int // characters; octets for base64Binary
	Total, Fraction int
	NotNegative     bool // minInclusive 0, the only bound that occurs
	Enum            []string
	pattern         *pattern
}

func parseSimple(name string, words []string) (*Simple, error) {
	base, known := bases[words[0]]
	if !known {
		return nil, fmt.Errorf("base type %s is not supported", words[0])
	}
	s := &Simple{Name: name, Base: base, MinLen: -1, MaxLen: -1, Total: -1, Fraction: -1}
	for i := 1; i < len(words); i++ {
		facet := words[i]
		if facet == "e" {
			s.Enum = words[i+1:]
			return s, nil
		}
		if i++; i >= len(words) {
			return nil, fmt.Errorf("facet %s has no value", facet)
		}
		var err error
		switch facet {
		case "p":
			s.pattern, err = compilePattern(words[i])
		case "min":
			s.MinLen, err = strconv.Atoi(words[i])
		case "max":
			s.MaxLen, err = strconv.Atoi(words[i])
		case "t":
			s.Total, err = strconv.Atoi(words[i])
		case "f":
			s.Fraction, err = strconv.Atoi(words[i])
		case "m":
			s.NotNegative = true
			if words[i] != "0" {
				err = fmt.Errorf("minInclusive %s is not supported", words[i])
			}
		default:
			err = fmt.Errorf("facet %s is not supported", facet)
		}
		if err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Pattern is the source of the pattern facet, or "".
func (s *Simple) Pattern() string {
	if s.pattern == nil {
		return ""
	}
	return s.pattern.source
}

// Normalize applies the whiteSpace facet: preserve for text, collapse for the rest. libxml2 takes
// less white space around dates and times than the Recommendation: none around dates, only
// before a time and only after a dateTime with a zone, unless the type has a pattern.
func (s *Simple) Normalize(text []byte) []byte {
	const blanks = " \t\r\n"
	switch {
	case s.Base == Decimal || s.Base == Boolean || s.Base == Base64Binary || s.Base != String && s.pattern != nil:
		return bytes.Trim(text, blanks)
	case s.Base == Time:
		return bytes.TrimLeft(text, blanks)
	case s.Base == DateTime:
		if trimmed := bytes.TrimRight(text, blanks); zoned(trimmed) {
			return trimmed
		}
	}
	return text
}

// zoned tells whether a dateTime ends with a time zone.
func zoned(text []byte) bool {
	n := len(text)
	return n > 0 && text[n-1] == 'Z' || n > 6 && (text[n-6] == '+' || text[n-6] == '-')
}

// The codes of facet violations.
const (
	CodeType     = "iso.schema.type"
	CodePattern  = "iso.schema.pattern"
	CodeLength   = "iso.schema.length"
	CodeEnum     = "iso.schema.enumeration"
	CodeDigits   = "iso.schema.digits"
	CodeNegative = "iso.schema.negative"
)

// Check judges a normalized value; code is "" if it fits, else want says what would.
func (s *Simple) Check(text []byte) (code, want string) {
	switch s.Base {
	case String:
		return s.checkString(text)
	case Decimal:
		return s.checkDecimal(text)
	case Base64Binary:
		octets, ok := base64Length(text)
		if !ok {
			return CodeType, wants[Base64Binary]
		}
		return s.checkLength(octets, "octets")
	}
	if !lexical(s.Base, text) {
		return CodeType, wants[s.Base]
	}
	if s.pattern != nil && !s.pattern.match(text) {
		return CodePattern, s.pattern.source
	}
	return "", ""
}

func (s *Simple) checkString(text []byte) (string, string) {
	if s.pattern != nil && !s.pattern.match(text) {
		return CodePattern, s.pattern.source
	}
	if s.Enum != nil {
		for _, value := range s.Enum {
			if string(text) == value {
				return "", ""
			}
		}
		return CodeEnum, "one of " + strings.Join(s.Enum, ", ")
	}
	if s.MaxLen >= 0 && len(text) <= s.MaxLen && s.MinLen <= 1 && len(text) > 0 {
		return "", "" // no more bytes than characters are allowed
	}
	if s.MinLen < 0 && s.MaxLen < 0 {
		return "", ""
	}
	return s.checkLength(utf8.RuneCount(text), "characters")
}

func (s *Simple) checkLength(n int, unit string) (string, string) {
	if s.MinLen >= 0 && n < s.MinLen || s.MaxLen >= 0 && n > s.MaxLen {
		return CodeLength, fmt.Sprintf("%d to %d %s, not %d", max(s.MinLen, 0), s.MaxLen, unit, n)
	}
	return "", ""
}

func (s *Simple) checkDecimal(text []byte) (string, string) {
	d, ok := parseDecimal(text)
	if !ok {
		return CodeType, wants[Decimal]
	}
	if s.Fraction >= 0 && d.fraction > s.Fraction {
		return CodeDigits, fmt.Sprintf("at most %d fraction digits, not %d", s.Fraction, d.fraction)
	}
	if s.Total >= 0 && d.total > s.Total {
		return CodeDigits, fmt.Sprintf("at most %d digits, not %d", s.Total, d.total)
	}
	if s.NotNegative && d.negative {
		return CodeNegative, "0 or more"
	}
	if s.pattern != nil && !s.pattern.match(text) {
		return CodePattern, s.pattern.source
	}
	return "", ""
}
