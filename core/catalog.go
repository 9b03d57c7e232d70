package core

import (
	"sort"

	"causeway/core/feature/approval"
	"causeway/core/feature/asset"
	"causeway/core/feature/authority"
	"causeway/core/feature/fx"
	"causeway/core/feature/issuance"
	"causeway/core/feature/party"
	"causeway/core/feature/payment"
	"causeway/core/feature/supervision"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// features is the one list of what participants can do. A new kind is a file in its
// feature's folder and a line in that folder's Feature.
var features = []txn.Feature{
	party.Feature,
	authority.Feature,
	approval.Feature,
	asset.Feature,
	issuance.Feature,
	payment.Feature,
	fx.Feature,
	supervision.Feature,
}

// Catalog is the catalogue, indexed.
type Catalog struct {
	kinds  map[string]txn.Kind
	timers map[string]txn.TimerKind
	urgent map[string]bool // timers, by name
	views  map[string]txn.View
}

// Kinds is the catalogue of this binary.
var Kinds = index(features)

func index(list []txn.Feature) *Catalog {
	c := &Catalog{kinds: map[string]txn.Kind{}, timers: map[string]txn.TimerKind{}, urgent: map[string]bool{}, views: map[string]txn.View{}}
	for _, f := range list {
		for _, k := range f.Kinds {
			if _, twice := c.kinds[k.Name]; twice {
				panic("core: kind " + k.Name + " stands twice in the catalogue")
			}
			c.kinds[k.Name] = k
		}
		for _, t := range f.Timers {
			c.timers[t.Name] = t
			c.urgent[t.Name] = t.Urgent
		}
		for _, v := range f.Views {
			c.views[v.Noun] = v
		}
	}
	return c
}

// Kind finds a kind by its name.
func (c *Catalog) Kind(name string) (txn.Kind, bool) {
	k, ok := c.kinds[name]
	return k, ok
}

// All lists the kinds in the order of their names.
func (c *Catalog) All() []txn.Kind { return sorted(c.kinds, func(k txn.Kind) string { return k.Name }) }

// Views lists what can be looked up, in the order of the nouns.
func (c *Catalog) Views() []txn.View {
	return sorted(c.views, func(v txn.View) string { return v.Noun })
}

// View finds a view by its noun.
func (c *Catalog) View(noun string) (txn.View, bool) {
	v, ok := c.views[noun]
	return v, ok
}

func sorted[V any](m map[string]V, name func(V) string) []V {
	list := make([]V, 0, len(m))
	for _, v := range m {
		list = append(list, v)
	}
	sort.Slice(list, func(i, j int) bool { return name(list[i]) < name(list[j]) })
	return list
}

// Payload decodes a payload of a kind; it must be canonical.
func (c *Catalog) Payload(kind string, version uint16, data []byte) (txn.Payload, error) {
	k, ok := c.kinds[kind]
	if !ok {
		return nil, fault.TxKindUnknown.With("kind", kind, "a kind of the catalogue")
	}
	if version != k.Version {
		return nil, fault.TxVersionUnknown.With("version of "+kind, itoa(int(version)), itoa(int(k.Version)))
	}
	p := k.New()
	if err := wire.Unmarshal(data, p); err != nil {
		return nil, fault.TxMalformed.With("payload of "+kind, "", "the canonical CBOR of that kind").Because(err)
	}
	return p, nil
}
