package guard

import "fmt"

var statusNames = [...]string{Proposed: "proposed", Approved: "approved", InForce: "in_force", Replaced: "replaced", Withdrawn: "withdrawn"}

func (s Status) String() string {
	if int(s) < len(statusNames) {
		return statusNames[s]
	}
	return "unknown"
}

// MarshalText writes the name; on the wire a status is its number.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the name.
func (s *Status) UnmarshalText(text []byte) error {
	for i := Proposed; i <= Withdrawn; i++ {
		if statusNames[i] == string(text) {
			*s = i
			return nil
		}
	}
	return fmt.Errorf("no status of a rulebook: %q", text)
}
