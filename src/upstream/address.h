/*
 * Network addresses: which of them are out on the internet. For URLs that
 * strangers give us: what they name must not be this host or its neighbours.
 *
 * Sources: IANA's registries of special-purpose addresses for IPv4 and IPv6
 * (RFC 6890, RFC 8190), the registry of IPv6 address space, and the cloud
 * providers' documents for their metadata services.
 */
#ifndef KEYWHEEL_UPSTREAM_ADDRESS_H
#define KEYWHEEL_UPSTREAM_ADDRESS_H

#include <sys/socket.h>

enum address_kind {
	ADDRESS_PUBLIC,
	/* This host, private networks, link-local, shared, documentation and
	 * all that is not assigned for use in public. */
	ADDRESS_PRIVATE,
	/* Multicast, broadcast, unspecified, reserved, and the metadata
	 * services of clouds, which hand out credentials: nothing that anybody
	 * could want to fetch a picture from. */
	ADDRESS_NEVER,
};

/*
 * The kind of an IPv4 or IPv6 address; any other family: ADDRESS_NEVER. An
 * IPv6 address with an IPv4 one inside that packets may be sent on to (mapped,
 * compatible, translated, NAT64, 6to4, Teredo) is at most as public as that.
 */
enum address_kind address_kind(const struct sockaddr *address);

/* The port of such an address; 0 for other families. */
int address_port(const struct sockaddr *address);

#endif
