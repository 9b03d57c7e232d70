package main

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"causeway/core"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/wire"
)

// recipes are how the ids of nouns become keys of the state: what client-ts/src/state.ts can do.
// A key is the table's prefix, a slash, and what the recipe makes of the id; ok is false for
// what is no id.
var recipes = []struct {
	name string
	make func(id string) (key []byte, ok bool)
}{
	{"id", func(id string) ([]byte, bool) { return []byte(id), true }},
	{"slashed", func(id string) ([]byte, bool) { return []byte(strings.Replace(id, "/", "\x00", 1)), true }},
	{"pair", func(id string) ([]byte, bool) {
		first, second, _ := strings.Cut(id, "/")
		return []byte(first + "\x00" + second), true
	}},
	{"hash", func(id string) ([]byte, bool) {
		hash, err := wire.ParseHash(id)
		return hash[:], err == nil
	}},
	{"last hash", func(id string) ([]byte, bool) {
		hash, err := wire.ParseHash(id[strings.LastIndexByte(id, '/')+1:])
		return hash[:], err == nil
	}},
	{"bytes", func(id string) ([]byte, bool) {
		key, err := hex.DecodeString(id)
		return key, err == nil
	}},
	{"public key", func(id string) ([]byte, bool) {
		name, digits, _ := strings.Cut(id[strings.LastIndexByte(id, '/')+1:], ":")
		algorithm, err := identity.ParseAlgorithm(name)
		public, hexErr := hex.DecodeString(digits)
		return append([]byte{byte(algorithm)}, public...), err == nil && hexErr == nil && len(public) > 0
	}},
	{"edition", func(id string) ([]byte, bool) {
		authority, number, _ := strings.Cut(id, "@")
		version, err := strconv.ParseUint(number, 10, 32)
		return binary.BigEndian.AppendUint32([]byte(authority+"\x00"), uint32(version)), err == nil
	}},
}

// probes are ids of every form that the recipes tell apart.
var probes = func() []string {
	hash := strings.Repeat("0a5f", 16)
	return []string{"A1", "A1/B2", "A1/B2/C3", hash, "A1/" + hash, "A1@7", "A1@70000", "ed25519:" + hash, "L/o/p256:02" + hash, "zz"}
}()

// nouns writes what can be looked up, and how the keys of provable records are made.
func nouns() ([]byte, error) {
	var out bytes.Buffer
	for _, v := range core.Kinds.Views() {
		recipe := "undefined"
		if v.Key != nil {
			prefix, name, err := recipeOf(v.Key)
			if err != nil {
				return nil, fmt.Errorf("noun %s: %w", v.Noun, err)
			}
			recipe = fmt.Sprintf("[%q, %q]", prefix, name)
		}
		fmt.Fprintf(&out, "  /** %s */\n  %s: %s,\n", comment(v.En), v.Noun, recipe)
	}
	return out.Bytes(), nil
}

// recipeOf finds the recipe that makes the same keys.
func recipeOf(key func(id string) []byte) (prefix, name string, err error) {
	for _, probe := range probes {
		if sample := key(probe); sample != nil {
			prefix = string(sample[:bytes.IndexByte(sample, '/')+1])
		}
	}
	for _, r := range recipes {
		same := true
		for _, probe := range probes {
			want, ok := r.make(probe)
			got := key(probe)
			same = same && ok == (got != nil) && (!ok || string(got) == prefix+string(want))
		}
		if same {
			return prefix, r.name, nil
		}
	}
	return "", "", fmt.Errorf("its keys are made in a way that is not among the recipes: add it here and to client-ts/src/state.ts")
}
