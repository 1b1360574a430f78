/* The header field Cache-Control of a request (RFC 9111, 5.2.1). */
#ifndef KEYWHEEL_WEB_CACHE_CONTROL_H
#define KEYWHEEL_WEB_CACHE_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

struct cache_control {
	bool no_store;
	int64_t max_age_s; /* 0 for no-cache; -1: none is said */
};

/* value: of the field; NULL: there is none. What is not known is ignored. */
struct cache_control cache_control_read(const char *value);

#endif
