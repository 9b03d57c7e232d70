package vectors

import (
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"testing"

	"causeway/core"
	"causeway/core/feature/payment"
	"causeway/core/kernel/calendar"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// payload is one payload in both forms.
type payload struct {
	Kind    string          `json:"kind"`
	Name    string          `json:"name"`
	Version uint16          `json:"version"`
	JSON    json.RawMessage `json:"json"`
	CBOR    wire.Hex        `json:"cbor"`
}

// payloads are of every kind its example, one with every field, and one with only those that
// have to be there.
func payloads(t *testing.T) (list []payload) {
	for _, k := range core.Kinds.All() {
		raw, err := core.Kinds.FromJSON(k.Name, []byte(k.Example))
		if err != nil {
			t.Fatalf("%s: %v", k.Name, err)
		}
		list = append(list, payloadOf(t, k, "example", raw))
		for _, whole := range []bool{true, false} {
			p := k.New()
			f := filler{whole: whole}
			f.fill(t, reflect.ValueOf(p).Elem())
			name := "filled"
			if !whole {
				name = "bare"
			}
			if outer, ok := p.(txn.Embeds); ok {
				embed(t, outer, raw)
			}
			list = append(list, payloadOf(t, k, name, wire.Marshal(p)))
		}
	}
	return list
}

// embed puts a payload of another kind into the field that is made for it.
func embed(t *testing.T, outer txn.Embeds, example []byte) {
	inner, err := core.Kinds.Payload("approval.propose", 1, example)
	if err != nil {
		t.Fatal(err)
	}
	kind, version, data := inner.(txn.Embeds).Embedded()
	v := reflect.ValueOf(outer).Elem()
	v.FieldByName("Kind").SetString(kind)
	v.FieldByName("Version").SetUint(uint64(version))
	v.FieldByName("Payload").SetBytes(data)
}

func payloadOf(t *testing.T, k txn.Kind, name string, raw []byte) payload {
	text, err := core.Kinds.ToJSON(k.Name, k.Version, raw)
	if err != nil {
		t.Fatalf("%s, %s: %v", k.Name, name, err)
	}
	return payload{Kind: k.Name, Name: name, Version: k.Version, JSON: text, CBOR: raw}
}

// filler fills structs with values that differ, so that no two fields could be exchanged.
type filler struct {
	whole bool // also what may be left out
	n     uint64
}

func (f *filler) fill(t *testing.T, v reflect.Value) {
	f.n++
	switch v.Interface().(type) {
	case money.Amount:
		v.Set(reflect.ValueOf([]money.Amount{money.Max, money.FromUint64(f.n), money.FromUint64(1 << 53), money.Zero}[f.n%4]))
		return
	case wire.Hash:
		v.Set(reflect.ValueOf(wire.Sum([]byte{byte(f.n)})))
		return
	case payment.UETR:
		sum := wire.Sum([]byte{byte(f.n)})
		u := payment.UETR(sum[:16])
		u[6], u[8] = u[6]&15|0x40, u[8]&63|0x80
		v.Set(reflect.ValueOf(u))
		return
	case calendar.Weekdays:
		v.SetUint(f.n%127 + 1)
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("text " + strconv.FormatUint(f.n, 10) + " 文本 ü")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Uint8:
		v.SetUint(f.n%3 + 1) // also the number of a word
	case reflect.Uint16:
		v.SetUint(math.MaxUint16 - f.n)
	case reflect.Uint32:
		v.SetUint(math.MaxUint32 - f.n)
	case reflect.Uint64:
		v.SetUint(math.MaxUint64 - f.n)
	case reflect.Int32:
		v.SetInt(math.MinInt32 + int64(f.n))
	case reflect.Int64:
		v.SetInt(1<<53 - 1 - int64(f.n))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(t, v.Elem())
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte{byte(f.n), 0, 0xff})
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		f.fill(t, v.Index(0))
		f.fill(t, v.Index(1))
	case reflect.Struct:
		for i := range v.NumField() {
			if f.whole || !omitted(v.Type().Field(i)) {
				f.fill(t, v.Field(i))
			}
		}
	default:
		t.Fatalf("%s cannot be filled", v.Type())
	}
}

func omitted(f reflect.StructField) bool {
	tag := f.Tag.Get("cbor")
	return len(tag) > 9 && tag[len(tag)-9:] == "omitempty"
}

// integer is a number whose JSON would not be exact.
type integer struct {
	Digits string   `json:"digits"`
	CBOR   wire.Hex `json:"cbor"`
}

func integers() (list []integer) {
	for _, n := range []int64{math.MinInt64, -1 << 53, -65537, -257, -256, -25, -24, -1, 0, 1, 23, 24, 255, 256, 65535, 65536, 1<<32 - 1, 1 << 32, 1<<53 - 1, 1 << 53, math.MaxInt64} {
		list = append(list, integer{strconv.FormatInt(n, 10), wire.Marshal(n)})
	}
	return list
}

// amounts are those of decision 8, and the numbers beside them.
func amounts() (list []integer) {
	for _, parts := range [][2]uint64{{0, 0}, {0, 1}, {0, 1<<53 - 1}, {0, 1 << 53}, {0, 1<<53 + 1}, {0, math.MaxUint64}, {1, 0}, {1<<63 - 1, math.MaxUint64 - 1}, {1<<63 - 1, math.MaxUint64}} {
		a, _ := money.FromParts(parts[0], parts[1])
		list = append(list, integer{a.Digits(), wire.Marshal(a)})
	}
	return list
}
