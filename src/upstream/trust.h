/* The certificates that are trusted, for every handle of libcurl's. */
#ifndef KEYWHEEL_UPSTREAM_TRUST_H
#define KEYWHEEL_UPSTREAM_TRUST_H

#include <curl/curl.h>
#include <stdbool.h>

#include "base/attr.h"

/* Once per process, before threads and forks. */
void trust_init(void);

/* Trust those of a PEM file too; before threads and forks. False if it holds
 * none or cannot be read. */
MUSTCHECK bool trust_file(const char *path);

/* To be called for a handle that is new or was reset. */
void trust_apply(CURL *easy);

#endif
