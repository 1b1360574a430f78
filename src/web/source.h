/* Where requests come from, as those who try again and again are counted. */
#ifndef KEYWHEEL_WEB_SOURCE_H
#define KEYWHEEL_WEB_SOURCE_H

#define SOURCE_SIZE 64

/* The address (REMOTE_ADDR; NULL: not known) as a text: an IPv4 address as it
 * is, of an IPv6 one the first 64 bits, which is what one customer has at
 * least (RFC 6177). What is neither is one source: "elsewhere". */
void source_of(const char *address, char source[SOURCE_SIZE]);

#endif
