package keyring

import (
	"bytes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/crypto/chacha20poly1305"
	"golang.org/x/crypto/scrypt"

	"causeway/core/kernel/identity"
)

// What can be wrong with a key file.
var (
	ErrPassphrase  = errors.New("keyring: wrong passphrase, or the key file has been changed")
	ErrPermissions = errors.New("keyring: others can read or write this key file; run chmod 600 on it")
	ErrKeyFile     = errors.New("keyring: not a key file this version can read")
)

const (
	fileFormat  = "causeway-key"
	fileVersion = 1
	fileSizeMax = 1 << 14

	protectionNone   = "none"
	protectionScrypt = "scrypt+chacha20poly1305"
)

// The cost of scrypt as a power of two: 2^17 blocks of 1 kB take about half a second and 128
// MB, and so does every guess. Files that ask for less or for absurdly more are not read.
const (
	scryptLogN    = 17
	scryptLogNMin = 15
	scryptLogNMax = 20
	scryptR       = 8
	scryptP       = 1
)

// File is a key file without its secret; everything here is readable without the passphrase.
type File struct {
	Format     string             `json:"format"`
	Version    int                `json:"version"`
	Algorithm  identity.Algorithm `json:"algorithm"`
	Public     hexBytes           `json:"public"`
	RPID       string             `json:"rp_id,omitempty"` // passkeys
	Protection string             `json:"protection"`      // how the secret is kept
	LogN       int                `json:"scrypt_log_n,omitempty"`
	Salt       hexBytes           `json:"scrypt_salt,omitempty"`
}

// Protected reports whether the secret is encrypted under a passphrase.
func (f *File) Protected() bool { return f.Protection != protectionNone }

type fileWithSecret struct {
	File
	Secret hexBytes `json:"secret"`
}

// hexBytes are bytes written in hexadecimal, as the ledger shows keys everywhere.
type hexBytes []byte

// MarshalText writes hexadecimal.
func (h hexBytes) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h), nil }

// UnmarshalText reads hexadecimal.
func (h *hexBytes) UnmarshalText(text []byte) (err error) {
	*h, err = hex.AppendDecode(nil, text)
	return err
}

// Save writes k to a new file of mode 0600, encrypted under the passphrase. It never
// overwrites a file.
func Save(path string, k *Key, passphrase []byte) error {
	return save(path, k, passphrase, scryptLogN)
}

func save(path string, k *Key, passphrase []byte, logN int) error {
	if len(passphrase) == 0 {
		return errors.New("keyring: an empty passphrase protects nothing")
	}
	file := fileWithSecret{File: k.header(protectionScrypt)}
	file.LogN, file.Salt = logN, make([]byte, 16)
	if _, err := rand.Read(file.Salt); err != nil {
		return err
	}
	aead, err := file.cipher(passphrase)
	if err != nil {
		return err
	}
	// Each salt makes a key that encrypts this one secret, so the nonce need not vary.
	file.Secret = aead.Seal(nil, make([]byte, aead.NonceSize()), k.secret[:], file.associated())
	return file.write(path)
}

// SaveUnprotected writes k to a new file of mode 0600 in clear: for development only.
func SaveUnprotected(path string, k *Key) error {
	file := fileWithSecret{File: k.header(protectionNone), Secret: k.secret[:]}
	return file.write(path)
}

func (k *Key) header(protection string) File {
	return File{Format: fileFormat, Version: fileVersion, Algorithm: k.algorithm, Public: k.Public(), RPID: k.rpID, Protection: protection}
}

// Inspect reads what a key file says without its passphrase. Nothing vouches for it until
// the file has been loaded.
func Inspect(path string) (File, error) {
	file, err := read(path)
	return file.File, err
}

// Load reads a key file. It calls passphrase only if the file is encrypted.
func Load(path string, passphrase func() ([]byte, error)) (*Key, error) {
	file, err := read(path)
	if err != nil {
		return nil, err
	}
	secret := []byte(file.Secret)
	if file.Protected() {
		phrase, err := passphrase()
		if err != nil {
			return nil, err
		}
		if secret, err = file.open(phrase); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	if len(secret) != 32 {
		return nil, fmt.Errorf("%s: %w: a secret of %d bytes", path, ErrKeyFile, len(secret))
	}
	k, err := newKey(file.Algorithm, [32]byte(secret), file.RPID)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", path, ErrKeyFile, err)
	}
	if !bytes.Equal(k.public, file.Public) {
		return nil, fmt.Errorf("%s: %w: public and secret key do not belong together", path, ErrKeyFile)
	}
	return k, nil
}

