package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"causeway/core/kernel/wire"
	"causeway/sample"
)

// salter makes the salt of what a file says about a payment. It is derived from the content and
// a secret: the same file again has the same salt, so that it is the same payment, and nobody
// without the secret can try out what the hash on the ledger might stand for.
type salter struct{ secret []byte }

func (s salter) of(content []byte) (salt wire.Hash) {
	mac := hmac.New(sha256.New, s.secret)
	mac.Write(content)
	mac.Sum(salt[:0])
	return salt
}

// sampleSalter is for development networks: as public as their keys.
func sampleSalter() salter { return salter{[]byte(sample.Seed)} }

// salter reads the secret of this installation, or one that machines share, and makes it when it
// is first needed. All who submit the same party's files should have the same.
func (a *app) salter(path string) (salter, error) {
	if a.config.As != "" && path == "" {
		return sampleSalter(), nil
	}
	if path == "" {
		path = filepath.Join(a.configDir(), "iso-salt")
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return newSalter(path)
	}
	if err != nil {
		return salter{}, err
	}
	secret, err := hex.DecodeString(strings.TrimSpace(string(data)))
	if err != nil || len(secret) != sha256.Size {
		return salter{}, usage("%s: not 64 hexadecimal digits", path)
	}
	return salter{secret}, nil
}

func newSalter(path string) (salter, error) {
	secret := make([]byte, sha256.Size)
	if _, err := rand.Read(secret); err != nil {
		return salter{}, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return salter{}, err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return salter{}, err
	}
	_, err = fmt.Fprintln(file, hex.EncodeToString(secret))
	return salter{secret}, errors.Join(err, file.Sync(), file.Close())
}
