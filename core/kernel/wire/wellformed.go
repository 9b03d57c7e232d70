package wire

// limits are how deep and how long a value may be.
type limits struct {
	nested       int
	array, pairs uint64
}

var (
	ofStrangers = limits{nestedMax, arrayMax, pairsMax}
	ofStored    = limits{nestedStored, storedMax, storedMax}
	ofWritten   = limits{1<<16 - 1, storedMax, storedMax}
)

// wellFormed tells how long the one value is that data begins with; depth counts the maps and
// arrays around it. The value may have any form but an indefinite length or a tag.
func (l *limits) wellFormed(data []byte, depth int) (size int, err error) {
	if len(data) == 0 {
		return 0, errEnds
	}
	major, info := data[0]>>5, data[0]&31
	n, size := uint64(info), 1
	switch {
	case info > 27:
		return 0, errHead
	case info > 23:
		width := 1 << (info - 24)
		if len(data) < 1+width {
			return 0, errEnds
		}
		n, _ = argument(data[1:], width)
		size += width
	}
	switch major {
	case majorBytes, majorText:
		if n > uint64(len(data)-size) {
			return 0, errEnds
		}
		return size + int(n), nil
	case majorArray, majorMap:
		if n > l.array || major == majorMap && n > l.pairs {
			return 0, errLong
		}
		if depth++; depth > l.nested {
			return 0, errDeep
		}
		if major == majorMap {
			n *= 2
		}
		for ; n > 0; n-- {
			item, err := l.wellFormed(data[size:], depth)
			if err != nil {
				return 0, err
			}
			size += item
		}
	case majorTag:
		return 0, errType
	case majorSimple:
		if info == 24 && n < 32 {
			return 0, errHead
		}
	}
	return size, nil
}
