package schema

// digits are the counts behind the facets totalDigits and fractionDigits.
type digits struct {
	total, fraction int
	negative        bool
}

// parseDecimal reads xs:decimal: "1.", ".5" and a sign are allowed, an exponent is not. Leading
// and trailing zeros do not count. libxml2 reads at most 24 digits after the leading zeros.
func parseDecimal(text []byte) (digits, bool) {
	var d digits
	if len(text) > 0 && (text[0] == '-' || text[0] == '+') {
		d.negative = text[0] == '-'
		text = text[1:]
	}
	zeros := 0
	for zeros < len(text) && text[zeros] == '0' {
		zeros++
	}
	text = text[zeros:]
	whole := countDigits(text)
	rest := text[whole:]
	var part []byte
	if len(rest) > 0 {
		if rest[0] != '.' {
			return d, false
		}
		if part = rest[1:]; countDigits(part) != len(part) {
			return d, false
		}
	}
	if whole+len(part) == 0 && zeros == 0 || whole+len(part) > 24 {
		return d, false
	}
	for len(part) > 0 && part[len(part)-1] == '0' {
		part = part[:len(part)-1]
	}
	d.fraction = len(part)
	d.total = max(1, whole+len(part))
	d.negative = d.negative && whole+len(part) > 0 // -0 is 0
	return d, true
}

func countDigits(text []byte) int {
	n := 0
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	return n
}

// lexical judges booleans and the date and time types.
func lexical(base Base, text []byte) bool {
	if base == Boolean {
		switch string(text) {
		case "true", "false", "1", "0":
			return true
		}
		return false
	}
	c := cursor{rest: text}
	switch base {
	case Date:
		c.date()
	case DateTime:
		c.date()
		c.literal('T')
		c.time()
	case Time:
		c.time()
	case GYear:
		c.year()
	case GYearMonth:
		c.year()
		c.literal('-')
		c.twoDigits(1, 12)
	}
	c.zone()
	return !c.bad && len(c.rest) == 0
}

// cursor reads a date or time from the left.
type cursor struct {
	rest []byte
	bad  bool
}

func (c *cursor) literal(b byte) {
	if len(c.rest) == 0 || c.rest[0] != b {
		c.bad = true
		return
	}
	c.rest = c.rest[1:]
}

func (c *cursor) twoDigits(low, high int) int {
	if len(c.rest) < 2 || countDigits(c.rest[:2]) != 2 {
		c.bad = true
		return 0
	}
	n := int(c.rest[0]-'0')*10 + int(c.rest[1]-'0')
	c.rest = c.rest[2:]
	if n < low || n > high {
		c.bad = true
	}
	return n
}

// year reads four digits or more; with more, no leading zero. There is no year 0000.
func (c *cursor) year() int {
	if len(c.rest) > 0 && c.rest[0] == '-' {
		c.rest = c.rest[1:]
	}
	n := countDigits(c.rest)
	if n < 4 || n > 4 && c.rest[0] == '0' || n > 18 {
		c.bad = true
		return 0
	}
	year := 0
	for _, b := range c.rest[:n] {
		year = year*10 + int(b-'0')
	}
	c.rest = c.rest[n:]
	if year == 0 {
		c.bad = true
	}
	return year
}

var monthDays = [13]int{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

func (c *cursor) date() {
	year := c.year()
	c.literal('-')
	month := c.twoDigits(1, 12)
	c.literal('-')
	day := c.twoDigits(1, 31)
	if c.bad {
		return
	}
	leap := year%4 == 0 && year%100 != 0 || year%400 == 0
	if day > monthDays[month] || month == 2 && day == 29 && !leap {
		c.bad = true
	}
}

func (c *cursor) time() {
	hour := c.twoDigits(0, 24)
	c.literal(':')
	minute := c.twoDigits(0, 59)
	c.literal(':')
	second := c.seconds()
	// 24:00:00 is the end of the day.
	if hour == 24 && (minute != 0 || second != 0) {
		c.bad = true
	}
}

// seconds reads two digits and a fraction. As libxml2 does, it adds in binary floating point, so
// that a fraction of very many nines rounds up to the minute and is refused.
func (c *cursor) seconds() float64 {
	second, unit := float64(c.twoDigits(0, 59)), 1.0
	if len(c.rest) > 0 && c.rest[0] == '.' {
		n := countDigits(c.rest[1:])
		if n == 0 {
			c.bad = true
		}
		for _, b := range c.rest[1 : 1+n] {
			unit /= 10
			second += float64(b-'0') * unit
		}
		c.rest = c.rest[1+n:]
	}
	if second >= 60 {
		c.bad = true
	}
	return second
}

// zone reads an optional time zone of at most 14 hours.
func (c *cursor) zone() {
	if c.bad || len(c.rest) == 0 {
		return
	}
	sign := c.rest[0]
	c.rest = c.rest[1:]
	if sign == 'Z' {
		return
	}
	if sign != '+' && sign != '-' {
		c.bad = true
		return
	}
	hour := c.twoDigits(0, 23)
	c.literal(':')
	minute := c.twoDigits(0, 59)
	if hour*60+minute > 14*60 {
		c.bad = true
	}
}

// base64Length counts the octets behind base64 text. As in libxml2, characters outside of the
// alphabet are passed over; the unused bits of the last character must be zero.
func base64Length(text []byte) (int, bool) {
	count, pad, last := 0, 0, 0
	for _, b := range text {
		value := base64Value(b)
		switch {
		case b == '=':
			pad++
		case value < 0:
		case pad > 0:
			return 0, false
		default:
			count++
			last = value
		}
	}
	total := 3 * (count / 4)
	switch {
	case pad == 0 && count%4 == 0:
		return total, true
	case pad == 1 && count%4 == 3:
		return total + 2, last&^0x3c == 0
	case pad == 2 && count%4 == 2:
		return total + 1, last&^0x30 == 0
	}
	return 0, false
}

func base64Value(b byte) int {
	switch {
	case b >= 'A' && b <= 'Z':
		return int(b - 'A')
	case b >= 'a' && b <= 'z':
		return int(b-'a') + 26
	case b >= '0' && b <= '9':
		return int(b-'0') + 52
	case b == '+':
		return 62
	case b == '/':
		return 63
	}
	return -1
}
