package quota

// Each visits the counters of a record in the order of authority and rule, with their buckets,
// the oldest first.
func (r Record) Each(visit func(authority, rule string, buckets []Bucket)) {
	for i := range r.entries {
		c := &r.entries[i].Counter
		buckets := append(make([]Bucket, 0, len(c.older)+1), c.older...)
		if c.newest.exists() {
			buckets = append(buckets, c.newest)
		}
		visit(r.entries[i].Authority, r.entries[i].Rule, buckets)
	}
}
