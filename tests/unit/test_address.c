/* upstream/address: every network, at its edges. */
#include "upstream/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>

#include "base/attr.h"
#include "unit.h"

#define PUBLIC ADDRESS_PUBLIC
#define PRIVATE ADDRESS_PRIVATE
#define NEVER ADDRESS_NEVER

struct row {
	const char *text;
	enum address_kind kind;
};

static enum address_kind
kind_of(int family, const char *text)
{
	struct sockaddr_storage storage = {0};
	struct sockaddr_in *in = (struct sockaddr_in *)&storage;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&storage;
	void *bytes =
	    family == AF_INET ? (void *)&in->sin_addr : (void *)&in6->sin6_addr;
	storage.ss_family = (sa_family_t)family;
	CU_ASSERT_EQUAL_FATAL(inet_pton(family, text, bytes), 1);
	return address_kind((const struct sockaddr *)&storage);
}

/* The edges of each network and their neighbours, in order. */
static const struct row rows4[] = {
    {"0.0.0.0", NEVER},
    {"0.0.0.1", NEVER},
    {"0.255.255.255", NEVER},
    {"1.0.0.0", PUBLIC},
    {"8.8.8.8", PUBLIC},
    {"9.255.255.255", PUBLIC},
    {"10.0.0.0", PRIVATE},
    {"10.255.255.255", PRIVATE},
    {"11.0.0.0", PUBLIC},
    {"100.63.255.255", PUBLIC},
    {"100.64.0.0", PRIVATE},
    {"100.100.100.199", PRIVATE},
    {"100.100.100.200", NEVER},
    {"100.100.100.201", PRIVATE},
    {"100.127.255.255", PRIVATE},
    {"100.128.0.0", PUBLIC},
    {"126.255.255.255", PUBLIC},
    {"127.0.0.0", PRIVATE},
    {"127.0.0.1", PRIVATE},
    {"127.255.255.255", PRIVATE},
    {"128.0.0.0", PUBLIC},
    {"168.63.129.15", PUBLIC},
    {"168.63.129.16", NEVER},
    {"168.63.129.17", PUBLIC},
    {"169.253.255.255", PUBLIC},
    {"169.254.0.0", PRIVATE},
    {"169.254.169.253", PRIVATE},
    {"169.254.169.254", NEVER},
    {"169.254.169.255", PRIVATE},
    {"169.254.170.1", PRIVATE},
    {"169.254.170.2", NEVER},
    {"169.254.170.3", PRIVATE},
    {"169.254.170.22", PRIVATE},
    {"169.254.170.23", NEVER},
    {"169.254.170.24", PRIVATE},
    {"169.254.255.255", PRIVATE},
    {"169.255.0.0", PUBLIC},
    {"172.15.255.255", PUBLIC},
    {"172.16.0.0", PRIVATE},
    {"172.31.255.255", PRIVATE},
    {"172.32.0.0", PUBLIC},
    {"191.255.255.255", PUBLIC},
    {"192.0.0.0", PRIVATE},
    {"192.0.0.191", PRIVATE},
    {"192.0.0.192", NEVER},
    {"192.0.0.193", PRIVATE},
    {"192.0.0.255", PRIVATE},
    {"192.0.1.0", PUBLIC},
    {"192.0.1.255", PUBLIC},
    {"192.0.2.0", PRIVATE},
    {"192.0.2.255", PRIVATE},
    {"192.0.3.0", PUBLIC},
    {"192.88.98.255", PUBLIC},
    {"192.88.99.0", PRIVATE},
    {"192.88.99.255", PRIVATE},
    {"192.88.100.0", PUBLIC},
    {"192.167.255.255", PUBLIC},
    {"192.168.0.0", PRIVATE},
    {"192.168.255.255", PRIVATE},
    {"192.169.0.0", PUBLIC},
    {"198.17.255.255", PUBLIC},
    {"198.18.0.0", PRIVATE},
    {"198.19.255.255", PRIVATE},
    {"198.20.0.0", PUBLIC},
    {"198.51.99.255", PUBLIC},
    {"198.51.100.0", PRIVATE},
    {"198.51.100.255", PRIVATE},
    {"198.51.101.0", PUBLIC},
    {"203.0.112.255", PUBLIC},
    {"203.0.113.0", PRIVATE},
    {"203.0.113.255", PRIVATE},
    {"203.0.114.0", PUBLIC},
    {"223.255.255.255", PUBLIC},
    {"224.0.0.0", NEVER},
    {"239.255.255.255", NEVER},
    {"240.0.0.0", NEVER},
    {"255.255.255.254", NEVER},
    {"255.255.255.255", NEVER},
};

