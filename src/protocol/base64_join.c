/* Joining base64 texts. */
#include "protocol/base64_join.h"

#include "base/base64.h"

static void
add_byte(struct base64_join *j, uint32_t byte, struct buf *out)
{
	j->carry = j->carry << 8 | byte;
	if (++j->n_carry < 3)
		return;

	const char quad[] = {base64_digits[j->carry >> 18 & 63],
	    base64_digits[j->carry >> 12 & 63],
	    base64_digits[j->carry >> 6 & 63], base64_digits[j->carry & 63]};
	buf_add(out, quad, sizeof(quad));
	j->carry = 0;
	j->n_carry = 0;
}

void
base64_join_add(
    struct base64_join *j, const char *text, size_t len, struct buf *out)
{
	uint32_t bits = 0;
	unsigned n_bits = 0;

	for (size_t i = 0; i < len; i++) {
		/* Padding ends a run of bytes, also in the middle. */
		int value = base64_value(text[i]);
		if (text[i] == '=')
			n_bits = 0;
		if (value < 0)
			continue;
		bits = (bits << 6 | (uint32_t)value) & 0xffff;
		n_bits += 6;
		if (n_bits >= 8) {
			n_bits -= 8;
			add_byte(j, bits >> n_bits & 0xff, out);
		}
	}
}

void
base64_join_end(struct base64_join *j, struct buf *out)
{
	if (j->n_carry > 0) {
		uint32_t bits = j->carry << (8 * (3 - j->n_carry));
		const char quad[] = {base64_digits[bits >> 18 & 63],
		    base64_digits[bits >> 12 & 63],
		    j->n_carry == 2 ? base64_digits[bits >> 6 & 63] : '=', '='};
		buf_add(out, quad, sizeof(quad));
	}
	*j = (struct base64_join){0};
}
