package keyring

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"causeway/core/kernel/identity"
)

func phrase(text string) func() ([]byte, error) {
	return func() ([]byte, error) { return []byte(text), nil }
}

func unasked(t *testing.T) func() ([]byte, error) {
	return func() ([]byte, error) {
		t.Error("asked for a passphrase")
		return nil, errors.New("asked")
	}
}

// cheap saves as Save does, at the lowest cost Load accepts.
func cheap(t *testing.T, k *Key, passphrase string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key.json")
	if err := save(path, k, []byte(passphrase), scryptLogNMin); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFilesRoundTrip(t *testing.T) {
	for _, algorithm := range algorithms {
		k := newTestKey(t, algorithm)
		clear := filepath.Join(t.TempDir(), "clear.json")
		if err := SaveUnprotected(clear, k); err != nil {
			t.Fatal(err)
		}
		for path, ask := range map[string]func() ([]byte, error){clear: unasked(t), cheap(t, k, "correct horse"): phrase("correct horse")} {
			got, err := Load(path, ask)
			if err != nil {
				t.Fatalf("%v: %v", algorithm, err)
			}
			if got.secret != k.secret || got.algorithm != algorithm || got.rpID != k.rpID || !bytes.Equal(got.public, k.public) {
				t.Errorf("%v: another key came back", algorithm)
			}
			info, err := Inspect(path)
			if err != nil || info.Algorithm != algorithm || !bytes.Equal(info.Public, k.public) || info.Protected() == (path == clear) {
				t.Errorf("%v: inspected %+v, %v", algorithm, info, err)
			}
			if stat, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && stat.Mode().Perm() != 0o600 {
				t.Errorf("mode %v, %v", stat.Mode(), err)
			}
		}
	}
}

func TestSaveAtFullCost(t *testing.T) {
	k := newTestKey(t, identity.Ed25519)
	path := filepath.Join(t.TempDir(), "key.json")
	if err := Save(path, k, []byte("密码")); err != nil {
		t.Fatal(err)
	}
	if got, err := Load(path, phrase("密码")); err != nil || got.secret != k.secret {
		t.Error(err)
	}
	if data, err := os.ReadFile(path); err != nil || !bytes.Contains(data, []byte(`"scrypt_log_n": 17`)) {
		t.Errorf("%s, %v", data, err)
	}
	if err := Save(filepath.Join(t.TempDir(), "k"), k, nil); err == nil {
		t.Error("an empty passphrase was taken")
	}
}

func TestSaveNeverOverwrites(t *testing.T) {
	k := newTestKey(t, identity.Ed25519)
	path := cheap(t, k, "first")
	if err := SaveUnprotected(path, newTestKey(t, identity.Ed25519)); !errors.Is(err, os.ErrExist) {
		t.Errorf("saving over a key: %v", err)
	}
	if got, err := Load(path, phrase("first")); err != nil || got.secret != k.secret {
		t.Errorf("the first key was harmed: %v", err)
	}
}

func TestWrongPassphrase(t *testing.T) {
	path := cheap(t, newTestKey(t, identity.SM2), "right")
	if _, err := Load(path, phrase("wrong")); !errors.Is(err, ErrPassphrase) {
		t.Error(err)
	}
	refused := errors.New("no terminal")
	if _, err := Load(path, func() ([]byte, error) { return nil, refused }); !errors.Is(err, refused) {
		t.Error(err)
	}
}

// TestChangedFiles changes each member of a key file to another valid value: the file must not
// load, whichever it is.
func TestChangedFiles(t *testing.T) {
	passkey := newTestKey(t, identity.WebAuthn)
	path := cheap(t, passkey, "p")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var members map[string]any
	if err := json.Unmarshal(data, &members); err != nil {
		t.Fatal(err)
	}
	flipped := func(name string) string {
		text := members[name].(string)
		return map[bool]string{true: "1", false: "0"}[text[0] == '0'] + text[1:]
	}
	for name, value := range map[string]any{
		"format": "other", "version": 2, "algorithm": "p256", "public": flipped("public"), "rp_id": "evil.example",
		"protection": "none", "scrypt_log_n": scryptLogNMin + 1, "scrypt_salt": flipped("scrypt_salt"), "secret": flipped("secret"), "new": 1,
	} {
		changed := map[string]any{}
		for k, v := range members {
			changed[k] = v
		}
		changed[name] = value
		rewrite(t, path, changed)
		if _, err := Load(path, phrase("p")); !errors.Is(err, ErrKeyFile) && !errors.Is(err, ErrPassphrase) {
			t.Errorf("%s changed: %v", name, err)
		}
	}
	for _, logN := range []int{0, -1, scryptLogNMin - 1, scryptLogNMax + 1, 62} {
		changed := map[string]any{}
		for k, v := range members {
			changed[k] = v
		}
		changed["scrypt_log_n"] = logN
		rewrite(t, path, changed)
		if _, err := Load(path, unasked(t)); !errors.Is(err, ErrKeyFile) {
			t.Errorf("cost 2^%d: %v", logN, err)
		}
	}
}

func rewrite(t *testing.T, path string, members map[string]any) {
	t.Helper()
	data, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// FuzzKeyFile feeds strangers' bytes to the reader of key files in clear.
func FuzzKeyFile(f *testing.F) {
	folder := f.TempDir()
	k, err := FromSeed([]byte("seed"), "fuzz")
	if err != nil {
		f.Fatal(err)
	}
	path := filepath.Join(folder, "seed.json")
	if err := SaveUnprotected(path, k); err != nil {
		f.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add(data[:len(data)/2])
	f.Add(append(append([]byte(nil), data...), data...))
	f.Add([]byte(strings.Replace(string(data), `"version": 1`, `"version": 1.5`, 1)))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := decode(data)
		if err != nil {
			if !errors.Is(err, ErrKeyFile) {
				t.Fatalf("an error without a name: %v", err)
			}
			return
		}
		again, err := json.Marshal(&file)
		if err != nil {
			t.Fatal(err)
		}
		second, err := decode(again)
		if err != nil || !bytes.Equal(second.associated(), file.associated()) || !bytes.Equal(second.Secret, file.Secret) {
			t.Fatalf("%s reads back differently: %v", again, err)
		}
	})
}