func (f *fileWithSecret) open(passphrase []byte) ([]byte, error) {
	aead, err := f.cipher(passphrase)
	if err != nil {
		return nil, err
	}
	secret, err := aead.Open(nil, make([]byte, aead.NonceSize()), f.Secret, f.associated())
	if err != nil {
		return nil, ErrPassphrase
	}
	return secret, nil
}

func (f *fileWithSecret) cipher(passphrase []byte) (cipher.AEAD, error) {
	key, err := scrypt.Key(passphrase, f.Salt, 1<<f.LogN, scryptR, scryptP, chacha20poly1305.KeySize)
	if err != nil {
		return nil, err
	}
	return chacha20poly1305.New(key)
}

// associated binds everything readable in the file to the encrypted secret.
func (f *fileWithSecret) associated() []byte {
	data, err := json.Marshal(f.File)
	if err != nil {
		panic(err) // only of strings, numbers and a known algorithm: cannot fail
	}
	return data
}

func (f *fileWithSecret) write(path string) error {
	data, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = out.Write(append(data, '\n'))
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes the new name survive a loss of power, as the content already does.
func syncFolder(folder string) error {
	if runtime.GOOS == "windows" { // folders cannot be opened for this there
		return nil
	}
	dir, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

func read(path string) (file fileWithSecret, err error) {
	in, err := os.Open(path)
	if err != nil {
		return file, err
	}
	defer in.Close()
	info, err := in.Stat() // of the open file, so that it cannot be exchanged in between
	if err != nil {
		return file, err
	}
	if !info.Mode().IsRegular() {
		return file, fmt.Errorf("%s: %w: not a regular file", path, ErrKeyFile)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 { // modes mean nothing there
		return file, fmt.Errorf("%s: %w", path, ErrPermissions)
	}
	data, err := io.ReadAll(io.LimitReader(in, fileSizeMax+1))
	if err != nil {
		return file, err
	}
	if file, err = decode(data); err != nil {
		return file, fmt.Errorf("%s: %w", path, err)
	}
	return file, nil
}

func decode(data []byte) (file fileWithSecret, err error) {
	if len(data) > fileSizeMax {
		return file, fmt.Errorf("%w: longer than %d bytes", ErrKeyFile, fileSizeMax)
	}
	reader := json.NewDecoder(bytes.NewReader(data))
	reader.DisallowUnknownFields()
	if err := reader.Decode(&file); err != nil {
		return file, fmt.Errorf("%w: %w", ErrKeyFile, err)
	}
	if _, err := reader.Token(); !errors.Is(err, io.EOF) {
		return file, fmt.Errorf("%w: something follows the key", ErrKeyFile)
	}
	switch {
	case file.Format != fileFormat:
		return file, fmt.Errorf("%w: format %q, expected %q", ErrKeyFile, file.Format, fileFormat)
	case file.Version != fileVersion:
		return file, fmt.Errorf("%w: version %d, expected %d", ErrKeyFile, file.Version, fileVersion)
	case !file.Algorithm.Known():
		return file, fmt.Errorf("%w: no algorithm", ErrKeyFile)
	case file.Protection == protectionScrypt && (file.LogN < scryptLogNMin || file.LogN > scryptLogNMax || len(file.Salt) != 16):
		return file, fmt.Errorf("%w: parameters of scrypt out of range", ErrKeyFile)
	case file.Protection == protectionNone && (file.LogN != 0 || len(file.Salt) != 0):
		return file, fmt.Errorf("%w: parameters of scrypt without encryption", ErrKeyFile)
	case file.Protection != protectionNone && file.Protection != protectionScrypt:
		return file, fmt.Errorf("%w: protection %q is unknown", ErrKeyFile, file.Protection)
	}
	return file, nil
}
