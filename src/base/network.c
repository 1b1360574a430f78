/* Addresses and networks. */
#include "base/network.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

struct address {
	int family, bits; /* AF_INET, 32 or AF_INET6, 128 */
	uint8_t bytes[16];
};

static bool
read_address(const char *text, size_t len, struct address *a)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	char copy[INET6_ADDRSTRLEN];
	if (len == 0 || len >= sizeof(copy))
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	*a = (struct address){.family = AF_INET, .bits = 32};
	if (inet_pton(AF_INET, copy, a->bytes) == 1)
		return true;
	if (inet_pton(AF_INET6, copy, a->bytes) != 1)
		return false;
	if (memcmp(a->bytes, mapped, sizeof(mapped)) == 0) {
		memmove(a->bytes, a->bytes + sizeof(mapped), 4);
		return true;
	}
	a->family = AF_INET6;
	a->bits = 128;
	return true;
}

static void
write_address(const struct address *a, struct buf *out)
{
	char text[INET6_ADDRSTRLEN];
	buf_str(out, inet_ntop(a->family, a->bytes, text, sizeof(text)));
}

bool
network_read_address(const char *text, struct buf *out)
{
	struct address a;
	if (!read_address(text, strcspn(text, "%"), &a))
		return false;
	write_address(&a, out);
	return true;
}

/* A network: the address with what *bits do not cover as 0; *bits: -1 for none
 * told. */
static bool
read_network(const char *text, struct address *a, int *bits)
{
	int64_t told;
	size_t len = strcspn(text, "/");
	*bits = -1;
	if (!read_address(text, len, a))
		return false;
	if (text[len] == '\0')
		return true;
	/* The bits of an IPv4 network that is written as IPv6 count from
	 * there. */
	int before = a->family == AF_INET && memchr(text, ':', len) ? 96 : 0;
	if (!text_to_int(text + len + 1, before, before + a->bits, &told))
		return false;
	*bits = (int)told - before;
	for (int i = *bits; i < a->bits; i++)
		a->bytes[i / 8] &= (uint8_t) ~(0x80 >> i % 8);
	return true;
}

bool
network_read(const char *text, struct buf *out)
{
	struct address a;
	int bits;
	if (!read_network(text, &a, &bits))
		return false;
	write_address(&a, out);
	if (bits >= 0)
		buf_fmt(out, "/%d", bits);
	return true;
}

bool
network_has(const char *network, const char *address)
{
	struct address n, a;
	int bits;
	if (!read_network(network, &n, &bits) ||
	    !read_address(address, strcspn(address, "%"), &a) ||
	    a.family != n.family)
		return false;
	for (int i = bits < 0 ? a.bits : bits; i < a.bits; i++)
		a.bytes[i / 8] &= (uint8_t) ~(0x80 >> i % 8);
	return memcmp(a.bytes, n.bytes, (size_t)a.bits / 8) == 0;
}
