/* The certificates that are trusted, for every handle of libcurl's. */
#ifndef KEYWHEEL_UPSTREAM_TRUST_H
#define KEYWHEEL_UPSTREAM_TRUST_H

#include <curl/curl.h>

/* Once per process, before threads and forks. */
void trust_init(void);

/* To be called for a handle that is new or was reset. */
void trust_apply(CURL *easy);

#endif
