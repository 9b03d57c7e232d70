package testkit

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/wire"
)

// zone is the one that scripts write times in.
var zone = time.FixedZone("+08:00", 8*3600)

const timeLayout = "2006-01-02 15:04"

func instant(text string) (int64, error) {
	at, err := time.ParseInLocation(timeLayout, text, zone)
	return at.UnixMilli(), err
}

func clock(ms int64) string { return time.UnixMilli(ms).In(zone).Format(timeLayout) }

var (
	amountWord  = regexp.MustCompile(`^[\d,]+(\.\d+)? [A-Za-z][\w-]*$`)
	instantWord = regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d$`)
)

// amount reads "1,250.00 e-CNY". Every asset of a script has two decimals.
func amount(text string) (money.Amount, string, error) {
	number, asset, ok := strings.Cut(strings.TrimSpace(text), " ")
	if !ok {
		return money.Zero, "", fmt.Errorf("%q is no amount: write 1,250.00 e-CNY", text)
	}
	a, err := money.Parse(strings.ReplaceAll(number, ",", ""), scale)
	return a, asset, err
}

// ratio reads "1.0725", or "107/100".
func ratio(text string) (num, den uint64, err error) {
	if n, d, ok := strings.Cut(text, "/"); ok {
		if num, err = strconv.ParseUint(n, 10, 64); err == nil {
			den, err = strconv.ParseUint(d, 10, 64)
		}
		return num, den, err
	}
	whole, fraction, _ := strings.Cut(text, ".")
	den = 1
	for range fraction {
		den *= 10
	}
	num, err = strconv.ParseUint(whole+fraction, 10, 64)
	return num, den, err
}

// json turns YAML with the words of scripts into JSON of a payload.
func (s *Script) json(text string) ([]byte, error) {
	var v any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		return nil, err
	}
	v, err := walk(v, s.word)
	if err != nil {
		return nil, err
	}
	return json.Marshal(v)
}

func walk(v any, word func(string) (any, error)) (any, error) {
	var err error
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			if v[k], err = walk(v[k], word); err != nil {
				return nil, err
			}
		}
	case []any:
		for i := range v {
			if v[i], err = walk(v[i], word); err != nil {
				return nil, err
			}
		}
	case string:
		return word(v)
	}
	return v, nil
}

func (s *Script) word(text string) (any, error) {
	if label, ok := strings.CutPrefix(text, "$"); ok {
		id, err := s.label(label)
		return id.String(), err
	}
	return plainWord(text)
}

func plainWord(text string) (any, error) {
	switch {
	case strings.HasPrefix(text, "@"):
		return string(LEI(text[1:])), nil
	case strings.HasPrefix(text, "key(") && strings.HasSuffix(text, ")"):
		return hex.EncodeToString(Key(text[4 : len(text)-1]).Public()), nil
	case strings.HasPrefix(text, "hash(") && strings.HasSuffix(text, ")"):
		return wire.Sum([]byte(text[5 : len(text)-1])).String(), nil
	case amountWord.MatchString(text):
		a, _, err := amount(text)
		return a.Digits(), err
	case instantWord.MatchString(text):
		return instant(text)
	}
	return text, nil
}

// label finds the id behind a label; LABEL/2 is the third payment of a batch.
func (s *Script) label(label string) (wire.Hash, error) {
	name, place, isItem := strings.Cut(label, "/")
	id, ok := s.labels[name]
	if !ok {
		return id, fmt.Errorf("nothing is labelled %q", name)
	}
	if !isItem {
		return id, nil
	}
	n, err := strconv.Atoi(place)
	return ItemID(id, n), err
}

// ItemID is the id of a payment inside a batch, as docs/reference states it.
func ItemID(batch wire.Hash, i int) wire.Hash {
	return wire.Sum([]byte("causeway/item/1"), batch[:], binary.BigEndian.AppendUint32(nil, uint32(i)))
}

// readWorld reads the rules and policies that a script begins with.
func readWorld(text string) (World, error) {
	w := NewWorld()
	var v any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		return w, err
	}
	v, err := walk(v, plainWord)
	if err != nil {
		return w, err
	}
	data, err := json.Marshal(v)
	if err != nil {
		return w, err
	}
	var begin struct {
		Rules    map[guard.AuthorityID][]guard.Rule
		Policies map[string][]identity.Tier
	}
	decoder := json.NewDecoder(strings.NewReader(string(data)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&begin); err != nil {
		return w, err
	}
	for _, a := range w.Authorities {
		if rules := begin.Rules[a.ID]; rules != nil {
			w.Rulebooks = append(w.Rulebooks, guard.Rulebook{Authority: a.ID, Version: 1, Title: "Rules of " + a.Name, Rules: rules})
		}
	}
	for name, tiers := range begin.Policies {
		w.Entity(name).Tiers = tiers
	}
	return w, nil
}