static const struct row rows6[] = {
    {"::", NEVER},
    {"::1", PRIVATE},
    {"::2", NEVER},
    {"::ff", NEVER},
    {"::1:0:0:0", PRIVATE},
    {"64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff", PRIVATE},
    {"64:ff9b:0:0:0:1::", PRIVATE},
    {"64:ff9b:1::", PRIVATE},
    {"64:ff9b:1:ffff:ffff:ffff:ffff:ffff", PRIVATE},
    {"100::", PRIVATE},
    {"100::ffff:ffff:ffff:ffff", PRIVATE},
    {"100:0:0:1::", PRIVATE},
    {"1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", PRIVATE},
    {"2000::", PUBLIC},
    {"2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", PUBLIC},
    {"2001:1::1", PRIVATE},
    {"2001:2::", PRIVATE},
    {"2001:10::", PRIVATE},
    {"2001:20::", PRIVATE},
    {"2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", PRIVATE},
    {"2001:200::", PUBLIC},
    {"2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", PUBLIC},
    {"2001:db8::", PRIVATE},
    {"2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", PRIVATE},
    {"2001:db9::", PUBLIC},
    {"2001:4860:4860::8888", PUBLIC},
    {"2003::", PUBLIC},
    {"2606:4700::1111", PUBLIC},
    {"3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", PUBLIC},
    {"3fff::", PRIVATE},
    {"3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", PRIVATE},
    {"3fff:1000::", PUBLIC},
    {"3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", PUBLIC},
    {"4000::", PRIVATE},
    {"5f00::", PRIVATE},
    {"fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", PRIVATE},
    {"fc00::", PRIVATE},
    {"fd00:ec2::22", PRIVATE},
    {"fd00:ec2::23", NEVER},
    {"fd00:ec2::253", PRIVATE},
    {"fd00:ec2::254", NEVER},
    {"fd00:ec2::255", PRIVATE},
    {"fd20:ce::254", NEVER},
    {"fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", PRIVATE},
    {"fe00::", PRIVATE},
    {"fe80::", PRIVATE},
    {"fe80::a9fe:a9fe", PRIVATE},
    {"febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", PRIVATE},
    {"fec0::", PRIVATE},
    {"feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", PRIVATE},
    {"ff00::", NEVER},
    {"ff02::1", NEVER},
    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NEVER},
};

static void
test_edges(void)
{
	for (size_t i = 0; i < COUNT_OF(rows4); i++)
		UNIT_ROW(kind_of(AF_INET, rows4[i].text) == rows4[i].kind,
		    rows4[i].text);
	for (size_t i = 0; i < COUNT_OF(rows6); i++)
		UNIT_ROW(kind_of(AF_INET6, rows6[i].text) == rows6[i].kind,
		    rows6[i].text);
}

/* Every IPv4 row again, inside of every form of IPv6 that has room for it. */
static void
test_inside(void)
{
	static const struct {
		const char *name;
		uint8_t bytes[16];
		int at;
		bool turned;
	} forms[] = {
	    {"mapped", {[10] = 0xff, 0xff}, 12, false},
	    {"translated", {[8] = 0xff, 0xff}, 12, false},
	    {"NAT64", {0x00, 0x64, 0xff, 0x9b}, 12, false},
	    {"6to4", {0x20, 0x02}, 2, false},
	    {"Teredo's server", {0x20, 0x01, [12] = 0xf7, 0xf7, 0xf7, 0xf7}, 4,
		false},
	    {"Teredo's client", {0x20, 0x01, [4] = 8, 8, 8, 8}, 12, true},
	};
	for (size_t f = 0; f < COUNT_OF(forms); f++)
		for (size_t i = 0; i < COUNT_OF(rows4); i++) {
			struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
			uint8_t inner[4];
			inet_pton(AF_INET, rows4[i].text, inner);
			memcpy(&in6.sin6_addr, forms[f].bytes, 16);
			for (int k = 0; k < 4; k++)
				in6.sin6_addr.s6_addr[forms[f].at + k] =
				    forms[f].turned ? ~inner[k] : inner[k];
			enum address_kind kind =
			    address_kind((const struct sockaddr *)&in6);
			UNIT_ROW(kind == rows4[i].kind, forms[f].name);
			UNIT_ROW(kind == rows4[i].kind, rows4[i].text);
		}

	/* Compatible ones have their own lowest addresses. */
	for (size_t i = 2; i < COUNT_OF(rows4); i++) {
		struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
		inet_pton(AF_INET, rows4[i].text, in6.sin6_addr.s6_addr + 12);
		UNIT_ROW(address_kind((const struct sockaddr *)&in6) ==
			rows4[i].kind,
		    rows4[i].text);
	}
}

static void
test_other_families(void)
{
	struct sockaddr_storage other = {.ss_family = AF_UNIX};
	CU_ASSERT_EQUAL(
	    address_kind((const struct sockaddr *)&other), ADDRESS_NEVER);
	CU_ASSERT_EQUAL(address_port((const struct sockaddr *)&other), 0);
}

static void
test_ports(void)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(443)};
	struct sockaddr_in6 in6 = {
	    .sin6_family = AF_INET6, .sin6_port = htons(65535)};
	CU_ASSERT_EQUAL(address_port((const struct sockaddr *)&in), 443);
	CU_ASSERT_EQUAL(address_port((const struct sockaddr *)&in6), 65535);
}

static CU_TestInfo tests[] = {
    {"networks and their neighbours", test_edges},
    {"addresses inside of addresses", test_inside},
    {"other families", test_other_families},
    {"ports", test_ports},
    CU_TEST_INFO_NULL,
};

struct unit_suite address_suite = {"upstream/address", tests};
