/* Special networks, and the addresses inside of addresses. */
#include "upstream/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/attr.h"

struct network {
	uint8_t bytes[16];
	int bits;
	enum address_kind kind;
};

/* The first row that fits; the last one takes all. */
static const struct network networks4[] = {
    {{169, 254, 169, 254}, 32, ADDRESS_NEVER}, /* metadata: AWS, GCP, Azure */
    {{169, 254, 170, 2}, 32, ADDRESS_NEVER},   /* … AWS containers */
    {{169, 254, 170, 23}, 32, ADDRESS_NEVER},  /* … AWS EKS */
    {{100, 100, 100, 200}, 32, ADDRESS_NEVER}, /* … Alibaba */
    {{192, 0, 0, 192}, 32, ADDRESS_NEVER},     /* … Oracle */
    {{168, 63, 129, 16}, 32, ADDRESS_NEVER},   /* … Azure's host */
    {{0}, 8, ADDRESS_NEVER},                   /* this network */
    {{10}, 8, ADDRESS_PRIVATE},                /* private */
    {{100, 64}, 10, ADDRESS_PRIVATE},          /* shared by providers */
    {{127}, 8, ADDRESS_PRIVATE},               /* loopback */
    {{169, 254}, 16, ADDRESS_PRIVATE},         /* link-local */
    {{172, 16}, 12, ADDRESS_PRIVATE},          /* private */
    {{192, 0, 0}, 24, ADDRESS_PRIVATE},        /* IETF protocols */
    {{192, 0, 2}, 24, ADDRESS_PRIVATE},        /* documentation */
    {{192, 88, 99}, 24, ADDRESS_PRIVATE},      /* 6to4 relays, gone */
    {{192, 168}, 16, ADDRESS_PRIVATE},         /* private */
    {{198, 18}, 15, ADDRESS_PRIVATE},          /* benchmarks */
    {{198, 51, 100}, 24, ADDRESS_PRIVATE},     /* documentation */
    {{203, 0, 113}, 24, ADDRESS_PRIVATE},      /* documentation */
    {{224}, 4, ADDRESS_NEVER},                 /* multicast */
    {{240}, 4, ADDRESS_NEVER},                 /* reserved, broadcast */
    {{0}, 0, ADDRESS_PUBLIC},                  /* all the rest */
};

/* The same for IPv6. Only 2000::/3 has been given out to the public. */
static const struct network networks6[] = {
    {{0xfd, 0, 0x0e, 0xc2, [14] = 0x02, 0x54}, 128, ADDRESS_NEVER}, /* AWS */
    {{0xfd, 0, 0x0e, 0xc2, [15] = 0x23}, 128, ADDRESS_NEVER}, /* AWS EKS */
    {{0xfd, 0x20, 0, 0xce, [14] = 0x02, 0x54}, 128, ADDRESS_NEVER}, /* GCP */
    {{0}, 128, ADDRESS_NEVER},                       /* unspecified */
    {{[15] = 1}, 128, ADDRESS_PRIVATE},              /* loopback */
    {{0xff}, 8, ADDRESS_NEVER},                      /* multicast */
    {{0x20, 0x01, 0x00, 0x00}, 32, ADDRESS_PUBLIC},  /* Teredo: see below */
    {{0x20, 0x01}, 23, ADDRESS_PRIVATE},             /* IETF protocols */
    {{0x20, 0x01, 0x0d, 0xb8}, 32, ADDRESS_PRIVATE}, /* documentation */
    {{0x3f, 0xff}, 20, ADDRESS_PRIVATE},             /* documentation */
    {{0x20}, 3, ADDRESS_PUBLIC},                     /* global unicast */
    {{0x00, 0x64, 0xff, 0x9b}, 96, ADDRESS_PUBLIC},  /* NAT64: see below */
    {{[10] = 0xff, 0xff}, 96, ADDRESS_PUBLIC},       /* mapped: see below */
    {{[8] = 0xff, 0xff}, 96, ADDRESS_PUBLIC},        /* translated: see below */
    {{0}, 96, ADDRESS_PUBLIC},                       /* compatible: see below */
    {{0}, 0, ADDRESS_PRIVATE},                       /* all the rest */
};

/* Where IPv4 addresses are inside of IPv6 ones; Teredo has the client's with
 * its bits turned over. */
static const struct inside {
	uint8_t bytes[16];
	int bits;
	int at;
	bool turned;
} insides[] = {
    {{0}, 96, 12, false},
    {{[10] = 0xff, 0xff}, 96, 12, false},
    {{[8] = 0xff, 0xff}, 96, 12, false},
    {{0x00, 0x64, 0xff, 0x9b}, 96, 12, false},
    {{0x20, 0x02}, 16, 2, false},
    {{0x20, 0x01, 0x00, 0x00}, 32, 4, false},
    {{0x20, 0x01, 0x00, 0x00}, 32, 12, true},
};

static bool
is_in(const uint8_t *address, const uint8_t *network, int bits)
{
	size_t whole = (size_t)bits / 8;
	int mask = 0xff00 >> bits % 8 & 0xff;
	return memcmp(address, network, whole) == 0 &&
	    (mask == 0 || ((address[whole] ^ network[whole]) & mask) == 0);
}

static const struct network *
look_up(const uint8_t *address, const struct network *rows)
{
	while (!is_in(address, rows->bytes, rows->bits))
		rows++;
	return rows;
}

static enum address_kind
kind4(const uint8_t address[4])
{
	return look_up(address, networks4)->kind;
}

static enum address_kind
kind6(const uint8_t address[16])
{
	const struct network *row = look_up(address, networks6);
	enum address_kind kind = row->kind;

	/* ::1 and its like are no IPv4 addresses. */
	if (row->bits == 128)
		return kind;
	for (size_t i = 0; i < COUNT_OF(insides); i++) {
		const struct inside *in = &insides[i];
		uint8_t inner[4];
		if (!is_in(address, in->bytes, in->bits))
			continue;
		for (int k = 0; k < 4; k++)
			inner[k] = in->turned ? ~address[in->at + k]
					      : address[in->at + k];
		enum address_kind other = kind4(inner);
		if (other > kind)
			kind = other;
	}
	return kind;
}

enum address_kind
address_kind(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		struct sockaddr_in in;
		memcpy(&in, address, sizeof(in));
		uint8_t bytes[4];
		memcpy(bytes, &in.sin_addr, sizeof(bytes));
		return kind4(bytes);
	}
	if (address->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;
		memcpy(&in6, address, sizeof(in6));
		return kind6(in6.sin6_addr.s6_addr);
	}
	return ADDRESS_NEVER;
}

int
address_port(const struct sockaddr *address)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	switch (address->sa_family) {
	case AF_INET:
		memcpy(&in, address, sizeof(in));
		return ntohs(in.sin_port);
	case AF_INET6:
		memcpy(&in6, address, sizeof(in6));
		return ntohs(in6.sin6_port);
	default:
		return 0;
	}
}
