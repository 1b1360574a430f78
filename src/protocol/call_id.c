/* Making ids of calls from a seed. */
#include "protocol/call_id.h"

#define CALL_ID_SIZE 24

/* splitmix64. */
static uint64_t
next_random(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15u);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

void
call_id_write(uint64_t *state, struct buf *out)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz0123456789";
	buf_str(out, "call_");
	for (int i = 0; i < CALL_ID_SIZE; i++)
		buf_byte(
		    out, alphabet[next_random(state) % (sizeof(alphabet) - 1)]);
}
