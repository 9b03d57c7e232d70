package state

// touched is what a touch has read, so that no compiler leaves the reading out.
type touched byte

// touchGroup is how many walks go down the tree side by side.
const touchGroup = 16

// touch reads what an update of sorted changes in one trie will need, and decides nothing. Most
// of a large tree is not in the processor's caches, and an update that goes down leaf by leaf
// waits for each node before it learns where the next one is. Here a group of walks goes down
// together: their reads do not depend on each other, so the processor waits for all at once.
func touch(root *node, changes []change) (t touched) {
	var at [touchGroup]*node
	for len(changes) > 0 {
		group := changes[:min(touchGroup, len(changes))]
		changes = changes[len(group):]
		for i := range group {
			at[i] = root
		}
		for depth, more := forestDepth, true; more; depth++ {
			more = false
			for i := range group {
				n := at[i]
				if n.left == nil {
					continue
				}
				more = true
				sides := [2]*node{n.left, n.right}
				bit := bitAt(&group[i].path, depth)
				t ^= touched(sides[1-bit].hash[0])
				at[i] = sides[bit]
			}
		}
		var pages [touchGroup]*page
		for i := range group {
			if pages[i] = at[i].page.Load(); pages[i] == nil {
				pages[i] = emptyPage
			}
		}
		for i := range group {
			p := pages[i]
			for k := 0; k < len(p.hashes); k += 2 { // a line of the cache holds two
				t ^= touched(p.hashes[k][0])
			}
			for k := 0; k < p.len(); k += 2 {
				t ^= touched(p.paths[k][0])
			}
		}
	}
	return t
}
