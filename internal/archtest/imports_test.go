package archtest

import (
	"slices"
	"strings"
	"testing"
)

// kernelOrder: each imports only what stands before it.
var kernelOrder = []string{"money", "fault", "wire", "state", "calendar", "identity", "ledger", "approval", "guard", "txn"}

// featureKernel is what a feature may import of the kernel.
var featureKernel = []string{"money", "fault", "wire", "txn", "identity", "calendar"}

// featureEdges are the only imports between features.
var featureEdges = map[string][]string{
	"payment":  {"fx"},
	"issuance": {"asset", "supervision"}, // supervision: how long a redeemer was frozen stops the clock of its redemption
	"escrow":   {"tradedoc"},
	"voucher":  {"tradedoc"},
	"netting":  {"fx"},
}

// coreThirdParty is what core may import from outside the module and the standard library.
var coreThirdParty = map[string][]string{
	"core/kernel/wire":       {"github.com/fxamacker/cbor/v2"},
	"core/kernel/guard/expr": {"cel.dev/cel-go"},
	"core/kernel/identity": {
		"github.com/oasisprotocol/curve25519-voi", "github.com/decred/dcrd/dcrec/secp256k1/v4", "github.com/emmansun/gmsm",
	},
}

// coreStandard is what core may import of the standard library anywhere. It is a list of what
// is allowed, so that a package with a clock, a socket or a die in it cannot slip in.
var coreStandard = []string{
	"bytes", "cmp", "encoding/base64", "encoding/binary", "encoding/hex", "encoding/json", "errors", "fmt", "maps", "math/bits",
	"reflect", "slices", "sort", "strconv", "strings", "sync", "sync/atomic", "unicode", "unicode/utf16", "unicode/utf8",
}

// coreStandardSomewhere is allowed in the named folders only.
var coreStandardSomewhere = map[string][]string{
	"crypto/sha256":   {"core/kernel/wire", "core/kernel/state", "core/kernel/identity"},
	"crypto/sha512":   {"core/kernel/identity"},
	"crypto/ecdh":     {"core/kernel/identity"}, // checks of X25519 public keys
	"crypto/ecdsa":    {"core/kernel/identity"},
	"crypto/elliptic": {"core/kernel/identity"},
	"runtime":         {"core"},                      // only to tell its errors from the storage's
	"hash/maphash":    {"core", "core/kernel/state"}, // of caches; what is in a cache never depends on it
	"math":            {"core/kernel/state"},         // integer bounds
	"sync/atomic":     {"core/kernel/state"},
}

// outside is which folders of the module each ring may import.
var outside = map[string][]string{
	"node":      {"core", "node"},
	"readmodel": {"core", "readmodel"},
	"iso20022":  {"core", "iso20022"},
	"client":    {"core", "client"},
	"api":       {"core", "readmodel", "iso20022", "api"},
	"tradefile": {"tradefile", "core"},
	"screening": {"screening", "core"},
}

func TestKernelOrder(t *testing.T) {
	for _, s := range tree(t) {
		rest, ok := strings.CutPrefix(s.folder, "core/kernel/")
		if !ok || s.test {
			continue
		}
		name, _, _ := strings.Cut(rest, "/")
		place := slices.Index(kernelOrder, name)
		if place < 0 {
			t.Errorf("%s: package %s has no place in the kernel's order", s.path, name)
			continue
		}
		for _, imported := range s.imports {
			folder, ok := own(imported)
			if !ok {
				continue
			}
			other, ok := strings.CutPrefix(folder, "core/kernel/")
			other, _, _ = strings.Cut(other, "/")
			if !ok || slices.Index(kernelOrder, other) > place {
				t.Errorf("%s: kernel/%s may not import %s", s.path, name, imported)
			}
		}
	}
}

func TestFeatureImports(t *testing.T) {
	for _, s := range tree(t) {
		rest, ok := strings.CutPrefix(s.folder, "core/feature/")
		if !ok || s.test {
			continue
		}
		name, _, _ := strings.Cut(rest, "/")
		for _, imported := range s.imports {
			folder, ok := own(imported)
			if !ok {
				continue
			}
			kernel, isKernel := strings.CutPrefix(folder, "core/kernel/")
			feature, isFeature := strings.CutPrefix(folder, "core/feature/")
			switch {
			case isKernel && slices.Contains(featureKernel, kernel):
			case isFeature && (feature == name || slices.Contains(featureEdges[name], feature)):
			default:
				t.Errorf("%s: feature/%s may not import %s", s.path, name, imported)
			}
		}
	}
}

func TestCoreImportsNothingOutside(t *testing.T) {
	for _, s := range tree(t) {
		if !s.in("core") || s.test {
			continue
		}
		for _, imported := range s.imports {
			folder, isOwn := own(imported)
			switch {
			case isOwn && !within(folder, "core"):
				t.Errorf("%s: core may not import %s", s.path, imported)
			case isOwn, standard(imported) && slices.Contains(coreStandard, imported):
			case standard(imported):
				if !slices.Contains(coreStandardSomewhere[imported], s.folder) && !(imported == "crypto/sha256" && s.in("core/kernel/state")) {
					t.Errorf("%s: package %s of the standard library is not allowed here", s.path, imported)
				}
			default:
				if !within(imported, coreThirdParty[s.folder]...) {
					t.Errorf("%s: %s is not allowed in %s", s.path, imported, s.folder)
				}
			}
		}
	}
}

func TestOuterRings(t *testing.T) {
	for _, s := range tree(t) {
		ring, _, _ := strings.Cut(s.folder, "/")
		allowed, bound := outside[ring]
		for _, imported := range s.imports {
			if within(imported, "github.com/cosmos/ics23") && !s.test && ring != "client" && ring != "node" {
				t.Errorf("%s: ics23 belongs to client, node and tests", s.path)
			}
			folder, ok := own(imported)
			if !ok || !bound || s.test {
				continue
			}
			if !within(folder, allowed...) {
				t.Errorf("%s: %s may not import %s", s.path, ring, imported)
			}
		}
	}
}

// Adapters may be opened by those who wire the whole, and by nobody else.
func TestNodeIsWiredOnlyByPrograms(t *testing.T) {
	for _, s := range tree(t) {
		if s.test || s.in("node", "cmd", "sim", "bench", "internal") {
			continue
		}
		for _, imported := range s.imports {
			if folder, ok := own(imported); ok && within(folder, "node") {
				t.Errorf("%s imports %s", s.path, imported)
			}
		}
	}
}
